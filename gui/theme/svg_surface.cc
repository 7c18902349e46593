#include "gui/theme/surface.h"

namespace gui {

namespace {

QByteArray number(double value) {
    QByteArray text = QByteArray::number(value, 'f', 2);
    while (text.endsWith('0'))
        text.chop(1);
    if (text.endsWith('.'))
        text.chop(1);
    return text == "-0" ? QByteArray("0") : text;
}

QByteArray escaped(const QString& text) { return text.toHtmlEscaped().toUtf8(); }

QByteArray pathData(const QPainterPath& path) {
    QByteArray data;
    for (int i = 0; i < path.elementCount(); ++i) {
        const QPainterPath::Element e = path.elementAt(i);
        const QByteArray point = number(e.x) + ' ' + number(e.y);
        switch (e.type) {
        case QPainterPath::MoveToElement:
            data += 'M' + point;
            break;
        case QPainterPath::LineToElement:
            data += 'L' + point;
            break;
        case QPainterPath::CurveToElement:
            data += 'C' + point;
            break;
        case QPainterPath::CurveToDataElement:
            data += ' ' + point;
            break;
        }
    }
    return data;
}

} // namespace

void SvgSurface::shape(const QPainterPath& path, const ShapeStyle& style) {
    const bool lined = style.line.isValid() && style.width > 0;
    m_body += "<path d=\"" + pathData(path) + "\" fill=\"" +
              (style.fill.isValid() ? style.fill.name().toLatin1() : QByteArray("none")) + '"';
    if (lined) {
        m_body +=
            " stroke=\"" + style.line.name().toLatin1() + "\" stroke-width=\"" + number(style.width) + '"';
        if (style.roundCap)
            m_body += " stroke-linecap=\"round\"";
        if (!style.dash.isEmpty()) {
            QByteArrayList lengths;
            for (double length : style.dash)
                lengths << number(length);
            m_body += " stroke-dasharray=\"" + lengths.join(' ') + '"';
        }
    }
    m_body += "/>\n";
}

void SvgSurface::text(const TextItem& item) {
    constexpr const char* anchors[]{"start", "middle", "end"};
    const bool mono = item.font.styleHint() == QFont::Monospace;
    m_body += "<text x=\"" + number(item.at.x()) + "\" y=\"" + number(item.at.y()) + "\" font-family=\"" +
              escaped(item.font.family()) + (mono ? ", monospace" : ", sans-serif") + "\" font-size=\"" +
              number(item.font.pixelSize()) + "\" fill=\"" + item.color.name().toLatin1() + '"';
    if (item.align != Align::Left)
        m_body += QByteArray(" text-anchor=\"") + anchors[int(item.align)] + '"';
    if (item.font.bold())
        m_body += " font-weight=\"bold\"";
    if (item.font.italic())
        m_body += " font-style=\"italic\"";
    if (item.rotation != 0)
        m_body += " transform=\"rotate(" + number(item.rotation) + ' ' + number(item.at.x()) + ' ' +
                  number(item.at.y()) + ")\"";
    m_body += " xml:space=\"preserve\">" + escaped(item.text) + "</text>\n";
}

void SvgSurface::begin(const QString& id, const QString& title) {
    m_body += "<g id=\"" + escaped(id) + "\"><title>" + escaped(title) + "</title>\n";
    ++m_depth;
}

void SvgSurface::end() {
    Q_ASSERT(m_depth > 0);
    --m_depth;
    m_body += "</g>\n";
}

QByteArray SvgSurface::document(QSizeF size, const QString& title, const QString& description) const {
    const QByteArray width = number(size.width()), height = number(size.height());
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
           width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + ' ' + height +
           "\" role=\"img\">\n<title>" + escaped(title) + "</title>\n<desc>" + escaped(description) +
           "</desc>\n" + m_body + "</svg>\n";
}

} // namespace gui
