#include "tests/support/host_layout.h"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "gdbbridge/layout/names.h"
#include "kernel/arch/x86/pmap_types.h"
#include "kernel/core/event_names.h"
#include "kernel/core/process.h"
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_kmapent.h"
#include "kernel/vm/uvm_map_kernel.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"
#include "kernel/vm/uvm_vmspace.h"

// Only the preprocessor can make a name and its meaning out of one word.
#define TYPE(name) layout.setSize(#name, sizeof(uvm::name))
#define FIELD(type, path)                                                                                    \
    layout.setField(#type "." #path, {uint32_t(offsetof(uvm::type, path)), uint32_t(sizeof(uvm::type::path))})
// A field inside a field: sizeof needs an object to name it.
#define NESTED(type, path)                                                                                   \
    layout.setField(#type "." #path, {uint32_t(offsetof(uvm::type, path)),                                   \
                                      uint32_t(sizeof(static_cast<uvm::type*>(nullptr)->path))})
#define SYMBOL(name) layout.setSymbol(#name, reinterpret_cast<uintptr_t>(&uvm::name))
#define ENUMERATOR(type, name) layout.setEnumerator(#type "." #name, uint64_t(uvm::type::name))

namespace testsupport {

namespace {

using gdbbridge::Layout;

void addTypes(Layout& layout) {
    layout.setSize("void*", sizeof(void*));
    TYPE(process);
    TYPE(vmspace);
    TYPE(vm_map);
    TYPE(vm_map_entry);
    TYPE(vm_amap);
    TYPE(amap_chunk);
    TYPE(vm_anon);
    TYPE(uvm_object);
    TYPE(vm_page);
    TYPE(pmap);
    TYPE(uvm_probe_record);
    TYPE(uvm_probe_ring_t);
    TYPE(uvm_changes_t);
    TYPE(uvm_map_kernel);
    TYPE(uvm_kmapent_chunk);
    TYPE(uvm_kernel_map_name);
    TYPE(uvm_kernel_maps);
}

void addMapFields(Layout& layout) {
    FIELD(process, p_pid);
    FIELD(process, p_name);
    FIELD(process, p_vmspace);
    FIELD(process, p_next);
    FIELD(vmspace, vm_map);
    FIELD(vmspace, vm_refcnt);
    FIELD(vmspace, vm_id);
    FIELD(vm_map, flags);
    FIELD(vm_map, pm);
    FIELD(vm_map, header);
    NESTED(vm_map, tree.root);
    FIELD(vm_map, nentries);
    FIELD(vm_map, size);
    FIELD(vm_map, hint);
    FIELD(vm_map, first_free);
    FIELD(vm_map, timestamp);
    FIELD(vm_map, kernel);
    FIELD(uvm_kernel_map_name, name);
    FIELD(uvm_kernel_map_name, map);
    FIELD(uvm_map_kernel, intrsafe);
    FIELD(uvm_map_kernel, chunked);
    FIELD(uvm_map_kernel, nchunks);
    FIELD(uvm_map_kernel, free_entries);
    FIELD(uvm_map_kernel, nmerged);
    FIELD(uvm_map_kernel, merged);
    FIELD(uvm_kmapent_chunk, entries);
    NESTED(vm_map_entry, rb.parent);
    NESTED(vm_map_entry, rb.left);
    NESTED(vm_map_entry, rb.right);
    NESTED(vm_map_entry, rb.color);
    FIELD(vm_map_entry, gap);
    FIELD(vm_map_entry, maxgap);
    FIELD(vm_map_entry, prev);
    FIELD(vm_map_entry, next);
    FIELD(vm_map_entry, start);
    FIELD(vm_map_entry, end);
    FIELD(vm_map_entry, object);
    FIELD(vm_map_entry, offset);
    FIELD(vm_map_entry, etype);
    FIELD(vm_map_entry, protection);
    FIELD(vm_map_entry, max_protection);
    FIELD(vm_map_entry, inheritance);
    FIELD(vm_map_entry, advice);
    FIELD(vm_map_entry, flags);
    FIELD(vm_map_entry, wired_count);
    NESTED(vm_map_entry, aref.ar_pageoff);
    NESTED(vm_map_entry, aref.ar_amap);
    FIELD(vm_map_entry, entry_id);
}

void addBackingFields(Layout& layout) {
    FIELD(vm_amap, am_ref);
    FIELD(vm_amap, am_flags);
    FIELD(vm_amap, am_ppref_state);
    FIELD(vm_amap, am_maxslot);
    FIELD(vm_amap, am_nslot);
    FIELD(vm_amap, am_nused);
    FIELD(vm_amap, am_nchunk);
    FIELD(vm_amap, am_chunk);
    FIELD(vm_amap, am_ppref);
    FIELD(vm_amap, am_id);
    FIELD(amap_chunk, used);
    FIELD(amap_chunk, anon);
    FIELD(vm_anon, an_ref);
    FIELD(vm_anon, an_loans);
    FIELD(vm_anon, an_swslot);
    FIELD(vm_anon, an_page);
    FIELD(vm_anon, an_id);
    NESTED(uvm_object, memt.root);
    FIELD(uvm_object, uo_npages);
    FIELD(uvm_object, uo_refs);
    FIELD(uvm_object, uo_id);
    FIELD(uvm_object, uo_kind);
    FIELD(uvm_object, uo_size);
    FIELD(uvm_object, uo_name);
}

void addPageFields(Layout& layout) {
    NESTED(vm_page, treeq.left);
    NESTED(vm_page, treeq.right);
    FIELD(vm_page, uobject);
    FIELD(vm_page, uanon);
    FIELD(vm_page, offset);
    FIELD(vm_page, phys_addr);
    FIELD(vm_page, flags);
    FIELD(vm_page, queue);
    FIELD(vm_page, loan_count);
    FIELD(vm_page, wire_count);
    NESTED(vm_page, pageq.next);
    NESTED(vm_page, mdpage.md_attributes);
    FIELD(pmap, pm_root);
    FIELD(pmap, pm_resident);
    FIELD(pmap, pm_wired);
    FIELD(uvmexp_t, npages);
    FIELD(uvmexp_t, wired);
    FIELD(uvmexp_t, owned);
    NESTED(uvm_pages_t, free.count);
    NESTED(uvm_pages_t, active.head);
    NESTED(uvm_pages_t, active.count);
    NESTED(uvm_pages_t, inactive.head);
    NESTED(uvm_pages_t, inactive.count);
    FIELD(uvm_pages_t, owned_limit);
    FIELD(uvm_probe_ring_t, next);
    FIELD(uvm_probe_ring_t, first);
    FIELD(uvm_probe_ring_t, first_at_end);
    FIELD(uvm_probe_ring_t, stopped_cycles);
    FIELD(uvm_probe_ring_t, records);
    FIELD(uvm_probe_record, time);
    FIELD(uvm_probe_record, event);
    FIELD(uvm_probe_record, nargs);
    FIELD(uvm_probe_record, form);
    FIELD(uvm_probe_record, thread);
    FIELD(uvm_probe_record, args);
    FIELD(uvm_changes_t, begun);
    FIELD(uvm_changes_t, ended);
    FIELD(uvm_changes_t, hold);
    FIELD(uvm_changes_t, stray);
    FIELD(uvm_changes_t, stray_event);
}

void addSymbols(Layout& layout) {
    SYMBOL(allproc);
    SYMBOL(uvm_pages);
    SYMBOL(uvmexp);
    SYMBOL(uvm_probe_ring);
    SYMBOL(uvm_probe_control);
    SYMBOL(uvm_probe_command);
    SYMBOL(uvm_changes);
    SYMBOL(uvm_kernel_maps);
}

void addEnumerators(Layout& layout) {
    ENUMERATOR(uvm_etype, object);
    ENUMERATOR(uvm_etype, submap);
    ENUMERATOR(uvm_etype, copy_on_write);
    ENUMERATOR(uvm_etype, needs_copy);
    ENUMERATOR(uvm_entry_flag, nomerge);
    ENUMERATOR(uvm_entry_flag, chunk_header);
    ENUMERATOR(vm_map_flag, topdown);
    ENUMERATOR(vm_map_flag, wirefuture);
    ENUMERATOR(amap_flag, shared);
    ENUMERATOR(ppref_state, absent);
    ENUMERATOR(ppref_state, none);
    ENUMERATOR(ppref_state, array);
    ENUMERATOR(pg_flag, busy);
    ENUMERATOR(pg_flag, clean);
    ENUMERATOR(pg_queue, free);
    ENUMERATOR(pg_queue, active);
    ENUMERATOR(pg_queue, inactive);
    ENUMERATOR(pv_attribute, referenced);
    ENUMERATOR(pv_attribute, modified);
    ENUMERATOR(uvm_object_kind, anonymous);
    ENUMERATOR(uvm_object_kind, file);
    ENUMERATOR(uvm_object_kind, device);
    ENUMERATOR(uvm_object_kind, kernel);
    ENUMERATOR(vm_inherit_t, share);
    ENUMERATOR(vm_inherit_t, copy);
    ENUMERATOR(vm_inherit_t, none);
    ENUMERATOR(vm_inherit_t, zero);
    ENUMERATOR(vm_advice_t, normal);
    ENUMERATOR(vm_advice_t, random);
    ENUMERATOR(vm_advice_t, sequential);
    ENUMERATOR(vm_prot_t, read);
    ENUMERATOR(vm_prot_t, write);
    ENUMERATOR(vm_prot_t, execute);
    ENUMERATOR(rb_color, red);
    ENUMERATOR(rb_color, black);
    ENUMERATOR(uvm_fault_case, anon_1a);
    ENUMERATOR(uvm_fault_case, anon_1b);
    ENUMERATOR(uvm_fault_case, object_2a);
    ENUMERATOR(uvm_fault_case, object_2b);
    ENUMERATOR(uvm_fault_case, zero_2b);
}

void addEventNames(Layout& layout) {
    for (uint16_t number = 0; number < gdbbridge::eventNumberLimit; ++number) {
        std::string_view const name = uvm::event_name(uvm::uvm_event(number));
        if (name != "event") // which stands for "none has this number"
            layout.setEventName(number, name);
    }
}

Layout makeLayout() {
    Layout layout;
    addTypes(layout);
    addMapFields(layout);
    addBackingFields(layout);
    addPageFields(layout);
    addSymbols(layout);
    addEnumerators(layout);
    addEventNames(layout);
    if (auto const missing = layout.missing(); !missing.empty()) {
        for (std::string const& what : missing)
            std::fprintf(stderr, "host layout: %s\n", what.c_str());
        std::abort();
    }
    return layout;
}

} // namespace

const Layout& hostLayout() {
    static const Layout layout = makeLayout();
    return layout;
}

} // namespace testsupport
