"""Figures: each is drawn by `uvmscope export` from a recording of its scenario, which is run once.

What has been drawn already is kept under a name made of all that it depends on, so that a build after a change of words
draws nothing.
"""
import concurrent.futures
import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as xml

import scissors

VIEWS = ("map", "tree", "cow", "fault", "pagetable", "memory", "timeline")
SVG = "{http://www.w3.org/2000/svg}"


@dataclasses.dataclass(frozen=True)
class Figure:
    label: str
    scenario: object  # Scenario
    view: str
    at: int
    theme: str
    architecture: str = "i386"

    @property
    def name(self):
        return f"{self.theme}/{self.label}.svg"


def digest(*parts):
    h = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        h.update(len(data).to_bytes(8, "little"))
        h.update(data)
    return h.hexdigest()[:32]


class Studio:
    """Draws figures into `folder`; keeps recordings and pictures in `kept`. One run of QEMU for each scenario."""

    def __init__(self, program, folder, kept, problems):
        self.program = pathlib.Path(program).resolve()
        self.folder = pathlib.Path(folder)
        self.kept = pathlib.Path(kept)
        self.problems = problems
        self.kept.mkdir(parents=True, exist_ok=True)
        self.environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        self.made_of = digest(self.program.read_bytes())

    def kernel_of(self, architecture):
        return self.program.parent / f"kernel-{architecture}.elf"

    def draw(self, figures):
        """Draws all; what is wrong with one is a problem at its label."""
        runs = {}
        for figure in figures:
            runs.setdefault((figure.scenario.path, figure.architecture), []).append(figure)
        with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for complaints in pool.map(self._draw_run, runs.values()):
                for where, what in complaints:
                    self.problems.add(where, what)

    def _draw_run(self, figures):
        scenario, architecture = figures[0].scenario, figures[0].architecture
        run = digest(self.made_of, self.kernel_of(architecture).read_bytes(), scenario.path.read_bytes())
        recording = self.kept / f"{run}.rec"
        complaints = []
        for figure in figures:
            picture = self.kept / f"{digest(run, figure.view, figure.at, figure.theme)}.svg"
            if not picture.exists():
                if not recording.exists():
                    if told := self._record(scenario, architecture, recording):
                        return [(scenario.path.name, told)]
                if told := self._run(["export", "--view", figure.view, "--at", str(figure.at), "--theme", figure.theme,
                                      str(recording), "-o", str(picture)]):
                    complaints.append((figure.label, told))
                    continue
            target = self.folder / figure.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture, target)
            scissors.trim(target)
        return complaints

    def _record(self, scenario, architecture, recording):
        unfinished = recording.with_suffix(".part.rec")
        told = self._run(["record", "--arch", architecture, str(scenario.path), "-o", str(unfinished)])
        if not told:
            unfinished.replace(recording)
        return told

    def _run(self, arguments):
        """Empty when all went well, else what the program said."""
        try:
            ran = subprocess.run([str(self.program), *arguments], capture_output=True, text=True, timeout=120,
                                 env=self.environment)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if ran.returncode == 0:
            return ""
        return f"uvmscope {' '.join(arguments)} ends with {ran.returncode}: {ran.stderr.strip() or ran.stdout.strip()}"


def words_of(path):
    """What a picture says, as text of one line: what stands in it, and the words for each thing. And its description."""
    root = xml.parse(path).getroot()
    said = [" ".join("".join(element.itertext()).split())
            for kind in ("text", "title") for element in root.iter(f"{SVG}{kind}")]
    description = root.findtext(f"{SVG}desc", "")
    return re.sub(r"[\u2009\u202f]", "", " | ".join(said)), " ".join(description.split())
