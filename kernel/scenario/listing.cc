// dump, anons, pmap: what only looks. Amaps and anons are numbered in order of first appearance in one
// command's output, so that a transcript says who shares what without a pointer.
#include "kernel/scenario/commands.h"

#include <machine/memory.h>

#include "kernel/vm/uvm_print.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

// Calls list(process) for each named space, in the order given, or for all, in order of creation.
template <class F>
outcome for_each_space(arguments& args, F&& list) {
    arguments again = args; // once to see that all names are known, once to list
    bool const all = args.at_end();
    while (!args.at_end())
        args.space();
    if (!args.finished())
        return outcome::unparsed();
    for (process* p = all ? allproc : nullptr; p; p = p->p_next)
        if (errno_t const error = list(*p); error != errno_t::ok)
            return outcome::failed(error);
    while (!again.at_end())
        if (errno_t const error = list(*again.space()); error != errno_t::ok)
            return outcome::failed(error);
    return outcome::printed();
}

// The number of `key` in order of first appearance, from 1; 0 without memory.
uint32_t number_of(pointer_table& table, const void* key) {
    uint32_t* const number = table.find_or_add(key);
    if (!number)
        return 0;
    if (*number == 0)
        *number = table.size();
    return *number;
}

class entry_lister {
public:
    explicit entry_lister(interpreter& in) : in_(in) {}
    // Locks: takes the map shared. Fails: ENOMEM, the listing is cut off.
    errno_t operator()(const process& p);

private:
    void head(const process& p, const vm_map& map);
    errno_t line(const vm_map_entry& entry);
    void flags(const vm_map_entry& entry);
    errno_t amap(const vm_map_entry& entry);
    void object(const vm_map_entry& entry);
    interpreter& in_;
};

void entry_lister::head(const process& p, const vm_map& map) {
    in_.out.text("  ").text(p.p_name).text(" ").hex(map.min().value).text("-").hex(map.max().value);
    in_.out.text(" entries=").dec(map.nentries).text(" size=").hex(map.size.value).text("\n");
}

void entry_lister::flags(const vm_map_entry& entry) {
    struct {
        bool holds;
        const char* word;
    } const all[] = {{entry.is_copy_on_write(), "cow"},
                     {entry.is_needs_copy(), "nc"},
                     {entry.is_submap(), "submap"},
                     {has(entry.flags, uvm_entry_flag::nomerge), "nomerge"}};
    const char* separator = "";
    for (auto const& flag : all) {
        if (!flag.holds)
            continue;
        in_.out.text(separator).text(flag.word);
        separator = ",";
    }
    if (*separator == '\0')
        in_.out.text("-");
}

errno_t entry_lister::amap(const vm_map_entry& entry) {
    vm_amap* const amap = entry.aref.ar_amap;
    in_.out.text(" amap=");
    if (!amap) {
        in_.out.text("-");
        return errno_t::ok;
    }
    uint32_t const number = number_of(in_.amaps, amap);
    if (number == 0)
        return errno_t::enomem;
    mutex_guard const guard(amap->am_lock);
    in_.out.text("a").dec(number).text(":").dec(uint32_t(amap->am_ref));
    if (has(amap->am_flags, amap_flag::shared))
        in_.out.text("s");
    return errno_t::ok;
}

void entry_lister::object(const vm_map_entry& entry) {
    in_.out.text(" obj=");
    uvm_object const* const obj = entry.obj();
    if (!obj) {
        in_.out.text("-");
        return;
    }
    std::string_view const name = in_.objects.name_of(*obj);
    if (name.empty())
        in_.out.text("#").dec(obj->uo_id); // not one of this scenario's
    else
        in_.out.text(name);
    in_.out.text("+").hex(entry.offset.value);
}

errno_t entry_lister::line(const vm_map_entry& entry) {
    in_.out.text("  ").hex(entry.start.value).text("-").hex(entry.end.value).text(" ");
    in_.out.text(prot_text(entry.protection).view()).text("/").text(prot_text(entry.max_protection).view());
    in_.out.text(" ").text(uvm_inherit_word(entry.inheritance));
    in_.out.text(" ").text(uvm_advice_word(entry.advice)).text(" ");
    flags(entry);
    errno_t const error = amap(entry);
    object(entry);
    in_.out.text(" wired=").dec(entry.wired_count).text("\n");
    return error;
}

errno_t entry_lister::operator()(const process& p) {
    vm_map& map = p.p_vmspace->vm_map;
    vm_map_lock_read(map);
    head(p, map);
    errno_t error = errno_t::ok;
    for (vm_map_entry* entry = map.first(); entry != &map.header && error == errno_t::ok; entry = entry->next)
        error = line(*entry);
    vm_map_unlock_read(map);
    return error;
}

// Prints one anon's line; false without memory for its number. Locks: the amap's; takes the anon's.
bool list_anon(interpreter& in, const process& p, vaddr_t va, vm_anon& anon) {
    uint32_t const number = number_of(in.anons, &anon);
    if (number == 0)
        return false;
    mutex_guard const guard(anon.an_lock);
    in.out.text("  ").text(p.p_name).text(" ").hex(va.value);
    in.out.text(" n").dec(number).text(" refs=").dec(uint32_t(anon.an_ref)).text(" byte=");
    if (anon.an_page)
        in.out.hex_byte(*static_cast<const uint8_t*>(machine::phys_to_ptr(anon.an_page->phys_addr)))
            .text("\n");
    else if (uint8_t byte = 0;
             anon.an_swslot > 0 && uvm_swap_peek(uint32_t(anon.an_swslot), &byte) == errno_t::ok)
        in.out.hex_byte(byte).text("\n");
    else
        in.out.text("--\n"); // its data cannot be had
    return true;
}

errno_t list_anons(interpreter& in, const process& p) {
    vm_map& map = p.p_vmspace->vm_map;
    bool enough_memory = true;
    vm_map_lock_read(map);
    for (vm_map_entry* entry = map.first(); entry != &map.header; entry = entry->next) {
        if (!entry->aref.ar_amap)
            continue;
        mutex_guard const guard(entry->aref.ar_amap->am_lock);
        uint32_t const first = entry->aref.ar_pageoff;
        amap_for_each(*entry->aref.ar_amap, first, bytes_to_pages(entry->size()),
                      [&](uint32_t slot, vm_anon& anon) {
                          vaddr_t const va = entry->start + pages_to_bytes(slot - first);
                          enough_memory = enough_memory && list_anon(in, p, va, anon);
                      });
    }
    vm_map_unlock_read(map);
    return enough_memory ? errno_t::ok : errno_t::enomem;
}

errno_t list_mappings(interpreter& in, const process& p) {
    pmap_mapping mapping;
    for (vaddr_t from; pmap_next_mapping(*p.p_vmspace->vm_map.pm, from, &mapping);) {
        in.out.text("  ").text(p.p_name).text(" ").hex(mapping.va.value).text(" ");
        in.out.text(prot_text(mapping.prot).view()).text("\n");
        from = mapping.va + vsize_t(page_size);
    }
    return errno_t::ok;
}

} // namespace

outcome run_dump(interpreter& in, arguments& args) { return for_each_space(args, entry_lister(in)); }

outcome run_anons(interpreter& in, arguments& args) {
    return for_each_space(args, [&](const process& p) { return list_anons(in, p); });
}

outcome run_pmap(interpreter& in, arguments& args) {
    return for_each_space(args, [&](const process& p) { return list_mappings(in, p); });
}

} // namespace uvm
