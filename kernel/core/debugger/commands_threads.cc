// Processes, threads, the locks that they hold, and where they stand.
#include "kernel/core/console.h"
#include "kernel/core/debugger/commands.h"
#include "kernel/core/symbols.h"
#include "kernel/core/user_process.h"
#include "kernel/core/user_range.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

const char* word_of(thread_state state) {
    switch (state) {
    case thread_state::unused:
        return "unused";
    case thread_state::ready:
        return "ready";
    case thread_state::running:
        return "running";
    case thread_state::sleeping:
        return "sleeping";
    }
    return "?";
}

class lock_list {
public:
    void lock(const char* name, uint32_t holder, uint32_t readers, uint32_t waiters, const char* of) {
        if (holder == 0 && readers == 0)
            return;
        ++held_;
        console().text("  ").text(name).text(*of ? " of " : "").text(of);
        if (holder != 0)
            console().text(": thread ").dec(holder);
        else
            console().text(": ").dec(readers).text(" readers");
        if (waiters != 0)
            console().text(", ").dec(waiters).text(" wait");
        console().text("\n");
    }
    void add(const mutex& m, const char* of = "") { lock(m.name, m.holder, 0, m.waiters, of); }
    void add(const spinlock& s) { lock(s.name, s.holder, 0, 0, ""); }
    void add(const rwlock& r, const char* of) {
        lock(r.name, r.holder, r.state == rwlock::exclusive ? 0 : r.state, r.waiters, of);
    }
    [[nodiscard]] uint32_t held() const { return held_; }

private:
    uint32_t held_{};
};

// The locks of a map and of what is mapped in it. What two entries share is met twice.
void add_locks_of(const process& p, lock_list& list) {
    vm_map const& map = p.p_vmspace->vm_map;
    list.add(map.lock, p.p_name);
    vm_map_entry const* entry = map.header.next;
    for (uint32_t n = 0; n < map.nentries && entry != &map.header; ++n, entry = entry->next) {
        if (entry->aref.ar_amap)
            list.add(entry->aref.ar_amap->am_lock, p.p_name);
        if (entry->obj())
            list.add(entry->obj()->vmobjlock, entry->obj()->uo_name);
    }
}

} // namespace

debug_complaint debug_ps(const debug_line&) {
    for (process const* p = allproc; p; p = p->p_next) {
        vm_map const& map = p->p_vmspace->vm_map;
        console().text("  ").dec(p->p_pid).text(" ").text(p->p_name).text("  entries ").dec(map.nentries);
        console().text(" mapped ").hex(map.size.value).text(" resident ");
        console().dec(pmap_resident_count(*map.pm)).text(" pages");
        for (user_thread const* t = all_user_threads; t; t = t->all_next)
            if (t->owner && t->owner->proc == p)
                console().text(" thread ").dec(t->number);
        console().text("\n");
    }
    return nullptr;
}

debug_complaint debug_threads(const debug_line&) {
    for (thread const& t : threads) {
        if (t.state == thread_state::unused)
            continue;
        console().text(&t == &thread_running() ? "* " : "  ");
        console().dec(t.id).text(" ").text(t.name).text("  ").text(word_of(t.state));
        if (t.state == thread_state::sleeping)
            console().text(" on ").text(t.sleeps_why);
        if (t.user && t.user->owner)
            console().text("  process ").dec(t.user->owner->pid);
        console().text("\n");
    }
    return nullptr;
}

debug_complaint debug_locks(const debug_line&) {
    lock_list list;
    list.add(process_list_lock);
    list.add(user_process_lock);
    list.add(mapping_lock);
    list.add(uvm_swap.lock);
    list.add(uvm_pages.pageqlock);
    list.add(uvm_pages.fpageqlock);
    for (process const* p = allproc; p; p = p->p_next)
        add_locks_of(*p, list);
    console().text("  ").dec(list.held()).text(" held\n");
    return nullptr;
}

debug_complaint debug_backtrace(const debug_line& line, debugger_place stopped) {
    if (line.count == 1) {
        print_backtrace(stopped.pc, stopped.frame);
        return nullptr;
    }
    uint64_t id = 0;
    if (!debug_number(line.word(1), &id) || line.count > 2)
        return "bt [THREAD]";
    for (thread const& t : threads) {
        if (t.state == thread_state::unused || t.id != id)
            continue;
        if (&t == &thread_running()) {
            print_backtrace(stopped.pc, stopped.frame);
        } else {
            machine::context_place const at = machine::context_stopped_at(t.context);
            print_backtrace(at.pc, at.frame);
        }
        return nullptr;
    }
    return "no such thread; `threads` lists them";
}

} // namespace uvm
