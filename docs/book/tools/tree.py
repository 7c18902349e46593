"""Pandoc's document tree: read from Markdown, walked, and written as HTML. Only what the book needs of it."""
import json
import subprocess

READ = "markdown-implicit_figures-tex_math_dollars-raw_tex"


def pandoc(arguments, given):
    ran = subprocess.run(["pandoc", *arguments], input=given, capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(f"pandoc {' '.join(arguments)}: {ran.stderr.strip()}")
    return ran.stdout


def read(markdown):
    """The tree of a text. Its blocks are at ["blocks"]."""
    return json.loads(pandoc(["-f", READ, "-t", "json"], markdown))


def write(document, blocks):
    """HTML of some blocks of a document."""
    whole = {"pandoc-api-version": document["pandoc-api-version"], "meta": {}, "blocks": blocks}
    return pandoc(["-f", "json", "-t", "html5", "--wrap=preserve"], json.dumps(whole))


def nodes(part):
    """Every node below `part`, in the order of the text."""
    if isinstance(part, dict) and "t" in part:
        yield part
        part = part.get("c")
    if isinstance(part, (list, dict)):
        for child in part.values() if isinstance(part, dict) else part:
            yield from nodes(child)


def words(part):
    """The text of a part, without its markup."""
    said = []
    for node in nodes(part):
        if node["t"] == "Str":
            said.append(node["c"])
        elif node["t"] in ("Space", "SoftBreak", "LineBreak", "Para", "Plain", "Header"):
            said.append(" ")
        elif node["t"] == "Code":
            said.append(node["c"][1])
    return "".join(said).strip()


def attributes(node):
    """Identifier, classes and key values of a node that has attributes."""
    at = node["c"][1] if node["t"] == "Header" else node["c"][0]
    return at[0], at[1], dict(at[2])


def text(string):
    """Inline nodes of a plain string."""
    parts = []
    for index, word in enumerate(string.split(" ")):
        if index:
            parts.append({"t": "Space"})
        if word:
            parts.append({"t": "Str", "c": word})
    return parts


def raw(html):
    return {"t": "RawBlock", "c": ["html", html]}
