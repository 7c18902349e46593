// The bridge on broken kernels: memory whose structures have been overwritten. Decoding and checking must end
// soon, hold to their bounds, and name what was broken.
#include <QByteArray>
#include <QDebug>
#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTest>

#include <random>

#include "gdbbridge/diff/diff.h"
#include "gdbbridge/snapshot/transcript.h"
#include "tests/bridge/broken_kernel.h"
#include "tests/support/host_layout.h"

using gdbbridge::Finding;
using testsupport::FrozenMemory;

class CorruptionTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<BrokenKernel> m_kernel;

private Q_SLOTS:
    void initTestCase() { m_kernel = std::make_unique<BrokenKernel>(); }
    void cleanup() {
        m_kernel->memory->restore();
        m_kernel->memory->setAccess(FrozenMemory::Access::InPlace);
    }

    void the_frozen_memory_is_whole() {
        Looked const good = m_kernel->look();
        for (Finding const& finding : good.broken)
            qInfo("%s: %s", finding.where.c_str(), finding.what.c_str());
        QVERIFY(good.broken.empty());
        QCOMPARE(good.snapshot.processes.size(), size_t{2});
        QVERIFY(m_kernel->map().entries.size() >= 10);
        QVERIFY(m_kernel->good.anons.size() >= 6);
        QVERIFY(m_kernel->good.objects.size() == 2 && m_kernel->good.objects[0].pages.size() >= 2);
        QCOMPARE(m_kernel->good.kernelMaps.size(), size_t{5});
        QVERIFY(m_kernel->kernelMap("kmem").merged > 0); // else damage to their list is none
    }

    void both_ways_of_reading_see_the_same() {
        m_kernel->memory->setAccess(FrozenMemory::Access::Copies);
        QVERIFY(gdbbridge::difference(m_kernel->good, m_kernel->look().snapshot).empty());
        QCOMPARE(gdbbridge::dumpText(m_kernel->look().snapshot, {}), gdbbridge::dumpText(m_kernel->good, {}));
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
        damage.breakIt(*m_kernel);
        for (auto const access : {FrozenMemory::Access::InPlace, FrozenMemory::Access::Copies}) {
            m_kernel->memory->setAccess(access);
            Looked const broken = m_kernel->look();
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

    // The rows behind it are there, and the entries that lead to their maps lead to the same.
    void a_row_of_the_kernels_maps_that_cannot_be_read_is_left_out() {
        std::vector<std::string> expected;
        for (gdbbridge::KernelMap const& each : m_kernel->good.kernelMaps)
            expected.push_back(each.name);
        constexpr size_t hidden = 1;
        expected.erase(expected.begin() + hidden);
        size_t const row = testsupport::hostLayout().size("uvm_kernel_map_name").value();
        m_kernel->memory->hide(m_kernel->symbol("uvm_kernel_maps") + hidden * row, row);
        Looked const broken = m_kernel->look();
        std::vector<std::string> names;
        for (gdbbridge::KernelMap const& each : broken.snapshot.kernelMaps)
            names.push_back(each.name);
        QCOMPARE(names, expected);
        QVERIFY(std::any_of(broken.broken.begin(), broken.broken.end(),
                            [](const Finding& f) { return f.where == "table of the kernel's maps"; }));
        auto const& entries = broken.snapshot.kernelMaps[0].map.entries;
        int submaps = 0;
        for (size_t i = 0; i < entries.size(); ++i) {
            if (entries[i].kernelMap == gdbbridge::none)
                continue;
            ++submaps;
            int const before = m_kernel->kernelMap("kernel").map.entries[i].kernelMap;
            QCOMPARE(broken.snapshot.kernelMaps[size_t(entries[i].kernelMap)].name,
                     m_kernel->good.kernelMaps[size_t(before)].name);
        }
        QVERIFY(submaps >= 2);
    }

    void another_map_below_an_entry_is_a_difference() {
        uint64_t const entry = m_kernel->submapEntry();
        m_kernel->set(entry, "vm_map_entry.object", m_kernel->kernelMap("phys").map.address);
        auto const changes = gdbbridge::difference(m_kernel->good, m_kernel->look().snapshot).changes;
        QCOMPARE(changes.size(), size_t{1});
        QCOMPARE(changes[0].subject, gdbbridge::Subject::KernelEntry);
        QCOMPARE(changes[0].field, std::string("map below"));
        QCOMPARE(changes[0].after, std::string("phys"));
        QVERIFY(changes[0].before != "phys" && changes[0].before != "none");
    }

    // Page tables that lead into garbage, which reads as tables full of more garbage.
    void tables_of_garbage_are_bounded() {
        constexpr uint64_t from = uint64_t{8} << 20, to = uint64_t{16} << 20;
        std::mt19937_64 random{7};
        std::vector<uint64_t> garbage((to - from) / 8);
        for (uint64_t& word : garbage)
            word = (from + random() % (to - from)) / 4096 * 4096 | 7;
        QVERIFY(m_kernel->memory->writeBytes(m_kernel->memory->window().vaBase + from, garbage.data(),
                                             garbage.size() * 8));
        m_kernel->set(m_kernel->good.vmspaces[0].pageTables.address, "pmap.pm_root", from);
        QElapsedTimer clock;
        clock.start();
        Looked const broken = m_kernel->look();
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
        std::vector<BrokenKernel::Target> const all = m_kernel->targets();
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
                return m_kernel->memory->window().vaBase + pick(m_kernel->memory->window().size);
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
                BrokenKernel::Target const target = all[pick(all.size())];
                size_t const width = size_t{1} << pick(4);
                if (target.size < width)
                    continue;
                uint64_t const where = target.address + pick(target.size / width) * width;
                m_kernel->memory->write(where, nasty(), width);
            }
            m_kernel->memory->setAccess(pick(4) == 0 ? FrozenMemory::Access::Copies
                                                     : FrozenMemory::Access::InPlace);
            QElapsedTimer clock;
            clock.start();
            Looked const broken = m_kernel->look();
            gdbbridge::Difference const changes = gdbbridge::difference(m_kernel->good, broken.snapshot);
            for (size_t i = 0; i < changes.changes.size() && i < 100; ++i)
                QVERIFY(!gdbbridge::changeText(changes.changes[i]).empty());
            slowest = std::max(slowest, clock.elapsed());
            withFindings += broken.broken.empty() ? 0 : 1;
            QVERIFY2(broken.broken.size() <= 3 * 201, qPrintable(QString::number(broken.broken.size())));
            m_kernel->memory->restore();
        }
        qInfo("%d of %d rounds had findings; the slowest took %lld ms", withFindings, rounds, slowest);
        QVERIFY(withFindings > rounds / 3);
        QVERIFY2(slowest < 5000, qPrintable(QString::number(slowest)));
        QVERIFY(m_kernel->look().broken.empty()); // all was restored
    }
};

QTEST_GUILESS_MAIN(CorruptionTest)
#include "corruption_test.moc"
