// check: every structural invariant of every space, and those that span spaces: the reference counts of amaps
// and anons against who really refers to them.
#include "kernel/scenario/commands.h"

#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

constexpr uint32_t reference_invariant = 8;
constexpr uint32_t account_invariant = 9;

// Prints "  ! EINVAL [S: ]invariant N: WHAT, expected E, found F".
outcome report(interpreter& in, const char* space, const uvm_map_violation& violation) {
    in.check_failed = true;
    in.out.text("  ! EINVAL ");
    if (space)
        in.out.text(space).text(": ");
    in.out.text("invariant ").dec(violation.invariant).text(": ").text(violation.what);
    in.out.text(", expected ").hex(violation.expected).text(", found ").hex(violation.found).text("\n");
    return outcome::printed(errno_t::einval);
}

// True for a process whose vmspace an older one has as well.
bool is_seen(const process& p) {
    for (process const* older = allproc; older != &p; older = older->p_next)
        if (older->p_vmspace == p.p_vmspace)
            return true;
    return false;
}

bool count_one(pointer_table& table, const void* key) {
    uint32_t* const count = table.find_or_add(key);
    if (count)
        ++*count;
    return count != nullptr;
}

// Counts the slots of an amap that hold each anon. False without memory.
bool count_anons(interpreter& in, vm_amap& amap) {
    bool enough_memory = true;
    mutex_guard const guard(amap.am_lock);
    amap_for_each(amap, 0, amap.am_nslot, [&](uint32_t, vm_anon& anon) {
        enough_memory = enough_memory && count_one(in.anons, &anon);
    });
    return enough_memory;
}

// Counts the entries that point to each amap, and each amap's anons once. False without memory.
bool count_references(interpreter& in, vm_map& map) {
    bool enough_memory = true;
    vm_map_lock_read(map);
    for (vm_map_entry* entry = map.first(); entry != &map.header && enough_memory; entry = entry->next) {
        vm_amap* const amap = entry->aref.ar_amap;
        if (!amap)
            continue;
        uint32_t* const count = in.amaps.find_or_add(amap);
        enough_memory = count && (++*count > 1 || count_anons(in, *amap));
    }
    vm_map_unlock_read(map);
    return enough_memory;
}

// The tables hold pointers to const void; what was put in are amaps and anons.
int32_t references_of_amap(const void* key) {
    auto& amap = *const_cast<vm_amap*>(static_cast<const vm_amap*>(key));
    mutex_guard const guard(amap.am_lock);
    return amap.am_ref;
}

int32_t references_of_anon(const void* key) {
    auto& anon = *const_cast<vm_anon*>(static_cast<const vm_anon*>(key));
    mutex_guard const guard(anon.an_lock);
    return anon.an_ref;
}

// Compares what was counted with the counts that amaps and anons keep. True when they agree.
bool references_agree(const interpreter& in, uvm_map_violation* violation) {
    *violation = {reference_invariant, "references of an amap below the entries that point to it", 0, 0,
                  nullptr};
    bool const amaps_agree = in.amaps.for_each([&](const void* amap, uint32_t entries) {
        violation->expected = entries;
        violation->found = uint64_t(references_of_amap(amap));
        return references_of_amap(amap) >= int32_t(entries);
    });
    if (!amaps_agree)
        return false;
    violation->what = "references of an anon other than the amap slots that hold it";
    return in.anons.for_each([&](const void* anon, uint32_t slots) {
        violation->expected = slots;
        violation->found = uint64_t(references_of_anon(anon));
        return references_of_anon(anon) == int32_t(slots);
    });
}

struct account {
    uint64_t slots{}; // anons with a slot
    uint64_t only{};  // and no page
};

account count_slots(const interpreter& in) {
    account sum;
    in.anons.for_each([&](const void* key, uint32_t) {
        auto& anon = *const_cast<vm_anon*>(static_cast<const vm_anon*>(key));
        mutex_guard const guard(anon.an_lock);
        sum.slots += anon.an_swslot > 0 ? 1 : 0;
        sum.only += anon.an_swslot > 0 && !anon.an_page ? 1 : 0;
        return true;
    });
    return sum;
}

// Pages that are on `queue` and know it; UINT32_MAX when a link or a page disagrees.
uint32_t walk_queue(const page_queue& queue, pg_queue which) {
    uint32_t count = 0;
    vm_page const* before = nullptr;
    for (vm_page const* page = queue.head; page; before = page, page = page->pageq.next) {
        bool const owned = page->uobject || page->uanon;
        if (page->queue != which || page->pageq.prev != before || page->wire_count || !owned ||
            ++count > uvmexp.npages)
            return UINT32_MAX;
    }
    return queue.tail == before ? count : UINT32_MAX;
}

// Swap's counts against the anons', the page queues against their counts. True when they agree.
bool accounts_agree(const interpreter& in, uvm_map_violation* violation) {
    account sum = count_slots(in);
    uao_account const of_objects = uao_count_slots();
    sum.slots += of_objects.slots;
    sum.only += of_objects.only;
    mutex_guard const guard(uvm_pages.pageqlock);
    struct {
        const char* what;
        uint64_t expected, found;
    } const accounts[] = {
        {"swap slots in use other than the anons and objects' pages that have one", sum.slots,
         uvm_swap.swpginuse},
        {"pages only in swap other than the anons and objects' pages without one", sum.only,
         uvm_swap.swpgonly},
        {"length of the active queue", walk_queue(uvm_pages.active, pg_queue::active),
         uvm_pages.active.count},
        {"length of the inactive queue", walk_queue(uvm_pages.inactive, pg_queue::inactive),
         uvm_pages.inactive.count},
        {"pages with an owner other than those on queues and wired",
         uint64_t(uvm_pages.active.count) + uvm_pages.inactive.count + uvmexp.wired, uvmexp.owned},
    };
    for (auto const& a : accounts)
        if (a.expected != a.found) {
            *violation = {account_invariant, a.what, a.expected, a.found, nullptr};
            return false;
        }
    return true;
}

} // namespace

outcome run_check(interpreter& in, arguments& args) {
    if (!args.finished())
        return outcome::unparsed();
    uvm_map_violation violation{};
    for (process* p = allproc; p; p = p->p_next) {
        if (is_seen(*p))
            continue;
        vm_map& map = p->p_vmspace->vm_map;
        vm_map_lock_read(map);
        bool const holds = uvm_map_check(map, &violation);
        vm_map_unlock_read(map);
        if (!holds)
            return report(in, p->p_name, violation);
        if (!count_references(in, map))
            return outcome::failed(errno_t::enomem);
    }
    bool const agree = references_agree(in, &violation) && accounts_agree(in, &violation);
    return agree ? outcome::ok() : report(in, nullptr, violation);
}

} // namespace uvm
