"""Scenarios of the book, which are demos: their commands by number, their titles, and what they print."""
import functools
import pathlib
import subprocess


class Scenario:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.lines = self.path.read_text().splitlines()
        # As the program counts them: what is left of a line without its comment, blanks folded.
        self.commands = [folded for line in self.lines if (folded := " ".join(line.split("#")[0].split()))]
        head = self.lines[0].lstrip("# ").rstrip(".") if self.lines else ""
        self.title, _, self.subject = (part.strip() for part in head.partition(":"))
        self.stops = sum(line.startswith("#@ stop") for line in self.lines)
        self.questions = sum(line.startswith("#@ ask") for line in self.lines)

    def number_of(self, after):
        """The number of the command with this text, from 1. ValueError unless there is exactly one."""
        wanted = " ".join(after.split())
        found = [number for number, command in enumerate(self.commands, 1) if command == wanted]
        if len(found) != 1:
            raise ValueError(f"{self.path.name} has the command '{wanted}' {len(found)} times, not once")
        return found[0]

    def output_of(self, number, host_program):
        """What the command with this number printed, run on the host. ValueError when the run fails."""
        shown = transcript(str(self.path), str(host_program))
        return shown[number - 1]


@functools.lru_cache(maxsize=None)
def transcript(path, host_program):
    """The lines that each command printed, a list for each command."""
    ran = subprocess.run([host_program, path], capture_output=True, text=True, timeout=60)
    if ran.returncode != 0:
        raise ValueError(f"{path} ends with {ran.returncode} on the host: {ran.stderr.strip()}")
    commands = []
    for line in ran.stdout.splitlines():
        if line.startswith("  "):
            commands[-1].append(line)
        else:
            commands.append([])
    return commands
