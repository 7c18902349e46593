#include "kernel/core/process.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

constinit mutex process_list_lock{"process list"};
constinit process* allproc = nullptr;
constinit process* process_aside = nullptr;

namespace {

constinit process table[process_limit]; // free where p_pid is 0
constinit uint32_t last_pid = 0;
constinit process* youngest = nullptr;

process* free_place() {
    for (process& p : table)
        if (p.p_pid == 0)
            return &p;
    return nullptr;
}

} // namespace

process* process_create(std::string_view name, vmspace* vm) {
    uvm_change const change;
    mutex_guard const guard(process_list_lock);
    process* const p = free_place();
    if (!p)
        return nullptr;
    *p = {};
    p->p_pid = ++last_pid;
    name.substr(0, process_name_limit).copy(p->p_name, process_name_limit);
    p->p_vmspace = vm;
    p->p_prev = youngest;
    (youngest ? youngest->p_next : allproc) = p;
    youngest = p;
    uvm_probe(uvm_event::process_create, p->p_pid, vm->vm_id);
    return p;
}

void process_exit(process& p) {
    uvm_change const change;
    vmspace& vm = *p.p_vmspace;
    {
        mutex_guard const guard(process_list_lock);
        (p.p_prev ? p.p_prev->p_next : allproc) = p.p_next;
        (p.p_next ? p.p_next->p_prev : youngest) = p.p_prev;
        uvm_probe(uvm_event::process_exit, p.p_pid, vm.vm_id);
        p = {};
    }
    uvmspace_free(vm);
}

void process_rename(process& p, std::string_view name) {
    mutex_guard const guard(process_list_lock);
    for (char& c : p.p_name)
        c = '\0';
    name.substr(0, process_name_limit).copy(p.p_name, process_name_limit);
}

bool process_set_aside(process& p) {
    mutex_guard const guard(process_list_lock);
    if (allproc != &p || p.p_next || p.p_vmspace->vm_refcnt != 1)
        return false;
    allproc = youngest = nullptr;
    process_aside = &p;
    return true;
}

void process_return(process& p) {
    mutex_guard const guard(process_list_lock);
    kassert(!allproc && process_aside == &p, "process: others came while one was set aside");
    process_aside = nullptr;
    allproc = youngest = &p;
}

process* process_find(std::string_view name) {
    mutex_guard const guard(process_list_lock);
    for (process* p = allproc; p; p = p->p_next)
        if (p->p_name == name)
            return p;
    return nullptr;
}

} // namespace uvm
