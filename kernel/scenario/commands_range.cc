// Commands on a range of a map: attributes, wiring, cleaning, and the user's own loads and stores.
#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_map_lock.h"

#include <machine/user_access.h>

namespace uvm {

namespace {

// The arguments `S ADDR SIZE` that most commands begin with.
struct range_arguments {
    process* space;
    va_range range;
    [[nodiscard]] struct vm_map& map() const { return space->p_vmspace->vm_map; }
};

range_arguments take_range(arguments& args) {
    process* const p = args.space();
    vaddr_t const start = args.address();
    vsize_t const size = args.size();
    return {p, {start, range_end(start, size)}};
}

// Accesses go through a buffer of this size; the parts of an access are made in ascending order.
constexpr size_t access_buffer_size = 256;

// Prints the bytes of a read, which have all been read once already.
class byte_printer {
public:
    explicit byte_printer(text_writer& out) : out_(out) { out_.text("  ="); }
    void add(std::span<const std::byte> bytes) {
        for (std::byte const b : bytes)
            out_.text(" ").hex_byte(uint8_t(b));
    }
    ~byte_printer() { out_.text("\n"); }

private:
    text_writer& out_;
};

// Reads `size` bytes in parts and calls f(part) for each. Fails: with the first error of an access.
template <class F>
errno_t read_in_parts(vmspace& vm, vaddr_t va, uintptr_t size, F&& f) {
    std::byte buffer[access_buffer_size];
    while (size > 0) {
        std::span<std::byte> const part(buffer, size < access_buffer_size ? size : access_buffer_size);
        if (errno_t const error = machine::user_read(vm, va, part); error != errno_t::ok)
            return error;
        f(part);
        va += vsize_t(part.size());
        size -= part.size();
    }
    return errno_t::ok;
}

errno_t write_in_parts(vmspace& vm, vaddr_t va, const byte_word& bytes) {
    std::byte buffer[access_buffer_size];
    for (size_t done = 0; done < bytes.size();) {
        size_t filled = 0;
        while (filled < access_buffer_size && done < bytes.size())
            buffer[filled++] = bytes[done++];
        errno_t const error = machine::user_write(vm, va, std::span<const std::byte>(buffer, filled));
        if (error != errno_t::ok)
            return error;
        va += vsize_t(filled);
    }
    return errno_t::ok;
}

} // namespace

outcome run_protect(interpreter&, arguments& args) {
    constexpr choice<uvm_protect_what> what_words[] = {{"", uvm_protect_what::current},
                                                       {"max", uvm_protect_what::maximum}};
    range_arguments const on = take_range(args);
    vm_prot_t const prot = args.prot();
    uvm_protect_what const what = choose(args, args.option(), what_words);
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid())
        return outcome::failed(errno_t::einval);
    return outcome::of(uvm_map_protect(on.map(), on.range.start, on.range.end, prot, what));
}

outcome run_inherit(interpreter&, arguments& args) {
    range_arguments const on = take_range(args);
    vm_inherit_t const inherit = choose(args, args.word("copy, share or none"), inherit_words);
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid())
        return outcome::failed(errno_t::einval);
    return outcome::of(uvm_map_inherit(on.map(), on.range.start, on.range.end, inherit));
}

outcome run_advise(interpreter&, arguments& args) {
    range_arguments const on = take_range(args);
    std::string_view const word = args.word("normal, random, sequential or willneed");
    bool const willneed = word == "willneed";
    vm_advice_t const advice = willneed ? vm_advice_t::normal : choose(args, word, advice_words);
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid())
        return outcome::failed(errno_t::einval);
    return outcome::of(willneed ? uvm_map_willneed(on.map(), on.range.start, on.range.end)
                                : uvm_map_advice(on.map(), on.range.start, on.range.end, advice));
}

namespace {

outcome change_wiring(arguments& args, uvm_wiring what) {
    range_arguments const on = take_range(args);
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid())
        return outcome::failed(errno_t::einval);
    return outcome::of(uvm_map_pageable(on.map(), on.range.start, on.range.end, what));
}

} // namespace

outcome run_wire(interpreter&, arguments& args) { return change_wiring(args, uvm_wiring::wire); }
outcome run_unwire(interpreter&, arguments& args) { return change_wiring(args, uvm_wiring::unwire); }

outcome run_wireall(interpreter&, arguments& args) {
    constexpr choice<uvm_wire_all> which_words[] = {{"current", uvm_wire_all::current},
                                                    {"future", uvm_wire_all::future}};
    process* const p = args.space();
    uvm_wire_all which = uvm_wire_all::none;
    vsize_t limit;
    for (std::string_view word = args.option(); !word.empty(); word = args.option()) {
        std::string_view value;
        if (take_key(word, "limit=", &value))
            limit = vsize_t(args.address_value(value));
        else
            which |= choose(args, word, which_words);
    }
    if (!args.finished())
        return outcome::unparsed();
    if (which == uvm_wire_all::none)
        return outcome::failed(errno_t::einval);
    return outcome::of(uvm_map_pageable_all(p->p_vmspace->vm_map, which, limit));
}

outcome run_unwireall(interpreter&, arguments& args) {
    process* const p = args.space();
    if (!args.finished())
        return outcome::unparsed();
    return outcome::of(uvm_map_pageable_all(p->p_vmspace->vm_map, uvm_wire_all::none, {}));
}

outcome run_clean(interpreter&, arguments& args) {
    constexpr choice<pgo> clean_words[] = {{"cleanit", pgo::cleanit},
                                           {"syncio", pgo::syncio},
                                           {"deactivate", pgo::deactivate},
                                           {"free", pgo::free}};
    range_arguments const on = take_range(args);
    pgo flags = pgo::none;
    for (std::string_view word = args.option(); !word.empty(); word = args.option())
        flags |= choose(args, word, clean_words);
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid() || has_all(flags, pgo::deactivate | pgo::free))
        return outcome::failed(errno_t::einval);
    return outcome::of(uvm_map_clean(on.map(), on.range.start, on.range.end, flags));
}

outcome run_lookup(interpreter& in, arguments& args) {
    process* const p = args.space();
    vaddr_t const va = args.byte_address();
    if (!args.finished())
        return outcome::unparsed();
    vm_map& map = p->p_vmspace->vm_map;
    vm_map_lock_read(map);
    vm_map_entry* entry = nullptr;
    bool const found = uvm_map_lookup_entry(map, va, &entry);
    bool const is_header = entry == &map.header;
    va_range const range = entry->range();
    vm_map_unlock_read(map);

    in.out.text(found ? "  = " : "  ! ENOENT after ");
    if (is_header)
        in.out.text("header\n");
    else
        in.out.hex(range.start.value).text("-").hex(range.end.value).text("\n");
    return outcome::printed(found ? errno_t::ok : errno_t::enoent);
}

outcome run_trymerge(interpreter& in, arguments& args) {
    process* const p = args.space();
    vaddr_t const va = args.byte_address();
    if (!args.finished())
        return outcome::unparsed();
    vm_map& map = p->p_vmspace->vm_map;
    map_exclusive_guard const guard(map);
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, va, &entry))
        return outcome::failed(errno_t::efault);
    in.out.text("  = ").dec(uvm_mapent_trymerge(map, *entry)).text("\n");
    return outcome::printed();
}

outcome run_checkprot(interpreter& in, arguments& args) {
    range_arguments const on = take_range(args);
    vm_prot_t const prot = args.prot();
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid())
        return outcome::failed(errno_t::einval);
    vm_map_lock_read(on.map());
    bool const allowed = uvm_map_checkprot(on.map(), on.range.start, on.range.end, prot);
    vm_map_unlock_read(on.map());
    in.out.text(allowed ? "  = true\n" : "  = false\n");
    return outcome::printed();
}

outcome run_read(interpreter& in, arguments& args) {
    process* const p = args.space();
    vaddr_t const va = args.byte_address();
    std::string_view const count = args.option();
    uintptr_t const size = count.empty() ? 1 : args.address_value(count);
    if (!args.finished())
        return outcome::unparsed();
    if (size == 0)
        return outcome::failed(errno_t::einval);
    // Only the error of a read that fails half way is printed, so all is read before anything is printed.
    vmspace& vm = *p->p_vmspace;
    errno_t error = read_in_parts(vm, va, size, [](std::span<const std::byte>) {});
    if (error != errno_t::ok)
        return outcome::failed(error);
    byte_printer printer(in.out);
    error = read_in_parts(vm, va, size, [&](std::span<const std::byte> part) { printer.add(part); });
    return outcome::printed(error);
}

outcome run_write(interpreter&, arguments& args) {
    process* const p = args.space();
    vaddr_t const va = args.byte_address();
    std::string_view const word = args.word("BYTES");
    byte_word bytes;
    if (!args.failed() && !bytes.parse(word))
        args.complain("neither hexadecimal pairs nor a quoted string", word);
    if (!args.finished())
        return outcome::unparsed();
    if (bytes.size() == 0)
        return outcome::failed(errno_t::einval);
    return outcome::of(write_in_parts(*p->p_vmspace, va, bytes));
}

} // namespace uvm
