#include "gdbbridge/layout/names.h"

namespace gdbbridge {

namespace {

// "void*" is the size of a pointer.
constexpr std::string_view types[] = {
    "void*",       "process", "vmspace", "vm_map",           "vm_map_entry",     "vm_amap", "amap_chunk", "vm_anon",
    "uvm_object", "vm_page", "pmap",    "uvm_probe_record", "uvm_probe_ring_t",
};

constexpr std::string_view fields[] = {
    "process.p_pid",
    "process.p_name",
    "process.p_vmspace",
    "process.p_next",
    "vmspace.vm_map",
    "vmspace.vm_refcnt",
    "vmspace.vm_id",
    "vm_map.flags",
    "vm_map.pm",
    "vm_map.header",
    "vm_map.tree.root",
    "vm_map.nentries",
    "vm_map.size",
    "vm_map.hint",
    "vm_map.first_free",
    "vm_map.timestamp",
    "vm_map_entry.rb.parent",
    "vm_map_entry.rb.left",
    "vm_map_entry.rb.right",
    "vm_map_entry.rb.color",
    "vm_map_entry.gap",
    "vm_map_entry.maxgap",
    "vm_map_entry.prev",
    "vm_map_entry.next",
    "vm_map_entry.start",
    "vm_map_entry.end",
    "vm_map_entry.object",
    "vm_map_entry.offset",
    "vm_map_entry.etype",
    "vm_map_entry.protection",
    "vm_map_entry.max_protection",
    "vm_map_entry.inheritance",
    "vm_map_entry.advice",
    "vm_map_entry.flags",
    "vm_map_entry.wired_count",
    "vm_map_entry.aref.ar_pageoff",
    "vm_map_entry.aref.ar_amap",
    "vm_map_entry.entry_id",
    "vm_amap.am_ref",
    "vm_amap.am_flags",
    "vm_amap.am_ppref_state",
    "vm_amap.am_maxslot",
    "vm_amap.am_nslot",
    "vm_amap.am_nused",
    "vm_amap.am_nchunk",
    "vm_amap.am_chunk",
    "vm_amap.am_ppref",
    "vm_amap.am_id",
    "amap_chunk.used",
    "amap_chunk.anon",
    "vm_anon.an_ref",
    "vm_anon.an_swslot",
    "vm_anon.an_page",
    "vm_anon.an_id",
    "uvm_object.memt.root",
    "uvm_object.uo_npages",
    "uvm_object.uo_refs",
    "uvm_object.uo_id",
    "uvm_object.uo_kind",
    "uvm_object.uo_size",
    "uvm_object.uo_name",
    "vm_page.treeq.left",
    "vm_page.treeq.right",
    "vm_page.uobject",
    "vm_page.uanon",
    "vm_page.offset",
    "vm_page.phys_addr",
    "vm_page.flags",
    "vm_page.queue",
    "vm_page.loan_count",
    "vm_page.wire_count",
    "pmap.pm_root",
    "pmap.pm_resident",
    "pmap.pm_wired",
    "uvmexp_t.npages",
    "uvm_pages_t.free.count",
    "uvm_probe_ring_t.next_sequence",
    "uvm_probe_ring_t.records",
    "uvm_probe_record.sequence",
    "uvm_probe_record.time",
    "uvm_probe_record.event",
    "uvm_probe_record.nargs",
    "uvm_probe_record.thread",
    "uvm_probe_record.args",
};

constexpr std::string_view symbols[] = {
    "allproc", "uvm_pages", "uvmexp", "uvm_probe_ring", "uvm_probe_control", "uvm_probe_command",
};

constexpr std::string_view enumerators[] = {
    "uvm_etype.object",          "uvm_etype.submap",        "uvm_etype.copy_on_write", "uvm_etype.needs_copy",
    "uvm_entry_flag.nomerge",    "vm_map_flag.topdown",     "vm_map_flag.wirefuture",  "amap_flag.shared",
    "ppref_state.absent",        "ppref_state.none",        "ppref_state.array",       "pg_flag.busy",
    "pg_flag.clean",             "pg_queue.free",           "pg_queue.active",         "pg_queue.inactive",
    "uvm_object_kind.anonymous", "uvm_object_kind.file",    "uvm_object_kind.device",  "uvm_object_kind.kernel",
    "vm_inherit_t.share",        "vm_inherit_t.copy",       "vm_inherit_t.none",       "vm_advice_t.normal",
    "vm_advice_t.random",        "vm_advice_t.sequential",  "vm_prot_t.read",          "vm_prot_t.write",
    "vm_prot_t.execute",         "rb_color.red",            "rb_color.black",          "uvm_fault_case.anon_1a",
    "uvm_fault_case.anon_1b",    "uvm_fault_case.object_2a", "uvm_fault_case.object_2b", "uvm_fault_case.zero_2b",
};

} // namespace

std::span<const std::string_view> requiredTypes() { return types; }
std::span<const std::string_view> requiredFields() { return fields; }
std::span<const std::string_view> requiredSymbols() { return symbols; }
std::span<const std::string_view> requiredEnumerators() { return enumerators; }

} // namespace gdbbridge
