#include "gui/models/who_wrote.h"

#include <QStringList>

#include <algorithm>

#include "gui/layout/page_facts.h"
#include "gui/models/names.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::MomentPtr;
using gdbbridge::Snapshot;
using Of = ThingField::Of;

namespace {

QString rightsOf(uint64_t bits) {
    return QString::fromStdString(gdbbridge::Protection{uint8_t(bits & 7)}.text());
}

template <size_t N>
QString oneOf(const char* const (&names)[N], uint64_t index) {
    return QString::fromLatin1(names[std::min<uint64_t>(index, N - 1)]);
}

// The value that an event says a field has from then on; nothing when it tells of another thing or field.
std::optional<QString> toldOfEntry(const Event& event, const ThingField& field) {
    if (event.args[1] != field.id)
        return std::nullopt;
    static const char* const inheritances[] = {"share", "copy", "none", "zero"};
    static const char* const advices[] = {"normal", "random", "sequential"};
    const auto is = [&](const char* name) { return field.name == QLatin1String(name); };
    switch (event.kind) {
    case EventKind::EntryCreate:
    case EventKind::EntryResize:
        if (is("start"))
            return plainAddress(event.args[2]);
        if (is("end"))
            return plainAddress(event.args[3]);
        break;
    case EventKind::EntryProtect:
        if (is("protection"))
            return rightsOf(event.args[3]);
        if (is("maximum protection"))
            return rightsOf(event.args[4]);
        break;
    case EventKind::EntryInherit:
        if (is("inheritance"))
            return oneOf(inheritances, event.args[3]);
        break;
    case EventKind::EntryAdvice:
        if (is("advice"))
            return oneOf(advices, event.args[3]);
        break;
    case EventKind::EntryWire:
        if (is("wired count"))
            return QString::number(event.args[3]);
        break;
    case EventKind::NeedsCopySet:
    case EventKind::NeedsCopyClear:
        if (is("needs-copy"))
            return event.kind == EventKind::NeedsCopySet ? QStringLiteral("yes") : QStringLiteral("no");
        break;
    default:
        break;
    }
    return std::nullopt;
}

std::optional<QString> toldOfMemory(const Event& event, const ThingField& field) {
    if (event.args[0] != field.id)
        return std::nullopt;
    static const char* const queues[] = {"none", "free", "active", "inactive"};
    const bool references = field.name == QStringLiteral("references");
    switch (event.kind) {
    case EventKind::AmapReference:
    case EventKind::AmapUnreference:
        return field.of == Of::Amap && references ? std::optional(QString::number(event.args[1]))
                                                  : std::nullopt;
    case EventKind::AmapGrow:
        return field.of == Of::Amap && field.name == QStringLiteral("slots")
                   ? std::optional(QString::number(event.args[2]))
                   : std::nullopt;
    case EventKind::AnonReference:
    case EventKind::AnonUnreference:
    case EventKind::AnonLoan:
        return field.of == Of::Anon && references ? std::optional(QString::number(event.args[1]))
                                                  : std::nullopt;
    case EventKind::PageQueueMove:
        return field.of == Of::Page && field.name == QStringLiteral("queue")
                   ? std::optional(oneOf(queues, event.args[1]))
                   : std::nullopt;
    case EventKind::PageWire:
        return field.of == Of::Page && field.name == QStringLiteral("wire count")
                   ? std::optional(QString::number(event.args[1]))
                   : std::nullopt;
    default:
        return std::nullopt;
    }
}

// `tables`: the pmap of the mapping's process.
std::optional<QString> toldOfMapping(const Event& event, const ThingField& field, uint64_t tables) {
    if (event.args[0] != tables || event.args[1] != field.va)
        return std::nullopt;
    const bool rights = field.name == QStringLiteral("rights");
    if (event.kind == EventKind::PmapEntered)
        return rights ? rightsOf(event.args[3]) : plainAddress(event.args[2]);
    if (event.kind == EventKind::PmapProtected && rights)
        return rightsOf(event.args[3]);
    if (event.kind == EventKind::PmapRemoved)
        return QString();
    return std::nullopt;
}

uint64_t tablesOf(const Snapshot& snapshot, uint32_t pid) {
    const int process = processWithPid(snapshot, pid);
    if (process == gdbbridge::none)
        return 0;
    const int space = snapshot.processes[size_t(process)].vmspace;
    return space == gdbbridge::none ? 0 : snapshot.vmspaces[size_t(space)].pageTables.address;
}

struct Told {
    Event event;
    QString before, after;
};

// The last event among those of one moment that made the field another; `value` is what it was before them,
// and becomes what they say it is.
std::optional<Told> lastTold(const gdbbridge::Moment& moment, const ThingField& field, QString& value) {
    const uint64_t tables = field.of == Of::Mapping ? tablesOf(*moment.snapshot, uint32_t(field.id)) : 0;
    std::optional<Told> last;
    for (const Event& event : moment.events) {
        const auto told = field.of == Of::Entry     ? toldOfEntry(event, field)
                          : field.of == Of::Mapping ? toldOfMapping(event, field, tables)
                          : field.of == Of::Map     ? std::nullopt
                                                    : toldOfMemory(event, field);
        if (!told || *told == value)
            continue;
        last = Told{event, value, *told};
        value = *told;
    }
    return last;
}

// Fields of which an event tells whenever they change: what no event has changed since, the thing came with.
bool isTold(const ThingField& field) {
    static const QStringList told{QStringLiteral("start"), QStringLiteral("end"),
                                  QStringLiteral("protection"), QStringLiteral("maximum protection"),
                                  QStringLiteral("inheritance"), QStringLiteral("advice"),
                                  QStringLiteral("wired count"), QStringLiteral("needs-copy"),
                                  QStringLiteral("references"), QStringLiteral("slots"),
                                  // Nothing changes it in an entry that is there.
                                  QStringLiteral("copy-on-write")};
    return told.contains(field.name);
}

// The event that tells of the thing's coming to be, for fields that it came with.
std::optional<Event> creationOf(const gdbbridge::Moment& moment, const ThingField& field) {
    if (!isTold(field) || moment.lost != 0)
        return std::nullopt;
    for (const Event& event : moment.events)
        if ((field.of == Of::Entry && event.kind == EventKind::EntryCreate && event.args[1] == field.id) ||
            (field.of == Of::Amap && event.kind == EventKind::AmapCreate && event.args[0] == field.id) ||
            (field.of == Of::Anon && event.kind == EventKind::AnonCreate && event.args[0] == field.id))
            return event;
    return std::nullopt;
}

} // namespace

LastWrite lastWrite(const std::vector<MomentPtr>& moments, int current, const ThingField& field) {
    QString after = fieldValue(*moments[size_t(current)]->snapshot, field);
    for (int i = current; i > 0; --i) {
        const gdbbridge::Moment& moment = *moments[size_t(i)];
        const QString before = fieldValue(*moments[size_t(i) - 1]->snapshot, field);
        // What the events say counts only where they lead to what is there; of those that were lost nobody
        // knows what they said.
        QString told = before;
        const auto event = lastTold(moment, field, told);
        if (event && told == after && moment.lost == 0)
            return {i, event->event, event->before, event->after, false};
        if (before != after)
            return {i, before.isEmpty() ? creationOf(moment, field) : std::nullopt, before, after, false};
    }
    return {0, std::nullopt, {}, after, true};
}

} // namespace gui
