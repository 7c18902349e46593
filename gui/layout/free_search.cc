#include "gui/layout/free_search.h"

#include <algorithm>

namespace gui {

using gdbbridge::EventKind;

int FreeSearch::orderOf(uint32_t entry) const {
    const auto it = std::find(visited.begin(), visited.end(), entry);
    return it == visited.end() || entry == 0 ? 0 : int(it - visited.begin()) + 1;
}

bool isLook(const gdbbridge::Event& visit) {
    constexpr uint64_t cut = 2;
    return visit.kind == EventKind::FindspaceVisit && visit.args[3] != cut;
}

FreeSearch lastSearch(const std::vector<gdbbridge::Event>& events) {
    FreeSearch search;
    for (const auto& event : events) {
        switch (event.kind) {
        case EventKind::FindspaceBegin:
            search = {};
            search.map = event.args[0];
            search.hint = event.args[1];
            search.length = event.args[2];
            break;
        case EventKind::FindspaceVisit:
            if (search.map == event.args[0] && isLook(event))
                search.visited.push_back(uint32_t(event.args[1]));
            break;
        case EventKind::FindspaceEnd:
            if (search.map == event.args[0]) {
                search.found = event.args[1];
                search.ended = true;
            }
            break;
        default:
            break;
        }
    }
    return search;
}

} // namespace gui
