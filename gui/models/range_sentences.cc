// What changed the attributes, the wiring or the contents of a range.
#include <algorithm>

#include "gui/models/names.h"
#include "gui/models/step_facts.h"

namespace gui {

using gdbbridge::Advice;
using gdbbridge::Entry;
using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::Inheritance;
using gdbbridge::Map;
using gdbbridge::Protection;

namespace {

StepSentence unchanged(const StepFacts& facts, const QString& because) {
    return {QStringLiteral("%1, so nothing changed.").arg(because), {}, facts.who().pid};
}

// The ranges of the entries that these events name, joined; by the state after the step.
QString entriesText(const StepFacts& facts, const std::vector<Event>& events) {
    const Map* map = facts.mapAfter(facts.who());
    uint64_t low = UINT64_MAX, high = 0, bytes = 0;
    for (const Event& event : events)
        for (size_t i = 0; map && i < map->entries.size(); ++i) {
            const Entry& entry = map->entries[i];
            if (entry.id != uint32_t(event.args[1]))
                continue;
            low = std::min(low, entry.start);
            high = std::max(high, entry.end);
            bytes += entry.end - entry.start;
        }
    if (bytes == 0)
        return addressText(facts.number(2).value_or(0));
    if (bytes == high - low)
        return pagesAt(low, high, facts.pageSize());
    return QStringLiteral("%1 between %2 and %3")
        .arg(countText(bytes / facts.pageSize(), QStringLiteral("page")), addressText(low),
             addressText(high));
}

QString textOf(uint64_t protection) {
    return QString::fromStdString(Protection{uint8_t(protection & 7)}.text());
}

// What the page tables had to give up.
QString tablesText(const StepFacts& facts) {
    const size_t removed = facts.count(EventKind::PmapRemoved), less = facts.count(EventKind::PmapProtected);
    if (removed > 0)
        return QStringLiteral("%1 left the page tables.").arg(countText(removed, QStringLiteral("page")));
    if (less > 0)
        return QStringLiteral("%1 in the page tables lost rights.")
            .arg(countText(less, QStringLiteral("page")));
    return {};
}

StepSentence protectedRange(const StepFacts& facts) {
    const auto who = facts.who();
    const std::vector<Event> events = facts.eventsOf(EventKind::EntryProtect);
    const bool maximum = facts.hasWord(QStringLiteral("max"));
    if (events.empty())
        return unchanged(facts, QStringLiteral("Nothing is mapped there"));
    const bool same = std::all_of(events.begin(), events.end(),
                                  [](const Event& event) { return event.args[2] == event.args[3]; });
    const Event& one = events.front();
    if (same && !maximum)
        return unchanged(facts, QStringLiteral("The range is %1 already").arg(textOf(one.args[3])));
    StepSentence out{.first = {}, .second = tablesText(facts), .actor = who.pid};
    const QString range = entriesText(facts, events);
    if (maximum)
        out.first = QStringLiteral("%1 limited %2 to at most %3; it is %4 now.")
                        .arg(subjectText(who.name), range, textOf(one.args[4]), textOf(one.args[3]));
    else
        out.first = QStringLiteral("%1 made %2 %3: %4 became %5.")
                        .arg(subjectText(who.name), range, rightsText({uint8_t(one.args[3] & 7)}),
                             textOf(one.args[2]), textOf(one.args[3]));
    const bool gained = (one.args[3] & ~one.args[2]) != 0;
    if (out.second.isEmpty() && gained)
        out.second = QStringLiteral(
            "The page tables stay as they are: the next access faults and gets the new right.");
    return out;
}

StepSentence inherited(const StepFacts& facts) {
    const auto who = facts.who();
    const std::vector<Event> events = facts.eventsOf(EventKind::EntryInherit);
    if (events.empty())
        return unchanged(facts, QStringLiteral("Nothing is mapped there"));
    const QString range = entriesText(facts, events);
    switch (Inheritance(events.front().args[3])) {
    case Inheritance::Share:
        return {QStringLiteral("A child of %1 will share %2: writes are seen by both.")
                    .arg(subjectText(who.name, false), range),
                {},
                who.pid};
    case Inheritance::Copy:
        return {QStringLiteral("A child of %1 will get a copy of %2, page by page when written.")
                    .arg(subjectText(who.name, false), range),
                {},
                who.pid};
    case Inheritance::Zero:
        return {QStringLiteral("A child of %1 will find %2 filled with zeros.")
                    .arg(subjectText(who.name, false), range),
                {},
                who.pid};
    case Inheritance::None:
        return {
            QStringLiteral("A child of %1 will not have %2 at all.").arg(subjectText(who.name, false), range),
            {},
            who.pid};
    }
    return {};
}

StepSentence advised(const StepFacts& facts) {
    const auto who = facts.who();
    if (const Event* event = facts.first(EventKind::ObjectWillneed))
        return {QStringLiteral("%1 will need %2 at %3 soon: read-ahead was asked for.")
                    .arg(subjectText(who.name), sizeText(event->args[2]),
                         addressText(facts.number(2).value_or(0))),
                {},
                who.pid};
    const std::vector<Event> events = facts.eventsOf(EventKind::EntryAdvice);
    if (events.empty())
        return unchanged(facts, facts.word(4) == u"willneed"
                                    ? QStringLiteral("No object lies behind the range")
                                    : QStringLiteral("Nothing is mapped there"));
    const QString range = entriesText(facts, events);
    switch (Advice(events.front().args[3])) {
    case Advice::Random:
        return {QStringLiteral("%1 will use %2 in random order: faults enter no neighbours there.")
                    .arg(subjectText(who.name), range),
                {},
                who.pid};
    case Advice::Sequential:
        return {QStringLiteral("%1 will go through %2 in order: faults look ahead, not back.")
                    .arg(subjectText(who.name), range),
                {},
                who.pid};
    case Advice::Normal:
        break;
    }
    return {QStringLiteral("%1 has no special plans for %2: faults look 3 pages back and 4 ahead.")
                .arg(subjectText(who.name), range),
            {},
            who.pid};
}

// What the faults of wiring did to get the pages.
QString wiringFaults(const StepFacts& facts) {
    const std::vector<FaultFacts> faults = facts.faults();
    if (faults.empty())
        return {};
    std::vector<uint32_t> fresh;
    for (const FaultFacts& fault : faults)
        if (fault.newAnon != 0)
            fresh.push_back(fault.newAnon);
    const QString count = countText(faults.size(), QStringLiteral("fault"));
    if (fresh.empty())
        return QStringLiteral("%1 brought in what was missing; no page had to be made.").arg(count);
    return QStringLiteral("%1 brought them in; %2 %3 new.")
        .arg(count, anonsText(fresh), fresh.size() == 1 ? QStringLiteral("is") : QStringLiteral("are"));
}

StepSentence wired(const StepFacts& facts) {
    const auto who = facts.who();
    const QString verb = facts.word(0);
    const bool wire = verb.startsWith(u"wire");
    const std::vector<Event> events = facts.eventsOf(EventKind::EntryWire);
    const Map* map = facts.mapAfter(who);
    if (events.empty()) {
        if (verb == u"wireall" && map && map->wireFuture)
            return {QStringLiteral("Whatever %1 maps from now on will be wired.")
                        .arg(subjectText(who.name, false)),
                    {},
                    who.pid};
        return unchanged(facts, wire ? QStringLiteral("There was nothing to wire")
                                     : QStringLiteral("Nothing was wired"));
    }
    StepSentence out{.first = {}, .second = wiringFaults(facts), .actor = who.pid};
    const QString range = entriesText(facts, events);
    const uint64_t now = events.back().args[3];
    if (wire)
        out.first = QStringLiteral("%1 wired %2: they stay in memory and in the page tables.")
                        .arg(subjectText(who.name), range);
    else if (now > 0)
        out.first = QStringLiteral("%1 unwired %2 once; they are wired %3 more times.")
                        .arg(subjectText(who.name), range, QString::number(now));
    else
        out.first =
            QStringLiteral("%1 unwired %2: they may be paged out again.").arg(subjectText(who.name), range);
    if (verb == u"wireall" && map && map->wireFuture && out.second.isEmpty())
        out.second = QStringLiteral("What it maps from now on will be wired, too.");
    return out;
}

// Frames that were freed and held somebody's memory, not the kernel's own.
size_t freedPages(const StepFacts& facts) {
    const std::vector<Event> freed = facts.eventsOf(EventKind::PageFree);
    const auto& pages = facts.before().pages;
    return size_t(std::count_if(freed.begin(), freed.end(), [&](const Event& event) {
        return std::any_of(pages.begin(), pages.end(),
                           [&](const gdbbridge::Page& page) { return page.pa == event.args[0]; });
    }));
}

StepSentence cleaned(const StepFacts& facts) {
    const auto who = facts.who();
    const size_t written = facts.count(EventKind::ObjectPageOut), freed = freedPages(facts);
    const size_t unmapped = facts.count(EventKind::PmapRemoved);
    StepSentence out{.first = {}, .second = {}, .actor = who.pid};
    const QString at = addressText(facts.number(2).value_or(0));
    if (written > 0)
        out.first = QStringLiteral("%1 wrote %2 behind %3 back to the file.")
                        .arg(subjectText(who.name), countText(written, QStringLiteral("page")), at);
    else if (freed > 0)
        out.first = QStringLiteral("%1 gave up the pages behind %2; none had to be written back.")
                        .arg(subjectText(who.name), at);
    else
        return unchanged(facts, QStringLiteral("No page behind %1 had to be written or freed").arg(at));
    if (freed > 0)
        out.second = QStringLiteral("%1 freed; %2 left the page tables.")
                         .arg(countText(freed, QStringLiteral("page")) +
                                  (freed == 1 ? QStringLiteral(" was") : QStringLiteral(" were")),
                              countText(unmapped, QStringLiteral("mapping")));
    return out;
}

} // namespace

StepSentence rangeSentence(const StepFacts& facts) {
    const QString verb = facts.word(0);
    if (verb == u"protect")
        return protectedRange(facts);
    if (verb == u"inherit")
        return inherited(facts);
    if (verb == u"advise")
        return advised(facts);
    if (verb == u"wire" || verb == u"unwire" || verb == u"wireall" || verb == u"unwireall")
        return wired(facts);
    if (verb == u"clean")
        return cleaned(facts);
    return {};
}

} // namespace gui
