#include <algorithm>

#include "gui/models/sentences.h"
#include "gui/models/story.h"
#include "gui/views/picture.h"

namespace gui {

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
    state.search = lastSearch(now->events);
    if (still == StillFor::WholeRun)
        for (const auto& moment : story.moments())
            state.frames.push_back(moment->snapshot);
    return state;
}

} // namespace gui
