// Commands about the kernel's own memory. Addresses in them count from kernel_map's minimum, which differs
// from machine to machine.
#include <array>

#include <machine/user_access.h>

#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_kmapent.h"
#include "kernel/vm/uvm_map_kernel.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

constexpr size_t piece_size = 64; // the most bytes that one kread or kwrite takes

constexpr choice<uvm_km_flag> kind_words[] = {
    {"wired", uvm_km_flag::wired}, {"pageable", uvm_km_flag::pageable}, {"vaonly", uvm_km_flag::vaonly}};
constexpr choice<uvm_km_flag> flag_words[] = {{"canfail", uvm_km_flag::canfail},
                                              {"nowait", uvm_km_flag::nowait},
                                              {"zero", uvm_km_flag::zero},
                                              {"exec", uvm_km_flag::exec},
                                              {"trylock", uvm_km_flag::trylock}};

// Locks a kernel map so that it may be looked at, an intrsafe one too.
class look_guard {
public:
    explicit look_guard(vm_map& map) : map_(map) {
        if (has(map.flags, vm_map_flag::pageable))
            vm_map_lock_read(map);
        else
            vm_map_lock(map);
    }
    ~look_guard() {
        if (has(map_.flags, vm_map_flag::pageable))
            vm_map_unlock_read(map_);
        else
            vm_map_unlock(map_);
    }
    look_guard(const look_guard&) = delete;
    look_guard& operator=(const look_guard&) = delete;

private:
    vm_map& map_;
};

uvm_kernel_map_name const* take_map(arguments& args) {
    std::string_view const name = args.word("MAP");
    for (uvm_kernel_map_name const& named : uvm_kernel_maps)
        if (named.name == name)
            return &named;
    if (!args.failed())
        args.complain("unknown kernel map", name);
    return nullptr;
}

// Null when there is none of that name, which is no error of the line: the allocation may have failed.
kernel_allocation* take_allocation(interpreter& in, arguments& args) {
    std::string_view const name = args.word("NAME");
    return args.failed() ? nullptr : in.kernel.find(name);
}

// True when the part lies in the allocation and is as much as one command may take.
bool is_part(const kernel_allocation& of, uintptr_t offset, uintptr_t size) {
    return size > 0 && size <= piece_size && offset <= of.size.value && size <= of.size.value - offset;
}

uintptr_t relative(vaddr_t va) { return (va - kernel_map.min()).value; }

void print_owner(interpreter& in, const vm_map_entry& entry) {
    if (entry.is_submap()) {
        for (uvm_kernel_map_name const& named : uvm_kernel_maps)
            if (named.map == entry.object.sub_map)
                in.out.text(" submap=").text(named.name);
        return;
    }
    in.out.text(" obj=");
    if (uvm_object const* const obj = entry.obj())
        in.out.text(obj->uo_name).text("+").hex(entry.offset.value);
    else
        in.out.text("-");
}

void print_entry(interpreter& in, const vm_map_entry& entry) {
    struct {
        uvm_entry_flag flag;
        const char* word;
    } constexpr words[] = {{uvm_entry_flag::chunk_header, "chunk"},
                           {uvm_entry_flag::nomerge, "nomerge"},
                           {uvm_entry_flag::quantum, "quantum"}};
    in.out.text("  ").hex(relative(entry.start)).text("-").hex(relative(entry.end)).text(" ");
    in.out.text(prot_text(entry.protection).view()).text(" ");
    const char* separator = "";
    for (auto const& w : words)
        if (has(entry.flags, w.flag)) {
            in.out.text(separator).text(w.word);
            separator = ",";
        }
    if (*separator == '\0')
        in.out.text("-");
    print_owner(in, entry);
    in.out.text("\n");
}

// The pages that are mapped in the entries of a map, its submaps' left out.
uint32_t mapped_pages(const vm_map& map) {
    uint32_t count = 0;
    for (vm_map_entry const* e = map.first(); e != &map.header; e = e->next)
        for (vaddr_t va = e->start; va < e->end && !e->is_submap(); va += vsize_t(page_size)) {
            paddr_t pa;
            count += pmap_extract(*map.pm, va, &pa) ? 1 : 0;
        }
    return count;
}

void list_map(interpreter& in, uvm_kernel_map_name const& named) {
    vm_map& map = *named.map;
    look_guard const guard(map);
    in.out.text("  ").text(named.name).text(" ").hex(relative(map.min())).text("-");
    in.out.hex(relative(map.max())).text(" entries=").dec(map.nentries).text(" size=").hex(map.size.value);
    in.out.text(" mapped=").dec(mapped_pages(map));
    if (map.kernel->chunked) {
        in.out.text(" chunks=").dec(map.kernel->nchunks).text(" free=").dec(map.kernel->free_entries);
        in.out.text(" kept=").dec(map.kernel->kept ? 1 : 0);
    }
    in.out.text(" merged=").dec(map.kernel->nmerged);
    if (map.kernel->vacache)
        in.out.text(" cached=").dec(uvm_km_vacache_count(map));
    in.out.text("\n");
    for (vm_map_entry const* e = map.first(); e != &map.header; e = e->next)
        print_entry(in, *e);
}

} // namespace

outcome run_kalloc(interpreter& in, arguments& args) {
    std::string_view const name = args.new_name("NAME");
    uvm_kernel_map_name const* const named = take_map(args);
    vsize_t const size = args.size();
    uvm_km_flag const kind = choose(args, args.word("wired, pageable or vaonly"), kind_words);
    uvm_km_flag flags = kind;
    vsize_t align;
    for (std::string_view word = args.option(); !word.empty(); word = args.option()) {
        std::string_view value;
        if (take_key(word, "align=", &value))
            align = vsize_t(args.address_value(value));
        else
            flags |= choose(args, word, flag_words);
    }
    if (in.kernel.full())
        args.complain("more than 128 kernel allocations");
    if (!args.finished())
        return outcome::unparsed();
    bool const aligned = !align || (is_power_of_two(align.value) && align.value >= page_size);
    bool const possible = kind != uvm_km_flag::pageable || has(named->map->flags, vm_map_flag::pageable);
    if (args.invalid() || !aligned || !possible)
        return outcome::failed(errno_t::einval);
    if (in.kernel.find(name))
        return outcome::failed(errno_t::eexist);
    // Nobody else would make memory free while this thread waits, so what cannot be had fails.
    result<vaddr_t> const start = uvm_km_alloc(*named->map, size, align, flags | uvm_km_flag::canfail);
    if (!start)
        return outcome::failed(start.error());
    in.kernel.add(name, *named->map, *start, size, kind);
    return in.value(vaddr_t(relative(*start)));
}

outcome run_kfree(interpreter& in, arguments& args) {
    kernel_allocation* const which = take_allocation(in, args);
    if (!args.finished())
        return outcome::unparsed();
    if (!which)
        return outcome::failed(errno_t::enoent);
    in.kernel.free(*which);
    return outcome::ok();
}

outcome run_kread(interpreter& in, arguments& args) {
    kernel_allocation const* const which = take_allocation(in, args);
    uintptr_t const offset = args.address_value(args.word("OFFSET"));
    std::string_view const count = args.option();
    uintptr_t const size = count.empty() ? 1 : args.address_value(count);
    if (!args.finished())
        return outcome::unparsed();
    if (!which)
        return outcome::failed(errno_t::enoent);
    if (!is_part(*which, offset, size))
        return outcome::failed(errno_t::einval);
    std::array<std::byte, piece_size> bytes;
    std::span<std::byte> const part = std::span(bytes).first(size);
    if (errno_t const error = machine::kernel_read(which->start + vsize_t(offset), part);
        error != errno_t::ok)
        return outcome::failed(error);
    in.out.text("  = ");
    for (std::byte const b : part)
        in.out.hex_byte(uint8_t(b));
    in.out.text("\n");
    return outcome::printed();
}

outcome run_kwrite(interpreter& in, arguments& args) {
    kernel_allocation const* const which = take_allocation(in, args);
    uintptr_t const offset = args.address_value(args.word("OFFSET"));
    std::string_view const word = args.word("BYTES");
    byte_word text;
    if (!args.failed() && !text.parse(word))
        args.complain("neither hexadecimal pairs nor a quoted string", word);
    if (!args.finished())
        return outcome::unparsed();
    if (!which)
        return outcome::failed(errno_t::enoent);
    if (!is_part(*which, offset, text.size()))
        return outcome::failed(errno_t::einval);
    std::array<std::byte, piece_size> bytes;
    for (size_t i = 0; i < text.size(); ++i)
        bytes[i] = text[i];
    return outcome::of(
        machine::kernel_write(which->start + vsize_t(offset), std::span(bytes).first(text.size())));
}

outcome run_klist(interpreter& in, arguments& args) {
    uvm_kernel_map_name const* const named = args.at_end() ? nullptr : take_map(args);
    if (!args.finished())
        return outcome::unparsed();
    for (uvm_kernel_map_name const& each : uvm_kernel_maps)
        if (!named || named == &each)
            list_map(in, each);
    return outcome::printed();
}

outcome run_kdrain(interpreter& in, arguments& args) {
    uvm_kernel_map_name const* const named = take_map(args);
    if (!args.finished())
        return outcome::unparsed();
    in.out.text(uvm_map_drain(*named->map) ? "  = drained\n" : "  = nothing\n");
    return outcome::printed();
}

outcome run_kcache(interpreter& in, arguments& args) {
    uvm_kernel_map_name const* const named = take_map(args);
    std::string_view const off = args.option();
    if (!off.empty() && off != "off")
        args.complain("neither nothing nor off", off);
    if (!args.finished())
        return outcome::unparsed();
    auto const which = uint32_t(named - uvm_kernel_maps);
    return outcome::of(off.empty() ? in.kernel.begin_cache(which) : in.kernel.end_cache(which));
}

const char* check_kernel_maps(uvm_map_violation* violation) {
    for (uvm_kernel_map_name const& named : uvm_kernel_maps) {
        look_guard const guard(*named.map);
        if (!uvm_map_check(*named.map, violation) || !uvm_kmapent_check(*named.map, violation) ||
            !uvm_km_vacache_check(*named.map, violation))
            return named.name;
    }
    return nullptr;
}

} // namespace uvm
