// File-like objects: pages come from a store that keeps what is written back to it.
#include <machine/memory.h>

#include "kernel/vm/uvm_object_impl.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"
#include "kernel/vm/uvm_readahead.h"

namespace uvm {

namespace {

// The file: a page frame for each page that was ever written back; the others have their initial pattern.
struct uvm_file {
    uvm_object obj;
    uvm_ractx ractx;
    uint32_t npages{};
    void** saved{}; // npages long
};

constinit object_pool<uvm_file> file_pool{"file object"};

uvm_file& file_of(uvm_object& obj) { return reinterpret_cast<uvm_file&>(obj); }
static_assert(offsetof(uvm_file, obj) == 0);

void detach(uvm_object& obj) {
    if (!uvm_object_unreference(obj))
        return;
    uvm_file& file = file_of(obj);
    for (uint32_t i = 0; i < file.npages; ++i)
        if (file.saved[i])
            uvm_kmem_free(file.saved[i], page_size);
    uvm_kmem_free(file.saved, file.npages * sizeof(void*));
    file_pool.destroy(file);
}

errno_t page_in(uvm_object& obj, vm_page& page) {
    auto const index = uint32_t(page.offset.value >> machine::page_shift);
    void* const content = machine::phys_to_ptr(page.phys_addr);
    if (void const* saved = file_of(obj).saved[index])
        __builtin_memcpy(content, saved, page_size);
    else
        __builtin_memset(content, int(0xa0 + index % 16), page_size);
    page.flags |= pg_flag::clean;
    pmap_clear_modify(page);
    uvm_probe(uvm_event::object_page_in, obj.uo_id, page.offset.value, page.phys_addr.value);
    return errno_t::ok;
}

errno_t page_out(uvm_object& obj, vm_page& page) {
    void*& saved = file_of(obj).saved[page.offset.value >> machine::page_shift];
    if (!saved)
        saved = uvm_kmem_alloc(page_size);
    if (!saved)
        return errno_t::enomem;
    pmap_clear_modify(page);
    __builtin_memcpy(saved, machine::phys_to_ptr(page.phys_addr), page_size);
    page.flags |= pg_flag::clean;
    uvm_probe(uvm_event::object_page_out, obj.uo_id, page.offset.value, page.phys_addr.value);
    return errno_t::ok;
}

// Nobody has asked for the pages yet, so they are the first to go again. Locks: the object's; given up.
errno_t get_ahead(uvm_object& obj, pgo_window window) UVM_NO_THREAD_SAFETY_ANALYSIS {
    errno_t error = errno_t::ok;
    for (uint32_t i = 0; i < window.pages.size() && error == errno_t::ok; ++i) {
        voff_t const offset = window.first + pages_to_bytes(i);
        if (uvm_pagelookup(obj, offset))
            continue;
        // It does not take what somebody needs now.
        vm_page* const page =
            uvm_page_available() ? uvm_pagealloc(&obj, offset, nullptr, pagealloc_flag::none) : nullptr;
        error = page ? page_in(obj, *page) : errno_t::enomem;
        if (!page)
            break;
        uvm_page_unbusy(*page);
        uvm_pagedeactivate(*page);
        ++uvmexp.read_ahead;
    }
    obj.vmobjlock.unlock();
    return error;
}

errno_t get(uvm_object& obj, pgo_window window, vm_prot_t access, vm_advice_t advice, pgo flags) {
    if (has(flags, pgo::locked))
        return uvm_object_get_resident(obj, window);
    if (!has(flags, pgo::syncio))
        return get_ahead(obj, window);
    errno_t const error =
        uvm_object_get_center(obj, window, [&](vm_page& page) { return page_in(obj, page); });
    if (error == errno_t::ok && !has(access, vm_prot_t::write))
        uvm_ra_request(obj, advice, window.first + pages_to_bytes(window.center), vsize_t(page_size));
    return error;
}

errno_t put(uvm_object& obj, voff_t start, voff_t end, pgo flags) {
    errno_t first_error = errno_t::ok;
    uvm_object_for_each(obj, start, end, [&](vm_page& page) {
        if (has(page.flags, pg_flag::busy))
            return;
        bool const dirty = !has(page.flags, pg_flag::clean) || pmap_is_modified(page);
        if (has(flags, pgo::cleanit) && dirty) {
            if (errno_t const error = page_out(obj, page); error != errno_t::ok) {
                first_error = first_error == errno_t::ok ? error : first_error;
                return; // what could not be written back is not thrown away
            }
        }
        if (uvm_page_is_wired(page))
            return;
        if (has(flags, pgo::free)) {
            pmap_page_protect(page, vm_prot_t::none);
            uvm_pagefree(page);
        } else if (has(flags, pgo::deactivate)) {
            uvm_pagedeactivate(page);
        }
    });
    obj.vmobjlock.unlock();
    return first_error;
}

constinit const uvm_pagerops file_ops{"file", uvm_object_reference, detach, get, put};

} // namespace

uvm_object* ufile_create(uint64_t size, const char* name, ufile_reads how) {
    uvm_file* const file = file_pool.create();
    if (!file)
        return nullptr;
    file->npages = uint32_t((size + page_mask) >> machine::page_shift);
    file->saved = static_cast<void**>(uvm_kmem_alloc(file->npages * sizeof(void*)));
    if (!file->saved) {
        file_pool.destroy(*file);
        return nullptr;
    }
    uvm_object_setup(file->obj, uvm_object_kind::file, file_ops, size, name);
    file->obj.uo_ractx = how == ufile_reads::ahead ? &file->ractx : nullptr;
    return &file->obj;
}

} // namespace uvm
