"""Code that a chapter cites: found by what stands there, never by a line number.

The text of a citation is the exact beginning of what is shown; after a line `...` stands how the last line begins. Without
it exactly the cited lines are shown.
"""
import dataclasses
import pathlib

LONGEST = 45


@dataclasses.dataclass
class Excerpt:
    file: str
    first: int  # line number in the file, from 1
    lines: list


class CitationError(Exception):
    pass


def find(root, file, pattern):
    """The lines that a citation means. CitationError when file or pattern is gone, or found more than once."""
    path = pathlib.Path(root) / file
    if not path.is_file():
        raise CitationError(f"there is no file {file}")
    source = path.read_text().splitlines()
    wanted = pattern.rstrip("\n").split("\n")
    last = None
    if len(wanted) >= 3 and wanted[-2].strip() == "...":
        last = wanted[-1]
        wanted = wanted[:-2]
    if not wanted or any(line.strip() == "..." for line in wanted):
        raise CitationError(f"{file}: a citation is lines, or lines, '...' and how the last line begins")
    found = [at for at in range(len(source) - len(wanted) + 1)
             if all(cited in line if len(wanted) == 1 else cited == line.rstrip()
                    for cited, line in zip(wanted, source[at:]))]
    if len(found) != 1:
        raise CitationError(f"{file} has '{wanted[0].strip()}' {len(found)} times, not once")
    first = end = found[0]
    end += len(wanted)
    if last is not None:
        ends = [at for at in range(end, len(source)) if source[at].startswith(last)]
        if not ends:
            raise CitationError(f"{file}: no line behind '{wanted[0].strip()}' begins with '{last}'")
        end = ends[0] + 1
    if end - first > LONGEST:
        raise CitationError(f"{file}: {end - first} lines are cited; a citation has at most {LONGEST}")
    return Excerpt(file, first + 1, source[first:end])
