#include "gui/app/demo_guide.h"

#include <QFileInfo>

#include <algorithm>

#include "gui/app/player.h"

namespace gui {

DemoGuide::DemoGuide(Player& player, QObject* parent) : QObject(parent), m_player(player) {
    connect(&player.story(), &Story::begun, this, &DemoGuide::begin);
    connect(&player.story(), &Story::currentChanged, this, &DemoGuide::follow);
    connect(&player, &Player::changed, this, &DemoGuide::changed);
}

void DemoGuide::open(const QString& file, const QString& scenario) {
    DemoParse parse = parseDemo(scenario);
    m_problems.clear();
    for (const DemoProblem& problem : parse.problems)
        m_problems << problemLine(QFileInfo(file).fileName(), problem);
    m_script = std::move(parse.script);
    if (!m_problems.isEmpty())
        m_script.stops.clear();
    m_commands.clear();
    for (const ScenarioCommand& command : scenarioCommands(scenario))
        m_commands.push_back(command.text);
    begin();
    Q_EMIT changed();
}

// What was predicted and seen was of another run.
void DemoGuide::begin() {
    m_predictions.clear();
    m_asked = m_arrived = m_seen = -1;
}

void DemoGuide::close() { open({}, {}); }

int DemoGuide::stop() const {
    const auto now = m_player.story().now();
    if (!now)
        return -1;
    // Inside a command the last stop is the one before it.
    const bool inside = gdbbridge::isInsideCommand(now->reason);
    return m_script.stopAt(inside ? now->operation - 1 : now->operation);
}

bool DemoGuide::atStop() const {
    const int index = stop();
    return index >= 0 &&
           momentOfStop(m_player.story(), m_script.stops[size_t(index)]) == m_player.story().current();
}

bool DemoGuide::hasLeft() const {
    return isOn() && !m_player.story().isEmpty() &&
           !isOfDemo(m_player.story(), m_commands, m_script.stops.back());
}

bool DemoGuide::canGoForward() const {
    return isOn() && !m_player.story().isEmpty() && !hasLeft() && stop() + 1 < int(m_script.stops.size());
}

bool DemoGuide::canGoBack() const { return stop() > 0 || (stop() == 0 && !atStop()); }

bool DemoGuide::isAsking() const {
    const int index = stop();
    return index >= 0 && index == m_seen && atStop() && m_script.stops[size_t(index)].question &&
           prediction(index) < 0 && index + 1 < int(m_script.stops.size());
}

std::optional<DemoAnswer> DemoGuide::answer(int stop) const {
    return m_seen > stop ? answerOf(m_player.story(), m_script, stop) : std::nullopt;
}

int DemoGuide::prediction(int stop) const {
    const auto it = m_predictions.find(stop);
    return it == m_predictions.end() ? -1 : it->second;
}

void DemoGuide::predict(int choice) {
    const int index = stop();
    if (!isAsking() || choice < 0 || choice >= int(m_script.stops[size_t(index)].question->choices.size()))
        return;
    m_predictions[index] = choice;
    Q_EMIT predicted();
    Q_EMIT changed();
}

void DemoGuide::goTo(int stop) { m_player.goToCommand(m_script.stops[size_t(stop)].commands - 1); }

void DemoGuide::forward() {
    const int index = stop();
    if (isAsking() && m_asked != index) {
        m_asked = index;
        Q_EMIT predictionWanted();
        Q_EMIT changed();
        return;
    }
    if (canGoForward())
        goTo(index + 1);
    else
        m_player.nextCommand();
}

void DemoGuide::back() {
    const int index = stop();
    if (index >= 0 && !atStop())
        goTo(index);
    else if (index > 0)
        goTo(index - 1);
    else
        m_player.previousCommand();
}

void DemoGuide::follow() {
    const int index = stop();
    m_seen = std::max(m_seen, index);
    const int here = index >= 0 && atStop() && !hasLeft() ? index : -1;
    const bool arrives = here >= 0 && here != m_arrived;
    m_arrived = here;
    Q_EMIT changed();
    if (arrives)
        Q_EMIT arrived(index);
}

} // namespace gui
