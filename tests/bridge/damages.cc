// The ways to break a kernel that the bridge must name.
#include "tests/bridge/broken_kernel.h"

using gdbbridge::Entry;

// Each breaks one thing, and one invariant of the map contract that it must be reported with.
std::vector<Damage> damages() {
    return {
        // 1: bounds, order, alignment
        {"start not below end", 1, "start is not below end",
         [](BrokenKernel& t) { t.set(t.entry(0x10000).address, "vm_map_entry.end", 0x10000); }},
        {"unaligned", 1, "not page aligned",
         [](BrokenKernel& t) { t.set(t.entry(0x10000).address, "vm_map_entry.end", 0x10800); }},
        {"overlap", 1, "overlaps the entry before it",
         [](BrokenKernel& t) { t.set(t.entry(0x20000).address, "vm_map_entry.end", 0x32000); }},
        {"below the map", 1, "begins below the map",
         [](BrokenKernel& t) { t.set(t.map().entries.front().address, "vm_map_entry.start", 0); }},
        {"above the map", 1, "ends above the map",
         [](BrokenKernel& t) { t.set(t.map().entries.back().address, "vm_map_entry.end", 0x2000000); }},
        // 2: list = tree
        {"list runs in a circle", 2, "next leads back",
         [](BrokenKernel& t) {
             t.set(t.entry(0x90000).address, "vm_map_entry.next", t.entry(0x20000).address);
         }},
        {"list points to itself", 2, "next leads back",
         [](BrokenKernel& t) {
             t.set(t.entry(0x20000).address, "vm_map_entry.next", t.entry(0x20000).address);
         }},
        {"prev is wrong", 2, "prev is not the entry before it",
         [](BrokenKernel& t) {
             t.set(t.entry(0x30000).address, "vm_map_entry.prev", t.entry(0x10000).address);
         }},
        {"prev of the header is wrong", 2, "the header's prev is not the last entry",
         [](BrokenKernel& t) { t.set(t.headerOf(), "vm_map_entry.prev", t.entry(0x30000).address); }},
        {"list skips an entry", 2, "is not an entry of the list",
         [](BrokenKernel& t) {
             t.set(t.entry(0x20000).address, "vm_map_entry.next", t.entry(0x40000).address);
             t.set(t.entry(0x40000).address, "vm_map_entry.prev", t.entry(0x20000).address);
         }},
        {"tree without root", 2, "the tree is empty",
         [](BrokenKernel& t) { t.set(t.map().address, "vm_map.tree.root", 0); }},
        {"tree runs in a circle", 2, "the tree comes to it twice",
         [](BrokenKernel& t) {
             t.set(t.addressOf(t.leaf()), "vm_map_entry.rb.left", t.addressOf(t.map().root));
         }},
        {"child is no entry", 2, "is not an entry of the list",
         [](BrokenKernel& t) { t.set(t.addressOf(t.leaf()), "vm_map_entry.rb.right", t.map().address); }},
        {"child is the node itself", 2, "the tree comes to it twice",
         [](BrokenKernel& t) {
             t.set(t.addressOf(t.leaf()), "vm_map_entry.rb.right", t.addressOf(t.leaf()));
         }},
        {"tree lost a node", 2, "the tree has not",
         [](BrokenKernel& t) {
             uint64_t const parent = t.addressOf(t.map().entries[size_t(t.leaf())].parent);
             bool const left = t.get(parent, "vm_map_entry.rb.left") == t.addressOf(t.leaf());
             t.set(parent, left ? "vm_map_entry.rb.left" : "vm_map_entry.rb.right", 0);
         }},
        {"parent is wrong", 2, "is not the node that has it as a child",
         [](BrokenKernel& t) {
             t.set(t.addressOf(t.leaf()), "vm_map_entry.rb.parent", t.addressOf(t.leaf()));
         }},
        {"children exchanged", 2, "wrong side of its parent",
         [](BrokenKernel& t) {
             uint64_t const root = t.addressOf(t.map().root);
             uint64_t const left = t.get(root, "vm_map_entry.rb.left");
             t.set(root, "vm_map_entry.rb.left", t.get(root, "vm_map_entry.rb.right"));
             t.set(root, "vm_map_entry.rb.right", left);
         }},
        // 3: red-black rules
        {"red root", 3, "the root of the tree is red",
         [](BrokenKernel& t) { t.set(t.addressOf(t.map().root), "vm_map_entry.rb.color", 0); }},
        {"unequal black heights", 3, "different numbers of black nodes",
         [](BrokenKernel& t) {
             uint64_t const leaf = t.addressOf(t.leaf());
             t.set(leaf, "vm_map_entry.rb.color", 1 - t.get(leaf, "vm_map_entry.rb.color"));
         }},
        {"red below red", 3, "a red node has a red child",
         [](BrokenKernel& t) {
             uint64_t const leaf = t.addressOf(t.leaf());
             t.set(leaf, "vm_map_entry.rb.color", 0);
             t.set(t.get(leaf, "vm_map_entry.rb.parent"), "vm_map_entry.rb.color", 0);
         }},
        // 4: gaps
        {"gap", 4, "gap is not the free space",
         [](BrokenKernel& t) { t.set(t.entry(0x20000).address, "vm_map_entry.gap", 0x1000); }},
        {"maxgap too small", 4, "maxgap is not the largest",
         [](BrokenKernel& t) { t.set(t.addressOf(t.map().root), "vm_map_entry.maxgap", 0x1000); }},
        {"maxgap too large", 4, "maxgap is not the largest",
         [](BrokenKernel& t) { t.set(t.addressOf(t.leaf()), "vm_map_entry.maxgap", UINT64_MAX); }},
        // 5: sums
        {"nentries", 5, "nentries is not",
         [](BrokenKernel& t) { t.set(t.map().address, "vm_map.nentries", 0xffffffff); }},
        {"size", 5, "size is not", [](BrokenKernel& t) { t.set(t.map().address, "vm_map.size", 0x1000); }},
        // 6: first_free and hint
        {"first_free", 6, "first_free is not before the lowest gap",
         [](BrokenKernel& t) { t.set(t.map().address, "vm_map.first_free", t.entry(0x30000).address); }},
        {"first_free of another map", 6, "first_free is neither",
         [](BrokenKernel& t) { t.set(t.map().address, "vm_map.first_free", t.entry(0x20000, 1).address); }},
        {"wild hint", 6, "hint is neither",
         [](BrokenKernel& t) { t.set(t.map().address, "vm_map.hint", 0xdeadbeef); }},
        // 7: etype and protection
        {"needs-copy without copy-on-write", 7, "is not copy-on-write",
         [](BrokenKernel& t) { t.set(t.entry(0x30000).address, "vm_map_entry.etype", 1 | 8); }},
        {"offset without object", 7, "has an offset, but no object",
         [](BrokenKernel& t) { t.set(t.entry(0x60000).address, "vm_map_entry.offset", 0x1000); }},
        {"protection beyond the maximum", 7, "exceeds its maximum",
         [](BrokenKernel& t) { t.set(t.entry(0x44000).address, "vm_map_entry.max_protection", 0); }},
        {"object without a pointer", 7, "it has no object",
         [](BrokenKernel& t) { t.set(t.entry(0x30000).address, "vm_map_entry.object", 0); }},
        {"pointer without an object", 7, "but a pointer to one",
         [](BrokenKernel& t) { t.set(t.entry(0x60000).address, "vm_map_entry.object", 0x1234); }},
        {"object and submap at once", 7, "by an object and by a submap",
         [](BrokenKernel& t) { t.set(t.entry(0x30000).address, "vm_map_entry.etype", 1 | 2); }},
        // 8: references
        {"amap with too few references", 8, "more entries point to it",
         [](BrokenKernel& t) { t.set(t.amapOf(t.entry(0x20000)), "vm_amap.am_ref", 1); }},
        {"amap with negative references", 8, "more entries point to it",
         [](BrokenKernel& t) { t.set(t.amapOf(t.entry(0x20000)), "vm_amap.am_ref", 0xffffffff); }},
        {"anon with too few references", 8, "not the slots that hold it",
         [](BrokenKernel& t) {
             for (auto const& anon : t.good.anons)
                 if (anon.refs > 1)
                     t.set(anon.address, "vm_anon.an_ref", uint64_t(anon.refs) - 1);
         }},
        {"anon with a loan that nobody has", 8, "not the slots that hold it and its loans",
         [](BrokenKernel& t) { t.set(t.good.anons[0].address, "vm_anon.an_loans", 1); }},
        {"anon with too many references", 8, "not the slots that hold it",
         [](BrokenKernel& t) { t.set(t.good.anons[0].address, "vm_anon.an_ref", 77); }},
        // 0: memory that cannot be followed
        {"wild next", 0, "where there is no memory",
         [](BrokenKernel& t) { t.set(t.entry(0x30000).address, "vm_map_entry.next", 0x10); }},
        {"processes in a circle", 0, "the list runs in a circle",
         [](BrokenKernel& t) {
             t.set(t.good.processes[1].address, "process.p_next", t.good.processes[0].address);
         }},
        {"wild process", 0, "there is no memory at",
         [](BrokenKernel& t) { t.set(t.good.processes[1].address, "process.p_next", 8); }},
        {"process without space", 0, "it has no vmspace",
         [](BrokenKernel& t) { t.set(t.good.processes[1].address, "process.p_vmspace", 0); }},
        {"wild vmspace", 0, "there is no memory at its vmspace",
         [](BrokenKernel& t) { t.set(t.good.processes[1].address, "process.p_vmspace", UINT64_MAX - 7); }},
        {"wild amap", 0, "there is no memory at its amap",
         [](BrokenKernel& t) { t.set(t.entry(0x60000).address, "vm_map_entry.aref.ar_amap", 0x18); }},
        {"wild directory of chunks", 0, "there is no memory at its directory",
         [](BrokenKernel& t) { t.set(t.amapOf(t.entry(0x60000)), "vm_amap.am_chunk", 0x18); }},
        {"amap with a huge count of chunks", 0, "too many slots",
         [](BrokenKernel& t) { t.set(t.amapOf(t.entry(0x60000)), "vm_amap.am_nchunk", 0xffffffff); }},
        {"amap with a huge count of slots", 0, "more slots than it has room for",
         [](BrokenKernel& t) { t.set(t.amapOf(t.entry(0x60000)), "vm_amap.am_nslot", 0xffffffff); }},
        {"reference of an amap that nobody gave back", 8, "its references are not the entries that show it",
         [](BrokenKernel& t) {
             uint64_t const amap = t.amapOf(t.entry(0x60000));
             t.set(amap, "vm_amap.am_ref", t.get(amap, "vm_amap.am_ref") + 1);
         }},
        {"used slots miscounted", 0, "count of used slots",
         [](BrokenKernel& t) { t.set(t.amapOf(t.entry(0x60000)), "vm_amap.am_nused", 9); }},
        {"slot marked wrongly", 0, "is marked wrongly",
         [](BrokenKernel& t) {
             uint64_t const directory = t.get(t.amapOf(t.entry(0x60000)), "vm_amap.am_chunk");
             t.set(t.memory->value(directory, sizeof(void*)), "amap_chunk.used", 0xfffe);
         }},
        {"wild anon", 0, "there is no memory at its anon",
         [](BrokenKernel& t) {
             uint64_t const directory = t.get(t.amapOf(t.entry(0x60000)), "vm_amap.am_chunk");
             t.memory->write(t.at(t.memory->value(directory, sizeof(void*)), "amap_chunk.anon"), 0x28, 8);
         }},
        {"per-page counts are no code", 0, "no run-length code",
         [](BrokenKernel& t) {
             for (auto const& amap : t.good.amaps)
                 if (!amap.perPageRefs.empty())
                     t.memory->write(t.get(amap.address, "vm_amap.am_ppref"), 0, 4);
         }},
        {"page of another anon", 0, "belongs to another anon",
         [](BrokenKernel& t) {
             t.set(t.good.anons[0].address, "vm_anon.an_page",
                   t.get(t.good.anons[1].address, "vm_anon.an_page"));
         }},
        {"wild frame", 0, "is no memory",
         [](BrokenKernel& t) { t.set(t.good.pages[0].address, "vm_page.phys_addr", UINT64_MAX - 4095); }},
        {"tree of pages in a circle", 0, "twice",
         [](BrokenKernel& t) {
             uint64_t const root = t.get(t.good.objects[0].address, "uvm_object.memt.root");
             t.set(root, "vm_page.treeq.left", root);
         }},
        {"pages of an object miscounted", 0, "count of resident pages",
         [](BrokenKernel& t) { t.set(t.good.objects[0].address, "uvm_object.uo_npages", 0x7fffffff); }},
        {"page queue in a circle", 0, "runs in a circle",
         [](BrokenKernel& t) {
             uint64_t const second = t.good.pages[size_t(t.good.active.at(1))].address;
             t.set(second, "vm_page.pageq.next", t.good.pages[size_t(t.good.active.at(0))].address);
         }},
        {"page queue leads nowhere", 0, "there is no memory at its page",
         [](BrokenKernel& t) {
             t.set(t.good.pages[size_t(t.good.active.at(0))].address, "vm_page.pageq.next", 0x18);
         }},
        {"page queue miscounted", 0, "count is not the number of its pages",
         [](BrokenKernel& t) { t.set(t.symbol("uvm_pages"), "uvm_pages_t.active.count", 0x7fffffff); }},
        {"page that says it is on another queue", 0, "says that it is on another queue",
         [](BrokenKernel& t) {
             t.set(t.good.pages[size_t(t.good.active.at(0))].address, "vm_page.queue", 3);
         }},
        {"wild pmap", 0, "there is no memory at the pmap",
         [](BrokenKernel& t) { t.set(t.map().address, "vm_map.pm", 0x10); }},
        {"wild top table", 0, "there is no memory at the table",
         [](BrokenKernel& t) {
             t.set(t.good.vmspaces[0].pageTables.address, "pmap.pm_root", uint64_t{1} << 40);
         }},
        {"table twice in one tree", 0, "is used twice in one tree",
         [](BrokenKernel& t) {
             uint64_t const root = t.memory->window().vaBase + t.good.vmspaces[0].pageTables.root;
             t.memory->write(root + 8, t.memory->value(root, 8), 8);
         }},
        {"table in itself", 0, "is used twice in one tree",
         [](BrokenKernel& t) {
             uint64_t const pa = t.good.vmspaces[0].pageTables.root;
             t.memory->write(t.memory->window().vaBase + pa + 16, pa | 7, 8);
         }},
        {"large page", 0, "there is a large page",
         [](BrokenKernel& t) {
             uint64_t const pa = t.good.vmspaces[0].pageTables.root;
             t.memory->write(t.memory->window().vaBase + pa + 16, 0x87, 8);
         }},
        {"entered pages miscounted", 0, "count of entered pages",
         [](BrokenKernel& t) { t.set(t.good.vmspaces[0].pageTables.address, "pmap.pm_resident", 1); }},
        {"entered, but not mapped", 0, "no entry maps it",
         [](BrokenKernel& t) {
             Entry const& e = t.entry(0x60000);
             t.set(e.address, "vm_map_entry.start", 0x61000);
         }},
        {"entered with too many rights", 0, "more rights than its entry gives",
         [](BrokenKernel& t) { t.set(t.entry(0x20000).address, "vm_map_entry.protection", 1); }},
        {"entered writable, but to be copied", 0, "a write must copy it first",
         [](BrokenKernel& t) { t.set(t.entry(0x20000).address, "vm_map_entry.etype", 4 | 8); }},
        {"another page is entered", 0, "another page is entered",
         [](BrokenKernel& t) { t.set(t.good.pages[0].address, "vm_page.phys_addr", 0x200000); }},
        {"entered, but no page", 0, "the map has no page there",
         [](BrokenKernel& t) { t.set(t.good.objects[0].address, "uvm_object.memt.root", 0); }},
        // The kernel's own maps
        {"list of a kernel map in a circle", 2, "next leads back",
         [](BrokenKernel& t) {
             uint64_t const first = t.kernelMap("kmem").map.entries.at(0).address;
             t.set(first, "vm_map_entry.next", first);
         }},
        {"maxgap of a kernel map", 4, "maxgap is not the largest",
         [](BrokenKernel& t) {
             t.set(t.kernelMap("kernel").map.entries.back().address, "vm_map_entry.maxgap", 0x1000);
         }},
        {"size of a kernel map", 5, "size is not",
         [](BrokenKernel& t) { t.set(t.kernelMap("phys").map.address, "vm_map.size", 0x1000); }},
        {"submap of nobody", 7, "its submap is no map of the kernel's",
         [](BrokenKernel& t) { t.set(t.submapEntry(), "vm_map_entry.object", 0x1000); }},
        {"submap elsewhere", 0, "its submap has other bounds",
         [](BrokenKernel& t) {
             t.set(t.submapEntry(), "vm_map_entry.object", t.kernelMap("phys").map.address);
         }},
        {"kernel map without its kernel part", 0, "no memory at its kernel part",
         [](BrokenKernel& t) { t.set(t.kernelMap("exec").map.address, "vm_map.kernel", 0); }},
        {"chunks miscounted", 0, "count of chunks",
         [](BrokenKernel& t) { t.set(t.kernelPart("kmem"), "uvm_map_kernel.nchunks", 7); }},
        {"free entries miscounted", 0, "count of free entries",
         [](BrokenKernel& t) { t.set(t.kernelPart("kernel"), "uvm_map_kernel.free_entries", 77); }},
        {"merged entries miscounted", 0, "count of merged entries",
         [](BrokenKernel& t) { t.set(t.kernelPart("kmem"), "uvm_map_kernel.nmerged", 5); }},
        {"merged entries in a circle", 0, "comes to no end",
         [](BrokenKernel& t) {
             uint64_t const first = t.get(t.kernelPart("kmem"), "uvm_map_kernel.merged");
             t.set(first, "vm_map_entry.next", first);
         }},
        {"table of kernel maps leads nowhere", 0, "there is no memory at 0x10",
         [](BrokenKernel& t) { t.set(t.symbol("uvm_kernel_maps"), "uvm_kernel_map_name.map", 0x10); }},
    };
}
