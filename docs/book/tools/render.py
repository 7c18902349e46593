"""A chapter's tree made ready to be written: figures, citations and references in place of what stands for them."""
import html
import pathlib
import re

import citations
import figures as drawing
import tree
from scenario import Scenario

NAME = re.compile(r"[A-Za-z]\w*_\w+|[A-Za-z]\w*(?=\(\))")
FILE = re.compile(r"(?:kernel|gui|gdbbridge|labs|docs|scenarios|tests|scripts)/[\w./*-]+")


class Book:
    """What all chapters share: where things lie, every label, the sources, the names in the code."""

    def __init__(self, root, source, host_program, labels, sources, problems):
        self.root = pathlib.Path(root)
        self.source = pathlib.Path(source)
        self.host_program = host_program
        self.labels = labels
        self.sources = sources
        self.problems = problems
        self.cited = set()
        self.names = set()
        for folder in ("kernel", "gdbbridge", "gui", "labs", "tests"):
            for path in (self.root / folder).rglob("*"):
                if path.suffix in (".h", ".cc", ".c", ".S"):
                    self.names.update(re.findall(r"\w+", path.read_text(errors="replace")))

    def scenario(self, name):
        return Scenario(self.source / "figures" / f"{name}.uvm")


class Renderer:
    """Makes one chapter ready. Owns nothing; changes the chapter's tree."""

    def __init__(self, book, chapter):
        self.book = book
        self.chapter = chapter
        self.wanted = []  # figures: (label, Scenario, view, command number, what has to stand in it)

    def wrong(self, what):
        self.chapter.wrong(what)

    def render(self):
        self.chapter.document["blocks"] = self._blocks(self.chapter.blocks)
        for node in tree.nodes(self.chapter.blocks):
            if node["t"] == "Link":
                self._link(node)
            elif node["t"] == "Code":
                self._code_word(node)
            elif node["t"] == "Cite":
                self._cite(node)
            elif node["t"] == "Image":
                self.wrong(f"{node['c'][2][0]}: pictures are figures: ::: {{.figure …}}")

    def _blocks(self, blocks):
        done = []
        for block in blocks:
            if block["t"] == "CodeBlock":
                done += self._code_block(block)
            elif block["t"] == "Div":
                done += self._div(block)
            else:
                done.append(block)
        return done

    # --- figures

    def _div(self, block):
        label, classes, given = tree.attributes(block)
        block["c"][1] = self._blocks(block["c"][1])
        if "figure" in classes:
            return self._figure(label, given, block["c"][1])
        if "exercise" in classes:
            return self._exercise(label, given, block["c"][1])
        return [block]

    def _figure(self, label, given, caption):
        number = self.chapter.labels[label].number
        known = {"scenario", "view", "after", "shows", "arch"}
        for key in given.keys() - known:
            self.wrong(f"figure {label}: '{key}' is unknown; there are {', '.join(sorted(known))}")
        if missing := {"scenario", "view", "shows"} - given.keys():
            self.wrong(f"figure {label} says nothing of {', '.join(sorted(missing))}")
            return []
        if given["view"] not in drawing.VIEWS:
            self.wrong(f"figure {label}: there is no view {given['view']}; there are {', '.join(drawing.VIEWS)}")
            return []
        try:
            scenario = self.book.scenario(given["scenario"])
            at = scenario.number_of(given["after"]) if "after" in given else len(scenario.commands)
        except (OSError, ValueError) as error:
            self.wrong(f"figure {label}: {error}")
            return []
        architecture = given.get("arch", "i386")
        self.wanted.append((drawing.Figure(label, scenario, given["view"], at, "", architecture), given["shows"]))
        command = (f"uvmscope export --view {given['view']} --at {at} "
                   + (f"--arch {architecture} " if architecture != "i386" else "")
                   + f"docs/book/figures/{given['scenario']}.uvm -o {label}.svg")
        caption = _led_by(f"Figure {number}.", caption)
        return [tree.raw(f'<figure id="{label}"><a class="picture" href="figures/{label}.svg">'
                         f'<img src="figures/{label}.svg" alt="@alt-{label}@"></a><figcaption>'),
                *caption, tree.raw(f'<p class="command"><code>{html.escape(command)}</code></p></figcaption></figure>')]

    def _exercise(self, label, given, blocks):
        number = self.chapter.labels[label].number
        lab = given.get("lab")
        if lab and not list((self.book.root / "labs").glob(f"*-{lab}")):
            self.wrong(f"exercise {number}: there is no lab {lab}")
        kind = {"look": "look", "change": "change the scenario", "think": "think",
                "write": "write code"}.get(given.get("kind"), "")
        if lab:
            kind += f": lab {lab}"
        blocks = _led_by(f"Exercise {number}", blocks, kind)
        return [tree.raw(f'<section class="exercise" id="{label}">'), *blocks, tree.raw("</section>")]

    # --- code

    def _code_block(self, block):
        label, classes, given = tree.attributes(block)
        text = block["c"][1]
        if "code" in classes:
            return self._citation(given, text)
        if "output" in classes:
            return self._output(given)
        if "scenario" in classes:
            return self._scenario(text.strip())
        return [block]

    def _citation(self, given, pattern):
        file = given.get("file", "")
        try:
            excerpt = citations.find(self.book.root, file, pattern)
        except citations.CitationError as error:
            self.wrong(str(error))
            return []
        last = excerpt.first + len(excerpt.lines) - 1
        where = f"{excerpt.first}" if last == excerpt.first else f"{excerpt.first}–{last}"
        language = "cpp" if file.endswith((".h", ".cc")) else ""
        lines = _without_margin(excerpt.lines)
        return [tree.raw(f'<div class="citation"><p class="where"><code>{html.escape(file)}</code>, {where}</p>'),
                {"t": "CodeBlock", "c": [["", [language, "numberLines"] if language else ["numberLines"],
                                          [["startFrom", str(excerpt.first)]]], "\n".join(lines)]},
                tree.raw("</div>")]

    def _output(self, given):
        try:
            scenario = self.book.scenario(given["scenario"])
            number = scenario.number_of(given["after"])
            printed = scenario.output_of(number, self.book.host_program)
        except (KeyError, OSError, ValueError) as error:
            self.wrong(f"output of a command: {error}")
            return []
        shown = "\n".join([scenario.commands[number - 1], *printed])
        return [{"t": "CodeBlock", "c": [["", ["printed"], []], shown]}]

    def _scenario(self, name):
        try:
            scenario = self.book.scenario(name)
        except OSError as error:
            self.wrong(f"scenario {name}: {error}")
            return []
        if not scenario.title or not scenario.subject or scenario.stops < 4 or scenario.questions < 2:
            self.wrong(f"{name}.uvm is no demo with a title, four stops and two questions")
        self.chapter.scenario = scenario
        file = f"docs/book/figures/{name}.uvm"
        return [tree.raw(
            f'<div class="scenario"><p><strong>{html.escape(scenario.title)}</strong>: {html.escape(scenario.subject)}. '
            f'{scenario.stops} stops, {scenario.questions} questions.</p>'
            f'<pre><code>build/uvmscope demo {file}</code></pre>'
            f'<p class="file"><a href="figures/{name}.uvm">The scenario</a></p></div>')]

    # --- words

    def _link(self, node):
        target = node["c"][2][0]
        if "cited" in tree.attributes(node)[1]:
            return
        if not target.startswith("#"):
            if not target.startswith("https://"):
                self.wrong(f"a link to '{target}': there are #label and https://")
            return
        label = self.book.labels.get(target[1:])
        if not label:
            self.wrong(f"nothing has the label {target}")
            return
        said = tree.words(node["c"][1])
        if label.kind == "section":
            if not said:
                node["c"][1] = tree.text(label.title)
        elif not said:
            node["c"][1] = tree.text(f"{label.kind}\u00a0{label.number}")
        elif said.lower() == label.kind:
            node["c"][1] = tree.text(f"{said}\u00a0{label.number}")
        if label.page:
            node["c"][2][0] = f"{label.page}#{target[1:]}"
        else:  # a chapter that is not written yet
            node["t"], node["c"] = "Span", [["", [], []], node["c"][1]]

    def _code_word(self, node):
        """Names of ours that stand in the text are names in the code, and files are there."""
        (_, classes, _), text = node["c"]
        if "foreign" in classes:
            node["c"][0] = ["", [], []]
            return
        file = FILE.fullmatch(text)
        if file:
            if not list(self.book.root.glob(text.rstrip("/"))):
                self.wrong(f"there is no file {text}")
            return
        if " " in text or "/" in text:
            return
        for name in NAME.findall(text):
            if name not in self.book.names:
                self.wrong(f"`{name}` is no name in the code; a name of another system is `{name}`{{.foreign}}")

    def _cite(self, node):
        parts = []
        for citation in node["c"][0]:
            key = citation["citationId"]
            source = self.book.sources.get(key)
            if not source:
                self.wrong(f"docs/book/sources.json knows no source {key}")
                continue
            self.book.cited.add(key)
            parts += [{"t": "Str", "c": ", "}] if parts else []
            parts.append({"t": "Link", "c": [["", ["cited"], []], tree.text(source["label"]),
                                             [f"sources.html#source-{key}", ""]]})
        node["t"] = "Span"
        node["c"] = [["", ["cites"], []], [{"t": "Str", "c": "("}, *parts, {"t": "Str", "c": ")"}]]


def _led_by(words, blocks, note=""):
    """The blocks, with some words in bold before the first paragraph's."""
    lead = [{"t": "Strong", "c": tree.text(words)}, {"t": "Space"}]
    if note:
        lead += [{"t": "Span", "c": [["", ["kind"], []], tree.text(f"({note})")]}, {"t": "Space"}]
    if blocks and blocks[0]["t"] in ("Para", "Plain"):
        return [{"t": blocks[0]["t"], "c": lead + blocks[0]["c"]}, *blocks[1:]]
    return [{"t": "Para", "c": lead}, *blocks]


def _without_margin(lines):
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[margin:] for line in lines]
