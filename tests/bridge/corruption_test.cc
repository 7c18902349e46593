// The bridge on broken kernels: memory whose structures have been overwritten. Decoding and checking must end
// soon, hold to their bounds, and name what was broken.
#include <QtTest>

#include <random>
#include <set>

#include "gdbbridge/check/check.h"
#include "gdbbridge/diff/diff.h"
#include "gdbbridge/event/event_ring.h"
#include "gdbbridge/snapshot/decoder.h"
#include "gdbbridge/snapshot/transcript.h"
#include "tests/support/frozen_memory.h"
#include "tests/support/host_layout.h"
#include "tests/support/host_moments.h"

using gdbbridge::Decoder;
using gdbbridge::Entry;
using gdbbridge::Finding;
using gdbbridge::Map;
using gdbbridge::none;
using gdbbridge::Snapshot;
using testsupport::FrozenMemory;

namespace {

// Two related processes with a tree of some depth, shared and private pages, a file, wired memory.
constexpr auto scenario = "object F 0x8000\n"
                          "space A 0x1000 0x1000000\n"
                          "map A 0x10000 0x4000 cow fixed nomerge\n"
                          "map A 0x20000 0x4000 overlay inh=share fixed nomerge\n"
                          "map A 0x30000 0x4000 obj=F fixed nomerge\n"
                          "map A 0x40000 0x4000 obj=F+0x4000 cow fixed nomerge\n"
                          "map A 0x44000 0x1000 cow prot=r-- max=rw- fixed nomerge\n"
                          "map A 0x60000 0x20000 cow fixed nomerge\n"
                          "map A 0x90000 0x1000 cow fixed nomerge\n"
                          "map A 0xa0000 0x1000 cow fixed nomerge\n"
                          "map A 0xb0000 0x1000 cow fixed nomerge\n"
                          "write A 0x10000 01\n"
                          "write A 0x11000 02\n"
                          "write A 0x20000 03\n"
                          "read A 0x31000\n"
                          "read A 0x33000\n"
                          "write A 0x41000 04\n"
                          "write A 0x60000 05\n"
                          "write A 0x7f000 06\n"
                          "unmap A 0x70000 0x1000\n"
                          "wire A 0x90000 0x1000\n"
                          "fork A B\n"
                          "write B 0x10000 11\n"
                          "write B 0x7f000 16\n"
                          "read B 0x20000\n"
                          "inherit A 0x10000 0x1000 none\n";

// Everything that the bridge and the app do with a snapshot of a stopped machine.
struct Looked {
    Snapshot snapshot;
    std::vector<Finding> broken; // the decoder's and both checks'
    size_t textSize = 0;
};

} // namespace

class CorruptionTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<FrozenMemory> m_memory;
    std::unique_ptr<Decoder> m_decoder;
    Snapshot m_good;

    Looked look() {
        Looked out;
        out.snapshot = m_decoder->decode(*m_memory);
        out.broken = out.snapshot.findings;
        for (Finding& finding : gdbbridge::checkInvariants(out.snapshot))
            out.broken.push_back(std::move(finding));
        for (Finding& finding : gdbbridge::checkMappings(out.snapshot))
            out.broken.push_back(std::move(finding));
        out.textSize = gdbbridge::dumpText(out.snapshot, {}).size() +
                       gdbbridge::anonsText(out.snapshot, {}).size() +
                       gdbbridge::pmapText(out.snapshot, {}).size();
        return out;
    }

    uint64_t at(uint64_t structure, const char* path) const {
        return structure + testsupport::hostLayout().field(path).value().offset;
    }
    size_t sizeOf(const char* path) const { return testsupport::hostLayout().field(path).value().size; }
    void set(uint64_t structure, const char* path, uint64_t value) {
        QVERIFY(m_memory->write(at(structure, path), value, sizeOf(path)));
    }
    uint64_t get(uint64_t structure, const char* path) {
        return m_memory->value(at(structure, path), sizeOf(path));
    }

    const Map& map(size_t space = 0) const { return m_good.vmspaces[space].map; }
    const Entry& entry(uint64_t start, size_t space = 0) const {
        for (Entry const& e : map(space).entries)
            if (e.start == start)
                return e;
        qFatal("no entry %#llx", static_cast<unsigned long long>(start));
    }
    uint64_t addressOf(int index, size_t space = 0) const {
        return index == none ? 0 : map(space).entries[size_t(index)].address;
    }
    uint64_t amapOf(const Entry& e) const { return m_good.amaps[size_t(e.amap)].address; }
    uint64_t headerOf(size_t space = 0) const { return at(map(space).address, "vm_map.header"); }
    int leaf() const {
        for (size_t i = 0; i < map().entries.size(); ++i)
            if (map().entries[i].left == none && map().entries[i].right == none)
                return int(i);
        return none;
    }

    // All structures that the decoder follows, with their types, for random damage.
    struct Target {
        uint64_t address;
        uint64_t size;
    };
    std::vector<Target> targets() const {
        auto const size = [](const char* type) { return testsupport::hostLayout().size(type).value(); };
        std::vector<Target> out;
        for (auto const& p : m_good.processes)
            out.push_back({p.address, size("process")});
        for (auto const& space : m_good.vmspaces) {
            out.push_back({space.address, size("vmspace")});
            out.push_back({space.pageTables.address, size("pmap")});
            out.push_back({m_memory->window().vaBase + space.pageTables.root, 4096});
            for (Entry const& e : space.map.entries)
                out.push_back({e.address, size("vm_map_entry")});
        }
        for (auto const& amap : m_good.amaps) {
            out.push_back({amap.address, size("vm_amap")});
            uint64_t const directory = m_memory->value(at(amap.address, "vm_amap.am_chunk"), sizeof(void*));
            out.push_back({directory, sizeof(void*)});
            out.push_back({m_memory->value(directory, sizeof(void*)), size("amap_chunk")});
        }
        for (auto const& anon : m_good.anons)
            out.push_back({anon.address, size("vm_anon")});
        for (auto const& object : m_good.objects)
            out.push_back({object.address, size("uvm_object")});
        for (auto const& page : m_good.pages)
            out.push_back({page.address, size("vm_page")});
        return out;
    }

    using Breaker = std::function<void(CorruptionTest&)>;
    struct Damage {
        const char* name;
        uint32_t invariant;
        const char* words; // part of `what`
        Breaker breakIt;
    };
    static std::vector<Damage> damages();

private Q_SLOTS:
    void initTestCase() {
        m_decoder = std::make_unique<Decoder>(testsupport::hostLayout());
        // Frozen when everything is there, while the machine stands at the end of the last command.
        testsupport::HostRun const run = testsupport::runOnHost(
            scenario, testsupport::MomentsAt::CommandEnds,
            [this](gdbbridge::MemoryReader&) { m_memory = std::make_unique<FrozenMemory>(); });
        QCOMPARE(run.status, 0);
        for (auto const& moment : run.moments)
            QCOMPARE(moment->error, uint64_t{0});
        m_good = m_decoder->decode(*m_memory);
    }
    void cleanup() {
        m_memory->restore();
        m_memory->setAccess(FrozenMemory::Access::InPlace);
    }

    void the_frozen_memory_is_whole() {
        Looked const good = look();
        for (Finding const& finding : good.broken)
            qInfo("%s: %s", finding.where.c_str(), finding.what.c_str());
        QVERIFY(good.broken.empty());
        QCOMPARE(good.snapshot.processes.size(), size_t{2});
        QVERIFY(map().entries.size() >= 10);
        QVERIFY(m_good.anons.size() >= 6);
        QVERIFY(m_good.objects.size() == 1 && m_good.objects[0].pages.size() >= 2);
    }

    void both_ways_of_reading_see_the_same() {
        m_memory->setAccess(FrozenMemory::Access::Copies);
        QVERIFY(gdbbridge::difference(m_good, look().snapshot).empty());
        QCOMPARE(gdbbridge::dumpText(look().snapshot, {}), gdbbridge::dumpText(m_good, {}));
    }

    void each_damage_is_named_data() {
        QTest::addColumn<int>("index");
        auto const all = damages();
        for (size_t i = 0; i < all.size(); ++i)
            QTest::newRow(all[i].name) << int(i);
    }
    void each_damage_is_named() {
        QFETCH(int, index);
        Damage const damage = damages()[size_t(index)];
        damage.breakIt(*this);
        for (auto const access : {FrozenMemory::Access::InPlace, FrozenMemory::Access::Copies}) {
            m_memory->setAccess(access);
            Looked const broken = look();
            QByteArray all;
            bool named = false;
            for (Finding const& f : broken.broken) {
                all += QByteArray::number(f.invariant) + " " +
                       QByteArray::fromStdString(f.where + ": " + f.what) + '\n';
                named = named ||
                        (f.invariant == damage.invariant && f.what.find(damage.words) != std::string::npos);
            }
            QVERIFY2(named, "found only:\n" + all);
        }
    }

    // Page tables that lead into garbage, which reads as tables full of more garbage.
    void tables_of_garbage_are_bounded() {
        constexpr uint64_t from = uint64_t{8} << 20, to = uint64_t{16} << 20;
        std::mt19937_64 random{7};
        std::vector<uint64_t> garbage((to - from) / 8);
        for (uint64_t& word : garbage)
            word = (from + random() % (to - from)) / 4096 * 4096 | 7;
        QVERIFY(m_memory->writeBytes(m_memory->window().vaBase + from, garbage.data(), garbage.size() * 8));
        set(m_good.vmspaces[0].pageTables.address, "pmap.pm_root", from);
        QElapsedTimer clock;
        clock.start();
        Looked const broken = look();
        qInfo("%zu mappings, %zu findings, %lld ms", broken.snapshot.vmspaces[0].pageTables.mappings.size(),
              broken.broken.size(), clock.elapsed());
        QVERIFY(broken.snapshot.vmspaces[0].pageTables.mappings.size() > 10'000); // else nothing was tested
        QVERIFY(broken.broken.size() > 200 && broken.broken.size() <= 3 * 201);
        QVERIFY(clock.elapsed() < 5000);
    }

    void random_damage_does_no_harm_data() {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 8; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void random_damage_does_no_harm() {
        QFETCH(int, seed);
        constexpr int rounds = 2000;
        std::mt19937_64 random{uint64_t(seed)};
        std::vector<Target> const all = targets();
        auto const pick = [&](uint64_t below) { return random() % below; };
        // Values that do most harm: other structures, almost other structures, ends of ranges.
        auto const nasty = [&]() -> uint64_t {
            switch (pick(6)) {
            case 0:
                return all[pick(all.size())].address;
            case 1:
                return all[pick(all.size())].address + pick(64);
            case 2:
                return UINT64_MAX - pick(4096);
            case 3:
                return m_memory->window().vaBase + pick(m_memory->window().size);
            case 4:
                return pick(3);
            default:
                return random();
            }
        };
        int withFindings = 0;
        qint64 slowest = 0;
        for (int round = 0; round < rounds; ++round) {
            for (uint64_t hits = 1 + pick(4); hits > 0; --hits) {
                Target const target = all[pick(all.size())];
                size_t const width = size_t{1} << pick(4);
                if (target.size < width)
                    continue;
                uint64_t const where = target.address + pick(target.size / width) * width;
                m_memory->write(where, nasty(), width);
            }
            m_memory->setAccess(pick(4) == 0 ? FrozenMemory::Access::Copies : FrozenMemory::Access::InPlace);
            QElapsedTimer clock;
            clock.start();
            Looked const broken = look();
            gdbbridge::Difference const changes = gdbbridge::difference(m_good, broken.snapshot);
            for (size_t i = 0; i < changes.changes.size() && i < 100; ++i)
                QVERIFY(!gdbbridge::changeText(changes.changes[i]).empty());
            slowest = std::max(slowest, clock.elapsed());
            withFindings += broken.broken.empty() ? 0 : 1;
            QVERIFY2(broken.broken.size() <= 3 * 201, qPrintable(QString::number(broken.broken.size())));
            m_memory->restore();
        }
        qInfo("%d of %d rounds had findings; the slowest took %lld ms", withFindings, rounds, slowest);
        QVERIFY(withFindings > rounds / 3);
        QVERIFY2(slowest < 5000, qPrintable(QString::number(slowest)));
        QVERIFY(look().broken.empty()); // all was restored
    }
};

// Each breaks one thing, and one invariant of the map contract that it must be reported with.
std::vector<CorruptionTest::Damage> CorruptionTest::damages() {
    return {
        // 1: bounds, order, alignment
        {"start not below end", 1, "start is not below end",
         [](auto& t) { t.set(t.entry(0x10000).address, "vm_map_entry.end", 0x10000); }},
        {"unaligned", 1, "not page aligned",
         [](auto& t) { t.set(t.entry(0x10000).address, "vm_map_entry.end", 0x10800); }},
        {"overlap", 1, "overlaps the entry before it",
         [](auto& t) { t.set(t.entry(0x20000).address, "vm_map_entry.end", 0x32000); }},
        {"below the map", 1, "begins below the map",
         [](auto& t) { t.set(t.map().entries.front().address, "vm_map_entry.start", 0); }},
        {"above the map", 1, "ends above the map",
         [](auto& t) { t.set(t.map().entries.back().address, "vm_map_entry.end", 0x2000000); }},
        // 2: list = tree
        {"list runs in a circle", 2, "next leads back",
         [](auto& t) { t.set(t.entry(0x90000).address, "vm_map_entry.next", t.entry(0x20000).address); }},
        {"list points to itself", 2, "next leads back",
         [](auto& t) { t.set(t.entry(0x20000).address, "vm_map_entry.next", t.entry(0x20000).address); }},
        {"prev is wrong", 2, "prev is not the entry before it",
         [](auto& t) { t.set(t.entry(0x30000).address, "vm_map_entry.prev", t.entry(0x10000).address); }},
        {"prev of the header is wrong", 2, "the header's prev is not the last entry",
         [](auto& t) { t.set(t.headerOf(), "vm_map_entry.prev", t.entry(0x30000).address); }},
        {"list skips an entry", 2, "is not an entry of the list",
         [](auto& t) {
             t.set(t.entry(0x20000).address, "vm_map_entry.next", t.entry(0x40000).address);
             t.set(t.entry(0x40000).address, "vm_map_entry.prev", t.entry(0x20000).address);
         }},
        {"tree without root", 2, "the tree is empty",
         [](auto& t) { t.set(t.map().address, "vm_map.tree.root", 0); }},
        {"tree runs in a circle", 2, "the tree comes to it twice",
         [](auto& t) { t.set(t.addressOf(t.leaf()), "vm_map_entry.rb.left", t.addressOf(t.map().root)); }},
        {"child is no entry", 2, "is not an entry of the list",
         [](auto& t) { t.set(t.addressOf(t.leaf()), "vm_map_entry.rb.right", t.map().address); }},
        {"child is the node itself", 2, "the tree comes to it twice",
         [](auto& t) { t.set(t.addressOf(t.leaf()), "vm_map_entry.rb.right", t.addressOf(t.leaf())); }},
        {"tree lost a node", 2, "the tree has not",
         [](auto& t) {
             uint64_t const parent = t.addressOf(t.map().entries[size_t(t.leaf())].parent);
             bool const left = t.get(parent, "vm_map_entry.rb.left") == t.addressOf(t.leaf());
             t.set(parent, left ? "vm_map_entry.rb.left" : "vm_map_entry.rb.right", 0);
         }},
        {"parent is wrong", 2, "is not the node that has it as a child",
         [](auto& t) { t.set(t.addressOf(t.leaf()), "vm_map_entry.rb.parent", t.addressOf(t.leaf())); }},
        {"children exchanged", 2, "wrong side of its parent",
         [](auto& t) {
             uint64_t const root = t.addressOf(t.map().root);
             uint64_t const left = t.get(root, "vm_map_entry.rb.left");
             t.set(root, "vm_map_entry.rb.left", t.get(root, "vm_map_entry.rb.right"));
             t.set(root, "vm_map_entry.rb.right", left);
         }},
        // 3: red-black rules
        {"red root", 3, "the root of the tree is red",
         [](auto& t) { t.set(t.addressOf(t.map().root), "vm_map_entry.rb.color", 0); }},
        {"unequal black heights", 3, "different numbers of black nodes",
         [](auto& t) {
             uint64_t const leaf = t.addressOf(t.leaf());
             t.set(leaf, "vm_map_entry.rb.color", 1 - t.get(leaf, "vm_map_entry.rb.color"));
         }},
        {"red below red", 3, "a red node has a red child",
         [](auto& t) {
             uint64_t const leaf = t.addressOf(t.leaf());
             t.set(leaf, "vm_map_entry.rb.color", 0);
             t.set(t.get(leaf, "vm_map_entry.rb.parent"), "vm_map_entry.rb.color", 0);
         }},
        // 4: gaps
        {"gap", 4, "gap is not the free space",
         [](auto& t) { t.set(t.entry(0x20000).address, "vm_map_entry.gap", 0x1000); }},
        {"maxgap too small", 4, "maxgap is not the largest",
         [](auto& t) { t.set(t.addressOf(t.map().root), "vm_map_entry.maxgap", 0x1000); }},
        {"maxgap too large", 4, "maxgap is not the largest",
         [](auto& t) { t.set(t.addressOf(t.leaf()), "vm_map_entry.maxgap", UINT64_MAX); }},
        // 5: sums
        {"nentries", 5, "nentries is not",
         [](auto& t) { t.set(t.map().address, "vm_map.nentries", 0xffffffff); }},
        {"size", 5, "size is not", [](auto& t) { t.set(t.map().address, "vm_map.size", 0x1000); }},
        // 6: first_free and hint
        {"first_free", 6, "first_free is not before the lowest gap",
         [](auto& t) { t.set(t.map().address, "vm_map.first_free", t.entry(0x30000).address); }},
        {"first_free of another map", 6, "first_free is neither",
         [](auto& t) { t.set(t.map().address, "vm_map.first_free", t.entry(0x20000, 1).address); }},
        {"wild hint", 6, "hint is neither",
         [](auto& t) { t.set(t.map().address, "vm_map.hint", 0xdeadbeef); }},
        // 7: etype and protection
        {"needs-copy without copy-on-write", 7, "is not copy-on-write",
         [](auto& t) { t.set(t.entry(0x30000).address, "vm_map_entry.etype", 1 | 8); }},
        {"offset without object", 7, "has an offset, but no object",
         [](auto& t) { t.set(t.entry(0x60000).address, "vm_map_entry.offset", 0x1000); }},
        {"protection beyond the maximum", 7, "exceeds its maximum",
         [](auto& t) { t.set(t.entry(0x44000).address, "vm_map_entry.max_protection", 0); }},
        {"object without a pointer", 7, "it has no object",
         [](auto& t) { t.set(t.entry(0x30000).address, "vm_map_entry.object", 0); }},
        {"pointer without an object", 7, "but a pointer to one",
         [](auto& t) { t.set(t.entry(0x60000).address, "vm_map_entry.object", 0x1234); }},
        {"object and submap at once", 7, "by an object and by a submap",
         [](auto& t) { t.set(t.entry(0x30000).address, "vm_map_entry.etype", 1 | 2); }},
        // 8: references
        {"amap with too few references", 8, "more entries point to it",
         [](auto& t) { t.set(t.amapOf(t.entry(0x20000)), "vm_amap.am_ref", 1); }},
        {"amap with negative references", 8, "more entries point to it",
         [](auto& t) { t.set(t.amapOf(t.entry(0x20000)), "vm_amap.am_ref", 0xffffffff); }},
        {"anon with too few references", 8, "not the slots that hold it",
         [](auto& t) {
             for (auto const& anon : t.m_good.anons)
                 if (anon.refs > 1)
                     t.set(anon.address, "vm_anon.an_ref", uint64_t(anon.refs) - 1);
         }},
        {"anon with too many references", 8, "not the slots that hold it",
         [](auto& t) { t.set(t.m_good.anons[0].address, "vm_anon.an_ref", 77); }},
        // 0: memory that cannot be followed
        {"wild next", 0, "where there is no memory",
         [](auto& t) { t.set(t.entry(0x30000).address, "vm_map_entry.next", 0x10); }},
        {"processes in a circle", 0, "the list runs in a circle",
         [](auto& t) {
             t.set(t.m_good.processes[1].address, "process.p_next", t.m_good.processes[0].address);
         }},
        {"wild process", 0, "there is no memory at",
         [](auto& t) { t.set(t.m_good.processes[1].address, "process.p_next", 8); }},
        {"process without space", 0, "it has no vmspace",
         [](auto& t) { t.set(t.m_good.processes[1].address, "process.p_vmspace", 0); }},
        {"wild vmspace", 0, "there is no memory at its vmspace",
         [](auto& t) { t.set(t.m_good.processes[1].address, "process.p_vmspace", UINT64_MAX - 7); }},
        {"wild amap", 0, "there is no memory at its amap",
         [](auto& t) { t.set(t.entry(0x60000).address, "vm_map_entry.aref.ar_amap", 0x18); }},
        {"wild directory of chunks", 0, "there is no memory at its directory",
         [](auto& t) { t.set(t.amapOf(t.entry(0x60000)), "vm_amap.am_chunk", 0x18); }},
        {"amap with a huge count of chunks", 0, "too many slots",
         [](auto& t) { t.set(t.amapOf(t.entry(0x60000)), "vm_amap.am_nchunk", 0xffffffff); }},
        {"amap with a huge count of slots", 0, "more slots than it has room for",
         [](auto& t) { t.set(t.amapOf(t.entry(0x60000)), "vm_amap.am_nslot", 0xffffffff); }},
        {"used slots miscounted", 0, "count of used slots",
         [](auto& t) { t.set(t.amapOf(t.entry(0x60000)), "vm_amap.am_nused", 9); }},
        {"slot marked wrongly", 0, "is marked wrongly",
         [](auto& t) {
             uint64_t const directory = t.get(t.amapOf(t.entry(0x60000)), "vm_amap.am_chunk");
             t.set(t.m_memory->value(directory, sizeof(void*)), "amap_chunk.used", 0xfffe);
         }},
        {"wild anon", 0, "there is no memory at its anon",
         [](auto& t) {
             uint64_t const directory = t.get(t.amapOf(t.entry(0x60000)), "vm_amap.am_chunk");
             t.m_memory->write(t.at(t.m_memory->value(directory, sizeof(void*)), "amap_chunk.anon"), 0x28, 8);
         }},
        {"per-page counts are no code", 0, "no run-length code",
         [](auto& t) {
             for (auto const& amap : t.m_good.amaps)
                 if (!amap.perPageRefs.empty())
                     t.m_memory->write(t.get(amap.address, "vm_amap.am_ppref"), 0, 4);
         }},
        {"page of another anon", 0, "belongs to another anon",
         [](auto& t) {
             t.set(t.m_good.anons[0].address, "vm_anon.an_page",
                   t.get(t.m_good.anons[1].address, "vm_anon.an_page"));
         }},
        {"wild frame", 0, "is no memory",
         [](auto& t) { t.set(t.m_good.pages[0].address, "vm_page.phys_addr", UINT64_MAX - 4095); }},
        {"tree of pages in a circle", 0, "twice",
         [](auto& t) {
             uint64_t const root = t.get(t.m_good.objects[0].address, "uvm_object.memt.root");
             t.set(root, "vm_page.treeq.left", root);
         }},
        {"pages of an object miscounted", 0, "count of resident pages",
         [](auto& t) { t.set(t.m_good.objects[0].address, "uvm_object.uo_npages", 0x7fffffff); }},
        {"wild pmap", 0, "there is no memory at the pmap",
         [](auto& t) { t.set(t.map().address, "vm_map.pm", 0x10); }},
        {"wild top table", 0, "there is no memory at the table",
         [](auto& t) { t.set(t.m_good.vmspaces[0].pageTables.address, "pmap.pm_root", uint64_t{1} << 40); }},
        {"table twice in one tree", 0, "is used twice in one tree",
         [](auto& t) {
             uint64_t const root = t.m_memory->window().vaBase + t.m_good.vmspaces[0].pageTables.root;
             t.m_memory->write(root + 8, t.m_memory->value(root, 8), 8);
         }},
        {"table in itself", 0, "is used twice in one tree",
         [](auto& t) {
             uint64_t const pa = t.m_good.vmspaces[0].pageTables.root;
             t.m_memory->write(t.m_memory->window().vaBase + pa + 16, pa | 7, 8);
         }},
        {"large page", 0, "there is a large page",
         [](auto& t) {
             uint64_t const pa = t.m_good.vmspaces[0].pageTables.root;
             t.m_memory->write(t.m_memory->window().vaBase + pa + 16, 0x87, 8);
         }},
        {"entered pages miscounted", 0, "count of entered pages",
         [](auto& t) { t.set(t.m_good.vmspaces[0].pageTables.address, "pmap.pm_resident", 1); }},
        {"entered, but not mapped", 0, "no entry maps it",
         [](auto& t) {
             Entry const& e = t.entry(0x60000);
             t.set(e.address, "vm_map_entry.start", 0x61000);
         }},
        {"entered with too many rights", 0, "more rights than its entry gives",
         [](auto& t) { t.set(t.entry(0x20000).address, "vm_map_entry.protection", 1); }},
        {"entered writable, but to be copied", 0, "a write must copy it first",
         [](auto& t) { t.set(t.entry(0x20000).address, "vm_map_entry.etype", 4 | 8); }},
        {"another page is entered", 0, "another page is entered",
         [](auto& t) { t.set(t.m_good.pages[0].address, "vm_page.phys_addr", 0x200000); }},
        {"entered, but no page", 0, "the map has no page there",
         [](auto& t) { t.set(t.m_good.objects[0].address, "uvm_object.memt.root", 0); }},
    };
}

QTEST_GUILESS_MAIN(CorruptionTest)
#include "corruption_test.moc"
