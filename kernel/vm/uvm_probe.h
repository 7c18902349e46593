// Probes: each state change of the VM passes one, as a fixed-size record in a ring in memory.
//
// A debugger that watches sets uvm_probe_control: `record_mask` selects the classes that are written to the
// ring (uvm_probe_ring.h), `stop_mask` those of them at which the machine calls uvm_probe_stop, where a
// breakpoint can sit: a class that is not recorded does not stop, so a debugger sets record_mask first. Both
// are 0 until then, and a probe costs one test of one word. Compiled with UVM_PROBES=0 a probe is nothing at
// all.
//
// The debugger learns the event names from the debug information of uvm_event, so events may be added
// anywhere in the enum. What the arguments mean is said beside each event; entries, amaps, anons and objects
// go by their serial number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <machine/probe.h>

#include "kernel/vm/uvm_probe_ring.h"

namespace uvm {

// clang-format off
enum class uvm_event : uint16_t {
    none,
    // operation: what a program asked for
    command_begin,      // line number; the text is in uvm_probe_command
    command_end,        // line number, errno
    scenario_end,       // exit status
    // process
    process_create,     // pid, vmspace id
    process_exit,       // pid, vmspace id
    space_create,       // vmspace id, map, min, max
    space_destroy,      // vmspace id, map
    fork_begin,         // parent vmspace id
    fork_entry,         // parent map, parent entry id, child entry id (0: left out), inheritance
    fork_end,           // parent vmspace id, child vmspace id (0: no memory)
    // map: the first argument is the address of the vm_map
    entry_create,       // map, entry id, start, end
    entry_remove,       // map, entry id, start, end
    entry_clip,         // map, entry id, id of the new piece, address
    entry_resize,       // map, entry id, new start, new end
    merge_back,         // map, entry id, start, end (as merged)
    merge_forward,      // map, entry id, start, end
    merge_both,         // map, entry id, start, end
    needs_copy_set,     // map, entry id
    needs_copy_clear,   // map, entry id
    entry_protect,      // map, entry id, old protection, new protection, new maximum
    entry_inherit,      // map, entry id, old, new
    entry_advice,       // map, entry id, old, new
    entry_wire,         // map, entry id, old count, new count
    // tree
    rotate,             // id of the entry that went up, id of the one that went down
    findspace_begin,    // map, hint, length, align
    findspace_visit,    // map, entry id, its maxgap, verdict: 0 fits, 1 too small, 2 its subtree was cut off
    findspace_end,      // map, address or 0, nodes visited: those with verdict 0 or 1 (0 for a fixed place)
    // amap
    amap_create,        // amap id, slots, room
    amap_destroy,       // amap id
    amap_reference,     // amap id, new count
    amap_unreference,   // amap id, new count
    amap_grow,          // amap id, old slots, new slots
    amap_copied,        // source amap id, new amap id, slots
    amap_slot_set,      // amap id, slot, anon id, id of the anon that was there (0: none)
    amap_slot_clear,    // amap id, slot, anon id
    anon_create,        // anon id
    anon_destroy,       // anon id
    anon_reference,     // anon id, new count
    anon_unreference,   // anon id, new count
    // object
    object_create,      // object id, kind, size
    object_destroy,     // object id
    object_reference,   // object id, new count
    object_unreference, // object id, new count
    object_page_in,     // object id, offset, physical address
    object_page_out,    // object id, offset, physical address
    object_willneed,    // object id, offset, bytes: read-ahead was asked for
    // page
    page_alloc,         // physical address, anon id, object id, offset
    page_free,          // physical address
    page_wire,          // physical address, new count
    page_queue_move,    // physical address, pg_queue it goes to
    page_zero,          // physical address
    page_copy,          // physical address from, to
    // pmap: the first argument is the address of the pmap
    pmap_entered,       // pmap, va, physical address, protection, 1 when wired
    pmap_removed,       // pmap, va
    pmap_protected,     // pmap, va, old protection, new protection
    // fault
    fault_begin,        // map, va, access, uvm_fault_kind
    fault_lookup,       // map, entry id, va
    fault_needs_copy,   // map, entry id
    fault_window,       // map, first va, pages, index of the centre
    fault_ahead,        // map, va, physical address, 1 from an anon, 2 from the object
    fault_case,         // map, va, uvm_fault_case
    fault_retry,        // map, va
    fault_end,          // map, va, errno
    // swap, and the page daemon that fills it
    swap_device_on,     // its first slot, slots, priority
    swap_device_off,    // its first slot, slots, errno: other than ok, it is used on
    swap_slot_alloc,    // first slot, slots
    swap_slot_free,     // first slot, slots
    swap_slot_bad,      // first slot, slots
    swap_page_out,      // first slot, pages, errno
    swap_page_in,       // slot, physical address, errno
    daemon_begin,       // pages wanted, active pages, inactive pages
    daemon_deactivate,  // physical address
    daemon_reactivate,  // physical address, uvm_daemon_reason
    daemon_skip,        // physical address, uvm_daemon_reason
    daemon_free,        // physical address, uvm_daemon_reason
    daemon_end,         // pages freed
    // call: an operation on a map begins
    map_call,           // map, uvm_map_function, start (of uvm_map: the hint), end, where it returns to
    // loans
    page_loan,   // physical address, id of the anon that borrows it (0: the kernel), loans of the page
    page_unloan, // physical address, id of the anon that borrowed it (0: the kernel), loans of the page left
    page_orphan, // physical address, loans of the page: its owner has given it up
    loan_broken, // physical address of the page on loan, of its copy, id of the anon or (0), object id or 0:
                 // who has the copy
    anon_loan,   // anon id, new count of its references
    // read-ahead
    object_read_ahead, // object id, offset, bytes: one pgo_get for pages that nobody waits for
};
// clang-format on

// Which case of the fault routine a fault took (kernel/vm/uvm_fault_cases.cc).
enum class uvm_fault_case : uint8_t { none, anon_1a, anon_1b, object_2a, object_2b, zero_2b };

// Why the page daemon did with a page what it did.
enum class uvm_daemon_reason : uint8_t {
    none,
    // reactivated
    referenced, // used since it became inactive
    no_slot,    // there is no room in swap
    not_written,
    no_way_out, // nothing is behind its object
    // passed over
    owner_in_use, // somebody has its anon or object locked
    page_in_use,  // busy, wired or on loan
    // freed
    clean, // its slot has the same data
    written,
    file, // its file has the data
    // reactivated
    few_of_its_kind, // the policy spares anonymous, file or executable pages while they are few
};

enum class uvm_map_function : uint8_t {
    none,
    map,
    unmap,
    protect,
    inherit,
    advice,
    willneed,
    pageable,
    clean,
    extract,
    mremap,
};

// Inlined always: of an event that is known it costs nothing then.
[[gnu::always_inline]] constexpr uvm_event_class class_of(uvm_event e) {
    using enum uvm_event;
    if (e < process_create)
        return uvm_event_class::operation;
    if (e < entry_create)
        return uvm_event_class::process;
    if (e < rotate)
        return uvm_event_class::map;
    if (e < amap_create)
        return uvm_event_class::tree;
    if (e < object_create)
        return uvm_event_class::amap;
    if (e < page_alloc)
        return uvm_event_class::object;
    if (e < pmap_entered)
        return uvm_event_class::page;
    if (e < fault_begin)
        return uvm_event_class::pmap;
    if (e < swap_device_on)
        return uvm_event_class::fault;
    if (e < map_call)
        return uvm_event_class::swap;
    if (e < page_loan)
        return uvm_event_class::call;
    if (e == object_read_ahead)
        return uvm_event_class::object;
    return e < anon_loan ? uvm_event_class::page : uvm_event_class::amap;
}

// The scenario command that runs now, as text; "" outside.
extern char uvm_probe_command[256];

// Where a debugger puts its breakpoint. Called after the record was written; does nothing. Alone in its page:
// an emulator may run the code of a page that has a breakpoint instruction by instruction (QEMU does).
extern "C" void uvm_probe_stop(const uvm_probe_record* record);

// What a record says about its arguments, in one word: the event, how many of them count, and how they lie
// there.
constexpr uint32_t uvm_probe_head(uvm_event event, size_t nargs, uint8_t form) {
    return uint32_t(event) | uint32_t(nargs) << 16 | uint32_t(form) << 24;
}

// Writes a record and stops if asked: for all cases. Out of line and with the arguments as they are: a list
// of them in the frame of who passes the probe would be room on the stack that is made there although nobody
// watches (find-space took 25 % more instructions with it). All functions of a probe have names that begin
// with uvm_probe_: so a debugger knows them.
void uvm_probe_words(uint32_t head, uvm_event_class cls);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b, uintptr_t c);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d,
                     uintptr_t e);
// The same where an argument has 64 bits on a 32-bit machine.
void uvm_probe_wide(uint32_t head, uvm_event_class cls, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0,
                    uint64_t d = 0, uint64_t e = 0);

// Whether an event belongs into a change (uvm_change.h). Not what a program asked for, what a search looked
// at and what the page daemon thinks; nor pages that come and go, for many of them are the kernel's own, and
// whose a page becomes is another event.
[[gnu::always_inline]] constexpr bool uvm_probe_is_change(uvm_event event) {
    using enum uvm_event;
    return class_of(event) != uvm_event_class::operation && class_of(event) < uvm_event_class::swap &&
           event != findspace_begin && event != findspace_visit && event != findspace_end &&
           event != page_alloc && event != page_free && event != page_zero;
}

// Whether the argument fits into a machine word.
template <class Arg>
inline constexpr bool uvm_probe_is_word = sizeof(Arg) <= sizeof(uintptr_t);
// How words of such arguments lie in a record.
template <class... Args>
constexpr uint8_t uvm_probe_form_of() {
    if (sizeof(uintptr_t) == sizeof(uint64_t))
        return 0;
    uint8_t form = uvm_probe_words_form;
    uint8_t bit = 1;
    ((form = uint8_t(form | (std::is_signed_v<Args> ? bit : 0)), bit = uint8_t(bit << 1)), ...);
    return form;
}

// Whether somebody watches events of this class.
[[gnu::always_inline]] inline bool uvm_probe_is_watched(uvm_event_class cls) {
    return UVM_PROBES && has(uvm_probe_control.record_mask, cls);
}

// Passes a probe. Arguments are integers as listed at the event. By reference, so that a field is fetched
// behind the test and not before it.
template <class... Args>
[[gnu::always_inline]] inline void uvm_probe(uvm_event event, const Args&... args) {
#if UVM_PROBES
    static_assert(sizeof...(Args) <= uvm_probe_most_args);
    constexpr size_t nargs = sizeof...(Args);
    // machine::probe_write writes the record when that is all there is to do: nothing stops and nobody waits,
    // the round goes on, and somebody is in a change where the event is of one. It is what watching costs
    // (docs/adr/0010-a-record-is-told-by-its-place.md). Operations are few, and stop as a rule.
    bool const quick = machine::quick_probes && class_of(event) != uvm_event_class::operation;
    bool const of_change = uvm_probe_is_change(event);
    if (uvm_probe_is_watched(class_of(event))) [[unlikely]] {
        if constexpr ((uvm_probe_is_word<Args> && ...)) {
            uint32_t const head = uvm_probe_head(event, nargs, uvm_probe_form_of<Args...>());
            if (!quick || !machine::probe_write<nargs>(head, of_change, uintptr_t(args)...))
                uvm_probe_words(head, class_of(event), uintptr_t(args)...);
        } else {
            uint32_t const head = uvm_probe_head(event, nargs, 0);
            if (!quick || !machine::probe_write_long<nargs>(head, of_change, uint64_t(args)...))
                uvm_probe_wide(head, class_of(event), uint64_t(args)...);
        }
    }
#else
    ((void)event, ..., (void)args);
#endif
}

} // namespace uvm
