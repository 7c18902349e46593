#include "kernel/vm/uvm_map_tree.h"

#include <utility>

#include "kernel/vm/uvm_map_gap_walk.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

bool uvm_map_gap_augment::update(vm_map_entry& node) {
    vsize_t largest = node.gap;
    if (node.rb.left && node.rb.left->maxgap > largest)
        largest = node.rb.left->maxgap;
    if (node.rb.right && node.rb.right->maxgap > largest)
        largest = node.rb.right->maxgap;
    bool const changed = largest != node.maxgap;
    node.maxgap = largest;
    return changed;
}

void uvm_map_gap_augment::rotated(vm_map_entry& up, vm_map_entry& down) {
    uvm_probe(uvm_event::rotate, up.entry_id, down.entry_id);
}

namespace {

uintptr_t id_of(const vm_map& map) { return reinterpret_cast<uintptr_t>(&map); }

// Stores the gap behind `entry` and repairs maxgap above it.
void refresh_gap(vm_map& map, vm_map_entry& entry) {
    if (&entry == &map.header)
        return;
    entry.gap = uvm_map_gap_behind(entry);
    uvm_map_tree::propagate(&entry);
}

bool lies_before(const vm_map& map, const vm_map_entry& a, const vm_map_entry& b) {
    if (&b == &map.header)
        return false;
    return &a == &map.header || a.start < b.start;
}

// The gap behind `entry` has opened: it may be the lowest one.
void gap_opened(vm_map& map, vm_map_entry& entry) {
    if (uvm_map_gap_behind(entry) != vsize_t(0) && lies_before(map, entry, *map.first_free))
        map.first_free = &entry;
}

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
    entry.prev = &after;
    entry.next = after.next;
    entry.next->prev = &entry;
    after.next = &entry;
    ++map.nentries;
    map.size += entry.size();
    entry.gap = uvm_map_gap_behind(entry);
    if (&after != &map.header)
        after.gap = uvm_map_gap_behind(after);
    // In order, the place behind `after` is its right child or the lowest place of its right subtree.
    using side = uvm_map_tree::side;
    if (&after == &map.header) {
        map.tree.insert(entry, uvm_map_tree::lowest(map.tree.root), side::left);
    } else if (!after.rb.right) {
        map.tree.insert(entry, &after, side::right);
    } else {
        // The tree must be consistent before it is rebalanced: a rotation repairs no more than its two nodes.
        uvm_map_tree::propagate(&after);
        map.tree.insert(entry, uvm_map_tree::lowest(after.rb.right), side::left);
    }
    gap_opened(map, entry);
    gap_closed(map);
    uvm_probe(uvm_event::entry_create, id_of(map), entry.entry_id, entry.start.value, entry.end.value);
}

void uvm_map_entry_unlink(vm_map& map, vm_map_entry& entry) {
    vm_map_entry& before = *entry.prev;
    before.next = entry.next;
    entry.next->prev = &before;
    --map.nentries;
    map.size -= entry.size();
    // Nothing leads to the entry any more when the tree turns, which is told.
    if (map.hint == &entry)
        map.hint = &before;
    if (map.first_free == &entry)
        map.first_free = &before;
    // The gap first: the entry's own gap and length are in it, so the erasure changes no maxgap any more, and
    // the way to the root is gone once instead of twice.
    refresh_gap(map, before);
    map.tree.erase(entry);
    gap_opened(map, before);
    gap_closed(map);
    uvm_probe(uvm_event::entry_remove, id_of(map), entry.entry_id, entry.start.value, entry.end.value);
}

void uvm_map_entry_resize(vm_map& map, vm_map_entry& entry, vaddr_t start, vaddr_t end) {
    map.size -= entry.size();
    entry.start = start;
    entry.end = end;
    map.size += entry.size();
    refresh_gap(map, *entry.prev);
    refresh_gap(map, entry);
    gap_opened(map, *entry.prev);
    gap_opened(map, entry);
    gap_closed(map);
    uvm_probe(uvm_event::entry_resize, id_of(map), entry.entry_id, entry.start.value, entry.end.value);
}

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
    for (vm_map_entry* entry = map.first(); entry != &map.header; entry = entry->next)
        entry->gap = uvm_map_gap_behind(*entry);
    if (uvm_probe_is_watched(uvm_event_class::map)) [[unlikely]] // once for all
        for (vm_map_entry const* entry = map.first(); entry != &map.header; entry = entry->next)
            uvm_probe(uvm_event::entry_create, id_of(map), entry->entry_id, entry->start.value,
                      entry->end.value);
    vm_map_entry* at = map.first();
    map.tree.build(count, [&]() -> vm_map_entry& { return *std::exchange(at, at->next); });
    map.hint = map.first_free = &map.header;
    gap_closed(map);
}

} // namespace uvm
