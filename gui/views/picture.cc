#include "gui/views/picture.h"

#include <QBuffer>
#include <QFileInfo>
#include <QHashFunctions>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>

#include <algorithm>
#include <cmath>

#include "gui/views/dot.h"

namespace gui {

namespace {

void paintAll(QPainter& painter, const Picture& picture, const Look& look, QSizeF size) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRectF(QPointF(), size), look.palette()[Role::Panel]);
    PainterSurface surface(painter);
    Canvas canvas(surface, look);
    picture.draw(canvas, size);
}

} // namespace

namespace {

// The text in lines that are no wider than `width`, broken between words.
QStringList wrapped(const Canvas& canvas, const QString& text, const Type& type, double width) {
    QStringList lines;
    for (const QString& word : text.split(u' ', Qt::SkipEmptyParts)) {
        const QString longer = lines.isEmpty() ? word : lines.last() + u' ' + word;
        if (!lines.isEmpty() && canvas.richWidth(longer, type) <= width)
            lines.last() = longer;
        else
            lines << word;
    }
    return lines;
}

} // namespace

void Picture::drawEmpty(Canvas& canvas, QSizeF size, const QString& line, const QString& hint) const {
    const double u = canvas.px(1), width = size.width() - 36 * u;
    double y = 44 * u;
    for (const QString& part : wrapped(canvas, line, type::second, width)) {
        canvas.text({18 * u, y}, part, type::second, Role::Ink);
        y += 24 * u;
    }
    for (const QString& part : wrapped(canvas, hint, type::body, width)) {
        canvas.richText({18 * u, y + 2 * u}, part, type::body, Role::Ink2);
        y += 20 * u;
    }
    const double axis = std::max(y + 6 * u, std::min(size.height() - 30 * u, 150 * u));
    canvas.line({18 * u, axis}, {size.width() - 18 * u, axis}, {.line = Role::AbsentLine, .width = 1.5});
    canvas.note({QStringLiteral("empty"), line, QRectF(18 * u, 20 * u, width, y - 20 * u), {}});
}

QString alternativeText(const Picture& picture) {
    const ViewState& state = picture.state();
    QStringList parts;
    for (const QString& part : {state.sentence, state.second})
        if (!part.isEmpty())
            parts << part;
    if (!state.changes.lines().isEmpty())
        parts << QStringLiteral("Changes: %1.").arg(state.changes.lines().join(QStringLiteral("; ")));
    return parts.join(u' ');
}

QStringList sceneText(const Picture& picture, const Look& look, QSizeF size) {
    NullSurface surface;
    Canvas canvas(surface, look);
    picture.draw(canvas, size);
    QStringList lines;
    for (const SceneItem& item : canvas.items())
        lines << QStringLiteral("%1 @ %2,%3 %4x%5")
                     .arg(item.text)
                     .arg(std::lround(item.rect.x()))
                     .arg(std::lround(item.rect.y()))
                     .arg(std::lround(item.rect.width()))
                     .arg(std::lround(item.rect.height()));
    return lines;
}

QByteArray toSvg(const Picture& picture, const Look& look, QSizeF offered) {
    const QSizeF size = picture.sizeFor(look, offered);
    SvgSurface surface;
    Canvas canvas(surface, look);
    canvas.rect(QRectF(QPointF(), size), {.fill = Role::Panel});
    picture.draw(canvas, size);
    return surface.document(size, picture.title(), alternativeText(picture));
}

namespace {

// While it lives, new hashes have one order. Qt writes the fonts of a PDF in the order of a hash.
class OneOrder {
public:
    OneOrder() { QHashSeed::setDeterministicGlobalSeed(); }
    ~OneOrder() { QHashSeed::resetRandomGlobalSeed(); }
    Q_DISABLE_COPY_MOVE(OneOrder)
};

// Qt writes the time, and lets nobody say which.
void forgetTime(QByteArray& pdf) {
    constexpr char name[] = "/CreationDate (D:", digits[] = "20000101000000";
    const qsizetype at = pdf.indexOf(name);
    if (at >= 0)
        pdf.replace(at + qsizetype(sizeof name) - 1, qsizetype(sizeof digits) - 1, digits);
}

} // namespace

QByteArray toPdf(const Picture& picture, const Look& look, QSizeF offered) {
    const OneOrder fonts;
    const QSizeF size = picture.sizeFor(look, offered);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    constexpr int dotsPerPoint = 4; // fine enough for hairlines
    writer.setResolution(72 * dotsPerPoint);
    writer.setPageMargins({});
    writer.setPageSize(QPageSize(size * 0.75, QPageSize::Point, QString(), QPageSize::ExactMatch));
    writer.setTitle(picture.title());
    QPainter painter(&writer);
    painter.scale(0.75 * dotsPerPoint, 0.75 * dotsPerPoint);
    paintAll(painter, picture, look, size);
    painter.end();
    QByteArray pdf = buffer.data();
    forgetTime(pdf);
    return pdf;
}

QByteArray toPng(const Picture& picture, const Look& look, QSizeF offered, double scale) {
    const QSizeF size = picture.sizeFor(look, offered);
    QImage image((size * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setText(QStringLiteral("Description"), alternativeText(picture));
    QPainter painter(&image);
    painter.scale(scale, scale);
    paintAll(painter, picture, look, size);
    painter.end();
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return buffer.data();
}

QByteArray toTikz(const Picture& picture, const Look& look, QSizeF offered) {
    const QSizeF size = picture.sizeFor(look, offered);
    TikzSurface surface;
    Canvas canvas(surface, look);
    picture.draw(canvas, size);
    return surface.document(size, picture.title(), alternativeText(picture));
}

QStringList exportFormats() {
    return {QStringLiteral("svg"), QStringLiteral("pdf"), QStringLiteral("png"), QStringLiteral("tex"),
            QStringLiteral("dot")};
}

QString exportPicture(const Picture& picture, const Look& look, QSizeF offered, const QString& file) {
    const QString suffix = QFileInfo(file).suffix().toLower();
    QByteArray bytes;
    if (suffix == QStringLiteral("pdf"))
        bytes = toPdf(picture, look, offered);
    else if (suffix == QStringLiteral("png"))
        bytes = toPng(picture, look, offered, 2);
    else if (suffix == QStringLiteral("svg"))
        bytes = toSvg(picture, look, offered);
    else if (suffix == QStringLiteral("tex"))
        bytes = toTikz(picture, look, offered);
    else if (suffix != QStringLiteral("dot"))
        return QStringLiteral("cannot export to '%1': the name must end in .%2")
            .arg(file, exportFormats().join(QStringLiteral(" or .")));
    else if (!hasDot(picture.name()))
        return QStringLiteral("cannot export to '%1': only tree, cow and amap are graphs").arg(file);
    else if (bytes = toDot(picture); bytes.isEmpty())
        return QStringLiteral("cannot export to '%1': there is nothing in the graph yet").arg(file);
    if (bytes.isEmpty())
        return QStringLiteral("cannot write '%1': the picture is too large for this format; take svg")
            .arg(file);
    // All of it or nothing: what stood there before stays when the disk is full.
    QSaveFile out(file);
    if (out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit())
        return {};
    return QStringLiteral("cannot write '%1': %2").arg(file, out.errorString());
}

} // namespace gui
