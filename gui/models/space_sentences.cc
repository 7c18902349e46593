// What made, copied, shared or ended a space or an object.
#include <algorithm>

#include "gui/layout/page_facts.h"
#include "gui/models/names.h"
#include "gui/models/step_facts.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::Inheritance;
using gdbbridge::Map;
using gdbbridge::none;

namespace {

StepSentence created(const StepFacts& facts) {
    const auto who = facts.who();
    const Map* map = facts.mapAfter(who);
    if (!map)
        return {};
    return {QStringLiteral("%1 has a new, empty space: %2, nothing mapped.")
                .arg(subjectText(who.name), rangeText(map->min, map->max)),
            map->topDown ? QStringLiteral("Its map places from the top down.") : QString(), who.pid};
}

StepSentence objectMade(const StepFacts& facts) {
    const Event* event = facts.first(EventKind::ObjectCreate);
    if (!event)
        return {};
    const bool anonymous = event->args[1] == uint64_t(gdbbridge::ObjectKind::Anonymous);
    return {QStringLiteral("%1 is a new %2 of %3; none of it is in memory.")
                .arg(facts.word(1),
                     anonymous ? QStringLiteral("memory object, zeros at first,") : QStringLiteral("file"),
                     countText(event->args[2] / facts.pageSize(), QStringLiteral("page"))),
            {},
            0};
}

// What fork did with the entries: "2 entries, shared", "of 3 entries 1 copy-on-write, 1 shared and 1 left
// out".
QString forkedEntries(const std::vector<Event>& entries) {
    size_t copied = 0, shared = 0, left = 0;
    for (const Event& event : entries) {
        if (event.args[2] == 0)
            ++left;
        else if (event.args[3] == uint64_t(Inheritance::Share))
            ++shared;
        else
            ++copied;
    }
    const QString all = entryCount(entries.size());
    if (copied == entries.size())
        return all + QStringLiteral(", copy-on-write");
    if (shared == entries.size())
        return all + QStringLiteral(", shared");
    QStringList parts;
    if (copied > 0)
        parts << QStringLiteral("%1 copy-on-write").arg(copied);
    if (shared > 0)
        parts << QStringLiteral("%1 shared").arg(shared);
    if (left > 0)
        parts << QStringLiteral("%1 left out").arg(left);
    return QStringLiteral("of %1 %2").arg(all, listText(parts));
}

StepSentence forked(const StepFacts& facts) {
    const auto parent = facts.who(1), child = facts.who(2);
    const std::vector<Event> entries = facts.eventsOf(EventKind::ForkEntry);
    const size_t copies = facts.count(EventKind::PageCopy), closed = facts.count(EventKind::PmapProtected);
    StepSentence out{.first = {}, .second = {}, .actor = parent.pid};
    const QString subject = subjectText(parent.name), forkedChild = subjectText(child.name, false);
    const QString pages =
        copies == 0 ? QStringLiteral("no page was copied")
                    : QStringLiteral("%1 copied at once").arg(countText(copies, QStringLiteral("page")));
    if (entries.empty())
        out.first = QStringLiteral("%1 forked %2; there was nothing to inherit.").arg(subject, forkedChild);
    else
        out.first =
            QStringLiteral("%1 forked %2: %3; %4.").arg(subject, forkedChild, forkedEntries(entries), pages);
    if (closed > 0)
        out.second = QStringLiteral("%1 of %2 became read-only, so that the next write there faults.")
                         .arg(countText(closed, QStringLiteral("page")), subjectText(parent.name, false));
    else if (copies > 0)
        out.second = QStringLiteral("Wired pages are copied at once: %1 must not fault on them.")
                         .arg(subjectText(parent.name, false));
    return out;
}

StepSentence shared(const StepFacts& facts) {
    const auto who = facts.who(1), other = facts.who(2);
    QStringList users;
    const int space = who.after == none ? none : facts.after().processes[size_t(who.after)].vmspace;
    for (const auto& process : facts.after().processes)
        if (process.vmspace == space)
            users << subjectText(QString::fromStdString(process.name), false);
    QString all = listText(users);
    all = all.left(1).toUpper() + all.mid(1);
    return {QStringLiteral("%1 use one space now: what one maps or writes, the other has too.").arg(all),
            QStringLiteral("Not a page and not an entry was copied: %1 refers to the space of %2.")
                .arg(subjectText(other.name, false), subjectText(who.name, false)),
            who.pid};
}

bool sameSpace(const StepFacts& facts, const StepFacts::Who& who) {
    if (who.after == none || who.before == none)
        return false;
    const int now = facts.after().processes[size_t(who.after)].vmspace;
    const int old = facts.before().processes[size_t(who.before)].vmspace;
    return now != none && old != none &&
           facts.after().vmspaces[size_t(now)].id == facts.before().vmspaces[size_t(old)].id;
}

StepSentence unshared(const StepFacts& facts) {
    const auto who = facts.who();
    if (sameSpace(facts, who))
        return {QStringLiteral("%1 had its space to itself already, so nothing changed.")
                    .arg(subjectText(who.name)),
                {},
                who.pid};
    return {QStringLiteral("%1 left the shared space for one of its own, a copy as fork makes it.")
                .arg(subjectText(who.name)),
            {},
            who.pid};
}

QString freedText(const StepFacts& facts) {
    const std::vector<uint32_t> freed = facts.freedAnons();
    if (freed.empty())
        return {};
    return QStringLiteral("%1 %2 freed: nobody else held %3.")
        .arg(anonsText(freed), freed.size() == 1 ? QStringLiteral("was") : QStringLiteral("were"),
             freed.size() == 1 ? QStringLiteral("it") : QStringLiteral("them"));
}

// Whoever still uses the space that the process had before.
QStringList othersOnOldSpace(const StepFacts& facts, const StepFacts::Who& who) {
    QStringList names;
    const int old = who.before == none ? none : facts.before().processes[size_t(who.before)].vmspace;
    if (old == none)
        return names;
    const uint32_t id = facts.before().vmspaces[size_t(old)].id;
    for (const auto& process : facts.after().processes)
        if (process.pid != who.pid && process.vmspace != none &&
            facts.after().vmspaces[size_t(process.vmspace)].id == id)
            names << subjectText(QString::fromStdString(process.name), false);
    return names;
}

StepSentence executed(const StepFacts& facts) {
    const auto who = facts.who();
    const Map* old = facts.mapBefore(who);
    StepSentence out{.first = {}, .second = freedText(facts), .actor = who.pid};
    const QStringList others = othersOnOldSpace(facts, who);
    const QString subject = subjectText(who.name);
    if (!others.isEmpty())
        out.first = QStringLiteral("%1 began a new program in a new space; the old one stays with %2.")
                        .arg(subject, listText(others));
    else if (!old || old->entries.empty())
        out.first = QStringLiteral("%1 began a new program; its space was empty already.").arg(subject);
    else if (!old || old->entries.empty())
        out.first = QStringLiteral("%1 began a new program; its space was empty already.").arg(subject);
    else
        out.first = QStringLiteral("%1 began a new program: what it had mapped, %2, is gone.")
                        .arg(subject, entryCount(old->entries.size()));
    return out;
}

StepSentence exited(const StepFacts& facts) {
    const auto who = facts.who();
    StepSentence out{.first = {}, .second = {}, .actor = who.pid};
    const QStringList others = othersOnOldSpace(facts, who);
    const QString subject = subjectText(who.name);
    if (!others.isEmpty()) {
        out.first = QStringLiteral("%1 ended; its space lives on with %2.").arg(subject, listText(others));
        return out;
    }
    const Map* old = facts.mapBefore(who);
    if (old && old->entries.empty()) {
        out.first = QStringLiteral("%1 ended; its space was empty.").arg(subject);
        return out;
    }
    const std::vector<uint32_t> freed = facts.freedAnons();
    out.first =
        freed.empty()
            ? QStringLiteral("%1 ended, and its space with it; no page was freed by that.").arg(subject)
            : QStringLiteral("%1 ended, and its space with it.").arg(subject);
    out.second = freedText(facts);
    return out;
}

} // namespace

StepSentence spaceSentence(const StepFacts& facts) {
    const QString verb = facts.word(0);
    if (verb == u"space")
        return created(facts);
    if (verb == u"object")
        return objectMade(facts);
    if (verb == u"fork")
        return forked(facts);
    if (verb == u"share")
        return shared(facts);
    if (verb == u"unshare")
        return unshared(facts);
    if (verb == u"exec")
        return executed(facts);
    if (verb == u"exit")
        return exited(facts);
    return {};
}

} // namespace gui
