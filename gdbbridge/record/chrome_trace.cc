#include "gdbbridge/record/chrome_trace.h"

#include <QJsonDocument>
#include <algorithm>
#include <map>
#include <optional>

#include "gdbbridge/record/moment_json.h"

namespace gdbbridge {

namespace {

// The kind that ends what a kind begins.
std::optional<EventKind> endOf(EventKind kind) {
    switch (kind) {
    case EventKind::CommandBegin:
        return EventKind::CommandEnd;
    case EventKind::ForkBegin:
        return EventKind::ForkEnd;
    case EventKind::FindspaceBegin:
        return EventKind::FindspaceEnd;
    case EventKind::FaultBegin:
        return EventKind::FaultEnd;
    default:
        return std::nullopt;
    }
}

QString spanName(EventKind kind) {
    switch (kind) {
    case EventKind::CommandBegin:
        return QStringLiteral("command");
    case EventKind::ForkBegin:
        return QStringLiteral("fork");
    case EventKind::FindspaceBegin:
        return QStringLiteral("find space");
    default:
        return QStringLiteral("fault");
    }
}

class Trace {
public:
    void moment(const Moment& moment) {
        m_command = moment.command;
        for (const Event& each : moment.events)
            event(each);
        put("C", QStringLiteral("free pages"), m_last, 0,
            {{QStringLiteral("pages"), qint64(moment.snapshot->freePages)}});
    }

    QByteArray document() {
        // What the recording does not see the end of ends with it.
        for (auto& [thread, open] : m_open)
            while (!open.empty())
                close(thread, m_last, {});
        put("M", QStringLiteral("process_name"), 0, 0,
            {{QStringLiteral("name"), QStringLiteral("uvmscope kernel")}});
        return QJsonDocument(QJsonObject{{QStringLiteral("traceEvents"), m_events},
                                         {QStringLiteral("displayTimeUnit"), QStringLiteral("ns")}})
            .toJson(QJsonDocument::Compact);
    }

private:
    void event(const Event& event) {
        m_last = std::max(m_last, event.time);
        QJsonObject args = jsonOf(event);
        std::vector<EventKind>& open = m_open[event.thread];
        const auto begun = std::find(open.rbegin(), open.rend(), event.kind);
        if (const auto end = endOf(event.kind)) {
            if (event.kind == EventKind::CommandBegin)
                args.insert(QStringLiteral("command"), m_command);
            put("B", spanName(event.kind), event.time, event.thread, args);
            open.push_back(*end);
        } else if (begun != open.rend()) {
            // A span inside it whose end was lost ends here too.
            for (auto inside = begun - open.rbegin(); inside > 0; --inside)
                close(event.thread, event.time, {});
            close(event.thread, event.time, args);
        } else {
            put("i", QString::fromStdString(event.name), event.time, event.thread, args);
        }
    }
    void close(uint32_t thread, uint64_t time, const QJsonObject& args) {
        put("E", {}, time, thread, args);
        m_open[thread].pop_back();
    }
    void put(const char* phase, const QString& name, uint64_t time, uint32_t thread,
             const QJsonObject& args) {
        QJsonObject object{{QStringLiteral("ph"), QLatin1String(phase)},
                           {QStringLiteral("ts"), double(time) / 1000},
                           {QStringLiteral("pid"), 1},
                           {QStringLiteral("tid"), qint64(thread)},
                           {QStringLiteral("args"), args}};
        if (!name.isEmpty())
            object.insert(QStringLiteral("name"), name);
        if (*phase == 'i')
            object.insert(QStringLiteral("s"), QStringLiteral("t"));
        m_events.append(object);
    }

    QJsonArray m_events;
    std::map<uint32_t, std::vector<EventKind>> m_open; // by thread: the ends that are to come
    uint64_t m_last = 0;
    QString m_command;
};

} // namespace

QByteArray chromeTrace(const std::vector<MomentPtr>& moments) {
    Trace trace;
    for (const MomentPtr& moment : moments)
        trace.moment(*moment);
    return trace.document();
}

} // namespace gdbbridge
