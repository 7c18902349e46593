// The state of one fault on its way through the stages. Internal to the fault routine.
#pragma once

#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

// The widest window of fault-ahead: sequential, 8 back and 7 forward.
inline constexpr uint32_t uvm_fault_max_window = 16;

// What a stage says to do next. again: look up anew. done: `error` is the outcome. For both, fault.unlocked
// says what is still locked.
enum class uvm_fault_next : uint8_t { proceed, again, done };

struct uvm_faultinfo {
    uvm_faultinfo(vm_map& in, vaddr_t at, uvm_fault_kind what, vm_prot_t wanted)
        : map(in), va(at), kind(what), access(wanted) {}

    vm_map& map;
    vaddr_t va; // page aligned
    uvm_fault_kind kind;
    vm_prot_t access; // as asked; for a wired entry, all that the entry allows
    vm_map_entry* entry{};
    vaddr_t window_start{};
    uint32_t npages{}; // the window
    uint32_t center{};
    uint32_t anon_bits{}; // bit i: an anon lies over the i-th page
    uint32_t timestamp{}; // the map's when they were unlocked
    // An anon with a page, taken before a retry after a want of pages: otherwise the daemon could take the
    // page to be copied for the copy, and the copy for it, for ever. Owned until a case uses it.
    vm_anon* spare{};
    bool wants_spare{};                    // a copy failed for want of its page
    vm_prot_t enter_prot{vm_prot_t::none}; // most that may be entered
    bool wired{};                          // the page must end up wired
    bool cow_now{};                        // copy now instead of entering read-only
    bool narrow{};                         // no neighbours: done before, or not wanted
    bool unlocked{};                       // the amap and the map are not locked any more
    errno_t error{errno_t::ok};
    // The first npages, of a window that an object is asked for; not cleared before.
    vm_page* pages[uvm_fault_max_window];

    [[nodiscard]] vsize_t entry_offset(vaddr_t at) const { return at - entry->start; }
    [[nodiscard]] voff_t object_offset(vaddr_t at) const { return entry->offset + entry_offset(at); }
    // The anon over the i-th page of the window, or null.
    [[nodiscard]] vm_anon* anon_over(uint32_t i) const {
        bool const there = (anon_bits >> i & 1) != 0;
        return there ? amap_lookup(entry->aref, entry_offset(window_start) + pages_to_bytes(i)) : nullptr;
    }
    [[nodiscard]] vm_amap* amap() const { return entry->aref.ar_amap; }
    [[nodiscard]] uvm_object* obj() const { return entry->obj(); }
};

// Passes a probe whose first argument is the fault's map. One name for all that is inlined of a probe: a
// debugger knows it by that (gdbbridge/session/machine_code.cc).
template <class... Args>
[[gnu::always_inline]] inline void uvm_probe(uvm_event event, const uvm_faultinfo& fault,
                                             const Args&... args) {
    if (uvm_probe_is_watched(uvm_event_class::fault)) [[unlikely]]
        uvm_probe(event, reinterpret_cast<uintptr_t>(&fault.map), args...);
}

// Cases 1A and 1B: an anon lies over the page. Cases 2A and 2B: none does. Locks: map shared, am_lock held if
// there is an amap; the same on return unless fault.unlocked. Sleep: for I/O and busy pages, with nothing
// locked.
uvm_fault_next uvm_fault_case1(uvm_faultinfo& fault, vm_anon& anon);
uvm_fault_next uvm_fault_case2(uvm_faultinfo& fault);
// Case 2 of an object that does it itself (pgo_fault); fault.unlocked afterwards.
uvm_fault_next uvm_fault_hand_over(uvm_faultinfo& fault);
// Gives up the amap's lock, if there is one, and the map's. / Takes them again where nobody has changed the
// map meanwhile, so that fault.entry is still what it was; the amap's slots may have changed. False: nothing
// is locked, look up anew.
void uvm_fault_unlockall(uvm_faultinfo& fault);
[[nodiscard]] bool uvm_fault_relock(uvm_faultinfo& fault);
// Waits for the data of an anon whose page is busy or paged out. proceed: all is locked as before, the anon
// is still the one at the fault, its page idle. Locks: map shared, am_lock, an_lock; an_lock held for proceed
// only.
[[nodiscard]] uvm_fault_next uvm_fault_sleep_for_anon(uvm_faultinfo& fault, vm_anon& anon);
// Waits for the object's page at the fault. proceed: it is in fault.pages, busy, and the rest is locked as
// before, with no anon over it. Locks: map shared, am_lock if there is an amap, vmobjlock; the last is given
// up.
[[nodiscard]] uvm_fault_next uvm_fault_sleep_for_object(uvm_faultinfo& fault);
// The pages of the window that the object is asked for, in fault.pages: neither mapped nor below an anon.
pgo_window uvm_fault_object_window(uvm_faultinfo& fault);
// The last stage of every case: enters `page` with `prot`, wires or activates it.
uvm_fault_next uvm_fault_enter(uvm_faultinfo& fault, vm_page& page, vm_prot_t prot);
// Takes the spare anon if the fault needs one and a page is free / gives back one that was not used.
// Locks: none held.
void uvm_fault_take_spare(uvm_faultinfo& fault);
void uvm_fault_drop_spare(uvm_faultinfo& fault);
// The copy that a write pays for: counted and told. Locks: the owner's of `from`; nobody knows `to` yet.
void uvm_fault_copy_page(const vm_page& from, const vm_page& to);
// Enters the resident neighbours of the window from the amap / from the object. Their failure is nobody's.
void uvm_fault_ahead_anons(uvm_faultinfo& fault);
void uvm_fault_ahead_object(uvm_faultinfo& fault);

} // namespace uvm
