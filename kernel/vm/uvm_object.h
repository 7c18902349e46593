// Memory objects: what can be mapped that is not anonymous memory of one space, behind one table of
// operations.
//
// Field tags: [o] vmobjlock, [I] set once.
#pragma once

#include <span>

#include "kernel/base/rbtree.h"
#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_types.h"

namespace uvm {

struct uvm_blockdev;
struct uvm_object;
struct uvm_faultinfo;
struct uvm_ractx;

// One page of a pgo_get window.
struct pgo_window {
    voff_t first;              // offset of pages[0]
    std::span<vm_page*> pages; // null: wanted; dont_care: not wanted. Filled in by the pager.
    uint32_t center{};         // the page that the fault is about
};
// Marks a page of a window that the caller does not want.
inline vm_page* const pgo_dont_care = reinterpret_cast<vm_page*>(~uintptr_t{0});

// The operations of a pager. Locks: get with pgo::locked neither sleeps nor unlocks
// and returns resident, idle pages only, of which the centre becomes busy and the others are what they are
// for as long as the object stays locked; get with neither locked nor syncio is read-ahead: it brings in
// pages of the window that are missing and returns none, with the object unlocked (ENOMEM: not all); get with
// syncio returns with the object unlocked and the centre page busy and valid; put is called locked and
// returns unlocked.
struct uvm_pagerops {
    const char* name;
    // One more / one less reference; at none the pager decides what becomes of the object.
    void (*reference)(uvm_object& obj);
    void (*detach)(uvm_object& obj);
    // Null where there is `fault`. Fails: ebusy (locked: centre not resident), einval (beyond the end),
    // enomem, eio, eagain.
    errno_t (*get)(uvm_object& obj, pgo_window window, vm_prot_t access, vm_advice_t advice, pgo flags);
    // Cleans, deactivates or frees the pages of [start, end), and may clean their neighbours; with allpages
    // those of the whole object. Busy pages are passed over, with syncio waited for. What is cleaned has been
    // written on return also without syncio: a write that only began would neither fail where the caller sees
    // it nor leave the pages to others sooner. Fails: eio, enomem (what was not written is dirty and stays).
    errno_t (*put)(uvm_object& obj, voff_t start, voff_t end, pgo flags);
    // For objects whose memory cannot be handed out as pages; null for the others. Does the rest of a fault,
    // up to entering the page. Locks: map shared, am_lock if there is an amap, vmobjlock;
    // all are given up on return (uvm_fault_unlockall). Fails: restart (look up anew), enomem (which waits
    // for pages and looks up anew where pages were short), einval (beyond the end), eio.
    errno_t (*fault)(uvm_faultinfo& fault, uvm_object& obj, pgo_window window){};
};

struct vm_page_by_offset {
    static constexpr bool update(vm_page&) { return false; }
    static constexpr void rotated(vm_page&, vm_page&) {}
};

enum class uvm_object_kind : uint8_t { anonymous, file, device, kernel };

struct uvm_object {
    mutex vmobjlock{"object"};
    const uvm_pagerops* pgops{};                               // [I]
    rb_tree<vm_page, &vm_page::treeq, vm_page_by_offset> memt; // [o] resident pages by offset
    uint32_t uo_npages{};                                      // [o]
    int32_t uo_refs{};                                         // [o]
    uint32_t uo_id{};                                          // [I] serial number, never used again
    uvm_object_kind uo_kind{uvm_object_kind::anonymous};       // [I]
    uint64_t uo_size{};                                        // [o] bytes
    uint32_t uo_executed{};                                    // atomic: 1 once it was mapped to be executed
    uvm_ractx* uo_ractx{};                                     // [I] the pager's; null: reads nothing ahead
    char uo_name[24]{};                                        // [I] for viewers; "" when it has none
};

// A new object of one reference, or null. `name` is copied (cut to what fits).
// anonymous: zero-filled. file: page i is filled with byte 0xa0 + i mod 16 in its backing store, which keeps
// what is written back to it. device: memory of its own (uvm_device.cc).
[[nodiscard]] uvm_object* uao_create(uint64_t size, const char* name);
// A file may read ahead (uvm_readahead.h).
enum class ufile_reads : uint8_t { as_asked, ahead };
[[nodiscard]] uvm_object* ufile_create(uint64_t size, const char* name,
                                       ufile_reads how = ufile_reads::as_asked);
// The same with its backing store on a device, which stays the caller's and outlives the file. Needs: the
// device has a page for each of the file's.
[[nodiscard]] uvm_object* ufile_create_on(uvm_blockdev& store, uint64_t size, const char* name,
                                          ufile_reads how = ufile_reads::as_asked);
[[nodiscard]] uvm_object* udev_create(uint64_t size, const char* name);

} // namespace uvm
