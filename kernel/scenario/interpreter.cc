#include "kernel/scenario/interpreter.h"

namespace uvm {

void text_writer::put(std::string_view words) {
    constexpr size_t room = 512;
    while (!words.empty()) {
        size_t const taken = words.size() < room - buffer_.size() ? words.size() : room - buffer_.size();
        buffer_.put(words.substr(0, taken));
        words.remove_prefix(taken);
        if (buffer_.size() == room)
            flush();
    }
}

void text_writer::flush() {
    if (buffer_.size() != 0)
        out_.write(out_.context, buffer_.view());
    buffer_.clear();
}

outcome interpreter::value(vaddr_t va) {
    out.text("  = ").hex(va.value).text("\n");
    return outcome::printed();
}

std::string_view arguments::word(const char* what) {
    std::string_view const w = option();
    if (w.empty() && !failed()) {
        complaint_.text("missing ").text(what);
    }
    return w;
}

std::string_view arguments::new_name(const char* what) {
    std::string_view const name = word(what);
    if (!failed() && !is_name(name))
        complain("not a name", name);
    return name;
}

process* arguments::space(const char* what) {
    std::string_view const name = word(what);
    if (failed())
        return nullptr;
    process* const p = process_find(name);
    if (!p)
        complain("unknown space", name);
    return p;
}

uvm_object* arguments::object(std::string_view name) {
    uvm_object* const obj = in_.objects.find(name);
    if (!obj)
        complain("unknown object", name);
    return obj;
}

uint64_t arguments::number_value(std::string_view value) {
    uint64_t number = 0;
    if (!failed() && !parse_number(value, &number))
        complain("not a number", value);
    return number;
}

uintptr_t arguments::address_value(std::string_view value) {
    uint64_t const number = number_value(value);
    if (number > UINTPTR_MAX)
        complain("number too large for this machine", value);
    return failed() ? 0 : uintptr_t(number);
}

vaddr_t arguments::byte_address(const char* what) { return vaddr_t(address_value(word(what))); }

vaddr_t arguments::address(const char* what) {
    vaddr_t const va = byte_address(what);
    if (!is_aligned(va.value, page_size))
        mark_invalid();
    return va;
}

address_or_any arguments::hint(const char* what) {
    line_words const before = words_;
    if (option() == "any")
        return {.any = true, .va = {}};
    words_ = before;
    return {.any = false, .va = address(what)};
}

vsize_t arguments::size(const char* what) {
    vsize_t const bytes{address_value(word(what))};
    if (!bytes || !is_aligned(bytes.value, page_size))
        mark_invalid();
    return bytes;
}

uint64_t arguments::object_size(const char* what) {
    uint64_t const bytes = number_value(word(what));
    if (bytes == 0 || (bytes & page_mask) != 0)
        mark_invalid();
    return bytes;
}

vm_prot_t arguments::prot(const char* what) { return prot_value(word(what)); }

vm_prot_t arguments::prot_value(std::string_view value) {
    vm_prot_t prot = vm_prot_t::none;
    if (!failed() && !parse_prot(value, &prot))
        complain("not a protection", value);
    return prot;
}

void arguments::complain(std::string_view text, std::string_view word) {
    if (failed())
        return;
    complaint_.text(text);
    if (word.empty())
        return;
    complaint_.text(": ");
    // It goes to somebody's terminal, and a file that is no scenario may hold anything.
    for (char const c : word) {
        bool const printable = c > ' ' && c < 0x7f;
        complaint_.text(std::string_view(printable ? &c : "?", 1));
    }
}

bool arguments::finished() {
    std::string_view const extra = option();
    if (!extra.empty())
        complain("not understood", extra);
    return !failed();
}

bool take_key(std::string_view word, std::string_view key, std::string_view* value) {
    if (!word.starts_with(key))
        return false;
    *value = word.substr(key.size());
    return true;
}

vaddr_t range_end(vaddr_t start, vsize_t size) {
    constexpr vaddr_t last_boundary = trunc_page(vaddr_t(UINTPTR_MAX));
    return size > last_boundary - start ? last_boundary : start + size;
}

} // namespace uvm
