// For looking: renders the pictures of a scenario's moments as they stand in the app's window.
//   render_pictures SCENARIO FOLDER [--step N] [--theme NAME] [--select entry|anon|process=ID] [--whole]
#include <QCommandLineParser>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>

#include "tests/gui/picture_support.h"

namespace {

struct Dock {
    const char* picture;
    QRectF rect; // of 1600×868, with a header of 34
};
constexpr double header = 34;

const std::vector<Dock>& docks(bool projector) {
    static const std::vector<Dock> story{{"map", {12, 0, 988, 668}},
                                         {"tree", {1010, 0, 578, 268}},
                                         {"cow", {1010, 278, 578, 390}},
                                         {"timeline", {212, 678, 1376, 182}}};
    static const std::vector<Dock> big{
        {"map", {12, 0, 888, 708}}, {"cow", {910, 0, 678, 708}}, {"timeline", {12, 718, 1576, 142}}};
    return projector ? big : story;
}

QImage sheet(const gui::Story& story, gui::ThemeName theme, gui::StillFor still) {
    const gui::Look look = testsupport::exportLook(theme);
    QImage image(1600, 868, QImage::Format_RGB32);
    image.fill(look.palette()[gui::Role::Window]);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Dock& dock : docks(look.projector())) {
        const auto picture = testsupport::pictureOf(story, QLatin1String(dock.picture), still);
        painter.fillRect(dock.rect, look.palette()[gui::Role::Panel]);
        const gui::Metrics small = gui::Metrics::ofExport(15);
        painter.setFont(small.font(gui::type::title));
        painter.setPen(look.palette()[gui::Role::Ink]);
        painter.drawText(dock.rect.topLeft() + QPointF(16, 22), picture->title());
        painter.setFont(small.font(gui::type::note));
        painter.setPen(look.palette()[gui::Role::Ink3]);
        painter.drawText(dock.rect.topLeft() + QPointF(140, 22), picture->note());
        const QRectF inner = dock.rect.adjusted(0, header, 0, 0);
        const QSizeF size = picture->sizeFor(look, inner.size());
        if (size.width() > inner.width() + 1 || size.height() > inner.height() + 1)
            qInfo("%s wants %.0fx%.0f of %.0fx%.0f", dock.picture, size.width(), size.height(), inner.width(),
                  inner.height());
        painter.save();
        painter.setClipRect(inner);
        painter.translate(inner.topLeft());
        gui::PainterSurface surface(painter);
        gui::Canvas canvas(surface, look);
        picture->draw(canvas, size);
        painter.restore();
    }
    return image;
}

gui::Selection selectionOf(const QString& text) {
    gui::Selection selection;
    const uint32_t id = text.section(u'=', 1).toUInt();
    if (text.startsWith(QStringLiteral("entry"))) {
        selection.kind = gui::Selection::Kind::Entry;
        selection.entry = id;
    } else if (text.startsWith(QStringLiteral("anon"))) {
        selection.kind = gui::Selection::Kind::Anon;
        selection.anon = id;
    } else if (text.startsWith(QStringLiteral("process"))) {
        selection.kind = gui::Selection::Kind::Process;
        selection.process = id;
    }
    return selection;
}

} // namespace

int main(int argc, char** argv) {
    QGuiApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{QStringLiteral("step"), QStringLiteral("only this moment"), QStringLiteral("n")},
                       {QStringLiteral("theme"), QStringLiteral("light, dark, print, projector"),
                        QStringLiteral("name"), QStringLiteral("light")},
                       {QStringLiteral("select"), QStringLiteral("entry=ID …"), QStringLiteral("thing")},
                       {QStringLiteral("whole"), QStringLiteral("lay out for the whole run")}});
    parser.process(app);
    const QStringList args = parser.positionalArguments();
    if (args.size() != 2)
        qFatal("render_pictures SCENARIO FOLDER");
    QFile file(args[0]);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s: %s", qPrintable(args[0]), qPrintable(file.errorString()));
    const QByteArray text = file.readAll();
    const auto story = testsupport::storyOf({text.constData(), size_t(text.size())});
    story->select(selectionOf(parser.value(QStringLiteral("select"))));
    QDir().mkpath(args[1]);
    for (const gui::ThemeName theme : gui::allThemes) {
        if (gui::themeName(theme) != parser.value(QStringLiteral("theme")))
            continue;
        for (int i = 0; i < int(story->moments().size()); ++i) {
            if (parser.isSet(QStringLiteral("step")) && parser.value(QStringLiteral("step")).toInt() != i)
                continue;
            story->show(i);
            const QString name = QStringLiteral("%1/%2-%3.png")
                                     .arg(args[1])
                                     .arg(i, 3, 10, QLatin1Char('0'))
                                     .arg(gui::themeName(theme));
            sheet(*story, theme,
                  parser.isSet(QStringLiteral("whole")) ? gui::StillFor::WholeRun : gui::StillFor::Step)
                .save(name);
            qInfo("%s: %s", qPrintable(name), qPrintable(story->now()->command));
        }
    }
    return 0;
}
