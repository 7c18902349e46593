// Lab 8. Yours: describe_tail, examine, map_tail, move, resize_in_place. The rest is given.
#include "kernel/vm/uvm_mremap.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_history.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

struct remapping {
    vm_map& map;
    va_range old;
    vsize_t new_size;
    vsize_t align;
    uvm_remap flags;

    [[nodiscard]] bool grows() const { return new_size > old.size(); }
    [[nodiscard]] vsize_t growth() const { return new_size - old.size(); }
};

// How pages behind the old range are to be mapped.
struct tail_mapping {
    uvm_mapping how;
    uvm_object* obj{}; // without a reference of its own
    voff_t offset;
    bool wired{}; // something in the old range is wired
};

bool lies_inside(const vm_map& map, vaddr_t start, vsize_t size) {
    return start >= map.min() && start <= map.max() && size <= map.max() - start;
}

bool is_valid(const remapping& r, vaddr_t old_start, vsize_t old_size, vaddr_t new_start) {
    bool const fixed = has(r.flags, uvm_remap::fixed);
    bool const sizes = old_size != vsize_t(0) && r.new_size != vsize_t(0) &&
                       is_aligned(old_size.value | r.new_size.value, page_size);
    bool const places =
        is_aligned(old_start.value | new_start.value, page_size) && lies_inside(r.map, old_start, old_size);
    bool const alignment =
        r.align == vsize_t(0) || (!fixed && is_power_of_two(r.align.value) && r.align.value >= page_size);
    return sizes && places && alignment && (!fixed || lies_inside(r.map, new_start, r.new_size));
}

// What the last page's entry says about pages behind it.
[[maybe_unused]] errno_t describe_tail(const remapping& r, const vm_map_entry& last, tail_mapping& tail) {
    static_cast<void>(r);
    static_cast<void>(last);
    static_cast<void>(tail);
    panic("lab 8: describe_tail is not written yet");
}

// Looks at every entry of the old range. Locks: map exclusive.
errno_t examine(const remapping& r, tail_mapping& tail) {
    static_cast<void>(r);
    static_cast<void>(tail);
    panic("lab 8: examine is not written yet");
}

// Maps [start, start + growth) like the last old page.
[[maybe_unused]] errno_t map_tail(const remapping& r, vaddr_t start, const tail_mapping& tail) {
    static_cast<void>(r);
    static_cast<void>(start);
    static_cast<void>(tail);
    panic("lab 8: map_tail is not written yet");
}

// Everything that can fail comes while the old range is whole and the new one is made of entries of its own,
// so that either can be taken away without memory.
errno_t move(const remapping& r, const tail_mapping& tail, vaddr_t& new_start) {
    static_cast<void>(r);
    static_cast<void>(tail);
    static_cast<void>(new_start);
    panic("lab 8: move is not written yet");
}

// The old place, when the range may stay there with its new length. ENOMEM: a range that grows has to move,
// one that shrinks lacks memory for a split.
errno_t resize_in_place(const remapping& r, const tail_mapping& tail) {
    static_cast<void>(r);
    static_cast<void>(tail);
    panic("lab 8: resize_in_place is not written yet");
}

} // namespace

errno_t uvm_mremap(vm_map& map, vaddr_t old_start, vsize_t old_size, vaddr_t& new_start, vsize_t new_size,
                   vsize_t align, uvm_remap flags) {
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::mremap, old_start, old_start + old_size);
    remapping const r{map, {old_start, old_start + old_size}, new_size, align, flags};
    if (!is_valid(r, old_start, old_size, new_start))
        return errno_t::einval;
    tail_mapping tail;
    errno_t error;
    {
        map_exclusive_guard guard(map);
        error = examine(r, tail);
        if (error == errno_t::ok && tail.obj)
            tail.obj->pgops->reference(*tail.obj); // the entry that held it may go once the lock is given up
    }
    if (error != errno_t::ok)
        return error;
    bool const fixed = has(flags, uvm_remap::fixed);
    bool const may_stay = !has(flags, uvm_remap::keep) && (!fixed || new_start == old_start) &&
                          (align == vsize_t(0) || is_aligned(old_start.value, align.value));
    error = may_stay ? resize_in_place(r, tail) : errno_t::enomem;
    bool const may_move = !may_stay || (!fixed && r.grows());
    if (error == errno_t::ok)
        new_start = old_start;
    else if (error == errno_t::enomem && may_move)
        error = tail.wired ? errno_t::ebusy : move(r, tail, new_start);
    if (tail.obj)
        tail.obj->pgops->detach(*tail.obj);
    return error;
}

} // namespace uvm
