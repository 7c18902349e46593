#include "kernel/scenario/pointer_table.h"

#include "kernel/vm/uvm_pool.h"

namespace uvm {

uint32_t pointer_hash(const void* key) {
    uintptr_t const number = reinterpret_cast<uintptr_t>(key);
    uint32_t const mixed = uint32_t(number >> 4) * 2654435761u;
    return mixed ^ mixed >> 15;
}

// The place of `key`, or the free one where it belongs.
pointer_table::place* pointer_table::search(const void* key) const {
    uint32_t at = pointer_hash(key);
    while (true) {
        place* const here = &places_[at & (capacity_ - 1)];
        if (!here->key || here->key == key)
            return here;
        ++at;
    }
}

bool pointer_table::grow() {
    uint32_t const larger = capacity_ * 2;
    auto* const fresh = static_cast<place*>(uvm_kmem_alloc(larger * sizeof(place))); // zeroed: all free
    if (!fresh)
        return false;
    place* const old = places_;
    uint32_t const old_capacity = capacity_;
    places_ = fresh;
    capacity_ = larger;
    for (uint32_t i = 0; i < old_capacity; ++i)
        if (old[i].key)
            *search(old[i].key) = old[i];
    if (old != first_)
        uvm_kmem_free(old, old_capacity * sizeof(place));
    return true;
}

uint32_t* pointer_table::add(place& here, const void* key) {
    here.key = key;
    ++used_;
    return &here.number;
}

uint32_t* pointer_table::find_or_add(const void* key) {
    place* here = search(key);
    if (here->key)
        return &here->number;
    if (is_full()) {
        if (!grow())
            return nullptr;
        here = search(key);
    }
    return add(*here, key);
}

uint32_t* pointer_table::find_or_add_in_place(const void* key) {
    place* const here = search(key);
    if (here->key)
        return &here->number;
    return is_full() ? nullptr : add(*here, key);
}

void pointer_table::clear() {
    if (used_ == 0)
        return;
    if (places_ != first_)
        uvm_kmem_free(places_, capacity_ * sizeof(place));
    places_ = first_;
    capacity_ = built_in;
    used_ = 0;
    for (place& p : first_)
        p = {};
}

} // namespace uvm
