#include "kernel/core/ram_file.h"

#include <algorithm>
#include <cstring>

#include <machine/memory.h>

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_object_impl.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constinit object_pool<ram_file> file_pool{"file"};

ram_file& file_of(uvm_object& obj) { return reinterpret_cast<ram_file&>(obj); }
static_assert(offsetof(ram_file, obj) == 0);

std::byte* bytes_of(const vm_page& page) {
    return static_cast<std::byte*>(machine::phys_to_ptr(page.phys_addr));
}

// The first content of a page. Locks: the object's.
void fill(const ram_file& file, vm_page& page) {
    uint64_t const offset = page.offset.value;
    size_t const from_archive =
        offset < file.initial.size() ? std::min<size_t>(file.initial.size() - size_t(offset), page_size) : 0;
    if (from_archive < page_size)
        pmap_zero_page(page.phys_addr);
    if (from_archive > 0)
        memcpy(bytes_of(page), file.initial.data() + size_t(offset), from_archive);
    page.flags |= pg_flag::clean;
    uvm_probe(uvm_event::object_page_in, file.obj.uo_id, offset, page.phys_addr.value);
}

// The page at an offset, made when it is not there. Null without memory. Locks: the object's.
vm_page* page_at(ram_file& file, voff_t offset) {
    if (vm_page* const page = uvm_pagelookup(file.obj, offset))
        return page;
    vm_page* const page = uvm_pagealloc(&file.obj, offset, nullptr, pagealloc_flag::none);
    if (!page)
        return nullptr;
    fill(file, *page);
    page->flags = without(page->flags, pg_flag::fake);
    uvm_page_unbusy(*page);
    uvm_pageactivate(*page);
    return page;
}

// The page at an offset, for a change of its content: who has borrowed it keeps what it was. Null without
// memory. Locks: the object's, given up and taken again where the page is busy.
vm_page* page_to_change(ram_file& file, voff_t offset) UVM_NO_THREAD_SAFETY_ANALYSIS {
    // It will stay: a file must not take the memory that programs need to go on.
    if (uvmexp.free < uvmexp.npages / 32 && !uvm_pagelookup(file.obj, offset))
        return nullptr;
    vm_page* page = page_at(file, offset);
    while (page && uvm_page_is_on_loan(*page) && has(page->flags, pg_flag::busy)) {
        uvm_page_wait(*page, file.obj.vmobjlock);
        file.obj.vmobjlock.lock();
        page = page_at(file, offset);
    }
    if (!page || !uvm_page_is_on_loan(*page))
        return page;
    page->flags |= pg_flag::busy;
    vm_page* const fresh = uvm_loanbreak(*page);
    uvm_page_unbusy(fresh ? *fresh : *page);
    if (fresh)
        uvm_pageactivate(*fresh);
    return fresh;
}

// Before the file grows: who has it mapped may have written behind its end, which is no part of the file.
// False without memory. Locks: the object's, given up and taken again where the last page is busy and on
// loan.
bool forget_behind_end(ram_file& file) {
    uint64_t const end = file.obj.uo_size;
    voff_t const last{end & ~uint64_t{page_mask}};
    if ((end & page_mask) == 0 || !uvm_pagelookup(file.obj, last))
        return true;
    vm_page const* const page = page_to_change(file, last);
    if (page)
        uvm_object_zero_behind_end(file.obj, *page);
    return page != nullptr;
}

// The page at an offset, to be read: one that can be had again from the archive, so it is waited for. Null:
// the file ends before it, perhaps only since it was waited. Fails: ENOMEM. Locks: the object's, given up and
// taken again where it waits.
result<vm_page*> page_to_read(ram_file& file, voff_t offset) UVM_NO_THREAD_SAFETY_ANALYSIS {
    while (offset.value < file.obj.uo_size) {
        if (vm_page* const page = page_at(file, offset))
            return page;
        file.obj.vmobjlock.unlock();
        errno_t const error = uvm_wait();
        file.obj.vmobjlock.lock();
        if (error != errno_t::ok)
            return error;
    }
    return nullptr;
}

// Waits until no page from an offset on is both busy and on loan: those can be neither copied nor zeroed.
// Locks: the object's, given up and taken again.
void wait_for_busy_loans(uvm_object& obj, voff_t from) UVM_NO_THREAD_SAFETY_ANALYSIS {
    while (true) {
        vm_page* busy = nullptr;
        uvm_object_for_each(obj, from, voff_t(~uint64_t{0}), [&](vm_page& page) {
            if (!busy && uvm_page_is_on_loan(page) && has(page.flags, pg_flag::busy))
                busy = &page;
        });
        if (!busy)
            return;
        uvm_page_wait(*busy, obj.vmobjlock);
        obj.vmobjlock.lock();
    }
}

void detach(uvm_object& obj) {
    if (uvm_object_unreference(obj))
        file_pool.destroy(file_of(obj));
}

errno_t get(uvm_object& obj, pgo_window window, vm_prot_t, vm_advice_t, pgo flags) {
    if (has(flags, pgo::locked))
        return uvm_object_get_resident(obj, window);
    if (!has(flags, pgo::syncio)) { // its content is in memory already
        obj.vmobjlock.unlock();
        return errno_t::ok;
    }
    return uvm_object_get_center(obj, window, [&](vm_page& page) {
        fill(file_of(obj), page);
        return errno_t::ok;
    });
}

// A page that is still what the archive has can be made again. Locks: the object's.
bool can_be_made_again(vm_page& page) {
    if (page.loan_count != 0 || !has(page.flags, pg_flag::clean))
        return false;
    pmap_page_protect(page, vm_prot_t::none);
    return !pmap_is_modified(page);
}

// Behind the pages there is only the archive: others can be aged, not freed.
errno_t put(uvm_object& obj, voff_t start, voff_t end, pgo flags) {
    pgo_range const range = uvm_object_put_range(start, end, flags);
    uvm_object_for_each(obj, range.start, range.end, [&](vm_page& page) {
        if (page.wire_count != 0 || has(page.flags, pg_flag::busy))
            return;
        if (has(flags, pgo::free) && can_be_made_again(page))
            uvm_pagefree(page);
        else if (has(flags, pgo::deactivate))
            uvm_pagedeactivate(page);
        else if (has(flags, pgo::free))
            uvm_pageactivate(page);
    });
    obj.vmobjlock.unlock();
    return errno_t::ok;
}

constinit const uvm_pagerops ram_file_ops{"ram file", uvm_object_reference, detach, get, put};

// Splits [offset, offset + length) at pages: f(page, place in it, done so far, bytes), which returns how many
// bytes of the piece it has done, until that is not all of it. Returns the sum.
template <class F>
size_t for_pieces(uint64_t offset, size_t length, F&& f) {
    size_t done = 0;
    while (done < length) {
        uint64_t const at = offset + done;
        auto const place = size_t(at & page_mask);
        size_t const piece = std::min<size_t>(length - done, page_size - place);
        size_t const done_now = f(voff_t(at - place), place, done, piece);
        done += done_now;
        if (done_now < piece)
            break;
    }
    return done;
}

} // namespace

ram_file* ram_file_create(std::string_view name, std::span<const std::byte> initial) {
    ram_file* const file = file_pool.create();
    if (!file)
        return nullptr;
    name.substr(0, sizeof file->name - 1).copy(file->name, sizeof file->name - 1);
    file->initial = initial;
    uvm_object_setup(file->obj, uvm_object_kind::file, ram_file_ops, initial.size(), file->name);
    return file;
}

void ram_file_reference(ram_file& file) { uvm_object_reference(file.obj); }
void ram_file_release(ram_file& file) { detach(file.obj); }

uint64_t ram_file_size(ram_file& file) {
    mutex_guard const guard(file.obj.vmobjlock);
    return file.obj.uo_size;
}

result<size_t> ram_file_read(ram_file& file, uint64_t offset, std::span<std::byte> to) {
    uvm_change const change;
    mutex_guard const guard(file.obj.vmobjlock);
    if (offset >= file.obj.uo_size)
        return size_t{0};
    auto const length = size_t(std::min<uint64_t>(to.size(), file.obj.uo_size - offset));
    errno_t error = errno_t::ok;
    size_t const done = for_pieces(offset, length, [&](voff_t at, size_t place, size_t from, size_t piece) {
        result<vm_page*> const page = page_to_read(file, at);
        error = page.error();
        // Where the file ends is looked up for each page: it may have been cut while one was waited for.
        uint64_t const first = at.value + place, end = file.obj.uo_size;
        if (!page || !*page || first >= end)
            return size_t{0};
        auto const there = size_t(std::min<uint64_t>(piece, end - first));
        memcpy(to.data() + from, bytes_of(**page) + place, there);
        return there;
    });
    return done == 0 && error != errno_t::ok ? result<size_t>(error) : done;
}

result<size_t> ram_file_write(ram_file& file, uint64_t offset, std::span<const std::byte> from) {
    uvm_change const change;
    if (offset > ram_file_limit || from.size() > ram_file_limit - offset)
        return errno_t::efbig;
    mutex_guard const guard(file.obj.vmobjlock);
    if (offset + from.size() > file.obj.uo_size && !forget_behind_end(file))
        return errno_t::enomem;
    size_t const done =
        for_pieces(offset, from.size(), [&](voff_t at, size_t place, size_t source, size_t piece) {
            vm_page* const page = page_to_change(file, at);
            if (!page)
                return size_t{0};
            memcpy(bytes_of(*page) + place, from.data() + source, piece);
            page->flags = without(page->flags, pg_flag::clean);
            file.obj.uo_size = std::max(file.obj.uo_size, at.value + place + piece);
            return piece;
        });
    return done == 0 && !from.empty() ? result<size_t>(errno_t::enomem) : done;
}

errno_t ram_file_truncate(ram_file& file, uint64_t size) {
    uvm_change const change;
    if (size > ram_file_limit)
        return errno_t::efbig;
    uvm_object& obj = file.obj;
    mutex_guard const guard(obj.vmobjlock);
    if (size > obj.uo_size && !forget_behind_end(file))
        return errno_t::enomem;
    if (size < obj.uo_size) {
        voff_t const last{size & ~uint64_t{page_mask}};
        size_t const kept = size & page_mask;
        wait_for_busy_loans(obj, last);
        if (kept > 0 && uvm_pagelookup(obj, last) && !page_to_change(file, last))
            return errno_t::enomem;
        uvm_object_for_each(obj, last, voff_t(~uint64_t{0}), [&](vm_page& page) {
            if (page.offset == last && kept > 0) {
                page.flags = without(page.flags, pg_flag::clean);
                memset(bytes_of(page) + kept, 0, page_size - kept);
            } else if (page.wire_count != 0 || has(page.flags, pg_flag::busy)) {
                page.flags = without(page.flags, pg_flag::clean);
                pmap_zero_page(page.phys_addr); // somebody relies on it, or is just entering it
            } else {
                pmap_page_protect(page, vm_prot_t::none);
                uvm_pagefree(page);
            }
        });
        file.initial = file.initial.first(size_t(std::min<uint64_t>(file.initial.size(), size)));
    }
    obj.uo_size = size;
    return errno_t::ok;
}

} // namespace uvm
