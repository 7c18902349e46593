// What only looked, and what failed.
#include <algorithm>

#include "gui/layout/free_search.h"
#include "gui/layout/page_facts.h"
#include "gui/models/names.h"
#include "gui/models/step_facts.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::Map;
using gdbbridge::none;

namespace {

// What a search for space looked at, told from its visits.
QString searchText(const StepFacts& facts) {
    const auto& events = facts.events();
    const auto visits = std::count_if(events.begin(), events.end(), isLook);
    const Map* map = facts.mapAfter(facts.who());
    if (visits == 0 || !map)
        return {};
    return QStringLiteral("The search looked behind %1 of %2.")
        .arg(visits)
        .arg(entryCount(map->entries.size()));
}

StepSentence foundSpace(const StepFacts& facts) {
    const uint64_t size = facts.number(3).value_or(0);
    return {QStringLiteral("There is room for %1 at %2; nothing changed.")
                .arg(countText(size / facts.pageSize(), QStringLiteral("page")),
                     addressText(facts.resultAddress().value_or(0))),
            searchText(facts), facts.who().pid};
}

StepSentence lookedUp(const StepFacts& facts) {
    const auto who = facts.who();
    const Map* map = facts.mapAfter(who);
    const uint64_t va = facts.number(2).value_or(0);
    const int index = map ? entryAt(*map, va) : none;
    if (index != none) {
        const auto& entry = map->entries[size_t(index)];
        return {QStringLiteral("%1 of %2 lies in the entry %3, %4.")
                    .arg(addressText(va), subjectText(who.name, false), rangeText(entry.start, entry.end),
                         QString::fromStdString(entry.protection.text())),
                {},
                who.pid};
    }
    StepSentence out{
        QStringLiteral("%1 of %2 lies in no entry.").arg(addressText(va), subjectText(who.name, false)),
        QStringLiteral("No entry lies below it."), who.pid};
    if (!map)
        return out;
    const auto after = std::find_if(map->entries.begin(), map->entries.end(),
                                    [va](const gdbbridge::Entry& entry) { return entry.start > va; });
    if (after != map->entries.begin())
        out.second = QStringLiteral("It lies in the gap behind the entry %1.")
                         .arg(rangeText((after - 1)->start, (after - 1)->end));
    return out;
}

StepSentence checkedProtection(const StepFacts& facts) {
    const uint64_t start = facts.number(2).value_or(0), size = facts.number(3).value_or(0);
    const bool yes = facts.results().contains(QStringLiteral("= true"));
    return {(yes ? QStringLiteral("All of %1 is mapped with at least %2.")
                 : QStringLiteral("Not all of %1 is mapped with at least %2."))
                .arg(pagesAt(start, start + size, facts.pageSize()), facts.word(4)),
            {},
            facts.who().pid};
}

StepSentence listed(const StepFacts& facts) {
    const QString verb = facts.word(0);
    const QString lines = countText(size_t(facts.results().size()), QStringLiteral("line"));
    const QString what = verb == u"dump"    ? QStringLiteral("entries")
                         : verb == u"anons" ? QStringLiteral("anonymous pages")
                                            : QStringLiteral("page tables");
    return {QStringLiteral("The %1 were listed, %2; nothing changed.").arg(what, lines), {}, 0};
}

StepSentence checked(const StepFacts& facts) {
    size_t entries = 0;
    for (const auto& space : facts.after().vmspaces)
        entries += space.map.entries.size();
    if (facts.now().error == 0)
        return {QStringLiteral("The kernel's own check of its maps, %1 in all, found nothing broken.")
                    .arg(entryCount(entries)),
                {},
                0};
    return {QStringLiteral("The kernel's own check of its maps found one broken."), facts.results().value(0),
            0, true};
}

// Whether the command names whole pages, so that it was refused for another reason.
bool isAligned(const StepFacts& facts) {
    const uint64_t inPage = facts.pageSize() - 1, size = facts.number(3).value_or(0);
    return (facts.number(2).value_or(1) & inPage) == 0 && size != 0 && (size & inPage) == 0;
}

QString whyRefused(const StepFacts& facts) {
    const QString verb = facts.word(0);
    switch (facts.now().error) {
    case 12: // ENOMEM
        if (verb == u"map" || verb == u"reserve" || verb == u"findspace" || verb == u"extract")
            return QStringLiteral("there is no room for it");
        return verb == u"wireall" ? QStringLiteral("that is more than the limit allows")
                                  : QStringLiteral("there is not enough memory");
    case 13: // EACCES
        return QStringLiteral("the maximum protection does not allow it");
    case 14: // EFAULT
        return QStringLiteral("nothing is mapped there");
    case 16: // EBUSY
        return QStringLiteral("a page there is wired");
    case 17: // EEXIST
        return QStringLiteral("the name is taken");
    case 22: // EINVAL
        if (isAligned(facts) && verb == u"wire")
            return QStringLiteral("part of the range is a hole or inaccessible");
        if (isAligned(facts) && verb == u"unwire")
            return QStringLiteral("part of the range is a hole or not wired");
        if (isAligned(facts) && verb == u"extract")
            return QStringLiteral("part of the range is not mapped");
        return QStringLiteral("the arguments do not fit the command");
    default:
        return QStringLiteral("the kernel refused it");
    }
}

StepSentence damaged(const StepFacts& facts) {
    const auto was = facts.resultAddress(), at = facts.number(2), now = facts.number(4);
    if (!was || !at || !now)
        return {};
    const auto who = facts.who();
    return {.first =
                QStringLiteral("A number in the tree of %1 was made wrong on purpose: %2 of the entry at %3.")
                    .arg(who.name, facts.word(3), addressText(*at)),
            .second = QStringLiteral("It is %1 now, and was %2.").arg(addressText(*now), addressText(*was)),
            .actor = who.pid};
}

} // namespace

StepSentence lookSentence(const StepFacts& facts) {
    const QString verb = facts.word(0);
    if (verb == u"findspace")
        return foundSpace(facts);
    if (verb == u"lookup")
        return lookedUp(facts);
    if (verb == u"checkprot")
        return checkedProtection(facts);
    if (verb == u"dump" || verb == u"anons" || verb == u"pmap")
        return listed(facts);
    if (verb == u"check")
        return checked(facts);
    if (verb == u"damage")
        return damaged(facts);
    return {};
}

StepSentence failureSentence(const StepFacts& facts) {
    const bool answered = std::any_of(facts.results().begin(), facts.results().end(),
                                      [](const QString& line) { return line.startsWith(u"! "); });
    if (!answered)
        return {QStringLiteral("Line %1 cannot be understood, so the scenario ends here: %2")
                    .arg(facts.now().line)
                    .arg(facts.now().command),
                {},
                0,
                true};
    const auto who = facts.who();
    const QString error = QString::fromStdString(gdbbridge::errnoName(facts.now().error));
    const auto at = facts.number(2);
    StepSentence out{.first = {}, .second = {}, .actor = who.pid};
    if (who.pid == 0)
        out.first = QStringLiteral("%1 %2 failed: %3; %4.")
                        .arg(facts.word(0), facts.word(1), error, whyRefused(facts));
    else if (at)
        out.first =
            QStringLiteral("%1 %2 at %3 failed: %4; %5.")
                .arg(possessive(who.name, true), facts.word(0), addressText(*at), error, whyRefused(facts));
    else
        out.first = QStringLiteral("%1 %2 failed: %3; %4.")
                        .arg(possessive(who.name, true), facts.word(0), error, whyRefused(facts));
    if (facts.count(EventKind::EntryClip) > 0)
        out.second = QStringLiteral("It left %1 behind on the way.")
                         .arg(countText(facts.count(EventKind::EntryClip), QStringLiteral("split")));
    return out;
}

} // namespace gui
