// uvm_map_findspace against a scan of all gaps, in arithmetic that cannot wrap.
#include <QObject>
#include <QString>
#include <QTest>

#include "kernel/vm/uvm_probe.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

using wide = unsigned __int128;

struct question {
    vaddr_t hint;
    vsize_t length, align;
    bool fixed;
};

struct answer {
    bool found{};
    uintptr_t at{};
    const vm_map_entry* before{};
    bool operator==(const answer&) const = default;
};

// The place in one gap that the question would take, if any.
answer place_in_gap(const vm_map_entry& before, const question& q, bool down) {
    wide const low = before.end.value, high = before.next->start.value;
    wide const align = q.align.value ? q.align.value : 1, length = q.length.value, hint = q.hint.value;
    if (q.fixed) {
        bool const fits = low <= hint && hint + length <= high;
        return fits ? answer{true, uintptr_t(hint), &before} : answer{};
    }
    if (!down) {
        wide const at = (std::max(low, hint) + align - 1) / align * align;
        return at + length <= high ? answer{true, uintptr_t(at), &before} : answer{};
    }
    if (high < low + length)
        return {};
    wide const at = std::min(high - length, hint) / align * align;
    return at >= low ? answer{true, uintptr_t(at), &before} : answer{};
}

answer scan(const vm_map& map, question q) {
    bool const down = has(map.flags, vm_map_flag::topdown);
    if (q.hint < map.min()) {
        if (q.fixed)
            return {};
        q.hint = map.min();
    }
    if (q.hint > map.max())
        return {};
    answer best;
    const vm_map_entry* gap = &map.header;
    do {
        answer const here = place_in_gap(*gap, q, down);
        if (here.found && (!best.found || (down ? here.at > best.at : here.at < best.at)))
            best = here;
        gap = gap->next;
    } while (gap != &map.header);
    return best;
}

answer ask(vm_map& map, const question& q) {
    vaddr_t at;
    vm_map_lock_read(map);
    const vm_map_entry* const before =
        uvm_map_findspace(map, q.hint, q.length, &at, q.align, q.fixed ? uvm_flag::fixed : uvm_flag::none);
    vm_map_unlock_read(map);
    return before ? answer{true, at.value, before} : answer{};
}

QString text(const answer& a) {
    return a.found ? hex(a.at) + " behind " + hex(a.before->start.value) : "none";
}

struct limits {
    vaddr_t min, max;
};

// A map alone, which may lie where no program's memory can: nothing is ever entered in its page tables.
class bare_map {
public:
    bare_map(limits where, bool down) : where_(where) {
        vm_map_flag const flags = down ? vm_map_flag::pageable | vm_map_flag::topdown : vm_map_flag::pageable;
        uvm_map_setup(map_, where.min, where.max, flags, pmap_create());
    }
    ~bare_map() {
        unmap(where_.min, where_.max);
        pmap_destroy(*map_.pm);
    }
    bare_map(const bare_map&) = delete;
    bare_map& operator=(const bare_map&) = delete;
    vm_map& map() { return map_; }
    void unmap(vaddr_t start, vaddr_t end) {
        if (uvm_unmap(map_, start, end, uvm_flag::vaonly) != errno_t::ok)
            panic("no memory to unmap");
    }

private:
    limits where_;
    vm_map map_;
};

// A map with entries of up to `longest` pages at random places.
void fill(vm_map& map, dice& random, uint32_t count, uint32_t longest, limits where) {
    uvm_mapping const how{.prot = vm_prot_t::read,
                          .max = vm_prot_t::all,
                          .flags = uvm_flag::fixed | uvm_flag::nomerge | uvm_flag::copyonw};
    uint32_t const room = bytes_to_pages(where.max - where.min);
    for (uint32_t i = 0; i < count; ++i) {
        vaddr_t start = where.min + pages(random.below(room));
        // What does not fit is left out.
        (void)uvm_map(map, start, pages(1 + random.below(longest)), nullptr, uvm_unknown_offset, vsize_t(0),
                      how);
    }
}

// Lengths, hints and alignments around all limits, and everyday ones.
question some_question(dice& random, limits where) {
    uintptr_t const width = (where.max - where.min).value;
    question q{};
    uint32_t const kind = random.below(20);
    if (kind == 0)
        q.length = vsize_t(0 - pages(1 + random.below(3)).value); // nearly the whole of what a number can say
    else if (kind == 1)
        q.length = vsize_t(width) - pages(random.below(4));
    else if (kind == 2)
        q.length = vsize_t(width) + pages(1 + random.below(4));
    else if (kind == 3)
        q.length = vsize_t(uintptr_t{1} << (sizeof(uintptr_t) * 8 - 1));
    else
        q.length = pages(1 + random.below(kind < 15 ? 8 : 300));
    switch (random.below(12)) {
    case 0:
        q.hint = where.min;
        break;
    case 1:
        q.hint = where.max;
        break;
    case 2:
        q.hint = where.max + pages(1 + random.below(2));
        break;
    case 3:
        q.hint = where.min - pages(1);
        break;
    case 4:
        q.hint = trunc_page(vaddr_t(UINTPTR_MAX));
        break;
    case 5:
        q.hint = vaddr_t(0);
        break;
    default:
        q.hint = where.min + pages(random.below(bytes_to_pages(vsize_t(width))));
    }
    q.fixed = random.chance(15);
    if (!q.fixed && random.chance(50))
        q.align = vsize_t(page_size << random.below(random.chance(10) ? 50 : 10));
    return q;
}

const vm_map_entry* entry_with(const vm_map& map, uint64_t id) {
    for (const vm_map_entry* e = map.first(); e != &map.header; e = e->next)
        if (e->entry_id == id)
            return e;
    return nullptr;
}

// What the probes said of one search.
struct search_told {
    std::vector<const vm_map_entry*> looks; // the gaps looked at, in order; the header for the first gap
    std::vector<const vm_map_entry*> cuts;  // the subtrees skipped
    QString wrong;                          // what contradicts the map or itself

    // An entry between the first and the last gap looked at that the search neither looked at, nor cut off,
    // nor passed on the way from or to one: "" when each is accounted for.
    QString left_out(const vm_map& map, vsize_t length) const {
        if (looks.size() < 2)
            return {};
        auto const position = [&](const vm_map_entry* e) {
            return e == &map.header ? 0 : e->start.value + 1;
        };
        auto const low = std::min(position(looks.front()), position(looks.back()));
        auto const high = std::max(position(looks.front()), position(looks.back()));
        for (const vm_map_entry* e = map.first(); e != &map.header; e = e->next) {
            if (position(e) <= low || position(e) >= high || std::ranges::count(looks, e))
                continue;
            bool passed = false;
            for (const vm_map_entry* look : looks)
                for (const vm_map_entry* up = look; up && up != &map.header; up = up->rb.parent)
                    passed = passed || up == e;
            bool cut = false;
            for (const vm_map_entry* up = e; up; up = up->rb.parent)
                cut = cut || std::ranges::count(cuts, up);
            if ((!passed && !cut) || e->gap >= length)
                return QString("the entry at %1").arg(hex(e->start.value));
        }
        return {};
    }
};

// Reads the records of one search, from behind `first` on.
search_told told_since(const vm_map& map, uint64_t first) {
    search_told told;
    if (uvm_probe_last() == first)
        return told; // the hint alone was refused and nothing began
    uint64_t length = 0;
    for (uint64_t n = first; n < uvm_probe_last(); ++n) {
        uvm_probe_record const& r = uvm_probe_ring.records[n % uvm_probe_ring_size];
        if (r.event == uint16_t(uvm_event::findspace_begin))
            length = r.arg(2);
        if (r.event != uint16_t(uvm_event::findspace_visit))
            continue;
        const vm_map_entry* const entry = r.arg(1) ? entry_with(map, r.arg(1)) : &map.header;
        if (!entry || r.arg(2) != entry->maxgap.value)
            told.wrong = "a visit of no entry, or with another maxgap";
        (r.arg(3) == 2 ? told.cuts : told.looks).push_back(entry);
        if (r.arg(3) == 2 && r.arg(2) >= length)
            told.wrong = "a subtree with room was cut";
        if (r.arg(3) > 2)
            told.wrong = "a verdict that there is not";
    }
    uvm_probe_record const& last = uvm_probe_ring.records[(uvm_probe_last() - 1) % uvm_probe_ring_size];
    if (last.event != uint16_t(uvm_event::findspace_end) || last.nargs != 3 ||
        last.arg(2) != told.looks.size())
        told.wrong = "the end, or its number of looks";
    return told;
}

} // namespace

class FindspaceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }

    void every_answer_is_that_of_a_scan_data() {
        QTest::addColumn<uint32_t>("seed");
        QTest::addColumn<bool>("down");
        QTest::addColumn<quintptr>("min");
        QTest::addColumn<quintptr>("max");
        for (uint32_t seed = 1; seed <= 12; ++seed)
            QTest::addRow("seed %u", seed)
                << seed << (seed % 2 == 0) << quintptr(0x10000) << quintptr(0x1010000);
        // At both ends of what an address can be.
        for (uint32_t seed = 101; seed <= 104; ++seed)
            QTest::addRow("from 0, seed %u", seed)
                << seed << (seed % 2 == 0) << quintptr(0) << quintptr(0x800000);
        for (uint32_t seed = 201; seed <= 204; ++seed)
            QTest::addRow("to the top, seed %u", seed)
                << seed << (seed % 2 == 0) << (~quintptr(0) - 0x7fffff) << (~quintptr(0) & ~quintptr(0xfff));
    }
    void every_answer_is_that_of_a_scan() {
        QFETCH(uint32_t, seed);
        QFETCH(bool, down);
        QFETCH(quintptr, min);
        QFETCH(quintptr, max);
        dice random(seed);
        limits const where{vaddr_t(min), vaddr_t(max)};
        bare_map space(where, down);
        uvm_probe_control.record_mask = uvm_event_class::tree;
        uint32_t found = 0;
        size_t cuts = 0;
        for (int round = 0; round < 40; ++round) {
            fill(space.map(), random, 1 + random.below(40), round % 2 ? 3 : 60, where);
            if (random.chance(30))
                space.unmap(where.min + pages(random.below(2000)), where.max - pages(random.below(2000)));
            for (int n = 0; n < 100; ++n) {
                question const q = some_question(random, where);
                auto const before = accounts();
                uint64_t const first = uvm_probe_last();
                answer const got = ask(space.map(), q);
                search_told const told = told_since(space.map(), first);
                QCOMPARE(told.wrong, QString());
                // A look at the hint's own gap and at the one that maxgap led to.
                if (!q.align)
                    QVERIFY(told.looks.size() <= 2);
                QCOMPARE(told.left_out(space.map(), q.length), QString());
                cuts += told.cuts.size();
                answer const expected = scan(space.map(), q);
                found += expected.found;
                QVERIFY2(got == expected,
                         qPrintable(QString("seed %1: hint %2, length %3, align %4%5: expected %6, found %7")
                                        .arg(seed)
                                        .arg(hex(q.hint.value), hex(q.length.value), hex(q.align.value),
                                             QString(q.fixed ? ", fixed" : ""), text(expected), text(got))));
                QCOMPARE(accounts(), before);
            }
            QCOMPARE(broken_invariant(space.map()), QString());
        }
        QVERIFY(found > 1000 && found < 3900); // both kinds of answers were asked for
        QVERIFY(cuts > 1000);
        uvm_probe_control.record_mask = uvm_event_class::none;
    }
};
QTEST_GUILESS_MAIN(FindspaceTest)
#include "findspace_test.moc"
