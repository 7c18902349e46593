// Anons: one page of anonymous memory, wherever its data is.
//
//   state      an_page  an_swslot   reached by
//   ---------  -------  ---------   -------------------------------
//   empty      null     0           uvm_analloc
//   resident   set      0           a page was given to it (dirty)
//   clean      set      > 0         written to swap, or read back
//   swapped    null     > 0         the page daemon took the page
//   bad        null     -1          the slot could not be read: EIO for ever
//   borrowed   set      0           uvm_loan: the page is an object's (its uobject is set), uvm_loan.h
//
// A slot is used by one anon. A clean page always has one.
//
// Written to only while an_ref is 1: with more references it is shared copy-on-write.
// Field tags: [n] an_lock, [I] set once.
#pragma once

#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_page.h"

namespace uvm {

struct vm_anon {
    mutex an_lock{"anon"};
    int32_t an_ref{};    // [n] amap slots that hold it, plus an_loans
    int32_t an_loans{};  // [n] references of who borrowed it with uvm_loan
    int32_t an_swslot{}; // [n]
    vm_page* an_page{};  // [n]
    uint32_t an_id{};    // [I] serial number, never used again; viewers name the anon by it
};

// A new anon with one reference and no page, or null. Sleeps: never.
[[nodiscard]] vm_anon* uvm_analloc();
// One more / one less reference; the last one frees page and slot. Locks: take an_lock.
void uvm_anon_ref(vm_anon& anon);
void uvm_anon_unref(vm_anon& anon);
// Frees an anon that nobody refers to, with its slot. Needs: no page. For who held its page busy meanwhile.
// Locks: none; an_lock goes with it, so whoever holds it gives it up before.
void uvm_anon_destroy(vm_anon& anon);

// What an_swslot is when the slot could not be read.
inline constexpr int32_t uvm_anon_bad_slot = -1;

// True where uvm_anon_get would have nothing to do. Locks: an_lock.
inline bool uvm_anon_is_idle(const vm_anon& anon) {
    return anon.an_page && !has(anon.an_page->flags, pg_flag::busy);
}
// Makes the anon's page resident and idle, reading its slot if it has to. Locks: needs an_lock; holds it on
// ok, has given it up otherwise. Sleeps: for I/O and busy pages. Fails: EAGAIN (look everything up again),
// ENOMEM (no page now), EIO (the slot cannot be read, now and for ever).
[[nodiscard]] errno_t uvm_anon_get(vm_anon& anon);
// The page is about to change, or stays in memory: gives the slot back, if there is one; with it the page is
// not clean any more. Locks: an_lock.
void uvm_anon_dropswap(vm_anon& anon);

} // namespace uvm
