// Entries set aside for splits, so that no operation finds itself without one halfway through.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

// Up to two entries of one map: the splits at the two ends of a range. Owns them; what was not taken goes
// back with the reservation. Locks: made and used under the map's exclusive lock; of a user's map it may be
// given up between, and gone when the rest goes back, as long as nobody else can change the map: it is marked
// busy.
class uvm_mapent_reservation {
public:
    explicit uvm_mapent_reservation(vm_map& map) : map_(map) {}
    ~uvm_mapent_reservation() {
        if (count_ != 0) [[unlikely]]
            give_back();
    }
    uvm_mapent_reservation(const uvm_mapent_reservation&) = delete;
    uvm_mapent_reservation& operator=(const uvm_mapent_reservation&) = delete;

    // Sets `count` entries aside (0 to 2; none may be held yet). Fails: ENOMEM; none is held then.
    // For a kernel map, a chunk of entries that has to be made is not put into `around`.
    [[nodiscard]] errno_t reserve(uint32_t count, va_range around = {});
    // As many as clipping at both ends of the range takes in the map as it is: none at an entry's boundary,
    // so that taking whole entries away never needs memory. Fails: ENOMEM. Cost: O(log entries).
    [[nodiscard]] errno_t reserve_for(va_range range) {
        // What was mapped or found last is taken away more often than not; of a whole entry nothing is left.
        vm_map_entry const& last = *map_.hint;
        return last.start == range.start && last.end == range.end ? errno_t::ok : reserve_ends(range);
    }
    // One of them. Without one left this is a broken invariant: panics.
    [[nodiscard]] vm_map_entry& take();

private:
    errno_t reserve_ends(va_range range);
    errno_t reserve_kernel(va_range range);
    void give_back();
    vm_map& map_;
    vm_map_entry* held_[2]{};
    uint32_t count_{};
};

} // namespace uvm
