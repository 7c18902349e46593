// For pagers of objects with a place behind them: page i of the object is page i of a block device.
//
// Written pages take their neighbours along. The object is cut into pieces of a cluster (64 KiB); with a
// dirty page of a range go the dirty pages on both sides of it, up to the end of its piece or the first page
// that is missing, clean, busy or, outside the range, wired or on loan:
//
//     piece ┆ 0   1   2   3   4   5   6   7  ┆      d dirty, c clean, b busy
//           ┆ d   c   d   d  [d]  d   b   d  ┆
//                     └─ one write ─┘
//
// They are busy meanwhile and the object is unlocked. Pages outside the range become clean and are otherwise
// left as they are. What is changed while it is written is dirty afterwards, and so is everything of a write
// that failed.
#pragma once

#include "kernel/vm/uvm_blockdev.h"
#include "kernel/vm/uvm_object.h"

namespace uvm {

// Reads a page that was allocated for the object and is busy. Locks: vmobjlock; given up and taken again.
// Sleeps: for I/O. Fails: EIO; the page is the caller's to free.
[[nodiscard]] errno_t uvm_object_read(uvm_object& obj, uvm_blockdev& store, vm_page& page);
// pgo_get with neither locked nor syncio: reads what is missing in the window, runs of pages at once. Nobody
// has asked for the pages yet, so they are the first to go again. Locks: vmobjlock; given up. Sleeps: for
// I/O. Fails: ENOMEM (no page free that nobody needs), EIO; those before are there.
[[nodiscard]] errno_t uvm_object_read_ahead(uvm_object& obj, uvm_blockdev& store, pgo_window window);
// pgo_put. Without syncio busy pages are passed over; with it they are waited for. Where the device has no
// memory for several pages it is given one alone. Locks: vmobjlock; given up. Sleeps: for I/O; with syncio
// for busy pages. Fails: EIO, ENOMEM: the first failure; the rest of the range was done.
[[nodiscard]] errno_t uvm_object_put(uvm_object& obj, uvm_blockdev& store, voff_t start, voff_t end,
                                     pgo flags);

} // namespace uvm
