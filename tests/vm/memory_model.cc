#include "tests/vm/memory_model.h"

namespace uvm::test {

namespace {

// A write, or wiring of what may be written, ends a view.
void own(slot& s) {
    if (!s.view)
        return;
    s.content = std::make_shared<cell>(*s.content);
    s.view = false;
}

model_page copied(const model_page& parent) {
    model_page child = parent;
    child.copy_on_write = true;
    child.wired = 0;
    slot const& s = *parent.memory;
    // Nobody's but the parent's pages are copied; an object stays what both look at.
    bool const looks = s.view || (parent.object && !parent.copy_on_write);
    child.memory = std::make_shared<slot>(looks ? slot{s.content, true, s.unknown}
                                                : slot{std::make_shared<cell>(*s.content), false, s.unknown});
    // Copies are private memory, which is zeros where nothing else is behind it.
    if (child.behind == errno_t::efault)
        child.behind = errno_t::ok;
    return child;
}

// What a child gets that shall find zeros: the rights, and nothing behind.
model_page emptied(const model_page& parent) {
    model_page child = parent;
    child.copy_on_write = true;
    child.object = nullptr;
    child.behind = errno_t::ok;
    child.memory = std::make_shared<slot>(slot{std::make_shared<cell>(), true, {}});
    return child;
}

} // namespace

void model_space::map(page_range range, backing how, const uvm_mapping& what, const model_object* object,
                      uint64_t first) {
    for (uint32_t i = 0; i < range.count; ++i) {
        model_page page;
        page.prot = what.prot;
        page.max = what.max;
        page.inherit = what.inherit;
        page.copy_on_write = how == backing::private_zero || how == backing::private_object;
        if (how == backing::object || how == backing::private_object)
            page.object = object;
        page.object_page = first + i;
        bool const seen = page.object && page.object_page < object->cells.size();
        if (how == backing::nothing)
            page.behind = errno_t::efault;
        else if (page.object && !seen)
            page.behind = errno_t::einval;
        page.memory = std::make_shared<slot>(
            slot{seen ? object->cells[page.object_page] : std::make_shared<cell>(), page.copy_on_write, {}});
        pages_[range.first + i] = page;
    }
}

void model_space::map_behind(const model_page& last, page_range range) {
    backing const how = last.object ? (last.copy_on_write ? backing::private_object : backing::object)
                        : last.behind != errno_t::ok ? backing::nothing
                        : last.copy_on_write         ? backing::private_zero
                                                     : backing::shared_zero;
    map(range, how, {.prot = last.prot, .max = last.max, .inherit = last.inherit}, last.object,
        last.object_page + 1);
}

void model_space::place(uint32_t first, const std::vector<slot>& contents) {
    for (uint32_t i = 0; i < contents.size(); ++i) {
        model_page page;
        page.prot = vm_prot_t::read | vm_prot_t::write;
        page.max = vm_prot_t::all;
        page.copy_on_write = true;
        page.memory = std::make_shared<slot>(
            slot{std::make_shared<cell>(*contents[i].content), false, contents[i].unknown});
        pages_[first + i] = page;
    }
}

void model_space::unmap(page_range range) {
    for (uint32_t p = range.first; p < range.end(); ++p)
        pages_[p] = {};
}

errno_t model_space::protect(page_range range, vm_prot_t prot, uvm_protect_what what) {
    for (uint32_t p = range.first; p < range.end(); ++p)
        if (pages_[p].mapped() && without(prot, pages_[p].max) != vm_prot_t::none)
            return errno_t::eacces;
    errno_t error = errno_t::ok;
    for (uint32_t p = range.first; p < range.end(); ++p) {
        model_page& page = pages_[p];
        if (!page.mapped())
            continue;
        bool const was_closed = page.prot == vm_prot_t::none;
        if (what == uvm_protect_what::maximum) {
            page.max = prot;
            page.prot &= prot;
        } else {
            page.prot = prot;
        }
        if (wires_future_ && was_closed && page.prot != vm_prot_t::none && page.wired == 0) {
            if (page.behind == errno_t::ok)
                wire_page(page);
            else
                error = errno_t::enomem;
        }
    }
    return error;
}

void model_space::inherit(page_range range, vm_inherit_t how) {
    for (uint32_t p = range.first; p < range.end(); ++p)
        if (pages_[p].mapped())
            pages_[p].inherit = how;
}

void model_space::wire_page(model_page& page) {
    if (page.wired++ == 0 && page.copy_on_write && (has(page.max, vm_prot_t::write) || !page.object))
        own(*page.memory);
}

// All or nothing: a page that cannot be had ends it. What was copied on the way stays copied.
template <class Wanted>
errno_t model_space::wire_pages(page_range range, Wanted&& wanted) {
    errno_t error = errno_t::ok;
    uint32_t p = range.first;
    for (; p < range.end() && error == errno_t::ok; ++p) {
        if (!wanted(pages_[p]))
            continue;
        if (pages_[p].wired == 0 && pages_[p].behind != errno_t::ok)
            error = pages_[p].behind;
        else
            wire_page(pages_[p]);
    }
    if (error == errno_t::ok)
        return error;
    for (uint32_t done = range.first; done + 1 < p; ++done)
        if (wanted(pages_[done]))
            --pages_[done].wired;
    return error;
}

errno_t model_space::wire(page_range range) {
    if (range.count == 0 || !pages_[range.first].mapped())
        return errno_t::efault;
    for (uint32_t p = range.first; p < range.end(); ++p)
        if (!pages_[p].mapped() || pages_[p].prot == vm_prot_t::none)
            return errno_t::einval;
    return wire_pages(range, [](const model_page&) { return true; });
}

errno_t model_space::unwire(page_range range) {
    if (range.count == 0 || !pages_[range.first].mapped())
        return errno_t::efault;
    for (uint32_t p = range.first; p < range.end(); ++p)
        if (pages_[p].wired == 0)
            return errno_t::einval;
    for (uint32_t p = range.first; p < range.end(); ++p)
        pages_[p].wired = 0;
    return errno_t::ok;
}

errno_t model_space::wire_all(uvm_wire_all what, uint64_t limit_pages) {
    if (what == uvm_wire_all::none) {
        for (model_page& page : pages_)
            page.wired = 0;
        wires_future_ = false;
        return errno_t::ok;
    }
    auto const open = [](const model_page& page) { return page.mapped() && page.prot != vm_prot_t::none; };
    bool const current = has(what, uvm_wire_all::current);
    uint64_t wanted = 0;
    for (model_page const& page : pages_)
        wanted += open(page) || page.wired != 0;
    if (current && wanted > limit_pages)
        return errno_t::enomem;
    wires_future_ = wires_future_ || has(what, uvm_wire_all::future);
    return current ? wire_pages({0, size()}, open) : errno_t::ok;
}

bool model_space::may_wire_in_part(page_range range) const {
    auto const closed = [](const model_page& page) { return page.mapped() && page.prot == vm_prot_t::none; };
    for (uint32_t p = range.first; wires_future_ && p + 1 < range.end(); ++p)
        if (closed(pages_[p]) && closed(pages_[p + 1]) && pages_[p].behind != pages_[p + 1].behind)
            return true;
    return false;
}

void model_space::forget(page_range range) {
    for (uint32_t p = range.first; p < range.end(); ++p) {
        std::shared_ptr<slot> const& memory = pages_[p].memory;
        // Memory that several entries show has an amap of several references, and is kept.
        if (memory && memory.use_count() == 1 && !memory->view &&
            (!pages_[p].object || pages_[p].copy_on_write))
            memory->unknown.fill(true);
    }
}

errno_t model_space::may_clean(page_range range, pgo flags) const {
    if (range.count == 0)
        return errno_t::efault;
    for (uint32_t p = range.first; p < range.end(); ++p) {
        if (!pages_[p].mapped())
            return errno_t::efault;
        if (has(flags, pgo::free) && pages_[p].wired != 0)
            return errno_t::ebusy;
    }
    return errno_t::ok;
}

model_space model_space::fork() const {
    model_space child(size());
    for (uint32_t p = 0; p < size(); ++p) {
        model_page const& parent = pages_[p];
        if (!parent.mapped() || parent.inherit == vm_inherit_t::none)
            continue;
        child.pages_[p] = parent.inherit == vm_inherit_t::share  ? parent
                          : parent.inherit == vm_inherit_t::zero ? emptied(parent)
                                                                 : copied(parent);
        child.pages_[p].wired = 0;
    }
    return child;
}

errno_t model_space::extract(model_space& from, page_range range, uint32_t to, uvm_extract flags) {
    if (has(flags, uvm_extract::contig))
        for (uint32_t p = range.first; p < range.end(); ++p)
            if (!from.pages_[p].mapped())
                return errno_t::einval;
    for (uint32_t i = 0; i < range.count; ++i) {
        model_page page = from.pages_[range.first + i];
        if (has(flags, uvm_extract::fixprot))
            page.prot = page.max;
        page.wired = 0;
        pages_[to + i] = page;
    }
    if (has(flags, uvm_extract::remove))
        from.unmap(range);
    return errno_t::ok;
}

errno_t model_space::may_read(uint32_t page) const { return pages_[page].access(vm_prot_t::read); }

errno_t model_space::may_write(uint32_t page) const { return pages_[page].access(vm_prot_t::write); }

void model_space::write(uint32_t page, uint32_t sample, uint8_t value) {
    own(*pages_[page].memory);
    (*pages_[page].memory->content)[sample] = value;
    pages_[page].memory->unknown[sample] = false;
}

} // namespace uvm::test
