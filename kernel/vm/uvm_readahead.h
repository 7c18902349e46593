// Read-ahead: pages of a file are brought in before somebody asks for them, when it is read in order.
//
// A file that reads ahead has a context: a window of the file, behind the last request, in which the next
// request is expected.
//
//        last request      window (winsize)
//   ────────[####]┌──────────────────────────────┐────    requests there: hits
//              winstart      │                winstart + winsize
//                          next: up to here all was asked for
//
//   advice      request                  what it does
//   ----------  -----------------------  -----------------------------------------------------------------
//   normal      the first, or outside    a new window of 64 KiB behind it; nothing is asked for
//               inside, or at its end    the window moves behind it and grows by it, up to 512 KiB
//   sequential  any                      the window is the 512 KiB behind it
//   random      any                      nothing
//
// When 128 KiB or more of the window were not asked for yet, they are. Who asks, asks in pieces that end at
// multiples of 64 KiB. Only requests that find their page missing count: the others cost nothing.
#pragma once

#include "kernel/vm/uvm_object.h"

namespace uvm {

inline constexpr uint64_t uvm_ra_piece = 64 << 10;
inline constexpr uint64_t uvm_ra_least = 2 * uvm_ra_piece;
inline constexpr uint64_t uvm_ra_most = 8 * uvm_ra_piece;

// Field tags: [o] the object's vmobjlock.
struct uvm_ractx {
    bool valid{};        // [o] there was a request
    uint64_t winstart{}; // [o] bytes, as the others
    uint64_t winsize{};  // [o]
    uint64_t next{};     // [o]
};
struct uvm_ra_range {
    uint64_t start{}, end{}; // equal: nothing
};

// What a request for [offset, offset + size) makes the context ask for. Locks: the object's.
[[nodiscard]] uvm_ra_range uvm_ra_window(uvm_ractx& ra, vm_advice_t advice, uint64_t offset, uint64_t size);
// A request found its pages missing and has got them: asks for what follows, if the object has a context.
// Locks: takes the object's. Sleeps: for I/O.
void uvm_ra_request(uvm_object& obj, vm_advice_t advice, voff_t offset, vsize_t size);
// Asks for the pages of [first, first + size) that lie inside the object, if it has a context; stops where
// there is no page free. Locks: takes the object's. Sleeps: for I/O.
void uvm_ra_start(uvm_object& obj, vm_advice_t advice, voff_t first, uint64_t size);

} // namespace uvm
