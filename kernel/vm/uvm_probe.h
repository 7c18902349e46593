// Probes: each state change of the VM passes one, as a fixed-size record in a ring in memory.
//
// A debugger that watches sets uvm_probe_control: `record_mask` selects the classes that are written to the
// ring, `stop_mask` those of them at which the machine calls uvm_probe_stop, where a breakpoint can sit: a
// class that is not recorded does not stop, so a debugger sets record_mask first. Both are 0 until then, and
// a probe costs one test of one word. Compiled with UVM_PROBES=0 a probe is nothing at all.
//
// The debugger learns the event names from the debug information of uvm_event, so events may be added
// anywhere in the enum. What the arguments mean is said beside each event; entries, amaps, anons and objects
// go by their serial number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernel/base/enum_flags.h"

#ifndef UVM_PROBES
#define UVM_PROBES 1
#endif

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

// Classes of events, as bits of the masks.
enum class uvm_event_class : uint32_t {
    none = 0,
    operation = 1,
    process = 2,
    map = 4,
    tree = 8,
    amap = 16,
    object = 32,
    page = 64,
    pmap = 128,
    fault = 256,
    swap = 512,
    call = 1024,
};
template <>
inline constexpr bool is_flag_enum<uvm_event_class> = true;

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

struct uvm_probe_record {
    uint64_t sequence; // 1 for the first event since boot; written last
    uint64_t time;  // the processor's time stamp counter, less what stops took; under the bridge instructions
    uint16_t event; // uvm_event
    uint16_t nargs;
    uint32_t thread;  // id of the thread
    uint64_t args[5]; // those behind nargs are what an older event left
};
static_assert(sizeof(uvm_probe_record) == 64);

inline constexpr uint32_t uvm_probe_ring_size = 1u << 14;

struct uvm_probe_ring_t {
    uint64_t next_sequence; // of the last record begun, 0 for none; record s is at (s - 1) % size
    uvm_probe_record records[uvm_probe_ring_size];
};

struct uvm_probe_control_t {
    uvm_event_class record_mask; // written to the ring
    uvm_event_class stop_mask;   // stops as well; without effect where record_mask has no bit
    uint32_t
        stop_except; // an event that does not stop although its class does; uvm_event::none for all that do
    alignas(8) uint64_t stop_from; // no event before this number stops
    // The last event that may be written: the reader of the ring keeps it one ring ahead of itself, and who
    // would write more waits. 0: nobody waits, the oldest records are overwritten.
    alignas(8) uint64_t write_limit;
    uint32_t waiting; // written by the kernel: 1 while somebody waits for the limit to be moved
};

// Read and (control) written by the debugger, by these names.
extern uvm_probe_ring_t uvm_probe_ring;
extern uvm_probe_control_t uvm_probe_control;
// The scenario command that runs now, as text; "" outside.
extern char uvm_probe_command[256];

// Where a debugger puts its breakpoint. Called after the record was written; does nothing. Alone in its page:
// an emulator may run the code of a page that has a breakpoint instruction by instruction (QEMU does).
extern "C" void uvm_probe_stop(const uvm_probe_record* record);

// What a record says about its arguments, in one word: the event, and how many of them count.
constexpr uint32_t uvm_probe_head(uvm_event event, size_t nargs) {
    return uint32_t(event) | uint32_t(nargs) << 16;
}

// What uvm_probe calls when somebody watches: writes the record and stops if asked. Out of line and with the
// arguments as they are: a list of them in the frame of who passes the probe would be room on the stack that
// is made there although nobody watches (find-space took 25 % more instructions with it). All functions of a
// probe have names that begin with uvm_probe_: so a debugger knows them.
void uvm_probe_words(uint32_t head, uvm_event_class cls);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b, uintptr_t c);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d);
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d,
                     uintptr_t e);
// The same where an argument is no machine word: 64 bits on a 32-bit machine, or to be extended by its sign.
void uvm_probe_wide(uint32_t head, uvm_event_class cls, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0,
                    uint64_t d = 0, uint64_t e = 0);

// Whether the argument is the same number as a machine word.
template <class Arg>
inline constexpr bool uvm_probe_is_word = sizeof(Arg) <= sizeof(uintptr_t) &&
                                          (sizeof(uintptr_t) == sizeof(uint64_t) || std::is_unsigned_v<Arg>);

// Whether somebody watches events of this class.
[[gnu::always_inline]] inline bool uvm_probe_is_watched(uvm_event_class cls) {
    return UVM_PROBES && has(uvm_probe_control.record_mask, cls);
}

// Passes a probe. Arguments are integers as listed at the event. By reference, so that a field is fetched
// behind the test and not before it.
template <class... Args>
[[gnu::always_inline]] inline void uvm_probe(uvm_event event, const Args&... args) {
#if UVM_PROBES
    static_assert(sizeof...(Args) <= 5);
    constexpr size_t nargs = sizeof...(Args);
    if (uvm_probe_is_watched(class_of(event))) [[unlikely]] {
        if constexpr ((uvm_probe_is_word<Args> && ...))
            uvm_probe_words(uvm_probe_head(event, nargs), class_of(event), uintptr_t(args)...);
        else
            uvm_probe_wide(uvm_probe_head(event, nargs), class_of(event), uint64_t(args)...);
    }
#else
    ((void)event, ..., (void)args);
#endif
}

} // namespace uvm
