#include "kernel/vm/uvm_clockpro_history.h"

#include <new>

#include "kernel/vm/uvm_anon.h"
#include "kernel/vm/uvm_object.h"

namespace uvm {

namespace {

constexpr uint32_t chains_per_entry = 2;
constexpr uint32_t nowhere = UINT32_MAX;

// Neighbours go to different chains; the multiplier is the golden ratio in 64 bits.
uint64_t hash_of(const uvm_page_name& name) {
    uint64_t const owner = uint64_t{uint32_t(name.of)} << 32 | name.id;
    uint64_t const mixed = ((name.offset >> machine::page_shift) + owner * 31) * 0x9e3779b97f4a7c15u;
    return mixed >> 32;
}

} // namespace

uvm_page_name uvm_page_name_of(const vm_page& page) {
    if (page.uobject)
        return {page.offset.value, uvm_page_name::owner::object, page.uobject->uo_id};
    return {0, uvm_page_name::owner::anon, page.uanon->an_id};
}

vsize_t uvm_clockpro_history::size_of(uint32_t capacity) {
    return vsize_t(capacity * (sizeof(entry) + chains_per_entry * sizeof(uint32_t)));
}

void uvm_clockpro_history::start(void* memory, uint32_t capacity) {
    *this = {};
    entries_ = static_cast<entry*>(memory);
    chains_ = static_cast<uint32_t*>(static_cast<void*>(entries_ + capacity));
    capacity_ = capacity;
    for (uint32_t i = 0; i < capacity; ++i)
        new (&entries_[i]) entry{};
    for (uint32_t i = 0; i < capacity * chains_per_entry; ++i)
        new (&chains_[i]) uint32_t{nowhere};
}

uint32_t& uvm_clockpro_history::chain_of(const uvm_page_name& name) {
    return chains_[uint32_t(hash_of(name)) % (capacity_ * chains_per_entry)];
}

// Out of its chain, where `link` names it; holes at the old end of the ring go.
void uvm_clockpro_history::forget(uint32_t& link) {
    entry& gone = entries_[link];
    link = gone.next;
    gone.name = {};
    --count_;
    while (used_ > 0 && entries_[first_].name.of == uvm_page_name::owner::nobody) {
        first_ = (first_ + 1) % capacity_;
        --used_;
    }
}

void uvm_clockpro_history::put(const uvm_page_name& name, uint32_t stamp) {
    kassert(used_ < capacity_, "clockpro: the history is full");
    uint32_t const at = uint32_t((uint64_t{first_} + used_) % capacity_);
    uint32_t& chain = chain_of(name);
    entries_[at] = {name, stamp, chain};
    chain = at;
    ++used_;
    ++count_;
}

bool uvm_clockpro_history::take(const uvm_page_name& name, uint32_t* stamp) {
    uint32_t* link = &chain_of(name);
    while (*link != nowhere && entries_[*link].name != name)
        link = &entries_[*link].next;
    if (*link == nowhere)
        return false;
    *stamp = entries_[*link].stamp;
    forget(*link);
    return true;
}

void uvm_clockpro_history::drop_oldest() {
    uint32_t* link = &chain_of(entries_[first_].name);
    while (*link != first_)
        link = &entries_[*link].next;
    forget(*link);
}

} // namespace uvm
