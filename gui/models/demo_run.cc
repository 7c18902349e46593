#include "gui/models/demo_run.h"

#include <algorithm>

#include "gui/layout/page_facts.h"
#include "gui/models/story.h"

namespace gui {

using gdbbridge::MomentPtr;
using gdbbridge::StopReason;

int momentOfStop(const Story& story, const DemoStop& stop) {
    const auto& moments = story.moments();
    for (int i = int(moments.size()) - 1; i >= 0; --i)
        if (const MomentPtr& moment = moments[size_t(i)];
            moment->operation == stop.commands &&
            (moment->reason == StopReason::CommandEnd || moment->reason == StopReason::Start))
            return i;
    return -1;
}

std::optional<DemoStep> stepToStop(const Story& story, const DemoScript& script, int index) {
    const int end = momentOfStop(story, script.stops[size_t(index)]);
    const int begin = index == 0 ? 0 : momentOfStop(story, script.stops[size_t(index) - 1]);
    if (end < 0 || begin < 0 || begin > end)
        return std::nullopt;
    const auto& moments = story.moments();
    DemoStep step{index == 0 ? nullptr : moments[size_t(begin)], moments[size_t(end)], {}, {}};
    step.events = eventsOf(moments, begin + 1, end);
    for (int i = begin + 1; i <= end; ++i)
        step.output += moments[size_t(i)]->output;
    return step;
}

bool isOfDemo(const Story& story, const std::vector<QString>& commands, const DemoStop& stop) {
    const auto& run = story.commands();
    const size_t count = size_t(stop.commands);
    return run.size() >= count && commands.size() >= count &&
           std::equal(
               commands.begin(), commands.begin() + stop.commands, run.begin(),
               [](const QString& text, const ScenarioCommand& command) { return text == command.text; });
}

DemoWords wordsAtStop(const Story& story, const DemoScript& script, int index) {
    DemoWords words;
    const auto step = stepToStop(story, script, index);
    if (!step)
        return words;
    QStringList said;
    for (const DemoText& sentence : script.stops[size_t(index)].sentences) {
        const DemoValue value = sentence.value(*step);
        said << value.text;
        if (!value.problem.isEmpty())
            words.failures << value.problem;
    }
    words.said = said.join(u' ');
    for (const DemoClaim& claim : script.stops[size_t(index)].claims)
        if (const QString failure = claim.failure(*step); !failure.isEmpty())
            words.failures << failure;
    return words;
}

std::optional<DemoAnswer> answerOf(const Story& story, const DemoScript& script, int index) {
    const auto& question = script.stops[size_t(index)].question;
    if (!question || !question->answer || index + 1 >= int(script.stops.size()))
        return std::nullopt;
    const auto step = stepToStop(story, script, index + 1);
    if (!step)
        return std::nullopt;
    const DemoValue value = question->answer->value(*step);
    return DemoAnswer{value.text, question->choiceOf(value.text), value.problem};
}

Selection selectionOf(const Story& story, const DemoShow& show) {
    Selection selection;
    const MomentPtr now = story.now();
    if (!now || show.pick == DemoShow::Pick::Nothing)
        return selection;
    const Snapshot& snapshot = *now->snapshot;
    for (size_t i = 0; i < snapshot.processes.size(); ++i) {
        if (QString::fromStdString(snapshot.processes[i].name) != show.space)
            continue;
        selection = {.kind = Selection::Kind::Process, .process = snapshot.processes[i].pid};
        const gdbbridge::Map* const map = mapOf(snapshot, int(i));
        const int entry = map ? entryAt(*map, show.va) : gdbbridge::none;
        if (show.pick == DemoShow::Pick::Entry && entry != gdbbridge::none)
            selection = {.kind = Selection::Kind::Entry,
                         .process = selection.process,
                         .entry = map->entries[size_t(entry)].id};
        const PageFact fact = pageFact(snapshot, int(i), show.va);
        if (show.pick == DemoShow::Pick::Page && fact.anon != gdbbridge::none)
            selection = {.kind = Selection::Kind::Anon,
                         .process = selection.process,
                         .anon = snapshot.anons[size_t(fact.anon)].id,
                         .va = show.va};
        else if (show.pick == DemoShow::Pick::Page)
            selection = {.kind = Selection::Kind::Address, .process = selection.process, .va = show.va};
    }
    return selection;
}

} // namespace gui
