// File-like objects: pages come from a store that keeps what is written back to it.
#include "kernel/vm/uvm_blockdev.h"
#include "kernel/vm/uvm_object_impl.h"
#include "kernel/vm/uvm_object_store.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_readahead.h"

namespace uvm {

namespace {

enum class store_owner : bool { file, caller };

struct uvm_file {
    uvm_object obj;
    uvm_ractx ractx;
    uvm_blockdev* store{}; // [I] page i of the file is its page i
    store_owner owner{};   // [I] of the store
};
static_assert(offsetof(uvm_file, obj) == 0);

constinit object_pool<uvm_file> file_pool{"file object"};

uvm_file& file_of(uvm_object& obj) { return reinterpret_cast<uvm_file&>(obj); }

void detach(uvm_object& obj) {
    if (!uvm_object_unreference(obj))
        return;
    uvm_file& file = file_of(obj);
    if (file.owner == store_owner::file)
        uvm_ramdisk_destroy(*file.store);
    file_pool.destroy(file);
}

errno_t get(uvm_object& obj, pgo_window window, vm_prot_t access, vm_advice_t advice, pgo flags) {
    if (has(flags, pgo::locked))
        return uvm_object_get_resident(obj, window);
    uvm_blockdev& store = *file_of(obj).store;
    if (!has(flags, pgo::syncio))
        return uvm_object_read_ahead(obj, store, window);
    errno_t const error =
        uvm_object_get_center(obj, window, [&](vm_page& page) { return uvm_object_read(obj, store, page); });
    if (error == errno_t::ok && !has(access, vm_prot_t::write))
        uvm_ra_request(obj, advice, window.first + pages_to_bytes(window.center), vsize_t(page_size));
    return error;
}

errno_t put(uvm_object& obj, voff_t start, voff_t end, pgo flags) {
    return uvm_object_put(obj, *file_of(obj).store, start, end, flags);
}

constinit const uvm_pagerops file_ops{"file", uvm_object_reference, detach, get, put};

uint32_t pages_of(uint64_t size) { return uint32_t((size + page_mask) >> machine::page_shift); }

uvm_object* create(uvm_blockdev& store, store_owner owner, uint64_t size, const char* name, ufile_reads how) {
    uvm_file* const file = file_pool.create();
    if (!file)
        return nullptr;
    file->store = &store;
    file->owner = owner;
    uvm_object_setup(file->obj, uvm_object_kind::file, file_ops, size, name);
    file->obj.uo_ractx = how == ufile_reads::ahead ? &file->ractx : nullptr;
    return &file->obj;
}

} // namespace

uvm_object* ufile_create_on(uvm_blockdev& store, uint64_t size, const char* name, ufile_reads how) {
    kassert(pages_of(size) <= store.npages, "file: longer than its store");
    return create(store, store_owner::caller, size, name, how);
}

uvm_object* ufile_create(uint64_t size, const char* name, ufile_reads how) {
    uvm_blockdev* const store = uvm_ramdisk_create(pages_of(size), name, uvm_blank::numbered);
    if (!store)
        return nullptr;
    uvm_object* const obj = create(*store, store_owner::file, size, name, how);
    if (!obj)
        uvm_ramdisk_destroy(*store);
    return obj;
}

} // namespace uvm
