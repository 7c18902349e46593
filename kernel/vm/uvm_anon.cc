#include "kernel/vm/uvm_anon.h"

#include "kernel/sync/counter.h"
#include "kernel/vm/uvm_loan_impl.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {
constinit object_pool<vm_anon> anon_pool{"anon"};
constinit serial_numbers anon_ids;
} // namespace

vm_anon* uvm_analloc() {
    vm_anon* anon = anon_pool.create();
    if (!anon)
        return nullptr;
    anon->an_ref = 1;
    anon->an_id = anon_ids.next();
    ++uvmexp.anons;
    uvm_probe(uvm_event::anon_create, anon->an_id);
    return anon;
}

void uvm_anon_ref(vm_anon& anon) {
    mutex_guard guard(anon.an_lock);
    ++anon.an_ref;
    uvm_probe(uvm_event::anon_reference, anon.an_id, anon.an_ref);
}

void uvm_anon_unref(vm_anon& anon) {
    {
        mutex_guard guard(anon.an_lock);
        kassert(anon.an_ref > 0, "anon without a reference");
        --anon.an_ref;
        uvm_probe(uvm_event::anon_unreference, anon.an_id, anon.an_ref);
        if (anon.an_ref > 0)
            return;
        if (uvm_anon_has_borrowed(anon)) [[unlikely]]
            uvm_anon_return_page(anon);
        if (vm_page* page = anon.an_page) {
            pmap_page_protect(*page, vm_prot_t::none);
            if (has(page->flags, pg_flag::busy)) {
                page->flags |= pg_flag::released; // who holds it busy frees both
                return;
            }
            uvm_pagefree(*page);
        } else if (anon.an_swslot > 0) {
            uvm_swap_not_only();
        }
    }
    uvm_anon_destroy(anon);
}

void uvm_anon_dropswap(vm_anon& anon) {
    if (anon.an_swslot <= 0)
        return;
    uvm_swap_free(uint32_t(anon.an_swslot), 1);
    anon.an_swslot = 0;
    if (anon.an_page)
        anon.an_page->flags = without(anon.an_page->flags, pg_flag::clean);
}

void uvm_anon_destroy(vm_anon& anon) {
    uvm_anon_dropswap(anon);
    uvm_probe(uvm_event::anon_destroy, anon.an_id);
    --uvmexp.anons;
    anon_pool.destroy(anon);
}

} // namespace uvm
