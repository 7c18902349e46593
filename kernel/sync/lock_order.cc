#include "kernel/sync/lock_order.h"

#if UVM_LOCK_ORDER

#include <iterator>
#include <string_view>

#include <machine/thread.h>

#include "kernel/base/format.h"
#include "kernel/base/kassert.h"

namespace uvm {

namespace {

// The order in which the VM takes its locks. Locks of other names are ordered by what happens.
constexpr const char* declared_order[] = {"map",         "map busy",    "amap", "object",    "anon",
                                          "page queues", "page tables", "pool", "free pages"};

constexpr uint32_t class_limit = 32; // one bit each
constexpr uint32_t thread_limit = 64;
constexpr uint32_t held_limit = 16;

struct held_lock {
    const void* lock;
    const char* name;
    uint32_t lock_class;
    lock_kind kind;
    lock_site where;
};

// The locks of one thread, oldest first; only that thread looks at them. A place is free while owner is 0.
struct held_list {
    uint32_t owner;
    uint32_t count;
    held_lock locks[held_limit];
};
constinit held_list lists[thread_limit]{};

// Where "a before b" was first said; no file: it is declared.
struct order_origin {
    lock_site held, wanted;
};

// What is known of classes. Changed under `guard`; bits are only ever added, and read without it.
constinit uint32_t guard{};
constinit const char* class_names[class_limit]{};
constinit uint32_t class_count{};
constinit uint32_t before[class_limit]{}; // bit b of before[a]: a before b
constinit order_origin origins[class_limit][class_limit]{};

class order_guard {
public:
    order_guard() : interrupts_(machine::interrupts_disable()) {
        while (__atomic_exchange_n(&guard, 1, __ATOMIC_ACQUIRE) != 0)
            machine::spin_pause();
    }
    ~order_guard() {
        __atomic_store_n(&guard, 0, __ATOMIC_RELEASE);
        machine::interrupts_restore(interrupts_);
    }
    order_guard(const order_guard&) = delete;
    order_guard& operator=(const order_guard&) = delete;

private:
    machine::interrupt_state interrupts_;
};

// What a panic says stays readable for the debugger.
constinit text_buffer<400> message;

text_buffer<400>& place(lock_site where) { return message.text(where.file).text(":").dec(where.line); }

[[noreturn]] void violation(lock_site where) {
    panic(message.c_str(), where.file ? where.file : "?", where.line);
}

uint32_t find_class(std::string_view name) {
    uint32_t const count = __atomic_load_n(&class_count, __ATOMIC_ACQUIRE);
    uint32_t at = 0;
    while (at < count && name != class_names[at])
        ++at;
    return at;
}

// Needs: the guard.
uint32_t add_class(const char* name) {
    uint32_t const at = find_class(name);
    if (at == class_count) {
        kassert(at < class_limit, "lock order: too many classes of locks");
        class_names[at] = name;
        __atomic_store_n(&class_count, at + 1, __ATOMIC_RELEASE);
    }
    return at;
}

void declare() {
    for (uint32_t i = 0; i < std::size(declared_order); ++i) {
        uint32_t const added = add_class(declared_order[i]);
        kassert(added == i, "lock order: a class is declared twice");
        if (i > 0)
            before[i - 1] = 1u << i;
    }
}

uint32_t class_of(const char* name) {
    uint32_t const known = find_class(name);
    if (known < __atomic_load_n(&class_count, __ATOMIC_ACQUIRE))
        return known;
    order_guard const held;
    if (class_count == 0)
        declare();
    return add_class(name);
}

// The class that follows `from` on a way to `to`, or class_limit when there is no way. Needs: the guard.
uint32_t way(uint32_t from, uint32_t to) {
    uint32_t reached = before[from];
    uint32_t first[class_limit]{};
    for (uint32_t c = 0; c < class_limit; ++c)
        first[c] = c;
    for (uint32_t done = 0; done != reached;) {
        auto const at = uint32_t(__builtin_ctz(reached & ~done));
        if (at == to)
            return first[at];
        done |= 1u << at;
        for (uint32_t fresh = before[at] & ~reached; fresh; fresh &= fresh - 1)
            first[__builtin_ctz(fresh)] = first[at];
        reached |= before[at];
    }
    return class_limit;
}

bool is_known(uint32_t a, uint32_t b) {
    return (__atomic_load_n(&before[a], __ATOMIC_RELAXED) & 1u << b) != 0;
}

// Learns "held before wanted", or panics when the reverse follows from what is known.
void learn(const held_lock& held, const char* name, uint32_t wanted, lock_site where) {
    order_guard const lock;
    uint32_t const next = way(wanted, held.lock_class);
    if (next == class_limit) {
        origins[held.lock_class][wanted] = {held.where, where};
        __atomic_fetch_or(&before[held.lock_class], 1u << wanted, __ATOMIC_RELAXED);
        return;
    }
    message.text("lock order: \"").text(name).text("\" wanted at ");
    place(where).text(" while \"").text(held.name).text("\" is held, taken at ");
    place(held.where);
    order_origin const& origin = origins[wanted][next];
    message.text("; \"").text(name).text("\" comes before \"").text(class_names[next]).text("\"");
    if (origin.wanted.file) {
        message.text(" since ");
        place(origin.wanted).text(", where it had been taken at ");
        place(origin.held);
    }
    violation(where);
}

// This thread's list; one is taken for it when it has none and `claim`.
held_list* list_of_this_thread(bool claim) {
    uint32_t const me = machine::current_thread();
    for (uint32_t n = 0; n < thread_limit; ++n) {
        held_list& list = lists[(me + n) % thread_limit];
        if (__atomic_load_n(&list.owner, __ATOMIC_ACQUIRE) == me)
            return &list;
    }
    for (uint32_t n = 0; claim && n < thread_limit; ++n) {
        held_list& list = lists[(me + n) % thread_limit];
        uint32_t nobody = 0;
        if (__atomic_compare_exchange_n(&list.owner, &nobody, me, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return &list;
    }
    kassert(!claim, "lock order: too many threads hold locks");
    return nullptr;
}

} // namespace

void lock_order::want(const void* lock, const char* name, lock_site where) {
    held_list const* const list = list_of_this_thread(false);
    if (!list)
        return;
    uint32_t const wanted = class_of(name);
    for (uint32_t i = 0; i < list->count; ++i) {
        held_lock const& held = list->locks[i];
        if (held.lock == lock || held.lock_class == wanted) {
            message.text("lock order: ").text(held.lock == lock ? "\"" : "a second \"").text(name);
            message.text("\" wanted at ");
            place(where)
                .text(" by the thread that took ")
                .text(held.lock == lock ? "it" : "one")
                .text(" at ");
            place(held.where);
            violation(where);
        }
        if (!is_known(held.lock_class, wanted))
            learn(held, name, wanted, where);
    }
}

void lock_order::took(const void* lock, const char* name, lock_kind kind, lock_site where) {
    held_list& list = *list_of_this_thread(true);
    kassert(list.count < held_limit, "lock order: a thread holds too many locks");
    list.locks[list.count++] = {lock, name, class_of(name), kind, where};
}

void lock_order::gave(const void* lock, const char* name) {
    held_list* const list = list_of_this_thread(false);
    uint32_t at = list ? list->count : 0;
    while (at > 0 && list->locks[at - 1].lock != lock)
        --at;
    if (at == 0) {
        message.text("lock order: \"").text(name).text("\" released by a thread that does not hold it");
        violation({});
    }
    for (; at < list->count; ++at)
        list->locks[at - 1] = list->locks[at];
    if (--list->count == 0)
        __atomic_store_n(&list->owner, 0, __ATOMIC_RELEASE);
}

void lock_order::sleeping(const char* why) {
    held_list const* const list = list_of_this_thread(false);
    for (uint32_t i = 0; list && i < list->count; ++i) {
        held_lock const& held = list->locks[i];
        if (held.kind != lock_kind::spinning)
            continue;
        message.text("lock order: sleeps on \"").text(why).text("\" with the spin lock \"").text(held.name);
        message.text("\", taken at ");
        place(held.where);
        violation(held.where);
    }
}

uint32_t lock_order::held() {
    held_list const* const list = list_of_this_thread(false);
    return list ? list->count : 0;
}

std::span<const char* const> lock_order::declared() { return declared_order; }

bool lock_order::comes_before(const char* outer, const char* inner) {
    order_guard const guarded;
    if (class_count == 0)
        declare();
    uint32_t const from = find_class(outer), to = find_class(inner);
    return from < class_count && to < class_count && way(from, to) != class_limit;
}

} // namespace uvm

#endif
