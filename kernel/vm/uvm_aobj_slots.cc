#include "kernel/vm/uvm_aobj_slots.h"

#include "kernel/vm/uvm_pool.h"

namespace uvm {

struct uao_cluster {
    uao_cluster* next{};
    uint32_t number{}; // pages number * 16 and on
    uint32_t used{};   // slots that are not 0
    int32_t slot[uao_cluster_pages]{};
};

namespace {

constinit object_pool<uao_cluster> cluster_pool{"swap slots of objects"};

uint32_t clusters_for(uint32_t npages) { return (npages + uao_cluster_pages - 1) / uao_cluster_pages; }

// Where the pointer to the cluster of a page is, or would be put.
uao_cluster** place_of(const uao_slots& slots, uint32_t number) {
    uao_cluster** place = &slots.buckets[number % slots.nbuckets];
    while (*place && (*place)->number != number)
        place = &(*place)->next;
    return place;
}

} // namespace

errno_t uao_slots_init(uao_slots& slots, uint32_t npages) {
    slots.npages = npages;
    if (npages <= uao_array_pages) {
        slots.array = static_cast<int32_t*>(uvm_kmem_alloc(npages * sizeof(int32_t)));
        return slots.array ? errno_t::ok : errno_t::enomem;
    }
    uint32_t const clusters = clusters_for(npages);
    slots.nbuckets = clusters < uao_most_buckets ? clusters : uao_most_buckets;
    slots.buckets = static_cast<uao_cluster**>(uvm_kmem_alloc(slots.nbuckets * sizeof(void*)));
    return slots.buckets ? errno_t::ok : errno_t::enomem;
}

void uao_slots_destroy(uao_slots& slots) {
    if (slots.array)
        uvm_kmem_free(slots.array, slots.npages * sizeof(int32_t));
    for (uint32_t i = 0; i < slots.nbuckets; ++i)
        while (uao_cluster* const cluster = slots.buckets[i]) {
            slots.buckets[i] = cluster->next;
            cluster_pool.destroy(*cluster);
        }
    if (slots.buckets)
        uvm_kmem_free(slots.buckets, slots.nbuckets * sizeof(void*));
    slots = {};
}

int32_t uao_slots_find(const uao_slots& slots, uint32_t index) {
    kassert(index < slots.npages, "swap slot of a page beyond the object's end");
    if (slots.array)
        return slots.array[index];
    uao_cluster const* const cluster = *place_of(slots, index / uao_cluster_pages);
    return cluster ? cluster->slot[index % uao_cluster_pages] : 0;
}

errno_t uao_slots_set(uao_slots& slots, uint32_t index, int32_t slot) {
    kassert(index < slots.npages, "swap slot of a page beyond the object's end");
    if (slots.array) {
        slots.array[index] = slot;
        return errno_t::ok;
    }
    uao_cluster** const place = place_of(slots, index / uao_cluster_pages);
    if (!*place) {
        if (slot == 0)
            return errno_t::ok;
        *place = cluster_pool.create();
        if (!*place)
            return errno_t::enomem;
        (*place)->number = index / uao_cluster_pages;
    }
    uao_cluster& cluster = **place;
    int32_t& entry = cluster.slot[index % uao_cluster_pages];
    cluster.used += (slot != 0 ? 1 : 0);
    cluster.used -= (entry != 0 ? 1 : 0);
    entry = slot;
    if (cluster.used == 0) {
        *place = cluster.next;
        cluster_pool.destroy(cluster);
    }
    return errno_t::ok;
}

uint32_t uao_slots_next(const uao_slots& slots, uint32_t from, uint32_t end) {
    for (uint32_t index = from; index < end;) {
        if (!slots.array && !*place_of(slots, index / uao_cluster_pages)) {
            index = (index / uao_cluster_pages + 1) * uao_cluster_pages;
            continue;
        }
        if (uao_slots_find(slots, index) != 0)
            return index;
        ++index;
    }
    return end;
}

} // namespace uvm
