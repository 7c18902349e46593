// Maps, objects, pages, addresses.
#include <machine/memory.h>
#include <machine/thread.h>

#include "kernel/core/console.h"
#include "kernel/core/debugger/commands.h"
#include "kernel/core/symbols.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_print.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

constexpr debug_complaint no_process = "no such process; `ps` lists them";

// Calls f(object) for the objects of all maps until it is true; the one for which it was, or null. An object
// that several entries map is met several times.
template <class F>
const uvm_object* find_object(F&& f) {
    for (process const* p = allproc; p; p = p->p_next) {
        vm_map const& map = p->p_vmspace->vm_map;
        vm_map_entry const* entry = map.header.next;
        for (uint32_t n = 0; n < map.nentries && entry != &map.header; ++n, entry = entry->next)
            if (entry->obj() && f(*entry->obj()))
                return entry->obj();
    }
    return nullptr;
}

bool is_full(std::string_view word, bool* full) {
    *full = word == "full";
    return *full || word.empty();
}
uvm_print_detail detail_of(bool full) { return full ? uvm_print_detail::full : uvm_print_detail::brief; }

void print_page(const vm_page& page, text_sink& out) {
    out.text("  ").hex(page.phys_addr.value).text("\n");
    uvm_page_printit(page, out);
}

void whatis_kernel(uintptr_t address, text_sink& out) {
    out.text("  ").hex(address).text(": ");
    for (uint32_t number = 0; number < machine::max_threads; ++number) {
        std::span<std::byte> const stack = machine::kernel_stack(number);
        auto const bottom = reinterpret_cast<uintptr_t>(stack.data());
        if (address < bottom || address >= bottom + stack.size())
            continue;
        out.text("kernel stack of thread number ").dec(number).text(", ");
        out.dec(bottom + stack.size() - address).text(" bytes below its top\n");
        return;
    }
    if (!machine::kernel_readable(address & ~uintptr_t{sizeof(uintptr_t) - 1})) {
        out.text("nothing is mapped there\n");
        return;
    }
    if (vm_page const* const page = phys_to_vm_page(paddr_t(address - machine::kernel_base))) {
        out.text("in the page ").hex(page->phys_addr.value).text("\n");
        uvm_page_printit(*page, out);
        return;
    }
    symbol const code = symbol_at(address);
    out.text("of the kernel's image, or not managed; the function before it is ").text(code.name);
    out.text("+").hex(code.offset).text("\n");
}

bool queue_named(std::string_view word, pg_queue* queue) {
    *queue = word == "free"       ? pg_queue::free
             : word == "active"   ? pg_queue::active
             : word == "inactive" ? pg_queue::inactive
                                  : pg_queue::none;
    return *queue != pg_queue::none;
}

} // namespace

debug_complaint debug_map(const debug_line& line) {
    // map [PROCESS] [full]
    bool full = false;
    bool const last = line.count > 1 && is_full(line.word(line.count - 1), &full);
    std::string_view const name = last && line.count == 2 ? std::string_view() : line.word(1);
    if (!full && !is_full(line.word(2), &full))
        return "map [PROCESS] [full]";
    process const* const p = debug_process(name);
    if (!p)
        return no_process;
    text_sink out = debug_sink();
    out.text("  process ").dec(p->p_pid).text(" ").text(p->p_name).text("\n");
    uvm_map_printit(p->p_vmspace->vm_map, detail_of(full), out);
    return nullptr;
}

debug_complaint debug_object(const debug_line& line) {
    std::string_view const name = line.word(1);
    bool full = false;
    if (name.empty() || !is_full(line.word(2), &full))
        return "object NAME|#NUMBER [full]";
    uint64_t number = 0;
    bool const by_number = name.starts_with('#') && debug_number(name.substr(1), &number);
    uvm_object const* const obj =
        find_object([&](const uvm_object& o) { return by_number ? o.uo_id == number : name == o.uo_name; });
    if (!obj)
        return "no such object is mapped; `map full` names those of a process";
    text_sink out = debug_sink();
    uvm_object_printit(*obj, detail_of(full), out);
    return nullptr;
}

debug_complaint debug_page(const debug_line& line) {
    uint64_t address = 0;
    if (!debug_number(line.word(1), &address) || line.count > 2)
        return "page PHYSICAL-ADDRESS";
    vm_page const* const page =
        address <= ~uintptr_t{0} ? phys_to_vm_page(paddr_t(uintptr_t(address))) : nullptr;
    if (!page)
        return "no managed page has this physical address";
    text_sink out = debug_sink();
    print_page(*page, out);
    return nullptr;
}

debug_complaint debug_pages(const debug_line& line) {
    pg_queue queue = pg_queue::none;
    bool const all = line.word(1) == "all";
    if (line.count > 2 || (line.count == 2 && !all && !queue_named(line.word(1), &queue)))
        return "pages [all|free|active|inactive]";
    text_sink out = debug_sink();
    uint32_t shown = 0;
    // Without a word: those that somebody has.
    for (uint32_t i = 0; i < uvmexp.npages; ++i) {
        vm_page const& page = uvm_pages.pages[i];
        bool const wanted = all || (line.count == 2 ? page.queue == queue : page.queue != pg_queue::free);
        if (!wanted)
            continue;
        print_page(page, out);
        ++shown;
    }
    out.text("  ").dec(shown).text(" of ").dec(uvmexp.npages).text(" pages\n");
    return nullptr;
}

debug_complaint debug_whatis(const debug_line& line) {
    uint64_t address = 0;
    if (!debug_number(line.word(1), &address) || line.count > 3 || address > ~uintptr_t{0})
        return "whatis ADDRESS [PROCESS]";
    text_sink out = debug_sink();
    if (address >= machine::user_max) {
        whatis_kernel(uintptr_t(address), out);
        return nullptr;
    }
    process const* const p = debug_process(line.word(2));
    if (!p)
        return no_process;
    uvm_whatis(p->p_vmspace->vm_map, vaddr_t(uintptr_t(address)), out);
    return nullptr;
}

debug_complaint debug_uvmexp(const debug_line&) {
    text_sink out = debug_sink();
    uvmexp_print(out);
    out.text("  swap ").dec(uvm_swap.swpages).text(" used ").dec(uvm_swap.swpginuse);
    out.text(" bad ").dec(uvm_swap.swpgbad).text("\n");
    return nullptr;
}

} // namespace uvm
