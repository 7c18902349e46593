#include "gui/models/story.h"

#include <algorithm>
#include <utility>

namespace gui {

using gdbbridge::MomentPtr;
using gdbbridge::StopReason;

namespace {

// The kernel's rules for a line: words between blanks, up to a `#` wherever it stands.
QString foldedCommand(QStringView line) {
    const qsizetype comment = line.indexOf(u'#');
    return (comment < 0 ? line : line.left(comment)).toString().simplified();
}

bool isStop(const MomentPtr& moment, Story::Stride stride) {
    return stride == Story::Stride::Moment || moment->reason == StopReason::Start ||
           moment->reason == StopReason::CommandEnd || moment->reason == StopReason::ScenarioEnd;
}

} // namespace

std::vector<ScenarioCommand> scenarioCommands(const QString& text) {
    std::vector<ScenarioCommand> commands;
    int number = 0;
    for (const QStringView line : QStringView(text).split(u'\n')) {
        ++number;
        if (QString command = foldedCommand(line); !command.isEmpty())
            commands.push_back({number, std::move(command)});
    }
    return commands;
}

int firstInside(const std::vector<MomentPtr>& moments, int index) {
    const int operation = moments[size_t(index)]->operation;
    const auto inside = [&](const gdbbridge::Moment& moment) {
        return isInsideCommand(moment.reason) && moment.operation == operation;
    };
    while (index > 0 && inside(*moments[size_t(index) - 1]))
        --index;
    return index;
}

std::vector<gdbbridge::Event> eventsOf(const std::vector<MomentPtr>& moments, int first, int last) {
    std::vector<gdbbridge::Event> events;
    for (int i = first; i <= last; ++i)
        events.insert(events.end(), moments[size_t(i)]->events.begin(), moments[size_t(i)]->events.end());
    return events;
}

void Story::begin(const QString& title, std::vector<ScenarioCommand> commands) {
    m_title = title;
    m_commands = std::move(commands);
    m_moments.clear();
    m_current = -1;
    m_selection = {};
    Q_EMIT begun();
    Q_EMIT currentChanged();
    Q_EMIT selectionChanged();
    setComparison(nullptr); // it was of another run
}

void Story::setComparison(std::shared_ptr<const Comparison> comparison) {
    if (comparison == m_comparison)
        return;
    m_comparison = std::move(comparison);
    Q_EMIT comparisonChanged();
}

void Story::cutBehind(int index, std::vector<ScenarioCommand> commands) {
    const std::vector<MomentPtr> kept(m_moments.begin(), m_moments.begin() + index + 1);
    const Selection selection = m_selection;
    begin(m_title, std::move(commands));
    for (const MomentPtr& moment : kept)
        append(moment);
    select(selection);
}

void Story::append(const MomentPtr& moment) {
    Q_ASSERT(moment && moment->snapshot);
    const bool follow = atHead(); // also when there is none yet
    m_moments.push_back(moment);
    const int index = int(m_moments.size()) - 1;
    Q_EMIT appended(index);
    if (follow)
        show(index);
}

void Story::appendBehind(const MomentPtr& moment) {
    if (m_moments.empty())
        return append(moment);
    m_moments.push_back(moment);
    Q_EMIT appended(int(m_moments.size()) - 1);
}

int Story::insert(const MomentPtr& moment) {
    Q_ASSERT(moment && moment->snapshot && isInsideCommand(moment->reason));
    const uint64_t sequence = moment->snapshot->eventSequence;
    const auto behind = std::find_if(m_moments.begin(), m_moments.end(), [&](const MomentPtr& other) {
        return other->snapshot->eventSequence > sequence ||
               (other->operation == moment->operation && !isInsideCommand(other->reason));
    });
    const int index = int(behind - m_moments.begin());
    auto own = std::make_shared<gdbbridge::Moment>(*moment);
    own->output.clear(); // told with the moment behind
    own->events.clear();
    if (behind != m_moments.end()) {
        auto next = std::make_shared<gdbbridge::Moment>(**behind);
        const auto later = std::find_if(next->events.begin(), next->events.end(),
                                        [&](const auto& event) { return event.sequence > sequence; });
        own->events.assign(next->events.begin(), later);
        next->events.erase(next->events.begin(), later);
        own->lost = std::exchange(next->lost, 0);
        *behind = next;
    }
    m_moments.insert(m_moments.begin() + index, own);
    if (m_current >= index)
        ++m_current;
    Q_EMIT inserted(index);
    return index;
}

MomentPtr Story::now() const { return m_current < 0 ? nullptr : m_moments[size_t(m_current)]; }

MomentPtr Story::before() const { return m_current < 1 ? nullptr : m_moments[size_t(m_current) - 1]; }

void Story::show(int index) {
    const int clamped = std::clamp(index, m_moments.empty() ? -1 : 0, int(m_moments.size()) - 1);
    if (clamped == m_current)
        return;
    m_current = clamped;
    Q_EMIT currentChanged();
}

bool Story::showPrevious(Stride stride) {
    for (int index = m_current - 1; index >= 0; --index) {
        if (!isStop(m_moments[size_t(index)], stride))
            continue;
        show(index);
        return true;
    }
    return false;
}

bool Story::showNext(Stride stride) {
    for (int index = m_current + 1; index < int(m_moments.size()); ++index) {
        if (!isStop(m_moments[size_t(index)], stride))
            continue;
        show(index);
        return true;
    }
    return false;
}

void Story::select(const Selection& selection) {
    if (selection == m_selection)
        return;
    m_selection = selection;
    Q_EMIT selectionChanged();
}

} // namespace gui
