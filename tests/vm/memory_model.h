// What programs must see in their memory: one record a page, no maps, no amaps, no faults.
//
// A page refers to a slot; who shares memory shares the slot. A slot holds a cell with the bytes. A slot that
// is a `view` looks at a cell that is not its own (an object's page, or nothing but zeros): the first write
// through it gives it a cell of its own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/vm/uvm_map.h"

namespace uvm::test {

// A few bytes of a page stand for all of it: first, last, and some between.
inline constexpr std::array<uint32_t, 4> sample_offsets{0, 5, 2048, page_size - 1};
using cell = std::array<uint8_t, sample_offsets.size()>;

struct slot {
    std::shared_ptr<cell> content;
    bool view{};
    // Bytes that nobody can tell: the page may have been dropped (clean with free alone drops what happens to
    // have an amap of one reference) or not.
    std::array<bool, sample_offsets.size()> unknown{};
};

// What can be mapped: a cell a page, as long as anybody has it mapped.
struct model_object {
    std::vector<std::shared_ptr<cell>> cells;
    bool is_device{}; // can be looked at, but not copied
};

struct model_page {
    std::shared_ptr<slot> memory; // null: not mapped
    vm_prot_t prot{vm_prot_t::none}, max{vm_prot_t::none};
    vm_inherit_t inherit{vm_inherit_t::copy};
    bool copy_on_write{};
    const model_object* object{}; // and which of its pages; null: none
    uint64_t object_page{};
    // What a fault finds behind the page: ok, EFAULT (nothing at all), EINVAL (beyond the object's end).
    errno_t behind{errno_t::ok};
    uint32_t wired{};

    [[nodiscard]] bool mapped() const { return memory != nullptr; }
    [[nodiscard]] bool is_device() const { return object && object->is_device; }
    // The outcome of an access that needs `right`.
    [[nodiscard]] errno_t access(vm_prot_t right) const {
        if (!mapped())
            return errno_t::efault;
        if (!has(prot, right))
            return errno_t::eacces;
        bool const copies = is_device() && copy_on_write && has(right, vm_prot_t::write);
        return behind == errno_t::ok && copies ? errno_t::eio : behind;
    }
};

// Pages of a range; indices into the space's pages.
struct page_range {
    uint32_t first, count;
    [[nodiscard]] uint32_t end() const { return first + count; }
};

// How memory is backed.
enum class backing : uint8_t { private_zero, shared_zero, object, private_object, nothing };

class model_space {
public:
    explicit model_space(uint32_t pages) : pages_(pages) {}

    [[nodiscard]] const model_page& at(uint32_t page) const { return pages_[page]; }
    [[nodiscard]] uint32_t size() const { return uint32_t(pages_.size()); }

    // With an object: its pages from `first` on, which may be beyond its end.
    void map(page_range range, backing how, const uvm_mapping& what, const model_object* object = nullptr,
             uint64_t first = 0);
    // Maps the range like the page, with what comes behind it in its object.
    void map_behind(const model_page& last, page_range range);
    // Private memory with these contents, as its own.
    void place(uint32_t first, const std::vector<slot>& contents);
    void unmap(page_range range);
    errno_t protect(page_range range, vm_prot_t prot, uvm_protect_what what);
    void inherit(page_range range, vm_inherit_t how);
    errno_t wire(page_range range);
    errno_t unwire(page_range range);
    errno_t wire_all(uvm_wire_all what, uint64_t limit_pages = ~uint64_t{0});
    errno_t may_clean(page_range range, pgo flags) const;
    // Whether opening the range would wire only a part of what may be one entry, which is wired as a whole or
    // not at all.
    [[nodiscard]] bool may_wire_in_part(page_range range) const;
    // What clean with `free` alone may drop is not known any more.
    void forget(page_range range);
    // What the child of a fork gets.
    [[nodiscard]] model_space fork() const;
    // Makes a range of `from` appear here.
    errno_t extract(model_space& from, page_range range, uint32_t to, uvm_extract flags);

    [[nodiscard]] errno_t may_read(uint32_t page) const;
    [[nodiscard]] errno_t may_write(uint32_t page) const;
    void write(uint32_t page, uint32_t sample, uint8_t value);

private:
    static void wire_page(model_page& page);
    template <class Wanted>
    errno_t wire_pages(page_range range, Wanted&& wanted);
    std::vector<model_page> pages_;
    bool wires_future_{};
};

} // namespace uvm::test
