#include "gui/models/payments.h"

#include <algorithm>
#include <array>
#include <set>

#include "gui/models/names.h"
#include "gui/models/story.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::none;
using Verdict = Payment::Verdict;

namespace {

constexpr uint64_t writeRight = 2, wireFault = 1;

// What one fault did, out of the events of its thread between its begin and its end.
struct Deed {
    uint64_t map = 0, va = 0; // of the page
    uint64_t access = 0, kind = 0;
    uint64_t error = 0;
    int copies = 0, zeros = 0, pageIns = 0;
    bool ended = false;
    bool clouded = false; // something else changed the state before it
};

// What a command asks the memory for.
struct Wanted {
    QString who;
    bool writes = false;
    uint64_t va = 0, end = 0;
};

std::optional<uint64_t> numberOf(const QString& word) {
    bool ok = false;
    const uint64_t value = word.startsWith(u"0x") ? word.mid(2).toULongLong(&ok, 16) : word.toULongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

std::optional<Wanted> wantedBy(const QString& command) {
    const QStringList words = command.split(u' ', Qt::SkipEmptyParts);
    const QString verb = words.value(0), data = words.value(3);
    const auto va = numberOf(words.value(2));
    if (!va || (verb != QStringLiteral("read") && verb != QStringLiteral("write")))
        return std::nullopt;
    Wanted wanted{words.value(1), verb == QStringLiteral("write"), *va, 0};
    uint64_t length = 1;
    if (wanted.writes)
        length = data.startsWith(u'"') ? uint64_t(std::max<qsizetype>(0, data.size() - 2))
                                       : uint64_t(data.size() / 2);
    else if (words.size() > 3)
        length = numberOf(data).value_or(0);
    wanted.end = *va + length;
    return length > 0 && wanted.end > *va ? std::optional(wanted) : std::nullopt;
}

// Events that say nothing about what an access costs.
bool isHarmless(EventKind kind) {
    return kind == EventKind::CommandBegin || kind == EventKind::CommandEnd ||
           kind == EventKind::ScenarioEnd || kind == EventKind::MapCall;
}

// The deeds among the events of a step, in order, and what was entered on the way.
class Deeds {
public:
    Deeds(const std::vector<Event>& events, uint64_t pageSize) : m_pageSize(pageSize) {
        for (const Event& event : events)
            add(event);
    }
    const std::vector<Deed>& all() const { return m_deeds; }
    bool enteredAhead(uint64_t map, uint64_t va) const { return m_ahead.contains({map, va}); }
    bool clouded() const { return m_clouded; }
    // References to the anon were given up, or its page went, before the deed `index`.
    bool lostReference(uint32_t anon, size_t index) const {
        return std::any_of(m_lost.begin(), m_lost.end(),
                           [&](const auto& lost) { return lost.first == anon && lost.second < index; });
    }

private:
    Deed* openOf(uint32_t thread) {
        const auto it = std::find_if(m_open.begin(), m_open.end(),
                                     [thread](const auto& open) { return open.first == thread; });
        return it == m_open.end() ? nullptr : &m_deeds[it->second];
    }

    void add(const Event& event) {
        Deed* const open = openOf(event.thread);
        if (event.kind == EventKind::FaultBegin) {
            // Two at once look at each other's half-made changes.
            const bool alone = m_open.empty();
            m_open.emplace_back(event.thread, m_deeds.size());
            m_deeds.push_back({event.args[0], event.args[1] / m_pageSize * m_pageSize, event.args[2],
                               event.args[3], 0, 0, 0, 0, false, m_clouded || !alone});
            return;
        }
        if (!open) {
            m_clouded = m_clouded || !isHarmless(event.kind);
            return;
        }
        switch (event.kind) {
        case EventKind::FaultEnd:
            open->ended = true;
            open->error = event.args[2];
            std::erase_if(m_open, [&](const auto& each) { return each.first == event.thread; });
            break;
        case EventKind::PageCopy: // also where a loan is broken
            ++open->copies;
            break;
        case EventKind::PageAlloc:
            // A page without an owner is a page table, which costs whoever writes nothing.
            if (event.args[1] == 0 && event.args[2] == 0)
                m_tables.insert(event.args[0]);
            else
                m_tables.erase(event.args[0]);
            break;
        case EventKind::PageZero:
            open->zeros += m_tables.contains(event.args[0]) ? 0 : 1;
            break;
        case EventKind::ObjectPageIn:
        case EventKind::SwapPageIn:
            ++open->pageIns;
            break;
        case EventKind::FaultAhead:
            m_ahead.insert({event.args[0], event.args[1]});
            break;
        case EventKind::AnonUnreference:
        case EventKind::AnonDestroy:
            m_lost.emplace_back(uint32_t(event.args[0]), m_deeds.size() - 1);
            break;
        case EventKind::DaemonBegin:
            m_clouded = open->clouded = true;
            break;
        default:
            break;
        }
    }

    uint64_t m_pageSize;
    std::vector<Deed> m_deeds;
    std::vector<std::pair<uint32_t, size_t>> m_open; // thread, index
    std::set<std::pair<uint64_t, uint64_t>> m_ahead; // map, va
    std::set<uint64_t> m_tables;                     // physical addresses
    std::vector<std::pair<uint32_t, size_t>> m_lost; // anon, deed in which
    bool m_clouded = false;
};

QString expectedWords(WriteCost cost) {
    switch (cost) {
    case WriteCost::Nothing:
        return QStringLiteral("no fault");
    case WriteCost::FaultsOnly:
        return QStringLiteral("a fault, no copy");
    case WriteCost::ZeroFills:
        return QStringLiteral("1 page of zeros");
    case WriteCost::Copies:
    case WriteCost::Promotes:
        return QStringLiteral("copy 1 page");
    case WriteCost::PagesIn:
        return QStringLiteral("read 1 page in");
    case WriteCost::NotAllowed:
    case WriteCost::NotMapped:
    case WriteCost::BeyondEnd:
        break;
    }
    return QStringLiteral("refuse it");
}

QString foundWords(const Deed& deed) {
    if (deed.error != 0)
        return QStringLiteral("refused it, ") + QString::fromStdString(gdbbridge::errnoName(deed.error));
    if (deed.copies > 0)
        return QStringLiteral("copied ") + countText(uint64_t(deed.copies), QStringLiteral("page"));
    if (deed.pageIns > 0)
        return QStringLiteral("read %1 in").arg(countText(uint64_t(deed.pageIns), QStringLiteral("page")));
    if (deed.zeros > 0)
        return countText(uint64_t(deed.zeros), QStringLiteral("page")) + QStringLiteral(" of zeros");
    return QStringLiteral("a fault, no copy");
}

// Memory was short, or a device broke.
bool isMishap(uint64_t error) {
    constexpr uint64_t eio = 5, enomem = 12;
    return error == eio || error == enomem;
}

bool isRefusal(WriteCost cost) {
    return cost == WriteCost::NotAllowed || cost == WriteCost::NotMapped || cost == WriteCost::BeyondEnd;
}

// Whether the deed is what was predicted.
bool holds(const Payment& payment, const PageFact& fact, const Deed& deed) {
    if (isRefusal(payment.predicted))
        return deed.error != 0;
    if (deed.error != 0)
        return false;
    switch (payment.predicted) {
    case WriteCost::FaultsOnly:
        return deed.copies == 0 && deed.zeros == 0 && deed.pageIns == 0;
    case WriteCost::ZeroFills:
        // What an anonymous object has in swap is not in the snapshot: the page may come from there.
        return deed.copies == 0 &&
               (deed.zeros == 1 || (fact.backing == Backing::AnonObject && deed.pageIns > 0));
    case WriteCost::Copies:
    case WriteCost::Promotes: // of a page that may have to be made or read first
        return deed.copies == 1;
    case WriteCost::PagesIn:
        return deed.copies == 0 && deed.pageIns > 0;
    default:
        return false; // there should have been no fault
    }
}

class Judge {
public:
    // `failed`: the command ended with an error, so that what it wanted may not have been touched.
    Judge(const Snapshot& before, const std::vector<Event>& events, bool complete, bool failed = false)
        : m_before(before), m_deeds(events, before.pageSize), m_complete(complete), m_failed(failed) {}

    std::vector<Payment> judge(const std::optional<Wanted>& wanted) {
        for (size_t i = 0; i < m_deeds.all().size(); ++i)
            judgeFault(i);
        if (wanted)
            judgeWanted(*wanted);
        return std::move(m_out);
    }

private:
    void judgeFault(size_t index) {
        const Deed& deed = m_deeds.all()[index];
        int process = none;
        for (size_t p = 0; p < m_before.processes.size() && process == none; ++p)
            if (const auto* map = mapOf(m_before, int(p)); map && map->address == deed.map)
                process = int(p);
        // The first fault of a page is the one that was foreseen.
        if (process == none || !m_seen.insert({deed.map, deed.va}).second)
            return;
        const bool wires = deed.kind >= wireFault, writes = (deed.access & writeRight) != 0;
        const auto kind = wires ? (writes ? AccessKind::WireForWriting : AccessKind::WireForReading)
                                : (writes ? AccessKind::Write : AccessKind::Read);
        PageFact fact;
        Payment payment = predict(process, deed.va, kind, fact);
        if (deed.clouded ||
            (fact.anon != none && m_deeds.lostReference(m_before.anons[size_t(fact.anon)].id, index))) {
            payment.verdict = Verdict::NotJudged;
            payment.why = QStringLiteral("the step changed what it rests on before");
        } else if (isMishap(deed.error)) {
            payment.verdict = Verdict::NotJudged;
            payment.found = foundWords(deed);
            payment.why = QStringLiteral("it failed: %1, which no snapshot foretells")
                              .arg(QString::fromStdString(gdbbridge::errnoName(deed.error)));
        } else if (deed.ended) {
            payment.found = foundWords(deed);
            payment.verdict = holds(payment, fact, deed) ? Verdict::Held : Verdict::Broken;
        }
        m_failed = m_failed || deed.error != 0;
        m_out.push_back(payment);
    }

    // Pages that were accessed without any fault.
    void judgeWanted(const Wanted& wanted) {
        const int process = [&] {
            for (size_t p = 0; p < m_before.processes.size(); ++p)
                if (QString::fromStdString(m_before.processes[p].name) == wanted.who)
                    return int(p);
            return none;
        }();
        const auto* map = mapOf(m_before, process);
        if (!map)
            return;
        const uint64_t size = m_before.pageSize;
        for (uint64_t va = wanted.va / size * size, pages = 0; va < wanted.end && pages < mostPages;
             va += size, ++pages) {
            if (m_seen.contains({map->address, va}))
                continue;
            PageFact fact;
            Payment payment =
                predict(process, va, wanted.writes ? AccessKind::Write : AccessKind::Read, fact);
            // Behind a fault that failed nothing more was touched.
            if (m_failed)
                return;
            if (m_complete) {
                const bool ahead = m_deeds.enteredAhead(map->address, va);
                payment.found = ahead ? QStringLiteral("no fault: it was entered with its neighbour")
                                      : QStringLiteral("no fault");
                payment.verdict = m_deeds.clouded() ? Verdict::NotJudged
                                  : payment.predicted == WriteCost::Nothing ||
                                          (ahead && payment.predicted == WriteCost::FaultsOnly)
                                      ? Verdict::Held
                                      : Verdict::Broken;
            }
            m_out.push_back(payment);
        }
    }

    Payment predict(int process, uint64_t va, AccessKind kind, PageFact& fact) const {
        fact = pageFact(m_before, process, va);
        const auto& p = m_before.processes[size_t(process)];
        Payment payment;
        payment.process = p.pid;
        payment.va = va;
        payment.writes = kind == AccessKind::Write || kind == AccessKind::WireForWriting;
        payment.predicted = nextAccess(m_before, process, fact, kind);
        static constexpr const char* verbs[] = {"reads", "writes", "wires", "wires"};
        payment.title = QStringLiteral("%1 %2 %3")
                            .arg(subjectText(QString::fromStdString(p.name)),
                                 QLatin1String(verbs[size_t(kind)]), addressText(va));
        payment.expected = expectedWords(payment.predicted) + reason(process, fact, payment.predicted);
        return payment;
    }

    // Why it costs that: what stands in the snapshot.
    QString reason(int process, const PageFact& fact, WriteCost cost) const {
        const auto* map = mapOf(m_before, process);
        if (!map || fact.entry == none)
            return {};
        if (cost == WriteCost::Promotes)
            return QStringLiteral(": of the object's page");
        if (fact.anon == none || isRefusal(cost))
            return {};
        const auto& anon = m_before.anons[size_t(fact.anon)];
        const int ways = sharersOf(m_before, map->entries[size_t(fact.entry)], fact.anon);
        return QStringLiteral(": %1 has %2")
            .arg(anonName(anon), countText(uint64_t(std::max(0, ways)), QStringLiteral("ref")));
    }

    static constexpr uint64_t mostPages = 64; // of one command

    const Snapshot& m_before;
    const Deeds m_deeds;
    bool m_complete;                                // the step is over
    std::set<std::pair<uint64_t, uint64_t>> m_seen; // map, va
    bool m_failed;
    std::vector<Payment> m_out;
};

} // namespace

Payment::Verdict PaidStep::verdict() const {
    for (const Verdict verdict : {Verdict::Broken, Verdict::ToCome, Verdict::Held})
        if (count(verdict) > 0)
            return verdict;
    return Verdict::NotJudged;
}

const Payment& PaidStep::first() const {
    return *std::find_if(payments.begin(), payments.end(),
                         [like = verdict()](const Payment& each) { return each.verdict == like; });
}

size_t PaidStep::count(Verdict verdict) const {
    return size_t(std::count_if(payments.begin(), payments.end(),
                                [verdict](const Payment& each) { return each.verdict == verdict; }));
}

PaidStep paidStep(const Story& story, int index) {
    PaidStep step;
    const auto& moments = story.moments();
    if (index < 1 || index >= int(moments.size()))
        return step;
    const int first = firstInside(moments, index);
    const auto& now = *moments[size_t(index)];
    step.step = now.operation;
    if (first < 1)
        return step;
    bool lost = false;
    for (int i = first; i <= index; ++i)
        lost = lost || moments[size_t(i)]->lost > 0;
    const bool complete = now.reason == gdbbridge::StopReason::CommandEnd;
    // Where nothing happens any more behind the last command, no access is looked for.
    const auto wanted =
        now.reason == gdbbridge::StopReason::ScenarioEnd ? std::nullopt : wantedBy(now.command);
    step.payments = Judge(*moments[size_t(first) - 1]->snapshot, eventsOf(moments, first, index), complete,
                          complete && now.error != 0)
                        .judge(wanted);
    if (lost)
        for (Payment& payment : step.payments) {
            payment.verdict = Verdict::NotJudged;
            payment.why = QStringLiteral("events of the step were lost");
        }
    return step;
}

PaidStep stepToCome(const Story& story) {
    PaidStep step;
    const auto now = story.now();
    if (!now || gdbbridge::isInsideCommand(now->reason) || size_t(now->operation) >= story.commands().size())
        return step;
    step.step = now->operation + 1;
    step.payments =
        Judge(*now->snapshot, {}, false).judge(wantedBy(story.commands()[size_t(now->operation)].text));
    return step;
}

std::vector<PaidStep> paidSteps(const Story& story, size_t most) {
    std::vector<PaidStep> steps;
    const int current = story.current();
    const auto wanted = [&](int index) {
        const auto& moment = *story.moments()[size_t(index)];
        return index == current || moment.reason == gdbbridge::StopReason::CommandEnd;
    };
    const int least = current - int(32 * most);
    for (int i = current; i > std::max(0, least) && steps.size() < most; --i) {
        if (!wanted(i))
            continue;
        PaidStep step = paidStep(story, i);
        step.current = i == current;
        if (!step.payments.empty())
            steps.push_back(std::move(step));
    }
    std::reverse(steps.begin(), steps.end());
    if (PaidStep next = stepToCome(story); !next.payments.empty())
        steps.push_back(std::move(next));
    return steps;
}

std::vector<PaidStep> allPaidSteps(const Story& story) {
    std::vector<PaidStep> steps;
    for (int i = 1; i < int(story.moments().size()); ++i) {
        if (story.moments()[size_t(i)]->reason != gdbbridge::StopReason::CommandEnd && i != story.current())
            continue;
        PaidStep step = paidStep(story, i);
        if (step.payments.empty())
            continue;
        step.current = i == story.current();
        if (i > story.current())
            for (Payment& payment : step.payments) {
                payment.verdict = Verdict::ToCome;
                payment.found.clear();
                payment.why.clear();
            }
        steps.push_back(std::move(step));
    }
    return steps;
}

} // namespace gui
