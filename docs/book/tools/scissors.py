"""Takes empty bands out of a picture: `uvmscope export` draws on a sheet of one size, and a small map leaves most of it free.

Only whole elements move, and only upwards: what is drawn is what was drawn. The pictures have absolute coordinates alone
(gui/theme/svg_surface.cc); anything else is an error rather than a wrong picture.
"""
import re
import xml.etree.ElementTree as xml

SVG = "{http://www.w3.org/2000/svg}"
BAND = 26.0  # what is left of an empty band
POINT = re.compile(r"(-?[\d.]+) (-?[\d.]+)")
ROTATION = re.compile(r"rotate\((-?[\d.]+) (-?[\d.]+) (-?[\d.]+)\)")


def extent(element):
    """Lowest and highest y of a path or a text."""
    if element.tag == f"{SVG}text":
        y, size = float(element.get("y")), float(element.get("font-size"))
        if element.get("transform"):  # turned: as far as the text may reach
            size = max(size, 0.7 * size * len(element.text or ""))
        return y - size, y + size / 3
    ys = [float(y) for _, y in POINT.findall(element.get("d"))]
    half = float(element.get("stroke-width", 0)) / 2
    return min(ys) - half, max(ys) + half


def move(element, up):
    if element.tag == f"{SVG}text":
        element.set("y", f"{float(element.get('y')) - up:g}")
        if turned := element.get("transform"):
            angle, x, y = ROTATION.fullmatch(turned).groups()
            element.set("transform", f"rotate({angle} {x} {float(y) - up:g})")
    else:
        element.set("d", POINT.sub(lambda point: f"{point[1]} {float(point[2]) - up:g}", element.get("d")))


def trim(path):
    """The picture in the file, without bands that are higher than BAND."""
    xml.register_namespace("", SVG[1:-1])
    picture = xml.parse(path)
    root = picture.getroot()
    width, height = float(root.get("width")), float(root.get("height"))
    drawn = []
    for element in root.iter():
        if element.tag in (f"{SVG}path", f"{SVG}text"):
            low, high = extent(element)
            if high - low < height:  # the sheet itself lies behind everything
                drawn.append((low, high, element))
        elif element.tag not in (f"{SVG}svg", f"{SVG}g", f"{SVG}title", f"{SVG}desc"):
            raise ValueError(f"{path}: {element.tag} cannot be moved")
    reached = up = 0.0
    for low, high, element in sorted(drawn, key=lambda item: item[0]):
        if low - reached > BAND:
            up += low - reached - BAND
        reached = max(reached, high)
        if up:
            move(element, up)
    height = min(height, reached + BAND / 2) - up
    root.set("height", f"{height:g}")
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    picture.write(path, encoding="utf-8", xml_declaration=True)
