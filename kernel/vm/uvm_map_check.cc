// Every invariant of the map contract, checked on one map.
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_tree.h"

namespace uvm {

namespace {

struct checker {
    vm_map& map;
    uvm_map_violation* violation;

    // False, with the violation filled in, when the values differ.
    bool same(uint32_t invariant, const char* what, uint64_t expected, uint64_t found,
              const vm_map_entry* entry) {
        if (expected == found)
            return true;
        *violation = {invariant, what, expected, found, entry};
        return false;
    }

    bool place(const vm_map_entry& e) {
        return same(1, "entry is empty or turned around", 1, e.start < e.end, &e) &&
               same(1, "entry lies outside the map", 1, e.start >= map.min() && e.end <= map.max(), &e) &&
               same(1, "entry is not page aligned", 0, (e.start.value | e.end.value) & page_mask, &e) &&
               same(1, "entries overlap or are out of order", 1,
                    e.next == &map.header || e.end <= e.next->start, &e);
    }

    bool links(const vm_map_entry& e) {
        return same(2, "next entry does not point back", reinterpret_cast<uintptr_t>(&e),
                    reinterpret_cast<uintptr_t>(e.next->prev), &e);
    }

    bool backing(const vm_map_entry& e) {
        bool const has_object = e.is_object() && e.object.uvm_obj;
        bool const has_submap = e.is_submap() && e.object.sub_map;
        bool const bare = !e.is_object() && !e.is_submap();
        return same(7, "object entry without object, or the reverse", 1,
                    has_object || has_submap || (bare && !e.object.uvm_obj), &e) &&
               same(7, "offset without object", 0, e.is_object() ? 0 : uint64_t(e.offset.value), &e) &&
               same(7, "needs-copy without copy-on-write", 1, !e.is_needs_copy() || e.is_copy_on_write(),
                    &e) &&
               same(7, "protection beyond the maximum", 0, uint64_t(without(e.protection, e.max_protection)),
                    &e);
    }

    bool amap(const vm_map_entry& e) {
        vm_amap const* a = e.aref.ar_amap;
        if (!a)
            return true;
        uint32_t used = 0;
        bool anons_live = true;
        amap_for_each(*a, 0, a->am_nslot, [&](uint32_t, vm_anon& anon) {
            ++used;
            anons_live = anons_live && anon.an_ref > 0;
        });
        return same(8, "amap without a reference", 1, a->am_ref > 0, &e) &&
               same(8, "entry reaches beyond its amap", 1,
                    e.aref.ar_pageoff + bytes_to_pages(e.size()) <= a->am_nslot, &e) &&
               same(8, "number of anons in the amap", a->am_nused, used, &e) &&
               same(8, "anon without a reference", 1, anons_live, &e);
    }

    bool list() {
        uint32_t count = 0;
        vsize_t size;
        vm_map_entry const* lowest_gap = nullptr;
        vm_map_entry const* hint = &map.header;
        if (uvm_map_gap_behind(map.header) != vsize_t(0))
            lowest_gap = &map.header;
        for (vm_map_entry const* e = map.first(); e != &map.header; e = e->next) {
            if (!place(*e) || !links(*e) || !backing(*e) || !amap(*e))
                return false;
            if (!same(4, "gap behind the entry", uvm_map_gap_behind(*e).value, e->gap.value, e))
                return false;
            if (!lowest_gap && e->gap != vsize_t(0))
                lowest_gap = e;
            if (e == map.hint)
                hint = e;
            ++count;
            size += e->size();
        }
        if (!lowest_gap)
            lowest_gap = map.last();
        return same(5, "number of entries", count, map.nentries, nullptr) &&
               same(5, "size of the map", size.value, map.size.value, nullptr) &&
               same(6, "first_free", reinterpret_cast<uintptr_t>(lowest_gap),
                    reinterpret_cast<uintptr_t>(map.first_free), map.first_free) &&
               same(6, "hint", reinterpret_cast<uintptr_t>(hint), reinterpret_cast<uintptr_t>(map.hint),
                    nullptr);
    }

    // Rules of the tree below `e`; its black height in *height.
    bool subtree(const vm_map_entry* e, const vm_map_entry* parent, uint32_t* height) {
        *height = 0;
        if (!e)
            return true;
        bool const red = e->rb.color == rb_color::red;
        uint32_t left = 0;
        uint32_t right = 0;
        if (!same(3, "parent of a node", reinterpret_cast<uintptr_t>(parent),
                  reinterpret_cast<uintptr_t>(e->rb.parent), e) ||
            !same(3, "red node below a red one", 0, red && parent && parent->rb.color == rb_color::red, e) ||
            !subtree(e->rb.left, e, &left) || !subtree(e->rb.right, e, &right) ||
            !same(3, "black nodes below left and right", left, right, e))
            return false;
        vsize_t largest = e->gap;
        for (vm_map_entry const* child : {e->rb.left, e->rb.right})
            if (child && child->maxgap > largest)
                largest = child->maxgap;
        *height = left + (red ? 0 : 1);
        return same(4, "largest gap below the node", largest.value, e->maxgap.value, e);
    }

    bool tree() {
        uint32_t height;
        if (!subtree(map.tree.root, nullptr, &height) ||
            !same(3, "root is red", 0, map.tree.root && map.tree.root->rb.color == rb_color::red,
                  map.tree.root))
            return false;
        vm_map_entry const* e = map.first();
        for (vm_map_entry* n = uvm_map_tree::lowest(map.tree.root); n;
             n = uvm_map_tree::next(*n), e = e->next)
            if (!same(2, "tree order against list order", reinterpret_cast<uintptr_t>(e),
                      reinterpret_cast<uintptr_t>(n), n))
                return false;
        return same(2, "entries on the list that the tree lacks", reinterpret_cast<uintptr_t>(&map.header),
                    reinterpret_cast<uintptr_t>(e), nullptr);
    }
};

} // namespace

bool uvm_map_check(vm_map& map, uvm_map_violation* violation) {
    checker check{map, violation};
    return check.list() && check.tree();
}

} // namespace uvm
