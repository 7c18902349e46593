#!/usr/bin/env python3
"""Builds the book into build/book/: index.html, a page for each chapter, its figures, and uvmscope-book.pdf.

  build_book.py [--check | --no-pdf] [--whole] [--program PATH] [--source FOLDER] [-o FOLDER]

Ends with 1, and writes a line for each, when a figure, a reference or a citation of code is broken, or a chapter lacks what
every chapter has.
"""
import argparse
import html
import json
import pathlib
import shutil
import subprocess
import sys

import figures
import pages
import tree
from chapter import Chapter, Label
from glossary import Glossary
from problems import Problems
from render import Book, Renderer

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCE = ROOT / "docs/book"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="looks at the words only: draws nothing and writes nothing")
    parser.add_argument("--whole", action="store_true", help="a chapter that is not written is an error")
    parser.add_argument("--no-pdf", action="store_true", help="only the pages")
    parser.add_argument("--program", default=ROOT / "build/uvmscope", type=pathlib.Path, help="the uvmscope that draws")
    parser.add_argument("--source", default=SOURCE, type=pathlib.Path, help="another folder of chapters")
    parser.add_argument("-o", "--output", default=ROOT / "build/book", type=pathlib.Path)
    return parser.parse_args()


def read_chapters(source, whole, problems):
    """The chapters of chapters.json that are written, and labels for those that are not."""
    planned = json.loads((source / "chapters.json").read_text())
    chapters, unwritten = [], {}
    for number, plan in enumerate(planned, 1):
        path = source / plan["file"]
        if not path.is_file():
            if whole:
                problems.add("docs/book/chapters.json", f"{plan['file']} is not written")
            unwritten[plan["label"]] = Label("chapter", str(number), "", plan["title"])
            continue
        chapter = Chapter(path, problems)
        chapters.append(chapter)
        if (chapter.number, chapter.id, chapter.title) != (number, plan["label"], plan["title"]):
            problems.add("docs/book/chapters.json", f"{plan['file']} is chapter {chapter.number}, '{chapter.title}' "
                                                    f"with the label {chapter.id}")
    known = {plan["file"] for plan in planned}
    for path in source.glob("[0-9][0-9]-*.md"):
        if path.name not in known:
            problems.add("docs/book/chapters.json", f"{path.name} is not in it")
    return chapters, unwritten


def all_labels(chapters, unwritten, problems):
    labels = dict(unwritten)
    for chapter in chapters:
        for label, entry in chapter.labels.items():
            if label in labels:
                problems.add(f"docs/book/{chapter.path.name}", f"{labels[label].page} has the label {label}, too")
            labels[label] = entry
    return labels


def draw(wanted, program, output, themes, problems):
    """Draws what the chapters want, in each theme, and looks whether it shows what it is there to show."""
    studio = figures.Studio(program, output, output.parent / "book-kept", problems)
    folders = {"light": "figures", "print": "print"}
    everything = [figures.Figure(**{**vars(figure), "theme": theme}) for figure, _ in wanted for theme in themes]
    studio.draw(everything)
    described = {}
    for figure, shows in wanted:
        for theme in themes:
            drawn = output / theme / f"{figure.label}.svg"
            if not drawn.exists():
                continue  # told already
            said, description = figures.words_of(drawn)
            for part in shows.split(";"):
                if part.strip() not in said:
                    problems.add(figure.label, f"'{part.strip()}' does not stand in the picture, but: {said[:400]}")
            described[figure.label] = description
            target = output / folders[theme] / drawn.name
            target.parent.mkdir(exist_ok=True)
            drawn.replace(target)
    return described


def tell(problems):
    print("\n".join(problems.lines))
    return int(bool(problems))


def main():
    given = arguments()
    for needed in (given.program, given.program.resolve().parent / "uvmscope-host"):
        if not needed.is_file() and not (given.check and needed == given.program):
            sys.exit(f"there is no {needed}; build it first (scripts/build)")
    problems = Problems()
    given.output.mkdir(parents=True, exist_ok=True)
    chapters, unwritten = read_chapters(given.source, given.whole, problems)
    sources = json.loads((given.source / "sources.json").read_text())
    book = Book(ROOT, given.source, given.program.resolve().parent / "uvmscope-host", all_labels(chapters, unwritten, problems), sources,
                problems)
    wanted = []
    for chapter in chapters:
        renderer = Renderer(book, chapter)
        renderer.render()
        wanted += renderer.wanted
    glossary = Glossary(given.source / "glossary.md", problems)
    Renderer(book, glossary).render()
    for key in sorted(sources.keys() - book.cited):
        problems.add("docs/book/sources.json", f"no chapter cites {key}")
    if given.check:
        return tell(problems)
    themes = ["light"] if given.no_pdf else ["light", "print"]
    described = draw(wanted, given.program, given.output, themes, problems)
    if tell(problems):
        return 1
    write(given, chapters, glossary, sources, described)
    print(f"wrote {given.output}/index.html: {len(chapters)} chapters, {len(wanted)} figures")
    if not given.no_pdf:
        return write_pdf(given.output)
    return 0


def write(given, chapters, glossary, sources, described):
    for chapter in chapters:
        body = tree.write(chapter.document, chapter.blocks)
        for label, description in described.items():
            body = body.replace(f"@alt-{label}@", html.escape(description))
        chapter.html = body.replace("<h1 ", f'<p class="chapter-number">Chapter {chapter.number}</p>\n<h1 ', 1)
        lead = next(block for block in chapter.blocks if block["t"] == "Para")
        chapter.lead = html.escape(tree.words(lead))
    shutil.copyfile(given.source / "book.css", given.output / "book.css")
    shutil.copyfile(given.source / "print.css", given.output / "print.css")
    (given.output / "figures").mkdir(exist_ok=True)
    for scenario in (given.source / "figures").glob("*.uvm"):
        shutil.copyfile(scenario, given.output / "figures" / scenario.name)
    preface_document = tree.read((given.source / "preface.md").read_text())
    preface = tree.write(preface_document, preface_document["blocks"])
    for at, chapter in enumerate(chapters):
        before, after = (chapters[i] if 0 <= i < len(chapters) else None for i in (at - 1, at + 1))
        (given.output / chapter.page).write_text(pages.page(
            f"{chapter.title} – {pages.TITLE}", chapter.html, pages.contents(chapters, chapter),
            before and (before.page, before.title), after and (after.page, after.title)))
    contents = pages.contents(chapters)
    source_list = pages.sources(sources)
    (given.output / "index.html").write_text(pages.page(pages.TITLE, pages.index(chapters, preface), contents))
    (given.output / "sources.html").write_text(pages.page("Sources", source_list, contents))
    terms = tree.write(glossary.document, glossary.blocks)
    (given.output / glossary.page).write_text(pages.page("Glossary", terms, contents))
    (given.output / "whole.html").write_text(pages.one_document(chapters, preface, terms, source_list))


def write_pdf(output):
    pdf = output / "uvmscope-book.pdf"
    ran = subprocess.run(["weasyprint", "-q", output / "whole.html", pdf], capture_output=True, text=True)
    if ran.returncode != 0 or ran.stderr.strip():
        print(f"weasyprint: {ran.stderr.strip()}")
        return 1
    print(f"wrote {pdf}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
