#include "gdbbridge/record/moment_json.h"

#include "gdbbridge/record/field_json.h"

namespace gdbbridge {

namespace {

constexpr std::array reasonNames{"start", "command_end", "event", "paused",
                                 "step",  "place",       "watch", "scenario_end"};

template <class T>
QJsonArray arrayOf(const std::vector<T>& values) {
    KeySpace keys;
    QJsonArray array;
    for (const T& value : values) {
        FieldWriter fields(keys);
        describe(fields, value);
        array.append(fields.object());
    }
    return array;
}

template <class T>
std::optional<std::vector<T>> valuesOf(const QByteArray& json, QString* problem) {
    const QJsonDocument document = QJsonDocument::fromJson(json);
    KeySpace keys;
    QString trouble = document.isArray() ? QString() : QStringLiteral("no list");
    std::vector<T> values;
    for (const QJsonValue value : document.array()) {
        FieldReader fields(keys, value.toObject(), trouble);
        describe(fields, values.emplace_back());
    }
    if (trouble.isEmpty())
        return values;
    *problem = trouble;
    return std::nullopt;
}

} // namespace

const char* stopReasonName(StopReason reason) { return reasonNames[size_t(reason)]; }

std::optional<StopReason> stopReasonOf(const QByteArray& name) {
    for (size_t i = 0; i < reasonNames.size(); ++i)
        if (name == reasonNames[i])
            return StopReason(i);
    return std::nullopt;
}

QJsonArray jsonOf(const std::vector<Finding>& findings) { return arrayOf(findings); }
QJsonArray jsonOf(const std::vector<CodePlace>& stack) { return arrayOf(stack); }

std::optional<std::vector<Finding>> findingsOf(const QByteArray& json, QString* problem) {
    return valuesOf<Finding>(json, problem);
}
std::optional<std::vector<CodePlace>> stackOf(const QByteArray& json, QString* problem) {
    return valuesOf<CodePlace>(json, problem);
}

QJsonObject jsonOf(const Event& event) {
    QJsonArray args;
    for (size_t i = 0; i < std::min<size_t>(event.argCount, event.args.size()); ++i)
        args.append(hexText(event.args[i]));
    const std::string_view className = eventClassName(event.eventClass);
    return {{QStringLiteral("sequence"), qint64(event.sequence)},
            {QStringLiteral("time"), qint64(event.time)},
            {QStringLiteral("thread"), qint64(event.thread)},
            {QStringLiteral("name"), QString::fromStdString(event.name)},
            {QStringLiteral("class"), QString::fromUtf8(className.data(), qsizetype(className.size()))},
            {QStringLiteral("args"), args}};
}

QJsonObject jsonOf(const ThingChange& change) {
    QJsonObject object{{QStringLiteral("kind"), QLatin1String(thingKindName(change.kind))},
                       {QStringLiteral("key"), QString::fromUtf8(change.key)}};
    if (change.gone()) {
        object.insert(QStringLiteral("gone"), true);
    } else {
        object.insert(QStringLiteral("after"), QString::fromUtf8(change.after));
        object.insert(QStringLiteral("fields"), QJsonDocument::fromJson(change.body).object());
    }
    return object;
}

QJsonObject streamLine(int index, const Moment& moment, const ThingChanges& changes) {
    QJsonArray events, things;
    for (const Event& event : moment.events)
        events.append(jsonOf(event));
    for (const ThingChange& change : changes)
        things.append(jsonOf(change));
    return {{QStringLiteral("type"), QStringLiteral("moment")},
            {QStringLiteral("moment"), index},
            {QStringLiteral("reason"), QLatin1String(stopReasonName(moment.reason))},
            {QStringLiteral("operation"), moment.operation},
            {QStringLiteral("line"), moment.line},
            {QStringLiteral("command"), moment.command},
            {QStringLiteral("error"), qint64(moment.error)},
            {QStringLiteral("lost_events"), qint64(moment.lost)},
            {QStringLiteral("output"), QString::fromUtf8(moment.output)},
            {QStringLiteral("violations"), jsonOf(moment.violations)},
            {QStringLiteral("stack"), jsonOf(moment.stack)},
            {QStringLiteral("note"), moment.note},
            {QStringLiteral("events"), events},
            {QStringLiteral("changes"), things}};
}

} // namespace gdbbridge
