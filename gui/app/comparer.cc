#include "gui/app/comparer.h"

#include <QTimer>

#include <algorithm>

namespace gui {

using gdbbridge::SessionConfig;

void Comparer::compare(Side one, Side two) {
    cancel();
    m_sides = {std::move(one), std::move(two)};
    m_busy = true;
    QTimer::singleShot(0, this, &Comparer::next);
}

void Comparer::cancel() {
    m_run.reset();
    m_story.reset();
    m_busy = false;
}

// One machine after the other.
void Comparer::next() {
    if (!m_busy || m_run)
        return;
    const auto waits = std::find_if(m_sides.begin(), m_sides.end(), [](const Side& side) {
        return std::holds_alternative<SessionConfig>(side.run);
    });
    if (waits == m_sides.end()) {
        m_busy = false;
        auto& [one, two] = m_sides;
        Q_EMIT ready(std::make_shared<const Comparison>(std::get<ComparedRun>(std::move(one.run)),
                                                        std::get<ComparedRun>(std::move(two.run))));
        return;
    }
    m_story = std::make_unique<Story>();
    m_run = std::make_unique<ScenarioRun>(*m_story);
    connect(m_run.get(), &ScenarioRun::ended, this, [this, &side = *waits] { ended(side); });
    m_run->start(std::get<SessionConfig>(waits->run));
}

void Comparer::ended(Side& side) {
    const RunOutcome outcome = *m_run->outcome();
    if (outcome.code == ExitCode::BadInput || m_story->isEmpty()) {
        cancel();
        Q_EMIT failed(outcome.problem);
        return;
    }
    side.run =
        comparedRun(side.name, *m_story, outcome.code == ExitCode::TargetDied ? outcome.problem : QString());
    // This comes out of the run itself.
    m_run.release()->deleteLater();
    m_story.release()->deleteLater();
    next();
}

} // namespace gui
