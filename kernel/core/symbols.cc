#include "kernel/core/symbols.h"

#include <algorithm>
#include <span>

#include "kernel/core/console.h"

namespace {
struct table_entry {
    uintptr_t address;
    uintptr_t name; // offset in the names
};
} // namespace

// Written by make-symbols; sorted by address.
extern "C" {
extern const uintptr_t kernel_symbol_count;
extern const table_entry kernel_symbols[];
extern const char kernel_symbol_names[];
}

namespace uvm {

namespace {
constexpr int max_shown = 32;
constexpr uint32_t max_depth = 100000;
// A call that is not the innermost is at the instruction before the one it returns to.
constexpr uintptr_t return_address_slack = 1;

void print_call(uint32_t depth, uintptr_t address, uintptr_t shown) {
    symbol const found = symbol_at(address);
    console().text("  #").dec(depth).text(" ").hex(shown).text(" ").text(found.name).text("+");
    console().hex(found.offset + (shown - address)).text("\n");
}
} // namespace

symbol symbol_at(uintptr_t address) {
    std::span<const table_entry> const table(kernel_symbols, kernel_symbol_count);
    auto const after =
        std::upper_bound(table.begin(), table.end(), address,
                         [](uintptr_t a, const table_entry& entry) { return a < entry.address; });
    if (after == table.begin())
        return {"?", address};
    table_entry const& entry = after[-1];
    return {kernel_symbol_names + entry.name, address - entry.address};
}

void print_backtrace(uintptr_t pc, uintptr_t frame) {
    console().text("backtrace:\n");
    print_call(0, pc, pc);
    uintptr_t last = pc;
    uint32_t repeated = 0;
    int shown = 1;
    for (uint32_t depth = 1; shown < max_shown && depth < max_depth; ++depth) {
        if (frame % sizeof(uintptr_t) != 0 || !machine::kernel_readable(frame) ||
            !machine::kernel_readable(frame + sizeof(uintptr_t)))
            break;
        auto const* link = reinterpret_cast<const uintptr_t*>(frame);
        uintptr_t const next = link[0], return_address = link[1];
        if (return_address == last) {
            ++repeated;
        } else {
            if (repeated > 0)
                console().text("  ... the same ").dec(repeated).text(" times more\n");
            repeated = 0;
            if (return_address == 0)
                return;
            print_call(depth, return_address - return_address_slack, return_address);
            ++shown;
        }
        last = return_address;
        if (next <= frame) // stacks grow down: a caller's frame is higher
            return;
        frame = next;
    }
    console().text("  ... and further\n");
}

} // namespace uvm
