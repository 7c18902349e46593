"""The pages around the chapters' HTML: head, contents, sources, and the one document that becomes the PDF."""
import html
import re

TITLE = "The life of a page"
SUBTITLE = "BSD's UVM, watched while it runs"


def page(title, body, contents, before=None, after=None):
    """A page of the site. `before` and `after`: (file, title) of the neighbours."""
    way = "".join(f'<a class="{where}" href="{file}">{html.escape(words)}</a>'
                  for where, (file, words) in (("before", before or ("", "")), ("after", after or ("", ""))) if file)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<link rel="stylesheet" href="book.css">
</head>
<body>
<nav class="contents" aria-label="Contents">{contents}</nav>
<main>
{body}
<nav class="way" aria-label="Neighbours">{way}</nav>
</main>
</body>
</html>
"""


def contents(chapters, here=None):
    """The list of chapters; of the one that is shown, its sections, too. It stands at the side, folded where that is narrow."""
    items = []
    for chapter in chapters:
        current = ' aria-current="page"' if chapter is here else ""
        inside = ""
        if chapter is here:
            inside = "".join(f'<li><a href="#{label}">{html.escape(title)}</a></li>' for label, title in chapter.contents)
        items.append(f'<li value="{chapter.number}"><a href="{chapter.page}"{current}>{html.escape(chapter.title)}</a>'
                     + (f"<ul>{inside}</ul>" if inside else "") + "</li>")
    whole = (f'<ol>{"".join(items)}</ol><p><a href="glossary.html">Glossary</a></p>'
             '<p><a href="sources.html">Sources</a></p><p><a href="uvmscope-book.pdf">PDF</a></p>')
    return (f'<p class="book"><a href="index.html">{TITLE}</a></p>'
            f'<details><summary>Contents</summary>{whole}</details><div class="side">{whole}</div>')


def index(chapters, preface):
    items = []
    for chapter in chapters:
        items.append(f'<li value="{chapter.number}"><a href="{chapter.page}">{html.escape(chapter.title)}</a>'
                     f'<p>{chapter.lead}</p></li>')
    return (f'<header class="cover"><h1>{TITLE}</h1><p class="subtitle">{SUBTITLE}</p></header>{preface}'
            f'<h2>Chapters</h2><ol class="chapters">{"".join(items)}</ol>'
            '<p><a href="uvmscope-book.pdf">The whole book as PDF</a>, its <a href="glossary.html">glossary</a> and its '
            '<a href="sources.html">sources</a>.</p>')


def sources(all_sources):
    items = []
    for key, source in sorted(all_sources.items(), key=lambda item: (item[1]["label"], item[0])):
        items.append(f'<li id="source-{key}">{html.escape(source["authors"])}: <em>{html.escape(source["title"])}</em>. '
                     f'{html.escape(source["where"])}</li>')
    return f'<h1 id="sources">Sources</h1><ul class="sources">{"".join(items)}</ul>'


def one_document(chapters, preface, terms, source_list):
    """Everything in one page, for the PDF: what pointed to pages points into this one."""
    toc = "".join(f'<li><a href="#{chapter.id}"><span class="number">{chapter.number}</span> '
                  f'{html.escape(chapter.title)}</a></li>' for chapter in chapters)
    toc += "".join(f'<li><a href="#{label}"><span class="number"></span> {title}</a></li>'
                   for label, title in (("glossary", "Glossary"), ("sources", "Sources")))
    bodies = "".join(f'<article class="chapter">{chapter.html}</article>' for chapter in chapters)
    body = (f'<header class="cover"><h1>{TITLE}</h1><p class="subtitle">{SUBTITLE}</p></header>'
            f'<section class="preface">{preface}</section>'
            f'<nav class="toc"><h1>Contents</h1><ol>{toc}</ol></nav>{bodies}'
            f'<article class="chapter">{terms}</article><article class="chapter">{source_list}</article>')
    body = re.sub(r'href="[\w-]+\.html(#[\w-]+)"', r'href="\1"', body)
    body = re.sub(r'<a class="picture" href="[^"]*">(.*?)</a>', r"\1", body)
    body = re.sub(r'<p class="file"><a href="[^"]*">.*?</p>', "", body)
    body = body.replace('src="figures/', 'src="print/')
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>
<link rel="stylesheet" href="book.css"><link rel="stylesheet" href="print.css"></head>
<body>{body}</body></html>
"""
