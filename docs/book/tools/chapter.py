"""One chapter: its Markdown read, its labels collected, its form checked."""
import dataclasses
import re

import tree

REQUIRED = ["The idea", "Through the code", "In the app", "Exercises"]
KINDS = {"look": "by looking", "change": "by changing the scenario", "think": "by thinking", "write": "by writing code"}
NUMBERED = re.compile(r"\b(?:[Ff]igures?|[Cc]hapters?|[Ee]xercises?|[Ss]ections?) \d")


@dataclasses.dataclass
class Label:
    kind: str  # "chapter", "figure", "exercise" or "section"
    number: str
    page: str
    title: str


class Chapter:
    """Owns the tree of one file. Complaints go to `problems`, with the file's name."""

    def __init__(self, path, problems):
        self.path = path
        self.name = path.stem
        self.number = int(path.stem.split("-")[0])
        self.page = f"{self.name}.html"
        self.document = tree.read(path.read_text())
        self.problems = problems
        self.labels = {}
        self.title = ""
        self.id = ""
        self.sections = []
        self.contents = []  # (label, title) of each section
        self.figures = []
        self.scenario = None
        self._take_title()
        self._label()
        self._check_form()

    def wrong(self, what):
        self.problems.add(f"docs/book/{self.path.name}", what)

    @property
    def blocks(self):
        return self.document["blocks"]

    def _take_title(self):
        first = self.blocks[0] if self.blocks else None
        if not first or first["t"] != "Header" or first["c"][0] != 1:
            self.wrong("a chapter begins with '# Title {#label}'")
            return
        self.id = tree.attributes(first)[0]
        self.title = tree.words(first)

    def _add(self, label, kind, number, title):
        if not label:
            self.wrong(f"{kind} {number} has no label")
        elif label in self.labels:
            self.wrong(f"the label {label} is there twice")
        self.labels[label] = Label(kind, number, self.page, title)

    def _label(self):
        self._add(self.id, "chapter", str(self.number), self.title)
        figures = exercises = 0
        for node in tree.nodes(self.blocks):
            if node["t"] == "Header" and node["c"][0] > 1:
                if node["c"][0] == 2:
                    self.sections.append(tree.words(node))
                # Sections have the same names in every chapter, their labels must not.
                if not node["c"][1][0].startswith("sec-"):
                    node["c"][1][0] = f"{self.id}-{node['c'][1][0]}"
                self._add(node["c"][1][0], "section", "", tree.words(node))
                if node["c"][0] == 2:
                    self.contents.append((node["c"][1][0], tree.words(node)))
            elif node["t"] == "Div":
                label, classes, _ = tree.attributes(node)
                if "figure" in classes:
                    figures += 1
                    self.figures.append(node)
                    self._add(label, "figure", f"{self.number}.{figures}", tree.words(node))
                elif "exercise" in classes:
                    exercises += 1
                    self._add(label or f"ex-{self.id}-{exercises}", "exercise", f"{self.number}.{exercises}", "")
                    node["c"][0][0] = label or f"ex-{self.id}-{exercises}"

    def _check_form(self):
        places = [self.sections.index(name) if name in self.sections else None for name in REQUIRED]
        for name, place in zip(REQUIRED, places):
            if place is None:
                self.wrong(f"there is no section '{name}'")
        if None not in places and places != sorted(places):
            self.wrong(f"the sections are in this order: {', '.join(REQUIRED)}")
        self._check_section("Through the code", lambda node: self._is(node, "CodeBlock", "code"), "cites no code")
        self._check_section("In the app", lambda node: self._is(node, "CodeBlock", "scenario"), "names no scenario")
        if not self.figures:
            self.wrong("there is no figure")
        for word in NUMBERED.findall(tree.words(self.blocks)):
            self.wrong(f"'{word}' is numbered by hand; write [](#label)")
        self._check_exercises()

    def _is(self, node, kind, name):
        return node["t"] == kind and name in tree.attributes(node)[1]

    def _check_section(self, name, holds, complaint):
        inside = False
        for block in self.blocks:
            if block["t"] == "Header" and block["c"][0] <= 2:
                inside = tree.words(block) == name
            elif inside and any(holds(node) for node in tree.nodes(block)):
                return
        if name in self.sections:
            self.wrong(f"the section '{name}' {complaint}")

    def _check_exercises(self):
        exercises = [tree.attributes(node)[2].get("kind") for node in tree.nodes(self.blocks)
                     if self._is(node, "Div", "exercise")]
        if not 4 <= len(exercises) <= 8:
            self.wrong(f"there are {len(exercises)} exercises; a chapter has 4 to 8")
        for kind in exercises:
            if kind not in KINDS:
                self.wrong(f"an exercise has kind={kind}; there are {', '.join(KINDS)}")
        for kind in ("look", "change", "write"):
            if kind not in exercises:
                self.wrong(f"no exercise is answered {KINDS[kind]} (kind={kind})")
