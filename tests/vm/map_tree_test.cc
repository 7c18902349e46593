// The tree of a map against brute force: after each of many random operations, everything that the tree keeps
// by repairing it on the way is computed anew from the entries alone, and the entries from a model of one
// cell a page.
#include <QObject>
#include <QString>
#include <QStringLiteral>
#include <QTest>

#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_mapent_reserve.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr uint32_t page_count = 600;
constexpr vaddr_t map_min{0x10000};
constexpr vaddr_t map_max = map_min + pages_to_bytes(page_count);

// What is mapped at each page.
struct page_model {
    bool mapped{};
    vm_prot_t prot{vm_prot_t::none};
    bool operator==(const page_model&) const = default;
};

vaddr_t address(uint32_t page) { return map_min + pages(page); }
uint32_t page_of(vaddr_t va) { return bytes_to_pages(va - map_min); }

// --- the judge: nothing here looks at what it judges
// --------------------------------------------------------------

struct verdict {
    QString why;
    void expect(bool holds, const QString& what) {
        if (!holds && why.isEmpty())
            why = what;
    }
};

// Rules of the subtree; its black height. Appends its entries in order.
int judge_subtree(const vm_map_entry* e, const vm_map_entry* parent, std::vector<const vm_map_entry*>* order,
                  verdict* v) {
    if (!e)
        return 0;
    bool const red = e->rb.color == rb_color::red;
    v->expect(e->rb.parent == parent, "parent of " + hex(e->start.value));
    v->expect(!(red && parent && parent->rb.color == rb_color::red),
              "red below red at " + hex(e->start.value));
    size_t const first = order->size();
    int const left = judge_subtree(e->rb.left, e, order, v);
    order->push_back(e);
    int const right = judge_subtree(e->rb.right, e, order, v);
    v->expect(left == right, "black heights at " + hex(e->start.value));
    // The largest gap of the subtree from every entry of it, not from the children's summaries.
    vsize_t largest;
    for (size_t i = first; i < order->size(); ++i)
        largest = std::max(largest, (*order)[i]->next->start - (*order)[i]->end);
    v->expect(e->maxgap == largest, QString("maxgap at %1: expected %2, found %3")
                                        .arg(hex(e->start.value), hex(largest.value), hex(e->maxgap.value)));
    return left + (red ? 0 : 1);
}

QString judge(const vm_map& map, const std::vector<page_model>& model) {
    verdict v;
    std::vector<const vm_map_entry*> order;
    judge_subtree(map.tree.root, nullptr, &order, &v);
    v.expect(!map.tree.root || map.tree.root->rb.color == rb_color::black, "red root");

    std::vector<const vm_map_entry*> ring;
    std::vector<page_model> found(page_count);
    vsize_t size;
    const vm_map_entry* before = &map.header;
    const vm_map_entry* lowest_gap = nullptr;
    auto const look_behind = [&](const vm_map_entry& e) {
        if (!lowest_gap && e.next->start > e.end)
            lowest_gap = &e;
    };
    look_behind(map.header);
    for (const vm_map_entry* e = map.header.next; e != &map.header; e = e->next) {
        ring.push_back(e);
        v.expect(e->prev == before, "prev of " + hex(e->start.value));
        v.expect(e->start < e->end && e->start >= (before == &map.header ? map.min() : before->end),
                 "order at " + hex(e->start.value));
        v.expect(e->gap == e->next->start - e->end, "gap at " + hex(e->start.value));
        if (!v.why.isEmpty())
            return v.why;
        for (uint32_t p = page_of(e->start); p < page_of(e->end); ++p)
            found[p] = {true, e->protection};
        size += e->end - e->start;
        look_behind(*e);
        before = e;
    }
    v.expect(ring == order, "ring and tree order");
    v.expect(map.header.prev == before, "last entry");
    v.expect(map.nentries == ring.size(), "number of entries");
    v.expect(map.size == size, "size");
    v.expect(map.first_free == (lowest_gap ? lowest_gap : before), "first_free");
    v.expect(map.hint == &map.header || std::count(ring.begin(), ring.end(), map.hint) == 1, "hint");
    for (uint32_t p = 0; p < page_count; ++p)
        v.expect(found[p] == model[p], "page at " + hex(address(p).value));
    return v.why;
}

// --- the operations
// ------------------------------------------------------------------------------------------------

class random_map {
public:
    random_map(uint32_t seed, vmspace_direction direction)
        : dice_(seed), space_(map_min, map_max, direction), model_(page_count) {}

    // One operation; what it was, for the message.
    QString step() {
        uint32_t const what = dice_.below(100);
        // More is mapped than unmapped at first, and in turns, so that the tree grows and shrinks.
        bool const growing = (steps_++ / 400) % 2 == 0;
        if (what < (growing ? 45u : 20u))
            return map_somewhere();
        if (what < 70)
            return unmap();
        if (what < 85)
            return protect();
        return clip();
    }
    QString judge() {
        QString const why = ::judge(map(), model_);
        return why.isEmpty() ? broken_invariant(map()) : why;
    }

private:
    vm_map& map() { return space_.map(); }

    QString map_somewhere() {
        static constexpr vm_prot_t prots[] = {vm_prot_t::read, vm_prot_t::read | vm_prot_t::write,
                                              vm_prot_t::none};
        uint32_t const length = 1 + dice_.below(dice_.chance(10) ? 40 : 6);
        vaddr_t start = address(dice_.below(page_count));
        vaddr_t const hint = start;
        uvm_mapping how{.prot = dice_.pick(prots), .max = vm_prot_t::all, .flags = uvm_flag::copyonw};
        if (dice_.chance(30))
            how.flags |= uvm_flag::fixed;
        if (dice_.chance(50))
            how.flags |= uvm_flag::nomerge;
        if (dice_.chance(20))
            how.flags |= uvm_flag::overlay;
        if (uvm_map(map(), start, pages(length), nullptr, uvm_unknown_offset, vsize_t(0), how) == errno_t::ok)
            for (uint32_t p = page_of(start); p < page_of(start) + length; ++p)
                model_[p] = {true, how.prot};
        return QString("map %1 pages at %2").arg(length).arg(hex(hint.value));
    }
    va_range some_range() {
        uint32_t const first = dice_.below(page_count);
        return {address(first), address(first) + pages(1 + dice_.below(dice_.chance(10) ? 80 : 8))};
    }
    template <class F>
    void for_each_page(va_range range, F&& f) {
        for (uint32_t p = page_of(range.start); p < page_of(range.end) && p < page_count; ++p)
            f(model_[p]);
    }
    QString unmap() {
        va_range const range = some_range();
        if (uvm_unmap(map(), range.start, range.end) != errno_t::ok)
            return QStringLiteral("no memory to unmap");
        for_each_page(range, [](page_model& page) { page = {}; });
        return "unmap " + hex(range.start.value) + "-" + hex(range.end.value);
    }
    QString protect() {
        static constexpr vm_prot_t prots[] = {vm_prot_t::read, vm_prot_t::read | vm_prot_t::write};
        va_range const range = some_range();
        vm_prot_t const prot = dice_.pick(prots);
        if (uvm_map_protect(map(), range.start, range.end, prot, uvm_protect_what::current) == errno_t::ok)
            for_each_page(range, [&](page_model& page) {
                if (page.mapped)
                    page.prot = prot;
            });
        return "protect " + hex(range.start.value) + "-" + hex(range.end.value);
    }
    // Splits any entry anywhere; where that is no place to split, nothing may happen.
    QString clip() {
        vaddr_t const va = address(dice_.below(page_count));
        map_exclusive_guard const guard(map());
        vm_map_entry* entry;
        if (!uvm_map_lookup_entry(map(), va, &entry) && entry == &map().header)
            return "nothing to clip";
        uint32_t const expected = map().nentries + (entry->start < va && va < entry->end ? 1 : 0);
        uvm_mapent_reservation reserved(map());
        if (reserved.reserve(1) != errno_t::ok)
            return "no memory for an entry";
        if (dice_.chance(50))
            uvm_map_clip_start(map(), *entry, va, reserved);
        else
            uvm_map_clip_end(map(), *entry, va, reserved);
        kassert(map().nentries == expected, "test: a clip made a wrong number of entries");
        return "clip at " + hex(va.value);
    }

    dice dice_;
    scoped_space space_;
    std::vector<page_model> model_;
    uint32_t steps_ = 0;
};

} // namespace

class MapTreeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }

    void random_operations_keep_the_tree_right_data() {
        QTest::addColumn<uint32_t>("seed");
        for (uint32_t seed = 1; seed <= 8; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }
    void random_operations_keep_the_tree_right() {
        QFETCH(uint32_t, seed);
        auto const before = accounts();
        {
            constexpr int steps = 2600;
            random_map map(seed, seed % 2 ? vmspace_direction::bottom_up : vmspace_direction::top_down);
            for (int step = 0; step < steps; ++step) {
                QString const what = map.step();
                QString const why = map.judge();
                QVERIFY2(why.isEmpty(),
                         qPrintable(QString("seed %1, step %2, %3: %4").arg(seed).arg(step).arg(what, why)));
            }
        }
        QCOMPARE(accounts(), before);
    }
    void a_large_map_is_built_and_taken_down() {
        auto const before = accounts();
        constexpr uint32_t count = 100000;
        {
            scoped_space space(vaddr_t(0x1000), vaddr_t(0x1000) + pages(2 * count),
                               vmspace_direction::bottom_up);
            uvm_mapping const how{.prot = vm_prot_t::read,
                                  .max = vm_prot_t::all,
                                  .flags = uvm_flag::fixed | uvm_flag::nomerge | uvm_flag::copyonw};
            for (uint32_t i = 0; i < count; ++i) {
                // A full cycle over all places in an order that is not theirs.
                vaddr_t start = vaddr_t(0x1000) + pages(2 * (uint64_t(i) * 7919 % count));
                QCOMPARE(uvm_map(space.map(), start, pages(1), nullptr, uvm_unknown_offset, vsize_t(0), how),
                         errno_t::ok);
            }
            QCOMPARE(space.map().nentries, count);
            QCOMPARE(broken_invariant(space.map()), QString());
            // Every second page is a gap: nothing larger fits anywhere, and the search must find that out by
            // maxgap alone, in no more than a look at both ends.
            vaddr_t found;
            uvm_counter const steps = uvm_user_counters.mlk_treeloop;
            QVERIFY(!uvm_map_findspace(space.map(), vaddr_t(0x1000) + pages(count), pages(2), &found,
                                       vsize_t(0), uvm_flag::none));
            QVERIFY(uvm_user_counters.mlk_treeloop - steps <= 40);
        }
        QCOMPARE(accounts(), before);
    }
};
QTEST_GUILESS_MAIN(MapTreeTest)
#include "map_tree_test.moc"
