#include "tests/gui/picture_support.h"

#include <QDir>
#include <QFile>
#include <QFontMetricsF>
#include <QTransform>

#include "tests/support/host_moments.h"

namespace testsupport {

using gdbbridge::StopReason;

std::unique_ptr<gui::Story> storyOf(std::string_view scenario) {
    auto story = std::make_unique<gui::Story>();
    story->begin(QStringLiteral("test"),
                 gui::scenarioCommands(QString::fromUtf8(scenario.data(), qsizetype(scenario.size()))));
    const HostRun run = runOnHost(scenario);
    if (run.status == 2)
        qFatal("the scenario does not parse: %s", run.errors.constData());
    for (const auto& moment : run.moments)
        story->append(moment);
    return story;
}

std::unique_ptr<gui::Story> storyOfFile(const QString& name) {
    QFile file(QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/") + name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s: %s", qPrintable(file.fileName()), qPrintable(file.errorString()));
    const QByteArray text = file.readAll();
    return storyOf({text.constData(), size_t(text.size())});
}

int momentAfter(const gui::Story& story, const QString& command, int nth) {
    for (size_t i = 0; i < story.moments().size(); ++i) {
        const auto& moment = story.moments()[i];
        if (moment->reason == StopReason::CommandEnd && moment->command == command && --nth == 0)
            return int(i);
    }
    qFatal("no such command: %s", qPrintable(command));
}

gui::Look exportLook(gui::ThemeName theme) {
    return {theme, gui::Metrics::ofExport(15, theme == gui::ThemeName::Projector)};
}

std::unique_ptr<gui::Picture> pictureOf(const gui::Story& story, const QString& name, gui::StillFor still) {
    auto picture = gui::makePicture(name);
    if (!picture)
        qFatal("no picture is called %s", qPrintable(name));
    picture->setState(gui::makeViewState(story, still));
    return picture;
}

QVector<gui::SceneItem> itemsOf(const gui::Picture& picture, const gui::Look& look, QSizeF size) {
    gui::NullSurface surface;
    gui::Canvas canvas(surface, look);
    picture.draw(canvas, picture.sizeFor(look, size));
    return canvas.items();
}

QVector<gui::SceneItem> itemsOf(const gui::Picture& picture, const gui::Look& look, QSizeF size,
                                const QString& beginning) {
    QVector<gui::SceneItem> result;
    for (const gui::SceneItem& item : itemsOf(picture, look, size))
        if (item.text.startsWith(beginning))
            result << item;
    return result;
}

QStringList textsOf(const gui::Picture& picture, const QString& beginning, QSizeF size) {
    QStringList texts;
    for (const gui::SceneItem& item : itemsOf(picture, exportLook(), size, beginning))
        texts << item.text;
    return texts;
}

QStringList overlaps(const QVector<gui::SceneItem>& items) {
    QStringList pairs;
    for (qsizetype i = 0; i < items.size(); ++i)
        for (qsizetype j = i + 1; j < items.size(); ++j) {
            const QRectF common = items[i].rect & items[j].rect;
            if (common.width() > 1 && common.height() > 1)
                pairs << items[i].text + QStringLiteral(" | ") + items[j].text;
        }
    return pairs;
}

namespace {

// Remembers where words stand.
class WordSurface : public gui::NullSurface {
public:
    struct Word {
        QString text;
        QRectF rect;
    };

    void text(const gui::TextItem& item) override {
        if (item.text.trimmed().isEmpty())
            return;
        const QFontMetricsF metrics(item.font);
        const double width = metrics.horizontalAdvance(item.text), size = item.font.pixelSize();
        const double left = item.align == gui::Align::Left     ? 0
                            : item.align == gui::Align::Center ? -width / 2
                                                               : -width;
        // From the base line to the height of a digit.
        const QRectF rect(left + 1, -0.7 * size, width - 2, 0.7 * size);
        QTransform turn;
        turn.translate(item.at.x(), item.at.y());
        turn.rotate(item.rotation);
        words << Word{item.text, turn.mapRect(rect)};
    }

    QVector<Word> words;
};

} // namespace

QStringList badWords(const gui::Picture& picture, const gui::Look& look, QSizeF size) {
    WordSurface surface;
    gui::Canvas canvas(surface, look);
    const QSizeF actual = picture.sizeFor(look, size);
    picture.draw(canvas, actual);
    QStringList bad;
    const auto& words = surface.words;
    for (qsizetype i = 0; i < words.size(); ++i) {
        if (!QRectF(QPointF(), actual).adjusted(-0.5, -0.5, 0.5, 0.5).contains(words[i].rect))
            bad << QStringLiteral("“%1” is cut by the edge").arg(words[i].text);
        for (qsizetype j = i + 1; j < words.size(); ++j) {
            const QRectF common = words[i].rect & words[j].rect;
            if (common.width() > 1 && common.height() > 1)
                bad << QStringLiteral("“%1” over “%2”").arg(words[i].text, words[j].text);
        }
    }
    return bad;
}

QStringList scenarioNames() {
    return QDir(QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios"))
        .entryList({QStringLiteral("*.uvm")}, QDir::Files, QDir::Name);
}

QStringList scenarioFiles() {
    QStringList files;
    for (const char* folder : {"/scenarios", "/scenarios/demos", "/tests/scenario/additions"}) {
        const QDir dir(QStringLiteral(UVMSCOPE_SOURCE_DIR) + QLatin1String(folder));
        for (const QString& name : dir.entryList({QStringLiteral("*.uvm")}, QDir::Files, QDir::Name))
            files << dir.filePath(name);
    }
    return files;
}

} // namespace testsupport
