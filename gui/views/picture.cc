#include "gui/views/picture.h"

#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>

#include <cmath>

namespace gui {

namespace {

QString description(const Picture& picture) {
    const ViewState& state = picture.state();
    QStringList parts;
    for (const QString& part : {state.sentence, state.second})
        if (!part.isEmpty())
            parts << part;
    if (!state.changes.lines().isEmpty())
        parts << QStringLiteral("Changes: %1.").arg(state.changes.lines().join(QStringLiteral("; ")));
    return parts.join(u' ');
}

void paintAll(QPainter& painter, const Picture& picture, const Look& look, QSizeF size) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRectF(QPointF(), size), look.palette()[Role::Panel]);
    PainterSurface surface(painter);
    Canvas canvas(surface, look);
    picture.draw(canvas, size);
}

} // namespace

std::vector<const gdbbridge::Snapshot*> ViewState::all() const {
    std::vector<const gdbbridge::Snapshot*> result;
    for (const auto& frame : frames)
        if (frame)
            result.push_back(frame.get());
    if (before)
        result.push_back(before.get());
    if (now)
        result.push_back(now.get());
    return result;
}

ViewState makeViewState(gdbbridge::SnapshotPtr now, gdbbridge::SnapshotPtr before) {
    ViewState state;
    state.changes = now ? Changes(before.get(), *now) : Changes();
    state.now = std::move(now);
    state.before = std::move(before);
    return state;
}

void Picture::drawEmpty(Canvas& canvas, QSizeF size, const QString& line, const QString& hint) const {
    const double u = canvas.px(1), y = std::min(size.height() - 30 * u, 150 * u);
    canvas.text({18 * u, y - 60 * u}, line, type::second, Role::Ink);
    canvas.richText({18 * u, y - 34 * u}, hint, type::body, Role::Ink2);
    canvas.line({18 * u, y}, {size.width() - 18 * u, y}, {.line = Role::AbsentLine, .width = 1.5});
    canvas.note({QStringLiteral("empty"), line, QRectF(18 * u, y - 80 * u, size.width() - 36 * u, 80 * u), {}});
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
    return surface.document(size, picture.title(), description(picture));
}

bool writePdf(const Picture& picture, const Look& look, QSizeF offered, const QString& file) {
    const QSizeF size = picture.sizeFor(look, offered);
    QPdfWriter writer(file);
    constexpr int dotsPerPoint = 4; // fine enough for hairlines
    writer.setResolution(72 * dotsPerPoint);
    writer.setPageMargins({});
    writer.setPageSize(QPageSize(size * 0.75, QPageSize::Point, QString(), QPageSize::ExactMatch));
    writer.setTitle(picture.title());
    QPainter painter;
    if (!painter.begin(&writer))
        return false;
    painter.scale(0.75 * dotsPerPoint, 0.75 * dotsPerPoint);
    paintAll(painter, picture, look, size);
    return painter.end();
}

bool writePng(const Picture& picture, const Look& look, QSizeF offered, double scale, const QString& file) {
    const QSizeF size = picture.sizeFor(look, offered);
    QImage image((size * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setText(QStringLiteral("Description"), description(picture));
    QPainter painter(&image);
    painter.scale(scale, scale);
    paintAll(painter, picture, look, size);
    painter.end();
    return image.save(file);
}

QString exportPicture(const Picture& picture, const Look& look, QSizeF offered, const QString& file) {
    const QString suffix = QFileInfo(file).suffix().toLower();
    bool ok = false;
    if (suffix == QStringLiteral("pdf")) {
        ok = writePdf(picture, look, offered, file);
    } else if (suffix == QStringLiteral("png")) {
        ok = writePng(picture, look, offered, 2, file);
    } else if (suffix == QStringLiteral("svg")) {
        QSaveFile out(file);
        ok = out.open(QIODevice::WriteOnly) && out.write(toSvg(picture, look, offered)) >= 0 && out.commit();
    } else {
        return QStringLiteral("cannot export to '%1': the name must end in .svg, .pdf or .png").arg(file);
    }
    return ok ? QString() : QStringLiteral("cannot write '%1': is the folder there and writable?").arg(file);
}

} // namespace gui
