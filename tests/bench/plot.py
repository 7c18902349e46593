"""Plots as SVG: groups of bars, and lines. The same numbers give the same bytes.

Series differ by colour and by pattern or marks, so that a print or a projector does not lose one. Words are never cut:
what a label needs at DejaVu's average width is left free for it.
"""
from xml.sax.saxutils import escape

INK, PALE, RULE = "#15191E", "#4A525A", "#D9D5CD"
COLOURS = ("#1F5C9E", "#A9CDF3", "#0F5F4F", "#4FA890", "#98401F", "#F9D0C2")
DASHES = ("", "7 4", "2 3", "10 3 2 3", "", "7 4")
FONT = 13
CHAR = 0.58 * FONT  # the average width of a character


def text(x, y, words, anchor="start", colour=INK, weight=""):
    style = f' font-weight="{weight}"' if weight else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{style}>{escape(words)}</text>\n'


def document(width, height, title, body):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'font-family="DejaVu Sans, sans-serif" font-size="{FONT}" role="img" aria-label="{escape(title, {chr(34): "&quot;"})}">\n'
            f"<title>{escape(title)}</title>\n"
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#FFFFFF"/>\n{body}</svg>\n')


def step(most):
    """A round distance of grid lines, so that there are four to eight of them."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if most <= 8 * size * factor:
                return size * factor
        size *= 10


def short(number):
    for unit, letter in ((10 ** 6, "M"), (10 ** 3, "k")):
        if number >= unit:
            return f"{number / unit:g}{letter}"
    return f"{number:g}"


def bars(title, unit, series, rows):
    """Horizontal bars, a group for each row."""
    left = 20 + CHAR * max(len(label) for label, _ in rows)
    thick, gap = (14 if len(series) < 3 else 9), 10
    width, plot_width = left + 520, 420
    group = thick * len(series) + gap
    top = 64 + 18 * len(series)
    bottom = top + group * len(rows)
    most = max(max(numbers) for _, numbers in rows)
    scale = plot_width / most
    out = text(16, 26, title, weight="bold") + text(16, 46, unit, colour=PALE)
    for i, words in enumerate(series):
        out += f'<rect x="16" y="{56 + 18 * i}" width="22" height="11" fill="{COLOURS[i]}" stroke="{INK}" stroke-width="0.6"/>\n'
        out += text(44, 66 + 18 * i, words)
    for tick in range(0, most + 1, step(most)):
        x = left + tick * scale
        out += f'<line x1="{x:.1f}" y1="{top - 4}" x2="{x:.1f}" y2="{bottom}" stroke="{RULE}"/>\n'
        out += text(x, bottom + 18, short(tick), "middle", PALE)
    for at, (label, numbers) in enumerate(rows):
        y = top + group * at
        out += text(left - 8, y + thick * len(series) / 2 + 4.5, label, "end")
        for i, number in enumerate(numbers):
            out += (f'<rect x="{left:.1f}" y="{y + thick * i}" width="{number * scale:.1f}" height="{thick - 1}" fill="{COLOURS[i]}" '
                    f'stroke="{INK}" stroke-width="0.6"/>\n')
            if thick >= 14:
                out += text(left + number * scale + 6, y + thick * i + 11.5, f"{number:,}", colour=PALE)
    return document(width, bottom + 32, title, out)


def lines(title, first, unit, series, rows):
    """A line for each column over the numbers that the rows' labels are."""
    xs = [float(label) for label, _ in rows]
    left, right, top = 70, 480, 64
    bottom, width = top + 300, right + 40 + CHAR * max(len(words) for words in series)
    most = max(max(numbers) for _, numbers in rows)

    def place(x, y):
        return left + (right - left) * x / max(xs), bottom - (bottom - top) * y / most

    out = text(16, 26, title, weight="bold") + text(16, 46, unit, colour=PALE)
    for tick in range(0, most + 1, step(most)):
        _, y = place(0, tick)
        out += f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{RULE}"/>\n' + text(left - 8, y + 4.5, short(tick), "end", PALE)
    taken = []
    for x in reversed(xs):  # the largest first: small ones stand close together, and some are left out
        at, _ = place(x, 0)
        if all(abs(at - other) > 22 for other in taken):
            taken.append(at)
            out += text(at, bottom + 20, f"{x:g}", "middle", PALE)
    out += text((left + right) / 2, bottom + 42, first, "middle", PALE)
    ends = sorted(((place(xs[-1], rows[-1][1][i])[1], i) for i in range(len(series))))
    label_y = []
    for y, _ in ends:
        label_y.append(max(y, label_y[-1] + 17) if label_y else y)
    overflow = max(0, label_y[-1] - bottom)
    for i, words in enumerate(series):
        points = [place(x, numbers[i]) for x, (_, numbers) in zip(xs, rows)]
        dash = f' stroke-dasharray="{DASHES[i]}"' if DASHES[i] else ""
        colour = COLOURS[i] if i % 2 == 0 or i >= 4 else ("#5D8FC4" if i == 1 else "#2F8A72")
        colour = "#C4673F" if i == 5 else colour
        out += f'<polyline fill="none" stroke="{colour}" stroke-width="2"{dash} points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>\n'
        out += "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>\n' for x, y in points)
        place_of = next(k for k, (_, which) in enumerate(ends) if which == i)
        y = label_y[place_of] - overflow * (place_of + 1) / len(ends)
        out += f'<line x1="{right + 4}" y1="{points[-1][1]:.1f}" x2="{right + 18}" y2="{y:.1f}" stroke="{colour}"/>\n'
        out += text(right + 22, y + 4.5, words)
    return document(width, bottom + 56, title, out)
