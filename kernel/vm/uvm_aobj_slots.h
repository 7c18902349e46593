// The swap slots of an anonymous object, by page number: an array for up to 64 pages; above, a hash of
// clusters of 16 pages, so that a large object that hardly swaps needs little. Internal to the object.
//
// Locks: the object's vmobjlock for everything.
#pragma once

#include "kernel/vm/uvm_types.h"

namespace uvm {

struct uao_cluster; // slots of 16 pages in a row, at least one of them not 0

struct uao_slots {
    uint32_t npages{};
    uint32_t nbuckets{};     // 0: an array
    int32_t* array{};        // npages long
    uao_cluster** buckets{}; // chains of clusters, by cluster number
};

inline constexpr uint32_t uao_array_pages = 64;
inline constexpr uint32_t uao_cluster_pages = 16;
inline constexpr uint32_t uao_most_buckets = 256;

// Fails: ENOMEM. / Gives the memory back; the slots are the caller's affair.
[[nodiscard]] errno_t uao_slots_init(uao_slots& slots, uint32_t npages);
void uao_slots_destroy(uao_slots& slots);

[[nodiscard]] int32_t uao_slots_find(const uao_slots& slots, uint32_t index);
// Fails: ENOMEM, only for a slot other than 0.
[[nodiscard]] errno_t uao_slots_set(uao_slots& slots, uint32_t index, int32_t slot);
// The first page of [from, end) that has a slot, `end` when none has.
[[nodiscard]] uint32_t uao_slots_next(const uao_slots& slots, uint32_t from, uint32_t end);

} // namespace uvm
