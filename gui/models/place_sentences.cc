// What took, gave back or moved a place in a map.
#include <algorithm>

#include "gui/layout/page_facts.h"
#include "gui/models/names.h"
#include "gui/models/step_facts.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::Map;
using gdbbridge::none;

namespace {

const Entry* entryHolding(const Map* map, uint64_t va) {
    const int index = map ? entryAt(*map, va) : none;
    return index == none ? nullptr : &map->entries[size_t(index)];
}

// "private memory", "f, shared", …
QString backingText(const gdbbridge::Snapshot& snapshot, const Entry& entry) {
    if (entry.object != none) {
        const QString name = entryTitle(snapshot, entry);
        return entry.copyOnWrite ? QStringLiteral("%1, privately").arg(name)
                                 : QStringLiteral("%1 itself").arg(name);
    }
    if (entry.copyOnWrite)
        return QStringLiteral("private memory");
    return entry.amap != none ? QStringLiteral("anonymous memory") : QStringLiteral("nothing behind them");
}

QString mergeText(const StepFacts& facts, const Entry& entry) {
    const bool both = facts.first(EventKind::MergeBoth) ||
                      (facts.first(EventKind::MergeBack) && facts.first(EventKind::MergeForward));
    const QString whole = rangeText(entry.start, entry.end);
    if (both)
        return QStringLiteral("It closed the gap between two entries: they are one now, %1.").arg(whole);
    if (facts.first(EventKind::MergeBack))
        return QStringLiteral("It fits the entry before it, so both are one entry now, %1.").arg(whole);
    if (facts.first(EventKind::MergeForward))
        return QStringLiteral("It fits the entry behind it, so both are one entry now, %1.").arg(whole);
    return {};
}

StepSentence mapped(const StepFacts& facts) {
    const auto who = facts.who();
    const uint64_t size = facts.number(3).value_or(0), at = facts.resultAddress().value_or(0);
    const Entry* entry = entryHolding(facts.mapAfter(who), at);
    StepSentence out{.first = {}, .second = {}, .actor = who.pid};
    if (!entry)
        return out;
    out.first = QStringLiteral("%1 mapped %2: %3, %4.")
                    .arg(subjectText(who.name), pagesAt(at, at + size, facts.pageSize()),
                         backingText(facts.after(), *entry), rightsText(entry->protection));
    out.second = mergeText(facts, *entry);
    if (!out.second.isEmpty())
        return out;
    if (entry->needsCopy)
        out.second = QStringLiteral("No page exists yet; the first write will make an amap (needs-copy).");
    else if (entry->amap != none)
        out.second = QStringLiteral("Its amap, a%1, is there already; no page is.")
                         .arg(facts.after().amaps[size_t(entry->amap)].id);
    else if (entry->object != none)
        out.second = QStringLiteral("No page is entered yet; each comes with the first access.");
    return out;
}

StepSentence reserved(const StepFacts& facts) {
    const auto who = facts.who();
    const uint64_t size = facts.number(3).value_or(0), at = facts.resultAddress().value_or(0);
    return {QStringLiteral("%1 reserved %2: nothing else will be placed there.")
                .arg(subjectText(who.name), pagesAt(at, at + size, facts.pageSize())),
            QStringLiteral("The entry is a blank: no access, no object, no amap."), who.pid};
}

// What became of the anons that left a map: freed, or kept by others.
QString anonsLeft(const StepFacts& facts) {
    const std::vector<uint32_t> freed = facts.freedAnons();
    std::vector<uint32_t> kept;
    QStringList holders;
    for (const Event& event : facts.eventsOf(EventKind::AnonUnreference)) {
        const auto id = uint32_t(event.args[0]);
        if (std::find(freed.begin(), freed.end(), id) != freed.end() ||
            std::find(kept.begin(), kept.end(), id) != kept.end())
            continue;
        kept.push_back(id);
        for (const QString& holder : holdersOf(facts.after(), id, none))
            if (!holders.contains(holder))
                holders << holder;
    }
    QStringList parts;
    if (!freed.empty())
        parts << QStringLiteral("%1 %2 freed")
                     .arg(anonsText(freed), freed.size() == 1 ? QStringLiteral("is") : QStringLiteral("are"));
    if (!kept.empty() && !holders.isEmpty())
        parts << QStringLiteral("%1 %2 with %3")
                     .arg(anonsText(kept),
                          kept.size() == 1 ? QStringLiteral("stays") : QStringLiteral("stay"),
                          listText(holders));
    if (parts.isEmpty())
        return {};
    return parts.join(QStringLiteral("; ")) + u'.';
}

uint64_t removedBytes(const std::vector<Event>& removed) {
    uint64_t bytes = 0;
    for (const Event& event : removed)
        bytes += event.args[3] - event.args[2];
    return bytes;
}

// What is left of the entries that the range cut.
QString whatStays(const StepFacts& facts) {
    const Map* map = facts.mapAfter(facts.who());
    if (map && map->entries.empty())
        return QStringLiteral("the map is empty now");
    switch (facts.count(EventKind::EntryClip)) {
    case 0:
        return QStringLiteral("no part of an entry stays behind");
    case 1:
        return QStringLiteral("the rest of the entry stays");
    default:
        return QStringLiteral("what lies on both sides stays");
    }
}

StepSentence unmapped(const StepFacts& facts) {
    const auto who = facts.who();
    const std::vector<Event> removed = facts.eventsOf(EventKind::EntryRemove);
    if (removed.empty())
        return {QStringLiteral("Nothing was mapped at %1, so nothing changed.")
                    .arg(addressText(facts.number(2).value_or(0))),
                {},
                who.pid};
    const QString what =
        removed.size() == 1
            ? pagesAt(removed[0].args[2], removed[0].args[3], facts.pageSize())
            : QStringLiteral("%1 in %2 entries, from %3 on")
                  .arg(countText(removedBytes(removed) / facts.pageSize(), QStringLiteral("page")),
                       QString::number(removed.size()), addressText(removed[0].args[2]));
    StepSentence out{
        .first = QStringLiteral("%1 unmapped %2; %3.").arg(subjectText(who.name), what, whatStays(facts)),
        .second = {},
        .actor = who.pid};
    out.second = anonsLeft(facts);
    if (out.second.isEmpty())
        if (const size_t gone = facts.count(EventKind::PmapRemoved))
            out.second =
                QStringLiteral("%1 left the page tables.").arg(countText(gone, QStringLiteral("page")));
    return out;
}

StepSentence extracted(const StepFacts& facts) {
    const auto from = facts.who(1), to = facts.who(4);
    const uint64_t start = facts.number(2).value_or(0), size = facts.number(3).value_or(0);
    const uint64_t at = facts.resultAddress().value_or(0);
    const bool moved = facts.first(EventKind::EntryRemove) && facts.hasWord(QStringLiteral("remove"));
    StepSentence out{.first = {}, .second = {}, .actor = from.pid};
    const QString where = from.name == to.name
                              ? addressText(at)
                              : QStringLiteral("%1 of %2").arg(addressText(at), subjectText(to.name, false));
    const QString pages = countText(size / facts.pageSize(), QStringLiteral("page"));
    const QString source = QStringLiteral("%1 of %2").arg(addressText(start), subjectText(from.name, false));
    out.first = (moved ? QStringLiteral("%1 moved from %2 to %3.")
                       : QStringLiteral("%1 from %2 can be seen at %3 as well."))
                    .arg(pages, source, where);
    const Entry* entry = entryHolding(facts.mapAfter(to), at);
    if (entry && entry->amap != none)
        out.second = QStringLiteral("Nothing was copied: its entry refers to amap a%1, which has %2 now.")
                         .arg(facts.after().amaps[size_t(entry->amap)].id)
                         .arg(countText(uint64_t(facts.after().amaps[size_t(entry->amap)].refs),
                                        QStringLiteral("reference")));
    return out;
}

// The pages that a loan is about, as A knows them.
StepSentence lent(const StepFacts& facts) {
    const auto start = facts.number(2), size = facts.number(3);
    if (!start || !size)
        return {};
    const auto who = facts.who();
    return {.first = QStringLiteral("%1 lent %2; nothing was copied.")
                         .arg(who.name, pagesAt(*start, *start + *size, facts.pageSize())),
            .second =
                QStringLiteral("As long as the loan lasts, the memory is mapped without write permission."),
            .actor = who.pid};
}

StepSentence mappedLoan(const StepFacts& facts) {
    const auto at = facts.resultAddress();
    if (!at)
        return {};
    const auto who = facts.who(2);
    return {.first = QStringLiteral("%1 mapped what it borrowed at %2; nothing was copied.")
                         .arg(who.name, addressText(*at)),
            .second = QStringLiteral("Who writes first, lender or borrower, gets a copy."),
            .actor = who.pid};
}

} // namespace

StepSentence placeSentence(const StepFacts& facts) {
    const QString verb = facts.word(0);
    if (verb == u"loan")
        return lent(facts);
    if (verb == u"loanmap")
        return mappedLoan(facts);
    if (verb == u"map")
        return mapped(facts);
    if (verb == u"unmap")
        return unmapped(facts);
    if (verb == u"reserve")
        return reserved(facts);
    if (verb == u"extract")
        return extracted(facts);
    return {};
}

} // namespace gui
