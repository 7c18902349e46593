#include "gdbbridge/snapshot/decoder_fields.h"

#include <algorithm>
#include <cstring>

namespace gdbbridge {

namespace {

// A table of more maps than these is none of ours.
constexpr uint64_t mostKernelMaps = 64;

} // namespace

int64_t signedFieldValue(const uint8_t* base, FieldLayout field) {
    uint64_t const value = fieldValue(base, field);
    unsigned const unused = field.size < 8 ? 64 - 8 * field.size : 0;
    return int64_t(value << unused) >> unused;
}

DecoderFields::DecoderFields(const Layout& layout) {
    auto const size = [&](const char* name) { return layout.size(name).value(); };
    auto const at = [&](const char* path) { return layout.field(path).value(); };
    auto const value = [&](const char* name) { return layout.enumerator(name).value(); };
    auto const symbol = [&](const char* name) { return layout.symbol(name).value(); };

    pointerSize = unsigned(size("void*"));
    process = {size("process"), at("process.p_pid"), at("process.p_name"), at("process.p_vmspace"),
               at("process.p_next")};
    vmspace = {size("vmspace"), at("vmspace.vm_map"), at("vmspace.vm_refcnt"), at("vmspace.vm_id")};
    map = {size("vm_map"),
           at("vm_map.flags"),
           at("vm_map.pm"),
           at("vm_map.header"),
           at("vm_map.tree.root"),
           at("vm_map.nentries"),
           at("vm_map.size"),
           at("vm_map.hint"),
           at("vm_map.first_free"),
           at("vm_map.timestamp"),
           at("vm_map.kernel"),
           value("vm_map_flag.topdown"),
           value("vm_map_flag.wirefuture")};
    auto const e = [&](const char* name) {
        return WordField(at((std::string("vm_map_entry.") + name).c_str()), size("vm_map_entry"));
    };
    entry = {size("vm_map_entry"),
             e("rb.parent"),
             e("rb.left"),
             e("rb.right"),
             e("rb.color"),
             e("gap"),
             e("maxgap"),
             e("prev"),
             e("next"),
             e("start"),
             e("end"),
             e("object"),
             e("offset"),
             e("etype"),
             e("protection"),
             e("max_protection"),
             e("inheritance"),
             e("advice"),
             e("flags"),
             e("wired_count"),
             e("aref.ar_pageoff"),
             e("aref.ar_amap"),
             e("entry_id"),
             value("uvm_etype.object"),
             value("uvm_etype.submap"),
             value("uvm_etype.copy_on_write"),
             value("uvm_etype.needs_copy"),
             value("uvm_entry_flag.nomerge"),
             value("uvm_entry_flag.chunk_header"),
             value("rb_color.red"),
             value("vm_inherit_t.share"),
             value("vm_inherit_t.none"),
             value("vm_inherit_t.zero"),
             value("vm_advice_t.random"),
             value("vm_advice_t.sequential"),
             value("vm_prot_t.read"),
             value("vm_prot_t.write"),
             value("vm_prot_t.execute")};
    uint64_t const row = size("uvm_kernel_map_name");
    kernelMap = {symbol("uvm_kernel_maps"),
                 uint32_t(std::min<uint64_t>(size("uvm_kernel_maps") / row, mostKernelMaps)), row,
                 at("uvm_kernel_map_name.name"), at("uvm_kernel_map_name.map"), size("uvm_map_kernel"),
                 at("uvm_map_kernel.intrsafe"), at("uvm_map_kernel.chunked"), at("uvm_map_kernel.nchunks"),
                 at("uvm_map_kernel.free_entries"), at("uvm_map_kernel.nmerged"), at("uvm_map_kernel.merged"),
                 // The first one is that of the chunk's own page.
                 uint32_t(std::max<uint64_t>(at("uvm_kmapent_chunk.entries").size / entry.size, 1) - 1)};
    amap = {size("vm_amap"),           at("vm_amap.am_ref"),
            at("vm_amap.am_flags"),    at("vm_amap.am_ppref_state"),
            at("vm_amap.am_maxslot"),  at("vm_amap.am_nslot"),
            at("vm_amap.am_nused"),    at("vm_amap.am_nchunk"),
            at("vm_amap.am_chunk"),    at("vm_amap.am_ppref"),
            at("vm_amap.am_id"),       value("amap_flag.shared"),
            value("ppref_state.array")};
    chunk = {size("amap_chunk"), at("amap_chunk.used"), at("amap_chunk.anon"),
             at("amap_chunk.anon").size / pointerSize};
    anon = {size("vm_anon"),         at("vm_anon.an_ref"),  at("vm_anon.an_loans"),
            at("vm_anon.an_swslot"), at("vm_anon.an_page"), at("vm_anon.an_id")};
    object = {size("uvm_object"),
              at("uvm_object.memt.root"),
              at("uvm_object.uo_npages"),
              at("uvm_object.uo_refs"),
              at("uvm_object.uo_id"),
              at("uvm_object.uo_kind"),
              at("uvm_object.uo_size"),
              at("uvm_object.uo_name"),
              value("uvm_object_kind.file"),
              value("uvm_object_kind.device"),
              value("uvm_object_kind.kernel")};
    page = {size("vm_page"),
            at("vm_page.treeq.left"),
            at("vm_page.treeq.right"),
            at("vm_page.uobject"),
            at("vm_page.uanon"),
            at("vm_page.offset"),
            at("vm_page.phys_addr"),
            at("vm_page.flags"),
            at("vm_page.queue"),
            at("vm_page.loan_count"),
            at("vm_page.wire_count"),
            at("vm_page.pageq.next"),
            at("vm_page.mdpage.md_attributes"),
            value("pg_flag.busy"),
            value("pg_flag.clean"),
            value("pg_queue.free"),
            value("pg_queue.active"),
            value("pg_queue.inactive"),
            value("pv_attribute.referenced"),
            value("pv_attribute.modified")};
    active = {at("uvm_pages_t.active.head"), at("uvm_pages_t.active.count")};
    inactive = {at("uvm_pages_t.inactive.head"), at("uvm_pages_t.inactive.count")};
    pmap = {size("pmap"), at("pmap.pm_root"), at("pmap.pm_resident"), at("pmap.pm_wired")};
    totalPages = at("uvmexp_t.npages");
    wiredPages = at("uvmexp_t.wired");
    ownedPages = at("uvmexp_t.owned");
    freeCount = at("uvm_pages_t.free.count");
    ownedLimit = at("uvm_pages_t.owned_limit");
    allproc = symbol("allproc");
    uvmPages = symbol("uvm_pages");
    uvmexp = symbol("uvmexp");
    ring = ProbeRing::of(layout);
}

} // namespace gdbbridge
