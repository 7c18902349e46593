"""What the checks share: the project's sources, and a memory of what has passed already.

A check over many files remembers each file that passed by a key made of everything that its result depends on, so a run
over files that nobody has touched costs only the hashing.
"""
import concurrent.futures
import hashlib
import os
import pathlib
import re
import subprocess
import sys

SKIPPED = 77  # exit status of a check that cannot be made on this machine; CTest shows it as skipped
TOP_FOLDERS = ("kernel", "gdbbridge", "gui", "labs", "tests")


def sources(root, folders=TOP_FOLDERS):
    """All C++ files below these folders, sorted."""
    return sorted(path for folder in folders for path in (root / folder).rglob("*") if path.suffix in {".h", ".cc"})


def digest(*parts):
    h = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        h.update(len(data).to_bytes(8, "little"))
        h.update(data)
    return h.hexdigest()


def require_version(tool, major):
    """The tool's version text; ends the run as skipped where there is another major version than the one that the
    project is written for: its rules would be others."""
    try:
        text = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"{tool} does not run: {error}")
    found = re.search(r"version (\d+)", text)
    if not found or int(found.group(1)) != major:
        print(f"skipped: {tool} {major} is needed, this is {text.strip().splitlines()[0]}")
        sys.exit(SKIPPED)
    return text


class Passed:
    """The keys of what has passed, as empty files in a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def __contains__(self, key):
        return (self.folder / key).exists()

    def add(self, key):
        (self.folder / key).touch()


def check_all(jobs, passed):
    """jobs: (name, key, function that returns complaints as text, "" for none). Runs those that have not passed yet, as
    many at a time as there are processors. Returns the complaints."""
    waiting = [job for job in jobs if job[1] not in passed]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = list(pool.map(lambda job: job[2](), waiting))
    complaints = []
    for (name, key, _), result in zip(waiting, results):
        if result:
            complaints.append(f"{name}:\n{result}" if name not in result else result)
        else:
            passed.add(key)
    print(f"{len(jobs)} files, {len(waiting)} of them new or changed, {len(complaints)} with complaints")
    return complaints
