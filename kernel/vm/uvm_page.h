// Physical pages: one vm_page for each page frame, its owner, its queue.
//
//   owner            uobject  uanon   how it comes about
//   ---------------  -------  ------  -----------------------------------------------------------------
//   free             null     null    uvm_pagefree; on the free queue
//   object           set      null    uvm_pagealloc(object, offset)
//   anon             null     set     uvm_pagealloc(anon)
//   object, on loan  set      set     an anon borrows an object's page (loan_count > 0)
//   orphan           null     null    its owner gave it up while it was on loan (loan_count > 0); on no queue
//   kernel           null     null    uvm_pagealloc without owner: page tables, pools; on no queue
//
// Queue: a page that is neither free nor wired nor an orphan nor the kernel's is on the active or the
// inactive queue. Loans: uvm_loan.h. While a page is on loan its owners change with the object's lock, the
// anon's and the page queue lock held, so each of them alone keeps them as they are.
//
// Field tags: [o] owner's lock (object, else anon), [q] page queue lock, [f] free queue lock, [I] set once at
// boot, [p] the pmap's own lock.
#pragma once

#include "kernel/base/rbtree.h"
#include "kernel/sync/counter.h"
#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_pmap.h"

namespace uvm {

struct uvm_object;
struct vm_anon;
struct vm_page;

enum class pg_flag : uint8_t {
    none = 0,
    busy = 1,      // owned by one thread while it does I/O or fills it
    wanted = 2,    // somebody waits for `busy` to end
    clean = 4,     // backing store has the same content
    fake = 8,      // content not yet there
    released = 16, // to be freed by whoever holds it busy
};
template <>
inline constexpr bool is_flag_enum<pg_flag> = true;

enum class pg_queue : uint8_t { none, free, active, inactive };

struct page_queue_link {
    vm_page* prev{};
    vm_page* next{};
};

struct vm_page {
    page_queue_link pageq;          // [q] neighbours in its queue, oldest first; [f] while free
    rb_node<vm_page> treeq;         // [o] in its object's tree, by offset
    uvm_object* uobject{};          // [o]
    vm_anon* uanon{};               // [o]
    voff_t offset;                  // [o] inside uobject
    paddr_t phys_addr;              // [I]
    pg_flag flags{pg_flag::none};   // [o]
    pg_queue queue{pg_queue::none}; // [q]
    uint16_t loan_count{};          // [o] [q] both to write; borrowers, atomic to read without a lock
    uint32_t wire_count{};          // [q]
    vm_page_md mdpage;              // [p] every mapping of this page
};

// A queue of pages, oldest first.
struct page_queue {
    vm_page* head{};
    vm_page* tail{};
    uint32_t count{};
};

// Everything that is counted in pages or events about the whole machine.
struct uvmexp_t {
    uint32_t npages{};                      // [I]
    uint32_t free{};                        // [f]
    uint32_t active{}, inactive{}, wired{}; // [q]
    // Faults, and how they ended: the anon's page entered or copied, the object's entered or copied, zeros.
    counter faults, fault_anon, fault_anon_copy, fault_object, fault_object_copy, fault_zero;
    counter fault_needs_copy; // entries that got an amap of their own on the way
    counter fault_ahead_anon, fault_ahead_object;
    counter fault_lget, fault_get;         // asked the object for what is resident / for the page itself
    counter fault_anget, fault_anretry;    // had to get an anon's page / and began again afterwards
    counter fault_relck, fault_relckok;    // locked the map again after a sleep / and it was the same
    counter fault_pgwait, fault_pgrele;    // waited for a busy page / read one that nobody had any more then
    counter fault_noram, fault_noanon;     // pages / anons that were not to be had, whoever asked
    counter read_ahead_asked, read_ahead;  // pages that read-ahead asked for / brought in
    counter cluster_writes, cluster_pages; // transfers to swap and files / pages that they wrote
    counter pdwoke, pdrevs, pdfreed; // the page daemon: times it was woken, scans, pages that these freed
    counter pgwait;                  // times somebody waited for a page to be free
    counter anons, amaps, entries;   // entries: of the pool, not from kernel entry chunks
    uint32_t owned{};      // [f] pages that have an object or an anon, or had until they became orphans
    uint32_t orphans{};    // pages on loan without an owner
    uint32_t loans{};      // sum of all pages' loan_count
    uint32_t anon_loans{}; // atomic: sum of all anons' an_loans
};
extern uvmexp_t uvmexp;

// Frames that follow each other without a gap, and the vm_page of the first.
struct page_run {
    paddr_t start;
    uint32_t count{};
    vm_page* first{};
};

// The state of the page layer. Named so that the debugger finds it.
struct uvm_pages_t {
    vm_page* pages{};   // [I] npages of them, ascending by phys_addr
    page_run longest{}; // [I] the longest run, mostly all there is
    page_queue free, active, inactive;
    mutex pageqlock{"page queues"};    // [q]
    spinlock fpageqlock{"free pages"}; // [f]
    uint32_t owned_limit{};            // [f] the most that uvmexp.owned may be; 0: no limit of its own
    uint32_t shortages{};              // atomic: allocations that failed because there was no page
    uint32_t paging{};                 // atomic: pages on their way out, free before long
    uint32_t unbusied{};               // changes when a busy page that was waited for is idle again
};
extern uvm_pages_t uvm_pages;

// replace: the object has a page at the offset, whose place uvm_page_replace will give to this one.
enum class pagealloc_flag : uint8_t { none = 0, zero = 1, use_reserve = 2, replace = 4 };
template <>
inline constexpr bool is_flag_enum<pagealloc_flag> = true;

// Takes over the frames that the machine offers (machine::physical_memory); called once at boot.
void uvm_page_init();

// Takes a free page for an object at an offset, for an anon, or for the kernel (both null). The page comes
// busy and fake when it has an owner; on no queue. The object has it from now on (uvm_pagelookup), the anon
// in its an_page. What its frame's last user left of the modified and referenced bits stays: whoever fills
// the page and calls it clean clears them (pmap_clear_modify). Locks: the owner's must be held. Sleeps:
// never. Fails: null when no page is free.
[[nodiscard]] vm_page* uvm_pagealloc(uvm_object* obj, voff_t offset, vm_anon* anon, pagealloc_flag flags);
// Gives a page back, busy or not: it is on no queue, in no object and no anon (an_page) any more. Its
// mappings must be gone. One on loan stays with who borrows it. Locks: the owner's, held still afterwards.
void uvm_pagefree(vm_page& page);
// A run of `count` physically contiguous pages for the kernel, or null. / Gives such a run back.
[[nodiscard]] vm_page* uvm_pagealloc_contig(uint32_t count);
void uvm_pagefree_contig(vm_page& first, uint32_t count);

// The page of a physical address, or null when it is not managed memory. The second is its slow half: a
// search.
vm_page* uvm_page_search(paddr_t pa);
inline vm_page* phys_to_vm_page(paddr_t pa) {
    // Below the run the difference wraps and is beyond its end.
    uintptr_t const distance = (pa - uvm_pages.longest.start).value >> machine::page_shift;
    if (distance < uvm_pages.longest.count) [[likely]]
        return &uvm_pages.longest.first[distance];
    return uvm_page_search(pa);
}

// Queue moves. Locks: take the page queue lock.
void uvm_pageactivate(vm_page& page);
void uvm_pagedeactivate(vm_page& page);
void uvm_pagewire(vm_page& page);
void uvm_pageunwire(vm_page& page);
// True when nobody may take the page from its owner: it is wired or on loan. Locks: the owner's, under which
// it stays so; takes the page queues'.
[[nodiscard]] bool uvm_page_is_kept(const vm_page& page);
// The same of wired pages alone.
[[nodiscard]] bool uvm_page_is_wired(const vm_page& page);
// For loans: puts `fresh`, allocated with pagealloc_flag::replace, in the place of `page` in its object,
// whose uobject is the caller's affair then. Locks: the object's.
void uvm_page_replace(vm_page& page, vm_page& fresh);
// Takes the page out of its object's tree; uobject is the caller's affair. Locks: the object's.
void uvm_page_remove(vm_page& page);
// Takes the page off its queue, if it is on one. Locks: pageqlock.
void uvm_page_dequeue(vm_page& page);
// Makes a page free that has no owner any more and is on no queue. Locks: takes the free queue's.
enum class page_had_owner : bool { no, yes };
void uvm_page_release(vm_page& page, page_had_owner owned);
// True while somebody borrows the page. Certain under the owner's lock; without it, false stays false for as
// long as the page is busy.
inline bool uvm_page_is_on_loan(const vm_page& page) {
    return __atomic_load_n(&page.loan_count, __ATOMIC_RELAXED) != 0;
}
// Waits until a busy page may be idle; the caller looks everything up again. Locks: needs `owner`, gives it
// up. Sleeps: until the page's user is done.
void uvm_page_wait(vm_page& page, mutex& owner);
// No more than `pages` pages with an owner from now on, as on a small machine; 0: as many as there are.
// What is over the limit already stays. Locks: takes the free queue's.
void uvm_page_limit(uint32_t pages);
// Free pages, or where that is less how many may get an owner. Locks: the free queue's.
[[nodiscard]] uint32_t uvm_pages_free_within_limit();
// True when a page for an object or an anon could be had now, with what the kernel takes for itself on the
// way. / Allocations that failed for want of a page.
[[nodiscard]] bool uvm_page_available();
[[nodiscard]] inline uint32_t uvm_page_shortages() { return atomic::load_relaxed(uvm_pages.shortages); }
// Ends `busy` and wakes who waits. Locks: owner's. The second is its half for a page that somebody waits for.
void uvm_page_wake();
inline void uvm_page_unbusy(vm_page& page) {
    bool const wanted = has(page.flags, pg_flag::wanted);
    page.flags = without(page.flags, pg_flag::busy | pg_flag::wanted | pg_flag::fake);
    if (wanted) [[unlikely]]
        uvm_page_wake();
}

// Looks a page up in an object, by offset. Locks: the object's. Cost: O(log pages).
vm_page* uvm_pagelookup(uvm_object& obj, voff_t offset);

} // namespace uvm
