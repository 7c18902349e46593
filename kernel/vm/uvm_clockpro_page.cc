// The standing of single pages, and the target that depends on how they fare. See uvm_clockpro_impl.h.
#include "kernel/vm/uvm_clockpro_impl.h"
#include "kernel/vm/uvm_page_queue.h"
#include "kernel/vm/uvm_pdtargets.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

constinit clockpro_state clockpro;

namespace {

constexpr uint32_t cold_percent_at_first = 10;
constexpr uint32_t cold_percent_at_most = 90;

uint32_t percent(uint32_t of, uint32_t percents) { return uint32_t(uint64_t{of} * percents / 100); }
uint32_t at_least_1(uint32_t n) { return n > 0 ? n : 1; }

void target_grows() {
    if (clockpro.cold_target < percent(clockpro.size, cold_percent_at_most))
        ++clockpro.cold_target;
}

void stand(clockpro_record& rec, clockpro_standing is) {
    clockpro.hot += is == clockpro_standing::hot ? 1 : 0;
    clockpro.hot -= rec.is == clockpro_standing::hot && clockpro.hot > 0 ? 1 : 0;
    clockpro.newcomers += is == clockpro_standing::newcomer ? 1 : 0;
    clockpro.newcomers -= rec.is == clockpro_standing::newcomer && clockpro.newcomers > 0 ? 1 : 0;
    rec.is = is;
}

// A page is used again: was it in its test period? With that the period is over.
bool end_test(bool in_test, uint32_t stamp) {
    bool const in_time = in_test && !clockpro_passed(stamp);
    if (in_time)
        target_grows();
    else if (in_test)
        clockpro_target_shrinks();
    return in_time;
}

// It came in because somebody uses it. True when it was here not long ago.
bool used_again(const clockpro_record& rec) {
    uint32_t stamp = 0;
    return clockpro.history.take(rec.name, &stamp) && end_test(true, stamp);
}

// A page that was not here before. Where nobody has used it yet, it was read ahead.
void admit(vm_page& page, clockpro_record& rec) {
    if (page.queue != pg_queue::active || !pmap_is_referenced(page)) {
        stand(rec, clockpro_standing::speculative);
        if (page.queue == pg_queue::active)
            uvm_pageq_move(page, pg_queue::inactive);
        return;
    }
    rec.stamp = ++clockpro.now;
    if (used_again(rec))
        clockpro_make_hot(page, rec);
    else
        stand(rec, clockpro_standing::newcomer);
}

} // namespace

void clockpro_set_size() {
    bool const first = clockpro.size == 0;
    clockpro.size = at_least_1(uvm_pages.active.count + uvm_pages.inactive.count + uvm_pages_left());
    if (first)
        clockpro.cold_target = percent(clockpro.size, cold_percent_at_first);
    uint32_t const most = percent(clockpro.size, cold_percent_at_most);
    clockpro.cold_target = at_least_1(clockpro.cold_target < most ? clockpro.cold_target : most);
}

void clockpro_target_shrinks() { clockpro.cold_target = at_least_1(clockpro.cold_target - 1); }

clockpro_record& clockpro_know(const vm_page& page) {
    clockpro_record& rec = clockpro_record_of(page);
    uvm_page_name const name = uvm_page_name_of(page);
    if (rec.is == clockpro_standing::unknown || rec.name != name)
        rec = {.name = name};
    return rec;
}

void clockpro_make_hot(vm_page& page, clockpro_record& rec) {
    pmap_clear_reference(page);
    stand(rec, clockpro_standing::hot);
    rec.in_test = false;
    rec.stamp = ++clockpro.now;
    uvm_pageq_move(page, pg_queue::active);
}

void clockpro_make_cold(vm_page& page, clockpro_record& rec, bool in_test) {
    if (page.queue != pg_queue::inactive)
        uvm_probe(uvm_event::daemon_deactivate, page.phys_addr.value);
    pmap_clear_reference(page);
    stand(rec, clockpro_standing::cold);
    rec.in_test = in_test;
    uvm_pageq_move(page, pg_queue::inactive);
}

void clockpro_touch(vm_page& page, clockpro_record& rec) {
    bool const hot =
        rec.is == clockpro_standing::speculative ? used_again(rec) : end_test(rec.in_test, rec.stamp);
    uvm_probe(uvm_event::daemon_reactivate, page.phys_addr.value, uint32_t(uvm_daemon_reason::referenced));
    if (hot) {
        clockpro_make_hot(page, rec);
        return;
    }
    rec.stamp = ++clockpro.now;
    clockpro_make_cold(page, rec, true);
}

void clockpro_settle(vm_page& page) {
    clockpro_record& rec = clockpro_know(page);
    bool const active = page.queue == pg_queue::active;
    bool const belongs_there = rec.is == clockpro_standing::hot || rec.is == clockpro_standing::newcomer;
    if (rec.is == clockpro_standing::unknown)
        admit(page, rec);
    else if (!active && belongs_there)
        clockpro_make_cold(page, rec, false);
    else if (active && !belongs_there && pmap_is_referenced(page))
        clockpro_touch(page, rec);
    else if (active && !belongs_there)
        uvm_pageq_move(page, pg_queue::inactive);
}

} // namespace uvm
