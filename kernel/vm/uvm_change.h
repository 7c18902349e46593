// Counts around changes, for whoever looks at the VM from outside while it runs.
//
// An operation that changes what can be seen of the VM (maps, amaps, anons, objects, pages, page tables, the
// list of processes) is a uvm_change from before its first change to behind its last. Between changes all
// invariants hold. A reader of guest memory reads `ended`, then `begun`; where they are equal nobody is in
// the midst of a change. It copies what it wants, and when `begun` and `stray` are still the same, the copy
// is of one moment.
//
//   reader:  e = ended; b = begun; e == b?   copy …   begun == b?  →  whole, else torn: again
//
// A guest that changes something all the time leaves the reader no such moment. For that there is `hold`: the
// reader sets it, and who wants to begin a change while nobody is in one waits until the reader clears it.
// The reader holds it for microseconds; nobody else sets it.
//
// Idea: a sequence lock with two counts, since several threads may be in changes at once (Lamport,
// "Concurrent Reading and Writing", 1977).
#pragma once

#include <cstdint>

#include "kernel/vm/uvm_probe_ring.h"

namespace uvm {

struct uvm_changes_t {
    uint32_t begun;
    uint32_t ended;
    uint32_t hold;        // written by the reader: not 0 to wait
    uint32_t stray;       // events of changes that nobody had begun: a uvm_change is missing somewhere
    uint32_t stray_event; // the last of them, a uvm_event
};
extern uvm_changes_t uvm_changes;

// Waits until the reader lets go or somebody else is in a change, for then the reader has to wait anyway.
// Sleeps: never; spins.
[[gnu::cold]] void uvm_change_wait();

// One change, for the life of a block. They nest. Locks: needs none and may be held over a sleep; readers
// then find no quiet moment until it ends. Two atomic additions; nothing at all where probes are compiled
// out.
class uvm_change {
public:
#if UVM_PROBES
    uvm_change() {
        if (__atomic_load_n(&uvm_changes.hold, __ATOMIC_RELAXED) != 0) [[unlikely]]
            uvm_change_wait();
        __atomic_fetch_add(&uvm_changes.begun, 1, __ATOMIC_SEQ_CST);
    }
    ~uvm_change() { __atomic_fetch_add(&uvm_changes.ended, 1, __ATOMIC_SEQ_CST); }
#else
    uvm_change() {}
    ~uvm_change() {}
#endif
    uvm_change(const uvm_change&) = delete;
    uvm_change& operator=(const uvm_change&) = delete;
};

} // namespace uvm
