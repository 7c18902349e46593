// Memory for the VM's own structures: fixed-size objects carved from pages, and small or long arrays.
//
// Pages come from uvm_pagealloc without owner and go back as soon as nothing in them is in use, so a test can
// count pages to prove that nothing leaked. Locks: a pool's spin lock is taken inside; it is below all others
// but the free page lock. Sleeps: never.
#pragma once

#include <new>
#include <string_view>

#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_types.h"

namespace uvm {

class uvm_pool;

// At the start of each page of a pool. Free objects are linked through their first word.
struct pool_page {
    uvm_pool* owner;
    pool_page* prev;
    pool_page* next;
    void* free;
    uint32_t used;
    uint32_t fresh; // objects from here on were never handed out
};

// Of the allocations from now on, the one that is to fail (uvm_fail_allocation); 0: none.
extern uint32_t uvm_failing_allocation;
// Counts an allocation of this kind down; true when it is the one. The slow half of:
bool uvm_allocation_chosen_to_fail(const char* kind);
// True when this allocation is to fail. Called once by every allocation of the VM. Inline, and with a plain
// pointer: to measure the kind's name took 20 instructions for each allocation, mostly to learn that none is
// to fail.
inline bool uvm_allocation_fails(const char* const& kind) {
    return uvm_failing_allocation != 0 && uvm_allocation_chosen_to_fail(kind);
}

class uvm_pool {
public:
    constexpr uvm_pool(const char* name, uint32_t object_size)
        : name_(name), size_((object_size + 15) & ~15u),
          capacity_(uint32_t(page_size - header_size) / size_) {}
    // An object of uninitialised memory, 16-byte aligned, or null.
    [[nodiscard]] void* get() { return uvm_allocation_fails(name_) ? nullptr : take(); }
    // The same, never chosen to fail.
    [[nodiscard]] void* take();
    void put(void* object);
    // The same two for a pool that another lock guards: all calls for it are made under that one, and none of
    // get, take and put. Inline: with the lock they were half of what entering a mapping cost.
    [[nodiscard]] void* get_guarded() { return uvm_allocation_fails(name_) ? nullptr : take_guarded(); }
    void put_guarded(void* object);
    [[nodiscard]] uint32_t in_use() const { return in_use_; }
    [[nodiscard]] const char* name() const { return name_; }

private:
    static constexpr uint32_t header_size = (sizeof(pool_page) + 15) & ~15u;

    bool add_page();
    void remove_page(pool_page& page);
    void link(pool_page& page);
    void unlink(pool_page& page);
    void* take_guarded();

    spinlock lock_{"pool"};
    const char* name_;
    uint32_t size_;
    uint32_t capacity_; // objects in a page
    uint32_t in_use_{};
    pool_page* partial_{}; // pages with a free object
};

inline void uvm_pool::link(pool_page& page) {
    page.prev = nullptr;
    page.next = partial_;
    if (partial_)
        partial_->prev = &page;
    partial_ = &page;
}

inline void uvm_pool::unlink(pool_page& page) {
    if (page.prev)
        page.prev->next = page.next;
    else
        partial_ = page.next;
    if (page.next)
        page.next->prev = page.prev;
}

inline void* uvm_pool::take_guarded() {
    if (!partial_ && !add_page()) [[unlikely]]
        return nullptr;
    pool_page& page = *partial_;
    void* object = page.free;
    if (object)
        page.free = *static_cast<void**>(object);
    else
        object = reinterpret_cast<std::byte*>(&page) + header_size + size_t(page.fresh++) * size_;
    if (++page.used == capacity_) [[unlikely]]
        unlink(page);
    ++in_use_;
    return object;
}

inline void uvm_pool::put_guarded(void* object) {
    pool_page& page = *reinterpret_cast<pool_page*>(reinterpret_cast<uintptr_t>(object) & ~page_mask);
    kassert(page.owner == this && page.used > 0, "pool: object of another pool");
    if (page.used == capacity_) [[unlikely]]
        link(page);
    *static_cast<void**>(object) = page.free;
    page.free = object;
    --in_use_;
    if (--page.used == 0) [[unlikely]]
        remove_page(page);
}

// A pool of T with construction. T must be no larger than half a page.
template <class T>
class object_pool {
public:
    static_assert(sizeof(T) <= page_size / 2 - 64);
    constexpr explicit object_pool(const char* name) : pool_(name, sizeof(T)) {}
    [[nodiscard]] T* create() {
        void* memory = pool_.get();
        return memory ? new (memory) T{} : nullptr;
    }
    void destroy(T& object) {
        object.~T();
        pool_.put(&object);
    }
    [[nodiscard]] uint32_t in_use() const { return pool_.in_use(); }

private:
    uvm_pool pool_;
};

// A pool of T that a lock of its user's guards: every call is made under that lock.
template <class T>
class guarded_pool {
public:
    static_assert(sizeof(T) <= page_size / 2 - 64);
    constexpr explicit guarded_pool(const char* name) : pool_(name, sizeof(T)) {}
    // Memory for a T, which is the caller's to make, or null.
    [[nodiscard]] void* take() { return pool_.get_guarded(); }
    void destroy(T& object) {
        object.~T();
        pool_.put_guarded(&object);
    }
    [[nodiscard]] uint32_t in_use() const { return pool_.in_use(); }

private:
    uvm_pool pool_;
};

// Zeroed memory of any size: from pools up to half a page, whole contiguous pages above. Null without memory.
[[nodiscard]] void* uvm_kmem_alloc(size_t bytes);
// `bytes` as given to uvm_kmem_alloc.
void uvm_kmem_free(void* memory, size_t bytes);

// For tests: the allocation with this number from now on (1 = the next) fails once; 0 switches it off. Counts
// pages, pool objects and arrays alike, or only those of one kind: a pool's name, "page" (with an owner),
// "page table" or "array" (uvm_kmem_alloc, of any size). The kind's characters must stay.
void uvm_fail_allocation(uint32_t number, std::string_view kind = {});
// The number of the allocation that will fail, counted from now; 0: none will.
[[nodiscard]] uint32_t uvm_fail_allocation_left();
} // namespace uvm
