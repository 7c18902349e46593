// What clockpro remembers of pages that are not in memory any more: names and times, no data.
//
//     ring    oldest . . . newest     in the order of eviction; one that came back leaves a hole, and
//               ^ first               holes at the old end are gone at once
//     hash    2 chains for each entry that the ring has room for, through the entries
//
// It is made once for as many pages as the machine has and never allocates. Locks: pageqlock for all of it.
#pragma once

#include "kernel/vm/uvm_page.h"

namespace uvm {

// What a page holds, whichever frame it is in: an anon, or a page of an object.
struct uvm_page_name {
    enum class owner : uint32_t { nobody, anon, object };
    uint64_t offset{}; // inside the object
    owner of{};
    uint32_t id{}; // an_id or uo_id
    bool operator==(const uvm_page_name&) const = default;
};
// Locks: pageqlock; the page is on a queue, so it has an owner.
[[nodiscard]] uvm_page_name uvm_page_name_of(const vm_page& page);

class uvm_clockpro_history {
public:
    // Bytes for `capacity` entries.
    static vsize_t size_of(uint32_t capacity);
    // Begins empty, in memory of that size, aligned as a page is. It stays the caller's.
    void start(void* memory, uint32_t capacity);

    // Remembers a page that is not in it. Needs: ring() < capacity.
    void put(const uvm_page_name& name, uint32_t stamp);
    // Forgets a page; false when it is not in it. *stamp: as it was put.
    [[nodiscard]] bool take(const uvm_page_name& name, uint32_t* stamp);
    // Forgets the oldest. Needs: it is not empty.
    void drop_oldest();
    [[nodiscard]] uint32_t oldest_stamp() const { return entries_[first_].stamp; }

    // Pages in it. / The same with holes, which the room is used up by.
    [[nodiscard]] uint32_t count() const { return count_; }
    [[nodiscard]] uint32_t ring() const { return used_; }

private:
    struct entry {
        uvm_page_name name; // nobody's: a hole
        uint32_t stamp, next;
    };
    uint32_t& chain_of(const uvm_page_name& name);
    void forget(uint32_t& link);
    entry* entries_{};
    uint32_t* chains_{};
    uint32_t capacity_{}, first_{}, used_{}, count_{};
};

} // namespace uvm
