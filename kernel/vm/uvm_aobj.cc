// Anonymous objects: zero-filled memory that is shared by mapping one object.
#include "kernel/vm/uvm_object_impl.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constinit object_pool<uvm_object> aobj_pool{"anonymous object"};

void detach(uvm_object& obj) {
    if (uvm_object_unreference(obj))
        aobj_pool.destroy(obj);
}

errno_t get(uvm_object& obj, pgo_window window, vm_prot_t, vm_advice_t, pgo flags) {
    if (has(flags, pgo::locked))
        return uvm_object_get_resident(obj, window);
    return uvm_object_get_center(obj, window, [&](vm_page& page) {
        pmap_zero_page(page.phys_addr);
        uvm_probe(uvm_event::page_zero, page.phys_addr.value);
        return errno_t::ok;
    });
}

// There is no backing store to clean to, and freeing would lose the data: pages can only be aged.
errno_t put(uvm_object& obj, voff_t start, voff_t end, pgo flags) {
    if (has(flags, pgo::deactivate))
        uvm_object_for_each(obj, start, end, [](vm_page& page) {
            if (page.wire_count == 0)
                uvm_pagedeactivate(page);
        });
    obj.vmobjlock.unlock();
    return errno_t::ok;
}

constinit const uvm_pagerops aobj_ops{"anonymous", uvm_object_reference, detach, get, put};

} // namespace

uvm_object* uao_create(uint64_t size, const char* name) {
    uvm_object* const obj = aobj_pool.create();
    if (obj)
        uvm_object_setup(*obj, uvm_object_kind::anonymous, aobj_ops, size, name);
    return obj;
}

} // namespace uvm
