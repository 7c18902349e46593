#include <algorithm>

#include "gui/models/sentences.h"
#include "gui/models/story.h"
#include "gui/views/picture.h"

namespace gui {

namespace {

// The last search of the step, held against the map that it searched: the one before the step.
void setSearch(ViewState& state, const gdbbridge::Moment& now) {
    state.search = lastSearch(now.events);
    if (!state.search.happened())
        return;
    for (const auto& snapshot : {state.before, state.now})
        if (snapshot)
            for (const auto& space : snapshot->vmspaces)
                if (space.map.address == state.search.map)
                    return completeSearch(state.search, space.map);
}

bool searches(const Story& story) {
    return std::any_of(story.moments().begin(), story.moments().end(), [](const auto& moment) {
        return std::any_of(moment->events.begin(), moment->events.end(), [](const auto& event) {
            return event.kind == gdbbridge::EventKind::FindspaceBegin;
        });
    });
}

// More than a strip has room for, on either side.
constexpr int stepsAround = 32;

std::vector<StepState> stepsOf(const Story& story, const TimelineFacts& facts) {
    std::vector<StepState> steps;
    const int first = std::max(0, facts.current - stepsAround);
    const int end = std::min(int(facts.commands.size()), facts.current + stepsAround + 1);
    for (int i = first; i < end; ++i) {
        const TimelineCommand& command = facts.commands[size_t(i)];
        StepState step{.step = i + 1, .text = command.text, .after = {}, .current = i == facts.current};
        if (step.current)
            step.after = story.now()->snapshot;
        else if (i < facts.current && command.ended)
            step.after = story.moments()[size_t(command.lastMoment)]->snapshot;
        steps.push_back(std::move(step));
    }
    return steps;
}

} // namespace

ViewState makeViewState(const Story& story, StillFor still) {
    const gdbbridge::MomentPtr now = story.now(), before = story.before();
    ViewState state = now ? makeViewState(now->snapshot, before ? before->snapshot : nullptr) : ViewState();
    state.selection = story.selection();
    state.timeline = timelineFacts(story);
    state.fault = faultStages(story);
    state.comparison = story.comparison();
    state.comparedStep = now ? std::max(0, now->operation - 1) : 0;
    if (!now)
        return state;
    const StepSentence sentence = stepSentence(*now, before.get());
    state.sentence = sentence.first;
    state.second = sentence.second;
    state.actor = sentence.actor;
    state.violations.insert(state.violations.end(), now->violations.begin(), now->violations.end());
    setSearch(state, *now);
    state.steps = stepsOf(story, state.timeline);
    constexpr size_t paidShown = 6;
    state.paid = still == StillFor::WholeRun ? allPaidSteps(story) : paidSteps(story, paidShown);
    state.searches = still == StillFor::WholeRun ? searches(story) : state.search.happened();
    if (still == StillFor::WholeRun)
        for (const auto& moment : story.moments())
            state.frames.push_back(moment->snapshot);
    return state;
}

} // namespace gui
