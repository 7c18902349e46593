#include "gui/theme/surface.h"

namespace gui {

namespace {

constexpr double pointsPerPixel = 0.75;

QByteArray number(double value) {
    QByteArray text = QByteArray::number(value, 'f', 2);
    while (text.endsWith('0'))
        text.chop(1);
    if (text.endsWith('.'))
        text.chop(1);
    return text == "-0" ? QByteArray("0") : text;
}

QByteArray points(double pixels) { return number(pixels * pointsPerPixel) + "bp"; }

QByteArray place(double x, double y) { return '(' + number(x) + ',' + number(y) + ')'; }

QByteArray colour(const QColor& color) {
    return "{rgb,255:red," + QByteArray::number(color.red()) + ";green," + QByteArray::number(color.green()) +
           ";blue," + QByteArray::number(color.blue()) + '}';
}

// What a character is in LaTeX; those that any input encoding takes stay as they are.
QByteArray latex(QChar c) {
    switch (c.unicode()) {
    case '\\':
        return "\\textbackslash{}";
    case '{':
    case '}':
    case '$':
    case '&':
    case '#':
    case '%':
    case '_':
        return QByteArray("\\") + c.toLatin1();
    case '^':
        return "\\textasciicircum{}";
    case '~':
        return "\\textasciitilde{}";
    case '<':
        return "$<$";
    case '>':
        return "$>$";
    case '|':
        return "$|$";
    case '"':
        return "\\char34{}";
    case '-':
        return "-{}"; // two of them are no dash: "r--"
    case 0x2009:      // thin space
        return "\\,";
    case 0x2192:
        return "$\\rightarrow$";
    case 0x2193:
        return "$\\downarrow$";
    case 0x21c4:
        return "$\\leftrightarrow$";
    case 0x2026:
        return "\\ldots{}";
    case 0x00b7:
        return "$\\cdot$";
    case 0x00d7:
        return "$\\times$";
    case 0x2212:
        return "$-$";
    case 0x2013:
        return "--";
    case 0x2014:
        return "---";
    case 0x201c:
        return "``";
    case 0x201d:
        return "''";
    case 0x0394:
        return "$\\Delta$";
    case 0x2713:
        return "$\\surd$";
    case 0x2715:
        return "$\\times$";
    default:
        return QString(c).toUtf8();
    }
}

// Blanks at the ends and several together are kept.
QByteArray latex(const QString& text) {
    QByteArray out;
    for (const QChar c : text)
        out += c == u' ' ? QByteArray("\\ ") : latex(c);
    return out;
}

QByteArray comment(const QString& text) { return "% " + text.simplified().toUtf8() + '\n'; }

} // namespace

void TikzSurface::shape(const QPainterPath& path, const ShapeStyle& style) {
    const bool lined = style.line.isValid() && style.width > 0;
    if (path.isEmpty() || (!lined && !style.fill.isValid()))
        return;
    QByteArrayList options;
    if (style.fill.isValid())
        options << "even odd rule"
                << "fill=" + colour(style.fill);
    if (lined) {
        options << "draw=" + colour(style.line) << "line width=" + points(style.width);
        if (style.roundCap)
            options << "line cap=round";
        QByteArray dashes;
        for (qsizetype i = 0; i < style.dash.size(); ++i)
            dashes += (i % 2 ? " off " : " on ") + points(style.dash[i]);
        if (!dashes.isEmpty())
            options << "dash pattern=" + dashes.trimmed();
    }
    m_body += "\\path[" + options.join(", ") + ']';
    QPointF start, last;
    const auto close = [&] {
        if (start == last && m_body.endsWith(')'))
            m_body += " -- cycle";
    };
    for (int i = 0; i < path.elementCount(); ++i) {
        const QPainterPath::Element e = path.elementAt(i);
        switch (e.type) {
        case QPainterPath::MoveToElement:
            if (i > 0)
                close();
            start = e;
            m_body += ' ' + place(e.x, e.y);
            break;
        case QPainterPath::LineToElement:
            m_body += " -- " + place(e.x, e.y);
            break;
        case QPainterPath::CurveToElement:
            m_body += " .. controls " + place(e.x, e.y);
            break;
        case QPainterPath::CurveToDataElement:
            // The second control point, then the end.
            m_body += path.elementAt(i - 1).type == QPainterPath::CurveToElement ? " and " + place(e.x, e.y)
                                                                                 : " .. " + place(e.x, e.y);
            break;
        }
        last = e;
    }
    close();
    m_body += ";\n";
}

void TikzSurface::text(const TextItem& item) {
    if (item.text.trimmed().isEmpty())
        return;
    constexpr const char* anchors[]{"base west", "base", "base east"};
    const bool mono = item.font.styleHint() == QFont::Monospace;
    const double size = item.font.pixelSize() * pointsPerPixel;
    m_body += "\\node[anchor=" + QByteArray(anchors[int(item.align)]) +
              ", inner sep=0pt, text=" + colour(item.color);
    if (item.rotation != 0)
        m_body += ", rotate=" + number(-item.rotation);
    m_body += "] at " + place(item.at.x(), item.at.y()) + " {\\fontsize{" + number(size) + "bp}{" +
              number(size * 1.2) + "bp}" + (mono ? "\\ttfamily" : "\\sffamily") +
              (item.font.bold() ? "\\bfseries" : "\\mdseries") + "\\selectfont " + latex(item.text) + "};\n";
}

void TikzSurface::begin(const QString& id, const QString& title) {
    m_body += comment(id + QStringLiteral(": ") + title);
}

void TikzSurface::end() {}

QByteArray TikzSurface::document(QSizeF size, const QString& title, const QString& description) const {
    return comment(title + QStringLiteral(": ") + description) +
           comment(QStringLiteral("\\input it where \\usepackage{tikz} is; \\resizebox makes it fit.")) +
           "\\begin{tikzpicture}[x=0.75bp, y=-0.75bp]\n\\useasboundingbox (0,0) rectangle " +
           place(size.width(), size.height()) + ";\n" + m_body + "\\end{tikzpicture}\n";
}

} // namespace gui
