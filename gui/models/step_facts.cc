#include "gui/models/step_facts.h"

#include <algorithm>

#include "gui/layout/page_facts.h"
#include "gui/models/names.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::FaultCase;
using gdbbridge::Map;
using gdbbridge::none;
using gdbbridge::Snapshot;

namespace {

const Snapshot noSnapshot;

int processNamed(const Snapshot& snapshot, const QString& name) {
    const std::string wanted = name.toStdString();
    for (size_t i = 0; i < snapshot.processes.size(); ++i)
        if (snapshot.processes[i].name == wanted)
            return int(i);
    return none;
}

QStringList resultLines(const QByteArray& output, const QString& command) {
    QStringList lines;
    for (const QString& line : QString::fromUtf8(output).split(u'\n'))
        if (!line.isEmpty() && line != command)
            lines << line.trimmed();
    return lines;
}

FaultCase faultCaseOf(uint64_t number) {
    return number <= uint64_t(FaultCase::Zero2B) ? FaultCase(number) : FaultCase::None;
}

void addToFault(FaultFacts& fault, const Event& event) {
    switch (event.kind) {
    case EventKind::FaultCase:
        fault.which = faultCaseOf(event.args[2]);
        break;
    case EventKind::AmapSlotSet:
        fault.newAnon = uint32_t(event.args[2]);
        fault.oldAnon = uint32_t(event.args[3]);
        break;
    case EventKind::AmapCreate:
        fault.copiedAmap = uint32_t(event.args[0]);
        break;
    case EventKind::AmapCopied:
        fault.sourceAmap = uint32_t(event.args[0]);
        fault.copiedAmap = uint32_t(event.args[1]);
        break;
    case EventKind::ObjectPageIn:
        fault.pageIn = true;
        break;
    case EventKind::SwapPageIn:
        fault.fromSwap = true;
        break;
    case EventKind::PageAlloc:
        fault.objectPageMade = fault.objectPageMade || event.args[2] != 0;
        break;
    case EventKind::FaultAhead:
        fault.ahead.push_back(event.args[1]);
        break;
    default:
        break;
    }
}

} // namespace

StepFacts::StepFacts(const gdbbridge::Moment& now, const gdbbridge::Moment* before,
                     const std::vector<Event>& events)
    : m_now(now), m_before(before ? before->snapshot.get() : &noSnapshot), m_events(events),
      m_words(now.command.split(u' ', Qt::SkipEmptyParts)), m_results(resultLines(now.output, now.command)) {}

QString StepFacts::word(qsizetype index) const { return m_words.value(index); }

std::optional<uint64_t> StepFacts::number(qsizetype index) const {
    bool ok = false;
    const QString text = word(index);
    const uint64_t value = text.startsWith(u"0x") ? text.mid(2).toULongLong(&ok, 16) : text.toULongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

std::optional<uint64_t> StepFacts::resultAddress() const {
    for (const QString& line : m_results) {
        bool ok = false;
        const uint64_t value = line.startsWith(u"= 0x") ? line.mid(4).toULongLong(&ok, 16) : 0;
        if (ok)
            return value;
    }
    return std::nullopt;
}

std::vector<Event> StepFacts::eventsOf(EventKind kind) const {
    std::vector<Event> out;
    std::copy_if(m_events.begin(), m_events.end(), std::back_inserter(out),
                 [kind](const Event& event) { return event.kind == kind; });
    return out;
}

const Event* StepFacts::first(EventKind kind) const {
    const auto at = std::find_if(m_events.begin(), m_events.end(),
                                 [kind](const Event& event) { return event.kind == kind; });
    return at == m_events.end() ? nullptr : &*at;
}

size_t StepFacts::count(EventKind kind) const {
    return size_t(std::count_if(m_events.begin(), m_events.end(),
                                [kind](const Event& event) { return event.kind == kind; }));
}

std::vector<FaultFacts> StepFacts::faults() const {
    std::vector<FaultFacts> out;
    bool inside = false;
    for (const Event& event : m_events) {
        if (event.kind == EventKind::FaultBegin) {
            out.emplace_back();
            out.back().va = event.args[1];
            inside = true;
        } else if (event.kind == EventKind::FaultEnd && inside) {
            out.back().error = event.args[2];
            inside = false;
        } else if (inside) {
            addToFault(out.back(), event);
        }
    }
    return out;
}

std::vector<uint32_t> StepFacts::freedAnons() const {
    std::vector<uint32_t> out;
    for (const Event& event : m_events)
        if (event.kind == EventKind::AnonDestroy)
            out.push_back(uint32_t(event.args[0]));
    return out;
}

StepFacts::Who StepFacts::who(qsizetype wordIndex) const {
    Who who;
    who.name = word(wordIndex);
    who.after = processNamed(after(), who.name);
    who.before = processNamed(before(), who.name);
    if (who.after != none)
        who.pid = after().processes[size_t(who.after)].pid;
    else if (who.before != none)
        who.pid = before().processes[size_t(who.before)].pid;
    return who;
}

const Map* StepFacts::mapAfter(const Who& who) const { return mapOf(after(), who.after); }
const Map* StepFacts::mapBefore(const Who& who) const { return mapOf(before(), who.before); }

QString pagesAt(uint64_t start, uint64_t end, uint64_t pageSize) {
    return QStringLiteral("%1 at %2")
        .arg(countText((end - start) / pageSize, QStringLiteral("page")), addressText(start));
}

QString entryCount(size_t count) {
    return count == 1 ? QStringLiteral("1 entry") : QStringLiteral("%1 entries").arg(count);
}

QString rangeText(uint64_t start, uint64_t end) {
    return QStringLiteral("%1-%2").arg(addressText(start), addressText(end));
}

QString possessive(const QString& process, bool atStart) {
    return subjectText(process, atStart) + QStringLiteral("'s");
}

QString anonsText(const std::vector<uint32_t>& ids) {
    constexpr size_t most = 4; // names that a sentence bears
    if (ids.size() > most)
        return countText(ids.size(), QStringLiteral("page"));
    QStringList names;
    for (const uint32_t id : ids)
        names << QStringLiteral("n%1").arg(id);
    return listText(names);
}

QString rightsText(gdbbridge::Protection protection) {
    switch (protection.bits) {
    case 0:
        return QStringLiteral("inaccessible");
    case 1:
        return QStringLiteral("read-only");
    case 3:
        return QStringLiteral("readable and writable");
    case 5:
        return QStringLiteral("readable and executable");
    default:
        return QString::fromStdString(protection.text());
    }
}

QStringList holdersOf(const Snapshot& snapshot, uint32_t anonId, int exceptSpace) {
    QStringList names;
    const auto holds = [&](const gdbbridge::Entry& entry) {
        if (entry.amap == none)
            return false;
        const uint64_t pages = (entry.end - entry.start) / snapshot.pageSize;
        for (const auto& slot : snapshot.amaps[size_t(entry.amap)].slots)
            if (slot.anon != none && slot.slot >= entry.amapPage && slot.slot - entry.amapPage < pages &&
                snapshot.anons[size_t(slot.anon)].id == anonId)
                return true;
        return false;
    };
    for (size_t p = 0; p < snapshot.processes.size(); ++p) {
        const auto& process = snapshot.processes[p];
        const Map* map = process.vmspace == exceptSpace ? nullptr : mapOf(snapshot, int(p));
        if (map && std::any_of(map->entries.begin(), map->entries.end(), holds))
            names << subjectText(QString::fromStdString(process.name), false);
    }
    return names;
}

int anonWithId(const Snapshot& snapshot, uint32_t id) {
    for (size_t i = 0; i < snapshot.anons.size(); ++i)
        if (snapshot.anons[i].id == id)
            return int(i);
    return none;
}

} // namespace gui
