#include "tests/session/event_replay.h"

#include "gdbbridge/snapshot/text.h"

namespace test {

using gdbbridge::EventKind;

void EventReplay::take(const gdbbridge::Event& event) {
    auto const& a = event.args;
    switch (event.kind) {
    case EventKind::EntryCreate:
    case EventKind::EntryResize:
        m_maps[a[0]][a[1]] = {a[2], a[3]};
        return;
    case EventKind::EntryRemove:
        m_maps[a[0]].erase(a[1]);
        return;
    case EventKind::SpaceDestroy:
        m_maps.erase(a[1]);
        return;
    case EventKind::AnonCreate:
        m_anons[a[0]] = 1;
        return;
    case EventKind::AnonReference:
    case EventKind::AnonUnreference:
        m_anons[a[0]] = a[1];
        return;
    case EventKind::AnonDestroy:
        m_anons.erase(a[0]);
        return;
    default:
        return;
    }
}

std::string EventReplay::difference(const gdbbridge::Snapshot& snapshot) const {
    for (auto const& space : snapshot.vmspaces) {
        auto const known = m_maps.find(space.map.address);
        Entries const told = known == m_maps.end() ? Entries() : known->second;
        if (told.size() != space.map.entries.size())
            return "the events tell of " + std::to_string(told.size()) + " entries, the snapshot has " +
                   std::to_string(space.map.entries.size());
        for (auto const& entry : space.map.entries) {
            auto const at = told.find(entry.id);
            if (at == told.end())
                return "the events know no entry " + std::to_string(entry.id);
            if (at->second != std::pair(entry.start, entry.end))
                return "entry " + std::to_string(entry.id) + " is at " +
                       gdbbridge::hexRange(at->second.first, at->second.second) + " by the events, at " +
                       gdbbridge::hexRange(entry.start, entry.end) + " in the snapshot";
        }
    }
    for (auto const& anon : snapshot.anons) {
        auto const at = m_anons.find(anon.id);
        if (at == m_anons.end())
            return "the events know no anon " + std::to_string(anon.id);
        if (at->second != uint64_t(anon.refs))
            return "anon " + std::to_string(anon.id) + " has " + std::to_string(at->second) +
                   " references by the events, " + std::to_string(anon.refs) + " in the snapshot";
    }
    return {};
}

} // namespace test
