#include "kernel/vm/uvm_amap_ppref.h"

#include "kernel/vm/uvm_pool.h"

namespace uvm {

ppref_run amap_pp_run_at(const vm_amap& amap, uint32_t slot) {
    int32_t const code = amap.am_ppref[slot];
    if (code > 0)
        return {code - 1, 1};
    return {-code - 1, uint32_t(amap.am_ppref[slot + 1])};
}

void amap_pp_set_run(vm_amap& amap, uint32_t slot, ppref_run run) {
    if (run.length == 0)
        return;
    if (run.length == 1) {
        amap.am_ppref[slot] = run.count + 1;
        return;
    }
    amap.am_ppref[slot] = -(run.count + 1);
    amap.am_ppref[slot + 1] = int32_t(run.length);
}

void amap_pp_establish(vm_amap& amap, uint32_t offset) {
    amap.am_ppref = static_cast<int32_t*>(uvm_kmem_alloc(size_t(amap.am_maxslot) * sizeof(int32_t)));
    if (!amap.am_ppref) {
        amap.am_ppref_state = ppref_state::none;
        return;
    }
    amap.am_ppref_state = ppref_state::array;
    amap_pp_set_run(amap, 0, {0, offset});
    amap_pp_set_run(amap, offset, {amap.am_ref, amap.am_nslot - offset});
}

void amap_pp_adjust(vm_amap& amap, uint32_t slot, uint32_t len, int32_t delta) {
    uint32_t const end = slot + len;
    // `previous` is the last run that is final; a run with the same count joins it.
    uint32_t previous = 0;
    bool have_previous = false;
    for (uint32_t at = 0; at < end;) {
        ppref_run run = amap_pp_run_at(amap, at);
        uint32_t const run_end = at + run.length;
        if (run_end <= slot) {
            previous = at;
            have_previous = true;
            at = run_end;
            continue;
        }
        // The run's parts before, inside and behind the range.
        uint32_t const from = at < slot ? slot : at;
        uint32_t const to = run_end < end ? run_end : end;
        if (at < from) {
            amap_pp_set_run(amap, at, {run.count, from - at});
            previous = at;
            have_previous = true;
        }
        if (to < run_end)
            amap_pp_set_run(amap, to, {run.count, run_end - to});
        int32_t const count = run.count + delta;
        kassert(count >= 0, "amap: slot count below zero");
        ppref_run const before = have_previous ? amap_pp_run_at(amap, previous) : ppref_run{-1, 0};
        if (have_previous && before.count == count) {
            amap_pp_set_run(amap, previous, {count, to - previous});
        } else {
            amap_pp_set_run(amap, from, {count, to - from});
            previous = from;
            have_previous = true;
        }
        if (count == 0)
            amap_wiperange(amap, from, to - from);
        at = to;
    }
    // The run behind the range may now have the same count as the last one inside.
    if (end < amap.am_nslot && have_previous) {
        ppref_run const last = amap_pp_run_at(amap, previous);
        ppref_run const next = amap_pp_run_at(amap, end);
        if (last.count == next.count)
            amap_pp_set_run(amap, previous, {last.count, last.length + next.length});
    }
}

} // namespace uvm
