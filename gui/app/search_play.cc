#include "gui/app/search_play.h"

#include <algorithm>

namespace gui {

namespace {

constexpr int nodeTime = 350, wholeTime = 3000, frameTime = 16; // ms
constexpr int fastest = 250; // ms; who steps faster than that does not want to watch

} // namespace

SearchPlay::SearchPlay(PictureView& view, QObject* parent) : QObject(parent), m_view(view) {
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &SearchPlay::next);
}

int SearchPlay::interval(size_t steps) {
    return std::clamp(wholeTime / int(std::clamp<size_t>(steps, 1, wholeTime)), frameTime, nodeTime);
}

void SearchPlay::show(const ViewState& state) {
    const bool same = state.now == m_state.now;
    m_state = state;
    // Another selection while it plays: the play goes on.
    if (same && isPlaying()) {
        ViewState part = m_state;
        part.search = m_state.search.upTo(m_shown);
        m_view.setState(part);
        return;
    }
    const bool slow = !m_sinceStep.isValid() || m_sinceStep.elapsed() >= fastest;
    if (!same)
        m_sinceStep.start();
    m_timer.stop();
    if (same || !slow || !m_on || !m_view.isVisible() || m_state.search.steps.size() < 2) {
        m_view.setState(m_state);
        return;
    }
    m_shown = 0;
    m_timer.start(interval(m_state.search.steps.size()));
    next();
}

void SearchPlay::setOn(bool on) {
    m_on = on;
    if (!on && isPlaying())
        end();
}

void SearchPlay::next() {
    // More nodes than frames: several at once.
    const size_t steps = m_state.search.steps.size();
    m_shown += std::max<size_t>(1, steps * size_t(m_timer.interval()) / wholeTime);
    if (m_shown >= steps)
        return end();
    ViewState part = m_state;
    part.search = m_state.search.upTo(m_shown);
    m_view.setState(part);
}

void SearchPlay::end() {
    m_timer.stop();
    m_view.setState(m_state);
}

} // namespace gui
