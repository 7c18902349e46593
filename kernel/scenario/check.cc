// check: every structural invariant of every space, and those that span spaces: the reference counts of amaps
// and anons against who really refers to them; and what the page tables have entered against the maps.
#include "kernel/scenario/check_loans.h"
#include "kernel/scenario/check_mappings.h"
#include "kernel/scenario/commands.h"

#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

// What does not hold, and in which map; without a place it is between several.
struct check_result {
    bool holds{};
    uvm_map_violation violation{};
    const char* place{};
};

constexpr uint32_t reference_invariant = 8;
constexpr uint32_t account_invariant = 9;

// Prints "[S: ]invariant N: WHAT, expected E, found F".
void print(interpreter& in, const check_result& broken) {
    uvm_map_violation const& violation = broken.violation;
    if (broken.place)
        in.out.text(broken.place).text(": ");
    in.out.text("invariant ").dec(violation.invariant).text(": ").text(violation.what);
    in.out.text(", expected ").hex(violation.expected).text(", found ").hex(violation.found).text("\n");
}

// True for a process whose vmspace an older one has as well.
bool is_seen(const process& p) {
    for (process const* older = process_first(); older != &p; older = process_after(*older))
        if (older->p_vmspace == p.p_vmspace)
            return true;
    return false;
}

// Every map of its own. True when all hold; else what and where in *result.
bool maps_hold(check_result* result) {
    for (process* p = process_first(); p; p = process_after(*p)) {
        if (is_seen(*p))
            continue;
        vm_map& map = p->p_vmspace->vm_map;
        vm_map_lock_read(map);
        bool const holds = uvm_map_check(map, &result->violation);
        vm_map_unlock_read(map);
        if (!holds) {
            result->place = p->p_name;
            return false;
        }
    }
    result->place = check_kernel_maps(&result->violation);
    return result->place == nullptr;
}

// What every space has entered. True when it is what its map has there.
bool translations_hold(check_result* result) {
    for (process* p = process_first(); p; p = process_after(*p))
        if (!is_seen(*p) && !mappings_agree(*p, &result->violation, &result->place))
            return false;
    return true;
}

// Who refers to what is counted in the tables as they are: a look at the machine must not depend on memory
// that the machine lacks, nor use up the allocation that a test lets fail. When the tables are too small for
// all amaps or anons at once, they are counted class by class, a class being those whose hash begins with the
// same bits; the walk over the entries is repeated for each.
class pointer_class {
public:
    static constexpr uint32_t most_bits = 24;
    uint32_t bits{};
    uint32_t number{};

    [[nodiscard]] bool has(const void* key) const {
        return bits == 0 || pointer_hash(key) >> (32 - bits) == number;
    }
    // Goes on to the next class; false after the last.
    bool next() { return ++number < 1u << bits; }
    // Twice as many, from the first on.
    void halve() {
        kassert(bits < most_bits, "check: the tables are too small");
        ++bits;
        number = 0;
    }
};

bool count_one(pointer_table& table, const void* key) {
    uint32_t* const count = table.find_or_add_in_place(key);
    if (count)
        ++*count;
    return count != nullptr;
}

// Counts the entries that point to each amap of a class. False: too many amaps for the table.
bool count_amaps(interpreter& in, pointer_class wanted) {
    in.amaps.clear();
    bool room = true;
    for (process* p = process_first(); p && room; p = process_after(*p)) {
        if (is_seen(*p))
            continue;
        vm_map& map = p->p_vmspace->vm_map;
        vm_map_lock_read(map);
        for (vm_map_entry* entry = map.first(); entry != &map.header && room; entry = entry->next)
            if (vm_amap* const amap = entry->aref.ar_amap; amap && wanted.has(amap))
                room = count_one(in.amaps, amap);
        vm_map_unlock_read(map);
    }
    return room;
}

// The tables hold pointers to const void; what was put in are amaps and anons.
vm_amap& amap_of(const void* key) { return *const_cast<vm_amap*>(static_cast<const vm_amap*>(key)); }

// Adds the slots that hold each anon of a class, over all amaps of the table. False: too many anons.
bool count_anons(interpreter& in, pointer_class wanted) {
    bool room = true;
    return in.amaps.for_each([&](const void* key, uint32_t) {
        vm_amap& amap = amap_of(key);
        mutex_guard const guard(amap.am_lock);
        amap_for_each(amap, 0, amap.am_nslot, [&](uint32_t, vm_anon& anon) {
            if (room && wanted.has(&anon))
                room = count_one(in.anons, &anon);
        });
        return room;
    });
}

int32_t references_of_amap(const void* key) {
    vm_amap& amap = amap_of(key);
    mutex_guard const guard(amap.am_lock);
    return amap.am_ref;
}

int32_t references_of_anon(const void* key) {
    auto& anon = *const_cast<vm_anon*>(static_cast<const vm_anon*>(key));
    mutex_guard const guard(anon.an_lock);
    return anon.an_ref;
}

// Compare what was counted with the counts that amaps and anons keep. True when they agree.
bool amaps_agree(const interpreter& in, uvm_map_violation* violation) {
    *violation = {reference_invariant, "references of an amap below the entries that point to it", 0, 0,
                  nullptr};
    return in.amaps.for_each([&](const void* amap, uint32_t entries) {
        violation->expected = entries;
        violation->found = uint64_t(references_of_amap(amap));
        return references_of_amap(amap) >= int32_t(entries);
    });
}

bool anons_agree(const interpreter& in, uvm_map_violation* violation) {
    *violation = {reference_invariant,
                  "references of an anon other than the amap slots that hold it and its loans", 0, 0,
                  nullptr};
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

// Adds what the anons of the table have.
void count_slots(const interpreter& in, account& sum) {
    in.anons.for_each([&](const void* key, uint32_t) {
        auto& anon = *const_cast<vm_anon*>(static_cast<const vm_anon*>(key));
        mutex_guard const guard(anon.an_lock);
        sum.slots += anon.an_swslot > 0 ? 1 : 0;
        sum.only += anon.an_swslot > 0 && !anon.an_page ? 1 : 0;
        return true;
    });
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

// Swap devices that take no page because they are being emptied, which no command leaves behind.
uint64_t leaving_devices() {
    mutex_guard const guard(uvm_swap.lock);
    uint64_t count = 0;
    for (uvm_swapdev const* at = uvm_swap.devices; at; at = at->next)
        count += at->leaving ? 1 : 0;
    return count;
}

// Swap's counts against the anons', the page queues against their counts. True when they agree.
bool accounts_agree(account sum, uvm_map_violation* violation) {
    uao_account const of_objects = uao_count_slots();
    sum.slots += of_objects.slots;
    sum.only += of_objects.only;
    uint64_t const leaving = leaving_devices();
    mutex_guard const guard(uvm_pages.pageqlock);
    struct {
        const char* what;
        uint64_t expected, found;
    } const accounts[] = {
        {"swap slots in use other than the anons and objects' pages that have one", sum.slots,
         uvm_swap.swpginuse},
        {"pages only in swap other than the anons and objects' pages without one", sum.only,
         uvm_swap.swpgonly},
        {"swap devices that are being emptied", 0, leaving},
        {"length of the active queue", walk_queue(uvm_pages.active, pg_queue::active),
         uvm_pages.active.count},
        {"length of the inactive queue", walk_queue(uvm_pages.inactive, pg_queue::inactive),
         uvm_pages.inactive.count},
        {"pages with an owner other than those on queues, wired and orphans",
         uint64_t(uvm_pages.active.count) + uvm_pages.inactive.count + uvmexp.wired + uvmexp.orphans,
         uvmexp.owned},
    };
    for (auto const& a : accounts)
        if (a.expected != a.found) {
            *violation = {account_invariant, a.what, a.expected, a.found, nullptr};
            return false;
        }
    return true;
}

// The references of all amaps. Finds out into how many classes they have to be divided.
bool check_amaps(interpreter& in, pointer_class* amaps, uvm_map_violation* violation) {
    do {
        while (!count_amaps(in, *amaps))
            amaps->halve();
        if (!amaps_agree(in, violation))
            return false;
    } while (amaps->next());
    amaps->number = 0;
    return true;
}

// The slots of every amap and the loans for one class of anons. False: too many.
bool count_anons_everywhere(interpreter& in, pointer_class amaps, pointer_class anons) {
    in.anons.clear();
    do {
        bool const room = count_amaps(in, amaps);
        kassert(room, "check: more amaps than a moment ago");
        if (!count_anons(in, anons))
            return false;
    } while (amaps.next());
    bool room = true;
    for_each_borrowed_anon(in, [&](vm_anon& anon) {
        if (room && anons.has(&anon))
            room = count_one(in.anons, &anon);
    });
    return room;
}

// The references of all amaps and anons; the swap slots of all anons are added to *slots.
bool check_references(interpreter& in, account* slots, uvm_map_violation* violation) {
    pointer_class amaps;
    pointer_class anons;
    if (!check_amaps(in, &amaps, violation))
        return false;
    do {
        while (!count_anons_everywhere(in, amaps, anons)) {
            anons.halve();
            *slots = {};
        }
        if (!anons_agree(in, violation))
            return false;
        count_slots(in, *slots);
    } while (anons.next());
    return true;
}

check_result check_everything(interpreter& in) {
    check_result result;
    account slots{};
    result.holds = maps_hold(&result) && check_references(in, &slots, &result.violation) &&
                   accounts_agree(slots, &result.violation) && loans_agree(in, &result.violation) &&
                   translations_hold(&result);
    return result;
}

} // namespace

outcome run_check(interpreter& in, arguments& args) {
    if (!args.finished())
        return outcome::unparsed();
    check_result const result = check_everything(in);
    if (result.holds)
        return outcome::ok();
    in.check_failed = true;
    in.out.text("  ! EINVAL ");
    print(in, result);
    return outcome::printed(errno_t::einval);
}

uint32_t check_and_tell(interpreter& in) {
    check_result const result = check_everything(in);
    if (result.holds)
        return 0;
    in.out.text("kernel: broken: ");
    print(in, result);
    return result.violation.invariant;
}

} // namespace uvm
