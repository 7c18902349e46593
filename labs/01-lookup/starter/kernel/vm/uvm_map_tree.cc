// The tree of a map and the gaps in it. Yours to write: update, link, unlink, resize; the rest is given.
#include "kernel/vm/uvm_map_tree.h"

#include <utility>

#include "kernel/vm/uvm_map_gap_walk.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

bool uvm_map_gap_augment::update(vm_map_entry& node) {
    static_cast<void>(node);
    panic("lab 1: uvm_map_gap_augment::update is not written yet");
}

void uvm_map_gap_augment::rotated(vm_map_entry& up, vm_map_entry& down) {
    uvm_probe(uvm_event::rotate, up.entry_id, down.entry_id);
}

namespace {

uintptr_t id_of(const vm_map& map) { return reinterpret_cast<uintptr_t>(&map); }

bool lies_before(const vm_map& map, const vm_map_entry& a, const vm_map_entry& b) {
    if (&b == &map.header)
        return false;
    return &a == &map.header || a.start < b.start;
}

// Given: call it when the gap behind an entry has become larger.
// The gap behind `entry` has opened: it may be the lowest one.
[[maybe_unused]] void gap_opened(vm_map& map, vm_map_entry& entry) {
    if (uvm_map_gap_behind(entry) != vsize_t(0) && lies_before(map, entry, *map.first_free))
        map.first_free = &entry;
}

// Given: call it last, when any gap may have become smaller.
// The gap behind first_free may have closed: the next one is the lowest.
void gap_closed(vm_map& map) {
    if (uvm_map_gap_behind(*map.first_free) != vsize_t(0))
        return;
    vm_map_entry* const from = map.first_free == &map.header ? nullptr : map.first_free;
    auto const untold = [](const vm_map_entry&) {};
    uvm_gap_walk<gap_order::ascending, decltype(untold)> walk(map, vsize_t(1), untold);
    vm_map_entry* const next = walk.next(from);
    map.first_free = next ? next : map.last();
}

} // namespace

void uvm_map_entry_link(vm_map& map, vm_map_entry& after, vm_map_entry& entry) {
    static_cast<void>(map);
    static_cast<void>(after);
    static_cast<void>(entry);
    panic("lab 1: uvm_map_entry_link is not written yet");
}

void uvm_map_entry_unlink(vm_map& map, vm_map_entry& entry) {
    static_cast<void>(map);
    static_cast<void>(entry);
    panic("lab 1: uvm_map_entry_unlink is not written yet");
}

void uvm_map_entry_resize(vm_map& map, vm_map_entry& entry, vaddr_t start, vaddr_t end) {
    static_cast<void>(map);
    static_cast<void>(entry);
    static_cast<void>(start);
    static_cast<void>(end);
    panic("lab 1: uvm_map_entry_resize is not written yet");
}

// Given.
void uvm_map_entry_link_all(vm_map& map, vm_map_entry* first, uint32_t count) {
    kassert(map.nentries == 0, "link_all: map is not empty");
    vm_map_entry* before = &map.header;
    for (vm_map_entry* entry = first; entry;) {
        vm_map_entry* const next = entry->next;
        entry->prev = before;
        before->next = entry;
        map.size += entry->size();
        before = entry;
        entry = next;
    }
    before->next = &map.header;
    map.header.prev = before;
    map.nentries = count;
    for (vm_map_entry* entry = map.first(); entry != &map.header; entry = entry->next) {
        entry->gap = uvm_map_gap_behind(*entry);
        uvm_probe(uvm_event::entry_create, id_of(map), entry->entry_id, entry->start.value, entry->end.value);
    }
    vm_map_entry* at = map.first();
    map.tree.build(count, [&]() -> vm_map_entry& { return *std::exchange(at, at->next); });
    map.hint = map.first_free = &map.header;
    gap_closed(map);
}

} // namespace uvm
