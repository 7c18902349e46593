#include <algorithm>

#include "gdbbridge/snapshot/text.h"
#include "gui/layout/page_facts.h"
#include "gui/views/picture.h"

namespace gui {

using gdbbridge::Finding;
using gdbbridge::none;
using gdbbridge::Snapshot;

namespace {

int processWithEntry(const Snapshot& snapshot, uint32_t id) {
    for (size_t p = 0; p < snapshot.processes.size(); ++p)
        if (const auto* map = mapOf(snapshot, int(p)))
            if (std::any_of(map->entries.begin(), map->entries.end(),
                            [id](const gdbbridge::Entry& e) { return e.id == id; }))
                return int(p);
    return none;
}

int selectedProcess(const Snapshot& snapshot, const Selection& selection) {
    if (selection.kind == Selection::Kind::Nothing)
        return none;
    if (const int process = processWithPid(snapshot, selection.process); process != none)
        return process;
    return selection.kind == Selection::Kind::Entry ? processWithEntry(snapshot, selection.entry) : none;
}

} // namespace

std::vector<const Snapshot*> ViewState::all() const {
    std::vector<const Snapshot*> result;
    const auto add = [&result](const gdbbridge::SnapshotPtr& snapshot) {
        if (snapshot && std::find(result.begin(), result.end(), snapshot.get()) == result.end())
            result.push_back(snapshot.get());
    };
    // A series holds its own steps, and a step of it nothing else.
    for (const auto& frame : frames)
        if (frame)
            result.push_back(frame.get());
    add(before);
    add(now);
    return result;
}

int ViewState::subject() const {
    if (!now || now->processes.empty())
        return none;
    if (const int process = selectedProcess(*now, selection); process != none)
        return process;
    if (const int process = processWithPid(*now, actor); process != none)
        return process;
    for (int p = int(now->processes.size()) - 1; p >= 0; --p) {
        const uint32_t pid = now->processes[size_t(p)].pid;
        if (changes.process(pid) || !changes.notes(pid).isEmpty())
            return p;
    }
    return int(now->processes.size()) - 1;
}

const Finding* ViewState::violationOf(const gdbbridge::Entry& entry) const {
    for (const Finding& finding : violations)
        if (finding.address != 0 && finding.address == entry.address)
            return &finding;
    return nullptr;
}

const Finding* ViewState::violationOfPage(int process, uint64_t va) const {
    if (violations.empty() || !now)
        return nullptr;
    const int vmspace = now->processes[size_t(process)].vmspace;
    const std::string where = "page " + gdbbridge::hex(va) + " of " + gdbbridge::spaceName(*now, vmspace);
    for (const Finding& finding : violations)
        if (finding.address == va && finding.where == where)
            return &finding;
    return nullptr;
}

ViewState makeViewState(gdbbridge::SnapshotPtr now, gdbbridge::SnapshotPtr before) {
    ViewState state;
    if (now) {
        state.changes = Changes(before.get(), *now);
        state.violations = now->findings;
    }
    state.now = std::move(now);
    state.before = std::move(before);
    return state;
}

} // namespace gui
