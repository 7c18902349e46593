#include "gdbbridge/snapshot/page_walk.h"

#include <unordered_set>
#include <vector>

#include "gdbbridge/snapshot/decode_pass.h"
#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

const PageTableFormat twoLevelFormat{2, 10, 4, 0xfffff000, 0};
const PageTableFormat fourLevelFormat{4, 9, 8, 0x000ffffffffff000, uint64_t{1} << 63};

namespace {

constexpr unsigned pageShift = 12;

class Walk {
public:
    Walk(MemoryReader& memory, const PageTableFormat& format, uint64_t vaEnd, std::vector<PageTable>& tables,
         const std::function<bool(const Mapping&)>& mapping,
         const std::function<void(uint64_t, const std::string&)>& problem)
        : m_memory(memory), m_format(format), m_vaEnd(vaEnd), m_tables(tables), m_mapping(mapping),
          m_problem(problem) {}

    // false: the caller wants no more. Recursion is as deep as the format has levels.
    bool table(uint64_t pa, uint64_t leading, unsigned level, uint64_t va, bool writable, bool executable) {
        if (!m_seen.insert(pa).second) {
            m_problem(pa, "the table at physical " + hex(pa) + " is used twice in one tree");
            return true;
        }
        size_t const size = size_t{m_format.entrySize} << m_format.indexBits;
        std::vector<uint8_t> scratch;
        const uint8_t* bytes = m_memory.spanPhysical(pa, size);
        if (!bytes) {
            scratch.resize(size);
            if (!m_memory.readPhysical(pa, scratch.data(), size)) {
                m_problem(pa, "there is no memory at the table at physical " + hex(pa));
                return true;
            }
            bytes = scratch.data();
        }
        size_t const index = m_tables.size();
        m_tables.push_back({pa, va, leading, level, 0});
        unsigned const shift = pageShift + m_format.indexBits * (level - 1);
        for (unsigned i = 0; i < 1u << m_format.indexBits; ++i) {
            uint64_t const at = va + (uint64_t{i} << shift);
            if (at >= m_vaEnd)
                return true;
            uint64_t const word = fieldValue(bytes, {i * m_format.entrySize, m_format.entrySize});
            if ((word & pte::present) == 0)
                continue;
            ++m_tables[index].present;
            if (!entry(word, level, at, writable, executable))
                return false;
        }
        return true;
    }

private:
    bool entry(uint64_t word, unsigned level, uint64_t va, bool writable, bool executable) {
        writable = writable && (word & pte::write) != 0;
        executable = executable && (word & m_format.noExecute) == 0;
        if (level == 1)
            return page(word, va, writable, executable);
        if ((word & pte::large) != 0) {
            m_problem(va, "there is a large page at " + hex(va) + ", where only tables belong");
            return true;
        }
        return table(word & m_format.frameMask, word, level - 1, va, writable, executable);
    }

    bool page(uint64_t word, uint64_t va, bool writable, bool executable) {
        Mapping mapping;
        mapping.va = va;
        mapping.pa = word & m_format.frameMask;
        bool const execute = executable && (word & pte::softExecute) != 0;
        mapping.protection = {uint8_t(1 | (writable ? 2 : 0) | (execute ? 4 : 0))};
        mapping.wired = (word & pte::softWired) != 0;
        mapping.referenced = (word & pte::accessed) != 0;
        mapping.modified = (word & pte::dirty) != 0;
        mapping.word = word;
        return m_mapping(mapping);
    }

    MemoryReader& m_memory;
    const PageTableFormat& m_format;
    uint64_t m_vaEnd;
    std::vector<PageTable>& m_tables;
    const std::function<bool(const Mapping&)>& m_mapping;
    const std::function<void(uint64_t, const std::string&)>& m_problem;
    std::unordered_set<uint64_t> m_seen;
};

} // namespace

void walkPageTables(MemoryReader& memory, const PageTableFormat& format, uint64_t root, uint64_t vaEnd,
                    std::vector<PageTable>& tables, const std::function<bool(const Mapping&)>& mapping,
                    const std::function<void(uint64_t, const std::string&)>& problem) {
    Walk(memory, format, vaEnd, tables, mapping, problem).table(root, 0, format.levels, 0, true, true);
}

void DecodePass::decodePageTables(uint64_t address, const std::string& space, PageTables& tables) {
    std::string const where = "page tables of " + space;
    tables.address = address;
    std::vector<uint8_t> scratch;
    const uint8_t* bytes = address ? fetch(address, m_fields.pmap.size, scratch) : nullptr;
    if (!bytes) {
        report(0, address, where, "there is no memory at the pmap " + hex(address));
        return;
    }
    tables.root = fieldValue(bytes, m_fields.pmap.root);
    tables.residentCount = uint32_t(fieldValue(bytes, m_fields.pmap.resident));
    tables.wiredCount = uint32_t(fieldValue(bytes, m_fields.pmap.wired));
    bool const two = m_fields.pointerSize == 4;
    // The user's part ends where the kernel's begins: at the direct map, or in the middle of 48 bits.
    uint64_t const vaEnd =
        two ? (m_memory.window().vaBase ? m_memory.window().vaBase : uint64_t{1} << 32) : uint64_t{1} << 47;
    auto const mapping = [&](const Mapping& found) {
        if (++m_mappingCount > m_limits.mappings) {
            report(0, address, where, "too many pages are entered; the rest is left out");
            return false;
        }
        tables.mappings.push_back(found);
        return true;
    };
    const PageTableFormat& format = two ? twoLevelFormat : fourLevelFormat;
    tables.levels = format.levels;
    tables.indexBits = format.indexBits;
    walkPageTables(m_memory, format, tables.root, vaEnd, tables.tables, mapping,
                   [&](uint64_t at, const std::string& what) { report(0, at, where, what); });
}

} // namespace gdbbridge
