// ELF files become programs.
#include <algorithm>

#include <machine/user_access.h>
#include <machine/user_mode.h>

#include "kernel/core/console.h"
#include "kernel/core/elf.h"
#include "kernel/core/new_mapping.h"
#include "kernel/core/open_file.h"
#include "kernel/core/user_process.h"
#include "kernel/core/user_range.h"
#include "kernel/vm/uvm_change.h"

namespace uvm {

namespace {

// Behind the stack's end nothing can be mapped, so that one that grows too large is noticed.
constexpr vsize_t guard_size{16 * page_size};
constexpr vaddr_t stack_top = user_stack_top;
constexpr vaddr_t stack_bottom = stack_top - user_stack_size;
// What is there from the start, arguments included; the rest comes as it is used.
constexpr vsize_t first_stack_size{16 * page_size};

// What is wrong with a file, or null.
using complaint = const char*;

complaint check_header(const elf_header& header) {
    if (!std::equal(std::begin(elf_magic), std::end(elf_magic), header.magic))
        return "no ELF file";
    if (header.file_class != machine::elf_class || header.machine != machine::elf_machine)
        return "for another machine";
    if (header.data != elf_little_endian || header.type != elf_executable)
        return "no executable";
    if (header.segment_size != sizeof(elf_segment) || header.segment_count > elf_segment_limit)
        return "its table of segments cannot be right";
    if (header.entry < machine::user_min || header.entry >= machine::user_max)
        return "its entry lies outside of user memory";
    return nullptr;
}

complaint check_segment(const elf_segment& s, uint64_t file_size) {
    if (s.file_bytes > s.memory_bytes || s.memory_bytes > stack_bottom.value)
        return "a segment's sizes cannot be right";
    if (s.offset > file_size || s.file_bytes > file_size - s.offset)
        return "a segment ends behind the file";
    if (s.address < machine::user_min || s.address > (stack_bottom - guard_size).value ||
        s.memory_bytes > (stack_bottom - guard_size).value - s.address)
        return "a segment lies outside of user memory";
    if (((s.address ^ s.offset) & page_mask) != 0)
        return "a segment is not aligned like its file";
    if (!(s.flags & elf_write) && s.memory_bytes != s.file_bytes)
        return "a read-only segment is longer than its file";
    return nullptr;
}

vm_prot_t protection_of(const elf_segment& s) {
    vm_prot_t prot = vm_prot_t::none;
    if (s.flags & elf_read)
        prot |= vm_prot_t::read;
    if (s.flags & elf_write)
        prot |= vm_prot_t::write;
    if (s.flags & elf_execute)
        prot |= vm_prot_t::execute;
    return prot;
}

errno_t map_at(vmspace& vm, va_range range, uvm_object* obj, voff_t offset, vm_prot_t prot) {
    if (range.empty())
        return errno_t::ok;
    vaddr_t at = range.start;
    uvm_mapping const how{.prot = prot,
                          .max = vm_prot_t::all,
                          .advice = usual_advice(),
                          .flags = uvm_flag::fixed | uvm_flag::copyonw};
    return uvm_map(vm.vm_map, at, range.size(), obj, offset, vsize_t(0), how);
}

errno_t write_zeros(vmspace& vm, vaddr_t at, size_t count) {
    static constexpr std::byte zeros[256]{};
    while (count > 0) {
        size_t const piece = std::min(count, sizeof zeros);
        if (errno_t const error = machine::user_write(vm, at, {zeros, piece}); error != errno_t::ok)
            return error;
        at += vsize_t(piece);
        count -= piece;
    }
    return errno_t::ok;
}

// The file's part is mapped from the file, copy-on-write; the rest of its last page and what follows is zero.
errno_t map_segment(vmspace& vm, ram_file& file, const elf_segment& s) {
    vaddr_t const start = trunc_page(vaddr_t(s.address));
    vaddr_t const file_end(s.address + s.file_bytes),
        memory_end = round_page(vaddr_t(s.address + s.memory_bytes));
    vaddr_t const file_pages = s.file_bytes > 0 ? round_page(file_end) : start;
    vm_prot_t const prot = protection_of(s);
    if (start < file_pages) {
        ram_file_reference(file);
        errno_t const error = map_at(vm, {start, file_pages}, &file.obj, voff_t(s.offset & ~page_mask), prot);
        if (error != errno_t::ok) {
            ram_file_release(file);
            return error;
        }
    }
    if (errno_t const error = map_at(vm, {file_pages, memory_end}, nullptr, uvm_unknown_offset, prot);
        error != errno_t::ok)
        return error;
    return s.memory_bytes > s.file_bytes && start < file_pages
               ? write_zeros(vm, file_end, (file_pages - file_end).value)
               : errno_t::ok;
}

// Fails: ENOEXEC, the file ends before that; ENOMEM.
template <class T>
errno_t read_at(ram_file& file, uint64_t offset, T& to) {
    result<size_t> const got = ram_file_read(file, offset, std::as_writable_bytes(std::span(&to, 1)));
    if (!got)
        return got.error();
    return *got == sizeof to ? errno_t::ok : errno_t::enoexec;
}

errno_t refuse(std::string_view path, complaint why) {
    text_buffer<160> line;
    line.text("kernel: ").text(path).text(" cannot be executed: ").text(why).text("\n");
    console().text(line.view());
    return errno_t::enoexec;
}

errno_t map_segments(vmspace& vm, std::string_view path, ram_file& file, const elf_header& header,
                     vaddr_t* end) {
    uint64_t const file_size = ram_file_size(file);
    for (uint32_t i = 0; i < header.segment_count; ++i) {
        elf_segment segment;
        uint64_t const at = uint64_t{header.segments} + i * sizeof segment;
        if (errno_t const error = read_at(file, at, segment); error != errno_t::ok)
            return error == errno_t::enoexec ? refuse(path, "its table of segments lies behind its end")
                                             : error;
        if (segment.type != elf_load || segment.memory_bytes == 0)
            continue;
        if (complaint const why = check_segment(segment, file_size))
            return refuse(path, why);
        va_range const pages{trunc_page(vaddr_t(segment.address)),
                             round_page(vaddr_t(segment.address + segment.memory_bytes))};
        if (mapped_bytes(vm.vm_map, pages) > vsize_t(0))
            return refuse(path, "its segments overlap");
        if (errno_t const error = map_segment(vm, file, segment); error != errno_t::ok)
            return error;
        *end = std::max(*end, pages.end);
    }
    return *end == vaddr_t(0) ? refuse(path, "it has nothing to load") : errno_t::ok;
}

errno_t map_stack(vmspace& vm) {
    errno_t error = map_at(vm, {stack_top - first_stack_size, stack_top}, nullptr, uvm_unknown_offset,
                           vm_prot_t::read | vm_prot_t::write);
    vaddr_t guard = stack_bottom - guard_size;
    uvm_mapping const nothing{.flags = uvm_flag::fixed | uvm_flag::nomerge};
    if (error == errno_t::ok)
        error = uvm_map(vm.vm_map, guard, guard_size, nullptr, uvm_unknown_offset, vsize_t(0), nothing);
    return error;
}

errno_t write_words(vmspace& vm, vaddr_t at, std::span<const uintptr_t> words) {
    return machine::user_write(vm, at, std::as_bytes(words));
}

// The strings, the table of their addresses, and the call of the entry with both.
errno_t put_arguments(vmspace& vm, std::string_view arguments, uint32_t count, machine::user_frame& start) {
    uintptr_t const strings = (stack_top.value - arguments.size()) & ~uintptr_t{15};
    uintptr_t table[abi::argument_limit + 1]{};
    size_t at = 0;
    for (uint32_t i = 0; i < count; ++i) {
        table[i] = strings + at;
        at = arguments.find('\0', at) + 1;
    }
    uintptr_t const table_at = (strings - (count + 1) * sizeof(uintptr_t)) & ~uintptr_t{15};
    errno_t error = machine::user_write(vm, vaddr_t(strings), std::as_bytes(std::span(arguments)));
    if (error == errno_t::ok)
        error = write_words(vm, vaddr_t(table_at), {table, count + 1});
    uintptr_t const words[3] = {count, table_at, 0};
    auto const stack = start.set_call(start.ip(), words, 0, table_at);
    if (error == errno_t::ok)
        error = write_words(vm, vaddr_t(stack.pointer), {stack.words, stack.count});
    return error;
}

} // namespace

errno_t user_process_load(vmspace& vm, std::string_view path, std::string_view arguments, uint32_t count,
                          user_process& p, machine::user_frame& start) {
    ram_file* const file = directory_find(path);
    if (!file)
        return errno_t::enoent;
    elf_header header;
    vaddr_t end(0);
    errno_t error = read_at(*file, 0, header);
    if (error == errno_t::enoexec)
        error = refuse(path, "no ELF file");
    else if (complaint const why = error == errno_t::ok ? check_header(header) : nullptr)
        error = refuse(path, why);
    if (error == errno_t::ok)
        error = map_segments(vm, path, *file, header, &end);
    ram_file_release(*file);
    if (error == errno_t::ok)
        error = map_stack(vm);
    if (error != errno_t::ok)
        return error;
    start = machine::user_frame::start(header.entry, 0);
    p.break_start = p.break_end = end;
    p.stack_bottom = stack_bottom;
    return put_arguments(vm, arguments, count, start);
}

errno_t user_process_exec(std::string_view path, std::string_view arguments, uint32_t count,
                          machine::user_frame& frame) {
    user_process& self = current_user_process();
    vmspace* const vm =
        uvmspace_alloc(vaddr_t(machine::user_min), vaddr_t(machine::user_max), vmspace_direction::top_down);
    if (!vm)
        return errno_t::enomem;
    user_process fresh;
    machine::user_frame start{};
    errno_t error = user_process_load(*vm, path, arguments, count, fresh, start);
    if (error == errno_t::ok && (self.policy & abi::policy_write_or_execute))
        error = restrict_rights(vm->vm_map);
    // From here on there is only this thread.
    if (error != errno_t::ok || !user_process_end_others()) {
        uvmspace_free(*vm);
        return error == errno_t::ok ? errno_t::eintr : error;
    }
    uvm_change const change; // until the old space is gone: it may share memory with others
    vmspace* const old = self.proc->p_vmspace;
    pmap_activate(*vm->vm_map.pm);
    {
        mutex_guard const guard(user_process_lock);
        self.proc->p_vmspace = vm;
        process_rename(*self.proc, path);
        self.break_start = fresh.break_start;
        self.break_end = fresh.break_end;
        self.stack_bottom = fresh.stack_bottom;
        for (abi::signal_action& action : self.actions)
            if (action.handler != abi::sig_ignore)
                action = {};
        user_process_return_space(self);
    }
    uvmspace_free(*old);
    frame = start;
    return errno_t::ok;
}

} // namespace uvm
