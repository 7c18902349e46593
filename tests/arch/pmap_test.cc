#include <functional>
#include <random>
#include <vector>

#include <QTest>

#include "tests/arch/pmap_model.h"
#include "tests/sync/death.h"

using namespace uvm;
using namespace uvm::test;

namespace {

std::function<void(machine::mmu_call, uintptr_t)> watcher;

// Random operations on three pmaps and a few pages, against the model; everything is compared after each.
template <class Format>
class exerciser {
    using ops = x86::pmap_ops<Format>;
    static constexpr uint32_t space_count = 3, page_count = 12;

public:
    explicit exerciser(uint32_t seed) : random_(seed) {
        for (uint32_t i = 0; i < space_count; ++i)
            spaces_[i].pm = ops::create();
        for (uint32_t i = 0; i < page_count; ++i)
            pages_.push_back(&take_page());
        watcher = [this](machine::mmu_call call, uintptr_t address) { tlb_.observe(call, address); };
    }
    ~exerciser() {
        for (space& s : spaces_) {
            ops::remove_all(*s.pm);
            ops::destroy(*s.pm);
        }
        for (vm_page* page : pages_) {
            clear(*page);
            uvm_pagefree(*page);
        }
        watcher = nullptr;
    }
    exerciser(const exerciser&) = delete;
    exerciser& operator=(const exerciser&) = delete;

    // One operation; "" or what is wrong after it.
    std::string step() {
        switch (below(18)) {
        case 0:
        case 1:
        case 2:
        case 3:
            return done("enter", enter(pmap_flag::none));
        case 4:
            return done("enter without memory", enter_without_memory());
        case 5:
        case 6:
            return done("remove", remove());
        case 7:
            return done("remove_all", below(4) == 0 ? remove_all() : "");
        case 8:
            return done("protect", protect());
        case 9:
            return done("page_protect", page_protect());
        case 10:
            return done("unwire", unwire());
        case 11:
            return done("clear", clear_one());
        case 12:
            return done("activate", activate());
        case 13:
        case 14:
            return done("enter ahead", enter_ahead());
        default:
            return done("access", access());
        }
    }
    [[nodiscard]] uint64_t faults() const { return faults_; }
    [[nodiscard]] uint64_t refused() const { return refused_; }
    [[nodiscard]] const strict_tlb<Format>& tlb() const { return tlb_; }

private:
    struct space : pmap_model {
        pmap* pm{};
    };

    uint32_t below(uint32_t n) { return uint32_t(random_() % n); }
    space& any_space() { return spaces_[below(space_count)]; }
    vm_page& any_page() { return *pages_[below(page_count)]; }
    // Addresses in a few clusters: neighbours, both sides of a leaf table's edge, far away.
    vaddr_t any_va() {
        static constexpr uintptr_t clusters[] = {0x00001000, 0x003fe000, 0x40000000, 0x7fffe000, 0xbfbf0000};
        return vaddr_t(clusters[below(std::size(clusters))] + below(4) * page_size);
    }
    va_range any_range() {
        vaddr_t const a = any_va();
        vaddr_t const b = below(2) ? a + vsize_t((1 + below(3)) * page_size) : any_va() + vsize_t(page_size);
        return a < b ? va_range{a, b} : va_range{round_down(b, page_size), a};
    }
    vm_prot_t any_prot() { return vm_prot_t(1 + below(7)) | vm_prot_t::read; }

    static void clear(vm_page& page) {
        ops::clear_attribute(page, pv_attribute::modified);
        ops::clear_attribute(page, pv_attribute::referenced);
    }

    void model_drop(space& s, std::map<uintptr_t, model_mapping>::iterator at) {
        model_page& page = page_models_[at->second.pa];
        page.referenced |= at->second.accessed;
        page.modified |= at->second.dirty;
        s.mappings.erase(at);
    }
    void model_remove(space& s, va_range range) {
        for (auto at = s.mappings.lower_bound(range.start.value);
             at != s.mappings.end() && at->first < range.end.value;)
            model_drop(s, at++);
    }

    std::string enter(pmap_flag more) {
        space& s = any_space();
        vaddr_t const va = any_va();
        uintptr_t const pa = any_page().phys_addr.value;
        vm_prot_t const prot = any_prot();
        pmap_flag flags = more;
        if (below(3) == 0)
            flags |= pmap_flag::wired;
        if (below(2))
            flags |=
                has(prot, vm_prot_t::write) && below(2) ? pmap_flag::access_write : pmap_flag::access_read;
        errno_t const error = ops::enter(*s.pm, va, paddr_t(pa), prot, flags);
        if (error != errno_t::ok) {
            ++refused_;
            return error == errno_t::enomem && has(more, pmap_flag::canfail) ? "" : "enter fails";
        }
        auto old = s.mappings.find(va.value);
        bool const write = has(flags, pmap_flag::access_write);
        model_mapping fresh{pa, prot, has(flags, pmap_flag::wired),
                            write || has(flags, pmap_flag::access_read), write};
        if (old != s.mappings.end() && old->second.pa == pa) {
            fresh.accessed |= old->second.accessed;
            fresh.dirty |= old->second.dirty;
        } else if (old != s.mappings.end()) {
            model_drop(s, old);
        }
        s.mappings[va.value] = fresh;
        return "";
    }
    std::string enter_without_memory() {
        uvm_fail_allocation(1 + below(Format::levels));
        std::string result = enter(pmap_flag::canfail);
        uvm_fail_allocation(0);
        return result;
    }
    // Up to four pages in a row, now and then without memory for all of them.
    std::string enter_ahead() {
        space& s = any_space();
        vaddr_t const start = any_va();
        vm_page* const pages[] = {&any_page(), &any_page(), &any_page(), &any_page()};
        uint32_t const which = 1 + below(15);
        vm_prot_t const prot = any_prot();
        bool const short_of_memory = below(3) == 0;
        if (short_of_memory)
            uvm_fail_allocation(1 + below(Format::levels));
        uint32_t const entered = ops::enter_ahead(*s.pm, start, pages, which, prot);
        uvm_fail_allocation(0);
        for (uint32_t i = 0; i < 4; ++i) {
            uintptr_t const va = (start + vsize_t(i * page_size)).value;
            bool const is_entered = (entered >> i & 1) != 0, is_wanted = (which >> i & 1) != 0;
            bool const can_be = is_wanted && s.mappings.count(va) == 0;
            if (is_entered ? !can_be : can_be && !short_of_memory)
                return "it says wrong what it has entered";
            if (is_entered)
                s.mappings[va] = {pages[i]->phys_addr.value, prot, false, false, false};
        }
        return "";
    }
    std::string remove() {
        space& s = any_space();
        va_range const range = any_range();
        ops::remove(*s.pm, range);
        model_remove(s, range);
        return "";
    }
    std::string remove_all() {
        space& s = any_space();
        ops::remove_all(*s.pm);
        model_remove(s, {vaddr_t(0), vaddr_t(0xffffffff)});
        return "";
    }
    std::string protect() {
        space& s = any_space();
        va_range const range = any_range();
        auto const prot = vm_prot_t(below(8));
        ops::protect(*s.pm, range, prot);
        if (prot == vm_prot_t::none)
            model_remove(s, range);
        for (auto& [va, m] : s.mappings)
            if (range.contains(vaddr_t(va)))
                m.prot = (m.prot & prot) | vm_prot_t::read;
        return "";
    }
    std::string page_protect() {
        static constexpr vm_prot_t choices[] = {vm_prot_t::none, prot_r, prot_rx};
        vm_page& page = any_page();
        vm_prot_t const prot = choices[below(3)];
        ops::page_protect(page, prot);
        for (space& s : spaces_)
            for (auto at = s.mappings.begin(); at != s.mappings.end();) {
                auto const here = at++;
                if (here->second.pa != page.phys_addr.value)
                    continue;
                if (prot == vm_prot_t::none)
                    model_drop(s, here);
                else
                    here->second.prot = (here->second.prot & prot) | vm_prot_t::read;
            }
        return "";
    }
    std::string unwire() {
        space& s = any_space();
        vaddr_t const va = any_va();
        ops::unwire(*s.pm, va);
        if (auto at = s.mappings.find(va.value); at != s.mappings.end())
            at->second.wired = false;
        return "";
    }
    std::string clear_one() {
        vm_page& page = any_page();
        bool const modified = below(2);
        model_page& model = page_models_[page.phys_addr.value];
        bool expected = modified ? model.modified : model.referenced;
        (modified ? model.modified : model.referenced) = false;
        for (space& s : spaces_)
            for (auto& [va, m] : s.mappings)
                if (m.pa == page.phys_addr.value) {
                    expected |= modified ? m.dirty : m.accessed;
                    (modified ? m.dirty : m.accessed) = false;
                }
        auto const which = modified ? pv_attribute::modified : pv_attribute::referenced;
        if (ops::clear_attribute(page, which) != expected)
            return "clear says it wrong";
        return ops::has_attribute(page, which) ? "still set" : "";
    }
    std::string activate() {
        if (below(4) == 0 && active_) {
            ops::deactivate(*active_->pm);
            active_ = nullptr;
        } else {
            active_ = &any_space();
            ops::activate(*active_->pm);
        }
        return "";
    }
    std::string access() {
        if (!active_)
            return "";
        static constexpr vm_prot_t kinds[] = {vm_prot_t::read, vm_prot_t::write, vm_prot_t::execute};
        vaddr_t const va = any_va();
        vm_prot_t const how = kinds[below(3)];
        bool const went = tlb_.access(active_->pm->pm_root, va, how);
        faults_ += !went;
        auto const at = active_->mappings.find(va.value);
        bool const executes_freely = how == vm_prot_t::execute && Format::no_execute == 0;
        bool const expected = at != active_->mappings.end() && (executes_freely || has(at->second.prot, how));
        if (went != expected)
            return went ? "access went through" : "access faulted";
        if (went) {
            at->second.accessed = true;
            at->second.dirty |= how == vm_prot_t::write;
        }
        return "";
    }

    std::string done(const char* what, const std::string& said) {
        std::string const wrong = said.empty() ? compare() : said;
        return wrong.empty() ? "" : std::string(what) + ": " + wrong;
    }
    std::string compare() {
        std::map<uintptr_t, uint32_t> mapped;
        for (space& s : spaces_)
            if (std::string wrong = compare_space(s, mapped); !wrong.empty())
                return wrong;
        for (vm_page* page : pages_) {
            uintptr_t const pa = page->phys_addr.value;
            if (mapping_count(*page) != mapped[pa])
                return "a page's list has the wrong length";
            if (has(page->mdpage.md_attributes, pv_attribute::modified) != page_models_[pa].modified ||
                has(page->mdpage.md_attributes, pv_attribute::referenced) != page_models_[pa].referenced)
                return "a page's attributes are wrong";
        }
        return active_ && tlb_.stale(active_->pm->pm_root) != ~uintptr_t{0}
                   ? "a stale translation was not flushed"
                   : "";
    }
    std::string compare_space(space& s, std::map<uintptr_t, uint32_t>& mapped) {
        vaddr_t from(0);
        pmap_mapping got;
        for (auto const& [va, m] : s.mappings) {
            ++mapped[m.pa];
            if (!ops::next_mapping(*s.pm, from, &got))
                return "a mapping is missing";
            if (got.va.value != va || got.pa.value != m.pa || got.prot != m.prot || got.wired != m.wired)
                return "a mapping is wrong";
            auto const entry = *x86::page_table<Format>::find(s.pm->pm_root, vaddr_t(va));
            if (((entry & Format::accessed) != 0) != m.accessed || ((entry & Format::dirty) != 0) != m.dirty)
                return "accessed or dirty is wrong";
            paddr_t pa;
            if (!ops::extract(*s.pm, vaddr_t(va + 0x10), &pa) || pa.value != m.pa + 0x10)
                return "extract is wrong";
            // A window that begins three pages before it, as faults ask; now and then it reaches over a
            // table's end.
            uintptr_t const first = va >= 3 * page_size ? va - 3 * page_size : va;
            for (uint32_t i = 0, bits = ops::mapped(*s.pm, vaddr_t(first), 16); i < 16; ++i)
                if ((bits >> i & 1) != s.mappings.count(first + i * page_size))
                    return "mapped is wrong";
            from = vaddr_t(va + page_size);
        }
        if (ops::next_mapping(*s.pm, from, &got))
            return "a mapping too many";
        if (s.pm->pm_resident != s.mappings.size() || s.pm->pm_wired != s.wired())
            return "a count is wrong";
        return s.pm->pm_tables == s.template tables<Format>() ? "" : "the number of page tables is wrong";
    }

    std::mt19937 random_;
    space spaces_[space_count];
    std::vector<vm_page*> pages_;
    std::map<uintptr_t, model_page> page_models_;
    strict_tlb<Format> tlb_;
    space* active_{};
    uint64_t faults_{}, refused_{};
};

template <class Format>
void exercise(uint32_t seed, int steps) {
    uint32_t const free_before = uvmexp.free;
    {
        exerciser<Format> e(seed);
        for (int i = 0; i < steps; ++i) {
            std::string const wrong = e.step();
            QVERIFY2(wrong.empty(),
                     qPrintable(QString("seed %1, step %2: %3").arg(seed).arg(i).arg(wrong.c_str())));
        }
        // The run was worth something only if all this happened.
        QVERIFY(e.faults() > 50);
        QVERIFY(e.refused() > 10);
        QVERIFY(e.tlb().flushes > 50);
        QVERIFY(e.tlb().activations > 50);
    }
    QCOMPARE(uvmexp.free, free_before);
}

} // namespace

class PmapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void random_operations_agree_with_a_naive_pmap_data();
    void random_operations_agree_with_a_naive_pmap();
    void page_tables_are_given_back_when_empty();
    void a_failed_enter_leaves_nothing_behind();
    void entering_ahead_leaves_what_is_there_data();
    void entering_ahead_leaves_what_is_there();
    void enter_without_canfail_panics_for_lack_of_memory();
    void kernel_mappings_appear_in_every_address_space();
    void only_the_active_tables_are_flushed();
    void protect_never_raises_a_right();
    void the_machine_chose_the_format_of_its_width();
};

void PmapTest::initTestCase() {
    host_boot(vsize_t(uintptr_t{32} << 20));
    machine::mmu_observer = [](machine::mmu_call call, uintptr_t address) {
        if (watcher)
            watcher(call, address);
    };
    // Pools keep no page when empty, but the kernel's own tables stay: have them made before pages are
    // counted.
    x86::pmap_ops<x86::two_level>::kernel();
    x86::pmap_ops<x86::four_level>::kernel();
}

void PmapTest::random_operations_agree_with_a_naive_pmap_data() {
    QTest::addColumn<uint32_t>("seed");
    for (uint32_t seed = 1; seed <= 6; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void PmapTest::random_operations_agree_with_a_naive_pmap() {
    QFETCH(uint32_t, seed);
    exercise<x86::two_level>(seed, 4000);
    exercise<x86::four_level>(seed, 4000);
}

void PmapTest::page_tables_are_given_back_when_empty() {
    using ops = x86::pmap_ops<x86::four_level>;
    vm_page& page = take_page();
    pmap* pm = ops::create();
    uint32_t const before = uvmexp.free;
    QCOMPARE(ops::enter(*pm, vaddr_t(0x1000), page.phys_addr, prot_r, pmap_flag::none), errno_t::ok);
    QCOMPARE(pm->pm_tables, 3u);
    QCOMPARE(uvmexp.free, before - 4); // three tables and a page of pv entries
    QCOMPARE(ops::enter(*pm, vaddr_t(0x200000), page.phys_addr, prot_r, pmap_flag::none), errno_t::ok);
    QCOMPARE(pm->pm_tables, 4u); // a second leaf table
    ops::remove(*pm, {vaddr_t(0x1000), vaddr_t(0x2000)});
    QCOMPARE(pm->pm_tables, 3u);
    ops::page_protect(page, vm_prot_t::none);
    QCOMPARE(pm->pm_tables, 0u);
    QCOMPARE(pm->pm_resident, 0u);
    QCOMPARE(uvmexp.free, before);
    ops::destroy(*pm);
    uvm_pagefree(page);
}

void PmapTest::a_failed_enter_leaves_nothing_behind() {
    using ops = x86::pmap_ops<x86::four_level>;
    vm_page& page = take_page();
    pmap* pm = ops::create();
    uint32_t const before = uvmexp.free;
    // Three tables and a pv entry are needed; each of them fails once.
    for (uint32_t nth = 1; nth <= 4; ++nth) {
        uvm_fail_allocation(nth);
        QCOMPARE(ops::enter(*pm, vaddr_t(0x1000), page.phys_addr, prot_r, pmap_flag::canfail),
                 errno_t::enomem);
        uvm_fail_allocation(0);
        QCOMPARE(pm->pm_tables, 0u);
        QCOMPARE(pm->pm_resident, 0u);
        QCOMPARE(mapping_count(page), 0u);
        QCOMPARE(uvmexp.free, before);
    }
    uvm_fail_allocation(5);
    QCOMPARE(ops::enter(*pm, vaddr_t(0x1000), page.phys_addr, prot_r, pmap_flag::canfail), errno_t::ok);
    uvm_fail_allocation(0);
    ops::remove_all(*pm);
    ops::destroy(*pm);
    uvm_pagefree(page);
}

// A window of a fault that can enter none of its pages, because they are there or there is no memory, does
// nothing to those that are there, and leaves no table behind that it has made.
void PmapTest::entering_ahead_leaves_what_is_there_data() {
    QTest::addColumn<bool>("mapped");
    QTest::addColumn<uint32_t>("which");
    QTest::addColumn<bool>("without_memory");
    QTest::addRow("what is asked for is there") << true << 1u << false;
    QTest::addRow("no memory beside it") << true << 2u << true;
    QTest::addRow("no memory where nothing is") << false << 2u << true;
}

void PmapTest::entering_ahead_leaves_what_is_there() {
    QFETCH(bool, mapped);
    QFETCH(uint32_t, which);
    QFETCH(bool, without_memory);
    auto check = [&]<class Format>(Format) {
        using ops = x86::pmap_ops<Format>;
        vaddr_t const start{0x5000};
        vm_page* const pages[] = {&take_page(), &take_page()};
        uint32_t const before = uvmexp.free;
        pmap* const pm = ops::create();
        if (mapped)
            QCOMPARE(ops::enter(*pm, start, pages[0]->phys_addr, prot_rw, pmap_flag::wired), errno_t::ok);
        uint32_t const tables = pm->pm_tables;
        // The pv entry fails, after the tables where they have to be made.
        uvm_fail_allocation(without_memory ? mapped ? 1 : Format::levels : 0);
        uint32_t const entered = ops::enter_ahead(*pm, start, pages, which, prot_r);
        uvm_fail_allocation(0);
        QCOMPARE(entered, 0u);
        pmap_mapping found{};
        QCOMPARE(ops::next_mapping(*pm, vaddr_t(0), &found), mapped);
        if (mapped) {
            QCOMPARE(found.va.value, start.value);
            QCOMPARE(found.prot, prot_rw);
        }
        QCOMPARE(pm->pm_resident, mapped ? 1u : 0u);
        QCOMPARE(pm->pm_wired, mapped ? 1u : 0u);
        QCOMPARE(pm->pm_tables, tables);
        QCOMPARE(mapping_count(*pages[0]), mapped ? 1u : 0u);
        ops::remove_all(*pm);
        ops::destroy(*pm);
        QCOMPARE(uvmexp.free, before);
        for (vm_page* const page : pages)
            uvm_pagefree(*page);
    };
    check(x86::two_level{});
    check(x86::four_level{});
}

void PmapTest::enter_without_canfail_panics_for_lack_of_memory() {
    using ops = x86::pmap_ops<x86::two_level>;
    vm_page& page = take_page();
    pmap* pm = ops::create();
    std::string const said = panic_text([&] {
        uvm_fail_allocation(1);
        (void)ops::enter(*pm, vaddr_t(0x1000), page.phys_addr, prot_r, pmap_flag::none);
    });
    QVERIFY2(said.find("pmap_enter: no memory") != std::string::npos, said.c_str());
    ops::destroy(*pm);
    uvm_pagefree(page);
}

void PmapTest::kernel_mappings_appear_in_every_address_space() {
    auto check = []<class Format>(Format, vaddr_t va) {
        using ops = x86::pmap_ops<Format>;
        vm_page& page = take_page();
        pmap* before = ops::create();
        // The kernel of this machine has its own since it booted.
        uint32_t const wired = ops::kernel().pm_wired, resident = ops::kernel().pm_resident;
        ops::kenter(va, page.phys_addr, prot_rw);
        pmap* after = ops::create();
        QCOMPARE(ops::kernel().pm_wired, wired + 1);
        QCOMPARE(mapping_count(page), 0u); // unmanaged
        for (pmap* pm : {&ops::kernel(), before, after}) {
            paddr_t pa;
            QVERIFY(ops::extract(*pm, va + vsize_t(0x42), &pa));
            QCOMPARE(pa.value, page.phys_addr.value + 0x42);
            // No user program gets there.
            QVERIFY(!machine::software_mmu_walk<Format>(pm->pm_root, va, vm_prot_t::read, &pa));
        }
        ops::remove_all(*before);
        ops::remove(ops::kernel(), {va, va + vsize_t(page_size)});
        for (pmap* pm : {&ops::kernel(), before, after}) {
            paddr_t pa;
            QVERIFY(!ops::extract(*pm, va, &pa));
        }
        QCOMPARE(ops::kernel().pm_resident, resident);
        ops::destroy(*before);
        ops::destroy(*after);
        uvm_pagefree(page);
    };
    check(x86::two_level{}, vaddr_t(0xf0000000));
    check(x86::four_level{}, vaddr_t(0xffffc00000000000));
}

void PmapTest::only_the_active_tables_are_flushed() {
    using ops = x86::pmap_ops<x86::two_level>;
    std::vector<std::pair<machine::mmu_call, uintptr_t>> calls;
    vm_page& page = take_page();
    pmap* active = ops::create();
    pmap* other = ops::create();
    watcher = [&](machine::mmu_call call, uintptr_t address) { calls.emplace_back(call, address); };
    using list = decltype(calls);
    using enum machine::mmu_call;
    ops::activate(*active);
    QCOMPARE(calls, (list{{activate, active->pm_root.value}}));
    ops::activate(*active);
    QCOMPARE(calls.size(), size_t(1)); // it runs already
    calls.clear();
    for (pmap* pm : {active, other})
        QCOMPARE(ops::enter(*pm, vaddr_t(0x5000), page.phys_addr, prot_rw, pmap_flag::none), errno_t::ok);
    QCOMPARE(calls, list{}); // nothing was there that could be remembered
    ops::page_protect(page, prot_r);
    QCOMPARE(calls, (list{{flush_page, 0x5000}}));
    ops::remove_all(*other);
    QCOMPARE(calls.size(), size_t(1));
    calls.clear();
    ops::remove(*active, {vaddr_t(0x5000), vaddr_t(0x6000)});
    QCOMPARE(calls, (list{{flush_page, 0x5000}, {flush_page, 0x5000}})); // the page, and the table it was in
    calls.clear();
    ops::destroy(*active); // nobody may run on tables that are gone
    QCOMPARE(calls, (list{{activate, ops::kernel().pm_root.value}}));
    watcher = nullptr;
    ops::destroy(*other);
    uvm_pagefree(page);
}

void PmapTest::protect_never_raises_a_right() {
    using ops = x86::pmap_ops<x86::four_level>;
    vm_page& page = take_page();
    pmap* pm = ops::create();
    va_range const range{vaddr_t(0x8000), vaddr_t(0x9000)};
    QCOMPARE(ops::enter(*pm, range.start, page.phys_addr, prot_r, pmap_flag::none), errno_t::ok);
    ops::protect(*pm, range, vm_prot_t::all);
    pmap_mapping found{};
    QVERIFY(ops::next_mapping(*pm, vaddr_t(0), &found));
    QCOMPARE(found.prot, prot_r);
    ops::remove_all(*pm);
    ops::destroy(*pm);
    uvm_pagefree(page);
}

void PmapTest::the_machine_chose_the_format_of_its_width() {
    QCOMPARE(sizeof(machine::pmap_format::word), sizeof(uintptr_t));
    pmap* pm = pmap_create();
    vm_page& page = take_page();
    QCOMPARE(pmap_enter(*pm, vaddr_t(0x7000), page.phys_addr, prot_rw, pmap_flag::wired), errno_t::ok);
    QCOMPARE(pmap_resident_count(*pm), 1u);
    QCOMPARE(pmap_wired_count(*pm), 1u);
    pmap_unwire(*pm, vaddr_t(0x7000));
    QCOMPARE(pmap_wired_count(*pm), 0u);
    pmap_remove_all(*pm);
    pmap_destroy(*pm);
    uvm_pagefree(page);
}

QTEST_GUILESS_MAIN(PmapTest)
#include "pmap_test.moc"
