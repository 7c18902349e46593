#include "gui/app/text_views.h"

#include <algorithm>

#include "gui/app/events_model.h"
#include "gui/app/source_file.h"

namespace gui {

namespace {

constexpr int around = 14; // lines of source on each side

QStringList linesAround(const gdbbridge::CodePlace& place, const QString& kernel) {
    const SourceFile source = sourceOf(place, kernel);
    if (source.path.isEmpty())
        return {source.problem};
    const QStringList& all = source.lines;
    QStringList lines{QStringLiteral("%1, in %2").arg(source.name, place.function)};
    if (!source.problem.isEmpty())
        lines << source.problem;
    lines << QString();
    const int last = std::min(int(all.size()), place.line + around);
    for (int line = std::max(1, place.line - around); line <= last; ++line)
        lines << QStringLiteral("%1%2  %3")
                     .arg(line == place.line ? QStringLiteral("→ ") : QStringLiteral("  "))
                     .arg(line, 4)
                     .arg(all[line - 1]);
    return lines;
}

} // namespace

QStringList eventLines(const Story& story) {
    const EventsModel model(story);
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.data(model.index(row, 0), EventsModel::MomentRole).toInt() > story.current())
            break;
        const auto cell = [&](int column) {
            return model.data(model.index(row, column), Qt::DisplayRole).toString();
        };
        lines << QStringLiteral("%1  %2  %3")
                     .arg(cell(EventsModel::Number), 6)
                     .arg(cell(EventsModel::Class), -11)
                     .arg(cell(EventsModel::Sentence));
    }
    return lines;
}

QStringList consoleLines(const Story& story, const ConsoleLog& console) {
    QByteArray text;
    for (int i = 0; i <= story.current(); ++i)
        text += story.moments()[size_t(i)]->output;
    if (text.isEmpty()) // a program prints there
        text = console.upTo(story.current());
    QStringList lines = QString::fromUtf8(text).remove(u'\r').split(u'\n');
    while (!lines.isEmpty() && lines.last().isEmpty())
        lines.removeLast();
    return lines;
}

QStringList sourceLines(const Story& story, const QString& kernel) {
    std::vector<gdbbridge::CodePlace> places;
    if (const auto now = story.now())
        // The probe itself is nobody's subject.
        std::copy_if(now->stack.begin(), now->stack.end(), std::back_inserter(places), [](const auto& place) {
            return !place.function.startsWith(QStringLiteral("uvm_probe"));
        });
    if (places.empty())
        return {QStringLiteral("The kernel stands between two commands.")};
    QStringList lines = linesAround(places.front(), kernel);
    lines << QString() << QStringLiteral("called by");
    for (size_t i = 1; i < places.size(); ++i)
        lines << QStringLiteral("  %1   %2:%3").arg(places[i].function, places[i].file).arg(places[i].line);
    return lines;
}

QStringList textViewNames() {
    return {QStringLiteral("events"), QStringLiteral("console"), QStringLiteral("source")};
}

std::optional<QStringList> textViewLines(const QString& name, const Story& story, const QString& kernel,
                                         const ConsoleLog& console) {
    if (name == QStringLiteral("events"))
        return eventLines(story);
    if (name == QStringLiteral("console"))
        return consoleLines(story, console);
    if (name == QStringLiteral("source"))
        return sourceLines(story, kernel);
    return std::nullopt;
}

std::unique_ptr<TextPicture> makeTextView(const QString& name, const Story& story, const QString& kernel,
                                          const ConsoleLog& console) {
    const auto lines = textViewLines(name, story, kernel, console);
    if (!lines)
        return nullptr;
    const QString title = name.left(1).toUpper() + name.mid(1);
    return std::make_unique<TextPicture>(name, title, *lines);
}

} // namespace gui
