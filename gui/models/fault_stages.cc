#include "gui/models/fault_stages.h"

#include <algorithm>

#include "gui/layout/page_facts.h"
#include "gui/models/names.h"
#include "gui/models/sentences.h"
#include "gui/models/step_facts.h"
#include "gui/models/story.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::FaultCase;
using gdbbridge::Snapshot;
using State = FaultStage::State;

namespace {

struct CaseWords {
    FaultCase which;
    const char *number, *title, *when;
};
constexpr CaseWords caseWords[] = {
    {FaultCase::Anon1A, "8", "case 1A", "an anon, and a read or one reference: enter it as it is"},
    {FaultCase::Anon1B, "8", "case 1B", "an anon of several, and a write: copy it"},
    {FaultCase::Object2A, "9", "case 2A", "no anon, the object's page does: enter it"},
    {FaultCase::Object2B, "9", "case 2B", "no anon, a write to a private mapping: promote the object's page"},
    {FaultCase::Zero2B, "9", "case 2B, zero", "neither anon nor object: a page of zeros"},
};

class Builder {
public:
    Builder(const Story& story, const std::vector<Event>& events)
        : m_now(*story.now()->snapshot), m_before(story.before() ? story.before()->snapshot.get() : nullptr),
          m_events(events), m_inside(gdbbridge::isInsideCommand(story.now()->reason)) {}

    FaultStages build() {
        size_t begin = m_events.size();
        for (size_t i = 0; i < m_events.size(); ++i)
            if (m_events[i].kind == EventKind::FaultBegin) {
                begin = i;
                ++m_out.count;
            }
        if (begin == m_events.size())
            return m_out;
        m_out.number = m_out.count;
        setPlace(m_events[begin]);
        for (size_t i = begin; i < m_events.size() && !m_out.ended; ++i)
            add(m_events[i]);
        finish();
        return m_out;
    }

private:
    void setPlace(const Event& begin) {
        m_out.va = begin.args[1] - begin.args[1] % m_now.pageSize;
        static constexpr const char* verbs[] = {"touches", "reads", "writes", "touches", "executes"};
        QString who = QStringLiteral("somebody");
        for (size_t p = 0; p < m_now.processes.size(); ++p)
            if (const auto* map = mapOf(m_now, int(p)); map && map->address == begin.args[0]) {
                m_out.process = m_now.processes[p].pid;
                who = subjectText(QString::fromStdString(m_now.processes[p].name), false);
            }
        m_out.title =
            QStringLiteral("%1 %2 %3")
                .arg(who, QLatin1String(verbs[std::min<uint64_t>(begin.args[2], std::size(verbs) - 1)]),
                     plainAddress(begin.args[1]));
    }

    FaultStage& open(const Event& event, const char* number, const char* title, const QString& words) {
        m_out.stages.push_back(
            {QLatin1String(number), QLatin1String(title), words, State::Done, 0, event.sequence});
        m_opened.push_back(event.time);
        return m_out.stages.back();
    }
    QString sentence(const Event& event) const { return eventSentence(event, m_now, m_before); }

    void add(const Event& event) {
        m_last = event.time;
        switch (event.kind) {
        case EventKind::FaultBegin:
            open(event, "0", "trap", QStringLiteral("The processor could not go on: %1.").arg(m_out.title));
            return;
        case EventKind::FaultLookup:
            open(event, "1", m_retried ? "lookup again" : "lookup", sentence(event));
            return;
        case EventKind::FaultNeedsCopy:
            open(event, "3", "needs-copy", sentence(event));
            return;
        case EventKind::AmapCreate:
        case EventKind::AmapCopied:
            if (!m_out.stages.empty() && m_out.stages.back().title == QLatin1String("needs-copy"))
                m_out.stages.back().words = sentence(event);
            return;
        case EventKind::FaultRetry:
            m_retried = true;
            return;
        case EventKind::FaultWindow:
            open(event, "5", "window", sentence(event));
            m_out.window.clear();
            for (uint64_t i = 0; i < std::min<uint64_t>(event.args[2], mostPages); ++i)
                m_out.window.push_back(event.args[1] + i * m_now.pageSize);
            return;
        case EventKind::FaultAhead:
            m_out.ahead.push_back(event.args[1]);
            if (m_out.ahead.size() == 1)
                open(event, "6", "neighbours", {});
            m_out.stages.back().words =
                QStringLiteral("%1 on the way, as they are in memory: a later read needs no fault.")
                    .arg(countText(m_out.ahead.size(), QStringLiteral("page")) + QStringLiteral(" entered"));
            return;
        case EventKind::FaultCase:
            m_case =
                event.args[2] <= uint64_t(FaultCase::Zero2B) ? FaultCase(event.args[2]) : FaultCase::None;
            addCases(event);
            return;
        case EventKind::PageCopy:
        case EventKind::AnonCreate:
        case EventKind::ObjectPageIn:
        case EventKind::PageZero:
            if (m_case != FaultCase::None)
                m_details << sentence(event);
            return;
        case EventKind::PmapEntered:
            if (m_case != FaultCase::None && event.args[1] == m_out.va)
                open(event, "10", "enter", sentence(event));
            return;
        case EventKind::FaultEnd:
            m_out.ended = true;
            m_out.error = event.args[2];
            open(event, "11", "return", sentence(event));
            return;
        default:
            return;
        }
    }

    // The one that was taken and, pale, those that were not.
    void addCases(const Event& event) {
        for (const CaseWords& each : caseWords) {
            FaultStage& stage = open(event, each.number, each.title, QLatin1String(each.when));
            if (each.which == m_case) {
                m_taken = m_out.stages.size() - 1;
            } else {
                stage.state = State::NotTaken;
                stage.event = 0;
            }
        }
    }

    void finish() {
        if (m_taken != none && !m_details.isEmpty())
            m_out.stages[m_taken].words = m_details.join(u' ');
        setCosts();
        m_out.total = m_last - m_opened.front();
        // The machine stands in it, if only at its last event.
        if (!m_inside)
            return;
        for (size_t i = m_out.stages.size(); i-- > 0;)
            if (m_out.stages[i].state == State::Done) {
                m_out.stages[i].state = State::Current;
                break;
            }
        if (m_out.ended)
            return;
        const auto come = [this](const char* number, const char* title, const char* words) {
            const bool there =
                std::any_of(m_out.stages.begin(), m_out.stages.end(),
                            [&](const FaultStage& s) { return s.title == QLatin1String(title); });
            if (!there)
                m_out.stages.push_back(
                    {QLatin1String(number), QLatin1String(title), QLatin1String(words), State::ToCome, 0, 0});
        };
        if (m_case == FaultCase::None) {
            come("5", "window", "how many pages around it are looked at, by advice");
            for (const CaseWords& each : caseWords)
                come(each.number, each.title, each.when);
        }
        come("10", "enter", "the page goes into the page tables");
        come("11", "return", "the page goes on its queue, the processor tries again");
    }

    // From where a stage begins to where the next one does.
    void setCosts() {
        size_t last = none;
        for (size_t i = 0; i < m_out.stages.size(); ++i) {
            if (m_out.stages[i].state != State::Done)
                continue;
            if (last != none)
                m_out.stages[last].cost = m_opened[i] - m_opened[last];
            last = i;
        }
        if (last != none && !m_out.ended)
            m_out.stages[last].cost = m_last - m_opened[last];
    }

    static constexpr size_t none = ~size_t(0);
    static constexpr uint64_t mostPages = 64; // the routine's own window is 16

    const Snapshot& m_now;
    const Snapshot* m_before;
    const std::vector<Event>& m_events;
    bool m_inside;
    FaultStages m_out;
    std::vector<uint64_t> m_opened; // time at which each stage begins
    uint64_t m_last = 0;
    bool m_retried = false;
    FaultCase m_case = FaultCase::None;
    size_t m_taken = none;
    QStringList m_details;
};

} // namespace

FaultStages faultStages(const Story& story) {
    if (story.isEmpty())
        return {};
    const int now = story.current();
    const int first = firstInside(story.moments(), now);
    return first == now ? Builder(story, story.now()->events).build()
                        : Builder(story, eventsOf(story.moments(), first, now)).build();
}

} // namespace gui
