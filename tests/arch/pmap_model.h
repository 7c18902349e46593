// A naive pmap over std::map, and a strict translation cache: the oracles of pmap_test.
#pragma once

#include <map>
#include <set>

#include <machine/mmu.h>

#include "kernel/arch/host/software_mmu.h"
#include "kernel/arch/x86/pmap_x86.h"
#include "tests/arch/arch_fixture.h"

namespace uvm::test {

struct model_mapping {
    uintptr_t pa{};
    vm_prot_t prot{};
    bool wired{}, accessed{}, dirty{};
};

struct model_page {
    bool referenced{}, modified{}; // left behind by removed mappings
};

struct pmap_model {
    std::map<uintptr_t, model_mapping> mappings; // by va

    [[nodiscard]] uint32_t wired() const {
        uint32_t count = 0;
        for (auto const& [va, m] : mappings)
            count += m.wired;
        return count;
    }
    // Tables below the top one that these mappings need.
    template <class Format>
    [[nodiscard]] uint32_t tables() const {
        std::set<std::pair<uint32_t, uintptr_t>> needed;
        for (auto const& [va, m] : mappings)
            for (uint32_t level = 1; level < Format::levels; ++level)
                needed.insert({level, va >> x86::page_table<Format>::shift(level)});
        return uint32_t(needed.size());
    }
};

// A translation cache that forgets nothing until it is told to, like the worst of processors. Whatever it
// remembers must still be right: an entry that the page tables no longer back is a missing flush.
template <class Format>
class strict_tlb {
public:
    struct cached {
        uintptr_t pa;
        vm_prot_t rights;
        bool dirty;
    };
    std::map<uintptr_t, cached> entries;
    uint32_t activations{}, flushes{};

    void observe(machine::mmu_call call, uintptr_t address) {
        if (call == machine::mmu_call::flush_page) {
            ++flushes;
            entries.erase(address & ~page_mask);
            return;
        }
        activations += call == machine::mmu_call::activate;
        entries.clear();
    }

    // An access by the processor on the tables at `root`; false: it faults.
    bool access(paddr_t root, vaddr_t va, vm_prot_t how) {
        auto const hit = entries.find(va.value);
        bool const writes = how == vm_prot_t::write;
        if (hit != entries.end() && has(hit->second.rights, how) && (!writes || hit->second.dirty))
            return true;
        paddr_t pa;
        if (!machine::software_mmu_walk<Format>(root, va, how, &pa))
            return false;
        auto const entry = *x86::page_table<Format>::find(root, va);
        entries[va.value] = {pa.value, hardware_rights(entry), (entry & Format::dirty) != 0};
        return true;
    }

    // The first address whose cached translation the tables contradict, or -1.
    [[nodiscard]] uintptr_t stale(paddr_t root) const {
        for (auto const& [va, c] : entries) {
            auto const* entry = x86::page_table<Format>::find(root, vaddr_t(va));
            if (!entry || !(*entry & Format::present) ||
                x86::page_table<Format>::frame(*entry).value != c.pa ||
                !has_all(hardware_rights(*entry), c.rights) || !(*entry & Format::accessed) ||
                (c.dirty && !(*entry & Format::dirty)))
                return va;
        }
        return ~uintptr_t{0};
    }

private:
    static vm_prot_t hardware_rights(typename Format::word entry) {
        vm_prot_t rights = vm_prot_t::read;
        if (entry & Format::write)
            rights |= vm_prot_t::write;
        if (!(entry & Format::no_execute))
            rights |= vm_prot_t::execute;
        return rights;
    }
};

} // namespace uvm::test
