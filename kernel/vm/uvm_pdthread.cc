#include "kernel/vm/uvm_pdthread.h"

#include <machine/thread.h>

#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_pdaemon_impl.h"
#include "kernel/vm/uvm_pdtargets.h"

namespace uvm {

constinit uvm_daemon_t uvm_daemon;

namespace {

bool has_work() {
    bool const somebody_waits = atomic::load(uvm_daemon.waiters) != 0 && !uvm_page_available();
    return somebody_waits || uvm_pages_left() < uvm_pdtargets_now().freetarg;
}

// Scans until enough is free, or nothing more comes.
void pass(const uvm_daemon_host& host) {
    uvm_pass_result result = uvm_pass_result::made_room;
    atomic::add(uvm_daemon.begun, 1);
    if (has_work())
        result = uvm_pageout_pass(uvm_pageout_target(), host.pause).result();
    atomic::store_relaxed(uvm_daemon.result, uint32_t(result));
    atomic::add(uvm_daemon.ended, 1);
    wakeup(uvm_daemon.ended);
    if (result == uvm_pass_result::in_use)
        host.pause();
    // More, when it was woken for a shortage that is there still.
    if (result == uvm_pass_result::made_room && uvm_pages_left() < uvm_pdtargets_now().freetarg)
        uvm_pagedaemon_wake();
}

bool has_ended(uint32_t ended, uint32_t number) { return int32_t(ended - number) >= 0; }

// Returns what a pass came to that began after the call.
uvm_pass_result wait_for_pass() {
    uint32_t const next = atomic::load(uvm_daemon.begun) + 1;
    uvm_pagedaemon_wake();
    for (uint32_t ended = atomic::load(uvm_daemon.ended); !has_ended(ended, next);
         ended = atomic::load(uvm_daemon.ended))
        sleep_while(uvm_daemon.ended, ended, "the page daemon");
    return uvm_pass_result(atomic::load(uvm_daemon.result));
}

// One pass by the thread, or where there is none by the caller.
uvm_pass_result one_pass() {
    if (atomic::load(uvm_daemon.thread) != 0)
        return wait_for_pass();
    uvm_pass_result const result = uvm_pageout_pass(uvm_pageout_target(), nullptr).result();
    if (result == uvm_pass_result::in_use)
        machine::spin_pause();
    return result;
}

} // namespace

void uvm_pagedaemon_run(const uvm_daemon_host& host) {
    kassert(atomic::replace(uvm_daemon.thread, 0, machine::current_thread()), "page daemon: there is one");
    uvm_pagedaemon_tune();
    while (atomic::load(uvm_daemon.stop) == 0) {
        if (atomic::exchange(uvm_daemon.wanted, 0) != 0) {
            ++uvmexp.pdwoke;
            pass(host);
        } else {
            host.rest(uvm_daemon.wanted, 0, "work for the page daemon");
        }
    }
    atomic::store_relaxed(uvm_daemon.wake_below, 0);
    atomic::exchange(uvm_daemon.stop, 0);
    atomic::exchange(uvm_daemon.wanted, 0);
    atomic::exchange(uvm_daemon.thread, 0);
}

void uvm_pagedaemon_stop() {
    atomic::exchange(uvm_daemon.stop, 1);
    uvm_pagedaemon_wake();
}

void uvm_pagedaemon_wake() {
    if (atomic::exchange(uvm_daemon.wanted, 1) == 0)
        wakeup(uvm_daemon.wanted);
}

bool uvm_pagedaemon_at_work() {
    return atomic::load(uvm_daemon.wanted) != 0 ||
           atomic::load(uvm_daemon.begun) != atomic::load(uvm_daemon.ended);
}

void uvm_pagedaemon_maybe_wake() {
    if (atomic::load_relaxed(uvm_daemon.wanted) != 0)
        return;
    uint32_t const left = uvm_pages_left();
    uvm_pdtargets const targets = uvm_pdtargets_now();
    bool const few_inactive =
        atomic::load_relaxed(uvmexp.inactive) < atomic::load_relaxed(uvm_daemon.few_inactive);
    if (left < targets.freemin || (left < targets.freetarg && few_inactive))
        uvm_pagedaemon_wake();
}

void uvm_pagedaemon_tune() {
    if (atomic::load(uvm_daemon.thread) != 0)
        atomic::store_relaxed(uvm_daemon.wake_below, uvm_pdtargets_now().freetarg);
}

errno_t uvm_wait() {
    if (atomic::load(uvm_daemon.thread) == machine::current_thread())
        return errno_t::enomem; // it cannot wait for itself
    atomic::add(uvm_daemon.waiters, 1);
    errno_t error = errno_t::ok;
    // Somebody else may have freed pages meanwhile; then there is nothing to wait for.
    while (!uvm_page_available()) {
        ++uvmexp.pgwait;
        uvm_pass_result const result = one_pass();
        if (result == uvm_pass_result::made_room || uvm_page_available())
            break;
        if (result == uvm_pass_result::nothing_to_take || !uvm_reclaimable()) {
            error = errno_t::enomem;
            break;
        }
    }
    atomic::sub(uvm_daemon.waiters, 1);
    return error;
}

void uvm_starve() {
    atomic::add(uvm_daemon.starving, 1);
    uint32_t const before = atomic::load(uvm_daemon.page_released);
    if (!uvm_page_available())
        sleep_while(uvm_daemon.page_released, before, "a free page");
    atomic::sub(uvm_daemon.starving, 1);
}

void uvm_feed_starving() {
    atomic::add(uvm_daemon.page_released, 1);
    wakeup(uvm_daemon.page_released);
}

} // namespace uvm
