// The states that a log of events tells of: what each map had in it, and how often each anon was referred to,
// behind any event. Knows nothing of how the bridge reads memory.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "gdbbridge/event/event.h"
#include "gdbbridge/snapshot/snapshot.h"

namespace test {

class EventReplay {
public:
    // Takes the next event; they have to come in order.
    void take(const gdbbridge::Event& event);
    // What the snapshot has that the events do not tell of, or the other way; "" when they agree.
    [[nodiscard]] std::string difference(const gdbbridge::Snapshot& snapshot) const;

private:
    using Entries = std::map<uint64_t, std::pair<uint64_t, uint64_t>>; // by id: start and end
    std::map<uint64_t, Entries> m_maps;                                // by address
    std::map<uint64_t, uint64_t> m_anons;                              // references by id
};

} // namespace test
