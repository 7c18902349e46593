// contention_run: threads on one space and on spaces that share memory with it, all operations at once. Built
// twice: with the thread sanitizer, and with the checker of lock order. At the end, alone again, all
// structures must fit together and nothing may be left. Threads that do not get on with their work are told,
// each with what it is at.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include <QStringList>
#include <machine/user_access.h>

#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_blockdev.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_km_vacache.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_mremap.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_swap.h"
#include "tests/vm/memory_judge.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr uint32_t page_count = 32, thread_count = 4;

constexpr vaddr_t space_min{0x400000};
constexpr vaddr_t space_max = space_min + pages_to_bytes(page_count);

struct machine_under_test {
    vmspace* shared{};             // all threads work on it
    vmspace* others[thread_count]; // one for each thread, forked from the shared one again and again
    uvm_object* file{};
    uvm_object* anonymous{};
    uvm_blockdev* coming_and_going{}; // a swap device; null: there is no swap
    std::mutex swap_change;           // whether it is used
    bool swapped_to{};
    std::atomic<bool> stop{};
    std::atomic<uint64_t> operations{}, failures{};
    std::atomic<uint64_t> not_mine{};            // kernel memory that somebody else had, too
    uvm_km_vacache caches[2];                    // of cached_maps
    std::atomic<const char*> at[thread_count]{}; // what each thread is doing
};

vm_map* const cached_maps[] = {&kmem_map, &exec_map};

// What is wrong with the maps that have a cache, or "". All of it is given back.
QString end_caches() {
    uvm_map_violation v{};
    if (const char* const map = check_kernel_maps(&v))
        return QString("kernel map %1: %2, expected %3, found %4")
            .arg(map, v.what)
            .arg(v.expected)
            .arg(v.found);
    for (vm_map* map : cached_maps) {
        if (uvm_km_vacache_destroy(*map) != errno_t::ok)
            return "a cache of addresses cannot be drained";
        (void)uvm_map_drain(*map);
        if (map->nentries != 0)
            return "addresses of a kernel map are left";
    }
    return {};
}

// One thread's share. What an operation comes to depends on the others; it may fail, it may do no harm.
class worker {
public:
    worker(machine_under_test& m, uint32_t index, uint32_t seed) : m_(m), index_(index), dice_(seed) {}

    void run() {
        while (!m_.stop)
            step();
        for (loan const& l : loans_)
            uvm_unloan(l.pages, l.to);
    }

private:
    void step() {
        using operation = void (worker::*)();
        struct choice {
            uint32_t weight;
            const char* name;
            operation run;
        };
        static constexpr choice choices[] = {
            {30, "write", &worker::write},
            {20, "read", &worker::read},
            {10, "map", &worker::map},
            {8, "unmap", &worker::unmap},
            {8, "protect", &worker::protect},
            {4, "wire", &worker::wire},
            {4, "unwire", &worker::unwire},
            {3, "inherit", &worker::inherit},
            {3, "clean", &worker::clean},
            {3, "lookup", &worker::lookup},
            {3, "extract", &worker::extract},
            {2, "fork", &worker::fork},
            {1, "page_out", &worker::page_out},
            {3, "mremap", &worker::mremap},
            {4, "lend", &worker::lend},
            {4, "end_loan", &worker::end_loan},
            {1, "swap_on_off", &worker::swap_on_off},
            {6, "kernel_memory", &worker::kernel_memory},
        };
        uint32_t total = 0;
        for (choice const& c : choices)
            total += c.weight;
        uint32_t at = dice_.below(total);
        for (choice const& c : choices) {
            if (at < c.weight) {
                m_.at[index_] = c.name;
                (this->*c.run)();
                ++m_.operations;
                return;
            }
            at -= c.weight;
        }
    }

    vmspace& some_space() { return dice_.chance(70) ? *m_.shared : *m_.others[index_]; }
    vaddr_t some_address() { return space_min + pages(dice_.below(page_count)); }
    vaddr_t end_of(vaddr_t start) { return start + pages(1 + dice_.below(6)); }
    void count(errno_t error) { m_.failures += error == errno_t::ok ? 0 : 1; }

    void write() {
        std::array<std::byte, 2> const bytes{std::byte(dice_.below(256)), std::byte(1)};
        count(machine::user_write(some_space(), some_address() + vsize_t(dice_.below(page_size)), bytes));
    }
    void read() {
        std::array<std::byte, 2> bytes{};
        count(machine::user_read(some_space(), some_address() + vsize_t(dice_.below(page_size)), bytes));
    }
    void map() {
        uvm_mapping how{.prot = vm_prot_t::read | vm_prot_t::write, .max = vm_prot_t::all};
        if (dice_.chance(40))
            how.inherit = vm_inherit_t::share;
        uvm_object* object = nullptr;
        if (dice_.chance(40)) {
            object = dice_.chance(50) ? m_.file : m_.anonymous;
            object->pgops->reference(*object);
        }
        if (!object && dice_.chance(40))
            how.flags |= uvm_flag::overlay;
        else if (!object || dice_.chance(50))
            how.flags |= uvm_flag::copyonw;
        vaddr_t start = some_address();
        vsize_t const size = pages(1 + dice_.below(6));
        errno_t const error = uvm_map(some_space().vm_map, start, size, object,
                                      object ? voff_t(0) : uvm_unknown_offset, vsize_t(0), how);
        if (error != errno_t::ok && object)
            object->pgops->detach(*object);
        count(error);
    }
    void unmap() {
        vaddr_t const start = some_address();
        (void)uvm_unmap(some_space().vm_map, start, end_of(start)); // may lack memory, as all here may
    }
    void protect() {
        static constexpr vm_prot_t prots[] = {vm_prot_t::read | vm_prot_t::write, vm_prot_t::read,
                                              vm_prot_t::none};
        vaddr_t const start = some_address();
        count(uvm_map_protect(some_space().vm_map, start, end_of(start), dice_.pick(prots),
                              uvm_protect_what::current));
    }
    void wire() {
        vaddr_t const start = some_address();
        count(uvm_map_pageable(some_space().vm_map, start, end_of(start), uvm_wiring::wire));
    }
    void unwire() {
        if (dice_.chance(50))
            return count(uvm_map_pageable_all(some_space().vm_map, uvm_wire_all::none, vsize_t(0)));
        vaddr_t const start = some_address();
        count(uvm_map_pageable(some_space().vm_map, start, end_of(start), uvm_wiring::unwire));
    }
    void inherit() {
        static constexpr vm_inherit_t how[] = {vm_inherit_t::copy, vm_inherit_t::share};
        vaddr_t const start = some_address();
        count(uvm_map_inherit(some_space().vm_map, start, end_of(start), dice_.pick(how)));
    }
    void clean() {
        static constexpr pgo how[] = {pgo::cleanit,
                                      pgo::deactivate,
                                      pgo::free,
                                      pgo::cleanit | pgo::free,
                                      pgo::cleanit | pgo::syncio,
                                      pgo::cleanit | pgo::syncio | pgo::free};
        vaddr_t const start = some_address();
        count(uvm_map_clean(some_space().vm_map, start, end_of(start), dice_.pick(how)));
    }
    void lookup() {
        vm_map& map = some_space().vm_map;
        vm_map_entry* entry;
        vaddr_t found;
        vm_map_lock_read(map);
        (void)uvm_map_lookup_entry(map, some_address(), &entry);
        (void)uvm_map_findspace(map, space_min, pages(2), &found, vsize_t(0), uvm_flag::none);
        vm_map_unlock_read(map);
    }
    void extract() {
        static constexpr uvm_extract how[] = {uvm_extract::none, uvm_extract::qref};
        vaddr_t at;
        count(uvm_map_extract(m_.shared->vm_map, some_address(), pages(1 + dice_.below(3)),
                              m_.others[index_]->vm_map, at, dice_.pick(how)));
    }
    // This thread's own space becomes a child of the shared one.
    void fork() {
        vmspace* const child = uvmspace_fork(*m_.shared);
        if (!child)
            return count(errno_t::enomem);
        uvmspace_free(*m_.others[index_]);
        m_.others[index_] = child;
    }
    void page_out() { (void)uvm_pageout(4); }
    void mremap() {
        static constexpr uvm_remap how[] = {uvm_remap::none, uvm_remap::fixed, uvm_remap::keep};
        vaddr_t to = some_address();
        count(uvm_mremap(some_space().vm_map, some_address(), pages(1 + dice_.below(3)), to,
                         pages(1 + dice_.below(4)), vsize_t(0), dice_.pick(how)));
    }
    void lend() {
        if (loans_.size() == most_loans)
            return end_loan();
        loan l{std::vector<uvm_loaned>(1 + dice_.below(3)),
               dice_.chance(50) ? uvm_loan_to::anon : uvm_loan_to::page};
        errno_t const error = dice_.chance(20) && l.to == uvm_loan_to::page
                                  ? uvm_loanuobjpages(*(dice_.chance(50) ? m_.file : m_.anonymous),
                                                      voff_t(dice_.below(8) * page_size), l.pages)
                                  : uvm_loan(some_space().vm_map, some_address(), l.pages, l.to);
        if (error == errno_t::ok)
            loans_.push_back(std::move(l));
        count(error);
    }
    // The borrower's end, or of a loan to anons its way into a map.
    void end_loan() {
        if (loans_.empty())
            return;
        loan const l = std::move(loans_.back());
        loans_.pop_back();
        vaddr_t at = some_address();
        if (l.to == uvm_loan_to::anon && dice_.chance(50) &&
            uvm_loan_map(some_space().vm_map, at, l.pages) == errno_t::ok)
            return;
        uvm_unloan(l.pages, l.to);
    }
    void swap_on_off() {
        std::unique_lock const mine(m_.swap_change, std::try_to_lock);
        if (!m_.coming_and_going || !mine)
            return;
        errno_t const error = m_.swapped_to ? uvm_swap_off(*m_.coming_and_going)
                                            : uvm_swap_add(*m_.coming_and_going, int32_t(dice_.below(2)));
        if (error == errno_t::ok)
            m_.swapped_to = !m_.swapped_to;
        count(error);
    }

    // Small pieces of maps with a cache of addresses: nobody else has them meanwhile.
    void kernel_memory() {
        vm_map& map = *cached_maps[dice_.below(std::size(cached_maps))];
        if (dice_.chance(5))
            (void)uvm_map_drain(map);
        uvm_km_flag const kind = dice_.chance(50) ? uvm_km_flag::wired : uvm_km_flag::vaonly;
        vsize_t const size = pages(1 + dice_.below(uvm_km_vacache_pages + 1));
        result<vaddr_t> const start = uvm_km_alloc(map, size, vsize_t(0), kind | uvm_km_flag::canfail);
        count(start ? errno_t::ok : start.error());
        if (!start)
            return;
        std::array<std::byte, 1> const mine{std::byte(index_)};
        std::array<std::byte, 1> found = mine;
        vaddr_t const last = *start + size - vsize_t(1);
        if (kind == uvm_km_flag::wired && (machine::kernel_write(last, mine) != errno_t::ok ||
                                           machine::kernel_read(last, found) != errno_t::ok || found != mine))
            ++m_.not_mine;
        uvm_km_free(map, *start, size, kind);
    }

    struct loan {
        std::vector<uvm_loaned> pages;
        uvm_loan_to to;
    };
    static constexpr size_t most_loans = 3; // they keep their pages in memory

    machine_under_test& m_;
    std::vector<loan> loans_;
    uint32_t index_;
    dice dice_;
};

// Waits for the time that the threads work; true when they all went on with it, false when for `stuck_after`
// seconds not one operation ended.
constexpr int stuck_after = 20;
bool watch(const machine_under_test& m, double seconds) {
    using clock = std::chrono::steady_clock;
    auto const end = clock::now() + std::chrono::duration<double>(seconds);
    auto last_change = clock::now();
    uint64_t seen = 0;
    while (clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        if (uint64_t const now = m.operations; now != seen) {
            seen = now;
            last_change = clock::now();
        }
        if (clock::now() - last_change > std::chrono::seconds(stuck_after))
            return false;
    }
    return true;
}

// Which of accounts() are not what they were.
QString differences(const std::vector<uint64_t>& before, const std::vector<uint64_t>& after) {
    static constexpr const char* names[] = {"free",  "active", "inactive", "wired",
                                            "anons", "amaps",  "entries"};
    QStringList lines;
    for (size_t i = 0; i < before.size(); ++i)
        if (before[i] != after[i])
            lines << QString("%1 %2, was %3").arg(names[i]).arg(after[i]).arg(before[i]);
    return lines.join("; ");
}

const char* const usage =
    "usage: contention_run [--seconds N] [--seed S] [--pages N] [--swap N] [--clockpro yes|no]\n"
    "Four threads on one space and on spaces that share with it; 10 seconds unless said\n"
    "otherwise, with N pages of memory for all (as many as there are when left out; they want\n"
    "up to 160), and N slots of swap, for half of which a device comes and goes. With clockpro,\n"
    "that is the page daemon's policy. Exit status: 0 well, 1 something does not fit together or\n"
    "the threads hang, 2 wrong arguments, 66 a race.\n";

} // namespace

int main(int argc, char** argv) {
    double seconds = 10;
    uint32_t seed = 1;
    uint32_t memory_pages = 0; // as many as there are
    uint32_t swap_slots = 0;   // none
    bool clockpro = false;
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 < argc && strcmp(argv[i], "--seconds") == 0)
            seconds = atof(argv[i + 1]);
        else if (i + 1 < argc && strcmp(argv[i], "--seed") == 0)
            seed = uint32_t(strtoul(argv[i + 1], nullptr, 0));
        else if (i + 1 < argc && strcmp(argv[i], "--pages") == 0)
            memory_pages = uint32_t(strtoul(argv[i + 1], nullptr, 0));
        else if (i + 1 < argc && strcmp(argv[i], "--swap") == 0)
            swap_slots = uint32_t(strtoul(argv[i + 1], nullptr, 0));
        else if (i + 1 < argc && strcmp(argv[i], "--clockpro") == 0 &&
                 (strcmp(argv[i + 1], "yes") == 0 || strcmp(argv[i + 1], "no") == 0))
            clockpro = strcmp(argv[i + 1], "yes") == 0;
        else {
            fputs(usage, stderr);
            return 2;
        }
    }
    host_boot(vsize_t(64u << 20));
    if (memory_pages != 0)
        uvm_page_limit(memory_pages);
    if (clockpro && uvm_pdpolicy_use(uvm_pdpolicy_clockpro) != errno_t::ok)
        return 1;
    auto const before = accounts();
    uvm_blockdev* disk = nullptr;
    machine_under_test m;
    if (swap_slots != 0) {
        disk = uvm_ramdisk_create(swap_slots / 2);
        m.coming_and_going = uvm_ramdisk_create(swap_slots / 2, "more");
        if (uvm_swap_add(*disk) != errno_t::ok)
            return 1;
    }
    for (size_t i = 0; i < std::size(cached_maps); ++i)
        uvm_km_vacache_init(*cached_maps[i], m.caches[i]);
    QString wrong;
    {
        m.file = ufile_create(pages(8).value, "f");
        m.anonymous = uao_create(pages(8).value, "a");
        m.shared = uvmspace_alloc(space_min, space_max, vmspace_direction::bottom_up);
        for (vmspace*& other : m.others)
            other = uvmspace_alloc(space_min, space_max, vmspace_direction::top_down);
        std::vector<std::thread> threads;
        for (uint32_t i = 0; i < thread_count; ++i)
            threads.emplace_back([&m, i, seed] { worker(m, i, seed * thread_count + i).run(); });
        if (!watch(m, seconds)) {
            for (uint32_t i = 0; i < thread_count; ++i)
                printf("thread %u hangs in %s\n", i, m.at[i].load());
            fflush(stdout);
            _Exit(1); // they cannot be joined
        }
        m.stop = true;
        for (std::thread& t : threads)
            t.join();
        std::vector<vmspace*> all{m.shared};
        all.insert(all.end(), std::begin(m.others), std::end(m.others));
        wrong = judge_memory(all);
        for (vmspace* vm : all)
            uvmspace_free(*vm);
        m.file->pgops->detach(*m.file);
        m.anonymous->pgops->detach(*m.anonymous);
    }
    uvm_loan_forget_zeros();
    if (wrong.isEmpty() && m.not_mine != 0)
        wrong = "kernel memory was given to two threads";
    if (wrong.isEmpty())
        wrong = end_caches();
    if (wrong.isEmpty() && (uvm_swap.swpginuse != 0 || uvm_swap.swpgonly != 0))
        wrong = QString("%1 swap slots are in use at the end, %2 of them alone")
                    .arg(uvm_swap.swpginuse)
                    .arg(uvm_swap.swpgonly);
    if (wrong.isEmpty() && disk) {
        while (uvm_swap_remove())
            ;
        uvm_ramdisk_destroy(*disk);
        uvm_ramdisk_destroy(*m.coming_and_going);
    }
    if (wrong.isEmpty() && accounts() != before)
        wrong = "not given back at the end: " + differences(before, accounts());
    printf("%llu operations, %llu of them failed as they may\n", (unsigned long long)m.operations,
           (unsigned long long)m.failures);
    if (!wrong.isEmpty())
        printf("%s\n", qPrintable(wrong));
    return wrong.isEmpty() ? 0 : 1;
}
