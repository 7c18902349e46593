// What no picture may choke on: each draws something true of every snapshot, in bounded time.
#include <QTest>

#include <cmath>
#include <ctime>
#include <functional>

#include "gdbbridge/check/check.h"
#include "tests/gui/picture_support.h"

using namespace testsupport;
using gdbbridge::Entry;
using gdbbridge::Map;
using gdbbridge::none;
using gdbbridge::Snapshot;

namespace {

constexpr uint64_t page = 0x1000, top = ~uint64_t(0xfff); // the last page of 64 bits begins there

Entry entryOf(uint32_t id, uint64_t start, uint64_t end) {
    Entry entry;
    entry.address = 0x1000 + id * 64;
    entry.id = id;
    entry.start = start;
    entry.end = end;
    entry.copyOnWrite = entry.needsCopy = true;
    entry.protection = {3};
    entry.maxProtection = {7};
    return entry;
}

// A balanced tree over the list, with true gaps.
int link(Map& map, int first, int end, int parent, int depth, int levels) {
    if (first >= end)
        return none;
    const int middle = first + (end - first) / 2;
    Entry& entry = map.entries[size_t(middle)];
    entry.parent = parent;
    entry.color = depth + 1 == levels && levels > 1 ? gdbbridge::NodeColor::Red : gdbbridge::NodeColor::Black;
    entry.left = link(map, first, middle, middle, depth + 1, levels);
    entry.right = link(map, middle + 1, end, middle, depth + 1, levels);
    entry.maxgap = entry.gap;
    for (const int child : {entry.left, entry.right})
        if (child != none)
            entry.maxgap = std::max(entry.maxgap, map.entries[size_t(child)].maxgap);
    return middle;
}

void settle(Map& map) {
    map.entryCount = uint32_t(map.entries.size());
    map.size = 0;
    map.firstGap = (map.entries.empty() ? map.max : map.entries.front().start) - map.min;
    for (size_t i = 0; i < map.entries.size(); ++i) {
        Entry& entry = map.entries[i];
        map.size += entry.end - entry.start;
        entry.gap = (i + 1 < map.entries.size() ? map.entries[i + 1].start : map.max) - entry.end;
    }
    const auto count = double(map.entries.size());
    map.root = link(map, 0, int(map.entries.size()), none, 0, int(std::ceil(std::log2(count + 1))));
}

// One process with one map.
Snapshot snapshotOf(uint64_t min, uint64_t max, std::vector<Entry> entries) {
    Snapshot snapshot;
    snapshot.pointerSize = 8;
    snapshot.processes.push_back({.address = 0x10, .pid = 1, .name = "A", .vmspace = 0});
    gdbbridge::Vmspace space;
    space.address = 0x20;
    space.id = 1;
    space.refs = 1;
    space.map.address = 0x28;
    space.map.min = min;
    space.map.max = max;
    space.map.entries = std::move(entries);
    settle(space.map);
    space.pageTables.levels = 4;
    space.pageTables.indexBits = 9;
    snapshot.vmspaces.push_back(std::move(space));
    snapshot.totalPages = 100;
    snapshot.freePages = 50;
    return snapshot;
}

// Gives an entry an amap with an anon and a page in each slot that is named, and enters the page.
void fill(Snapshot& snapshot, size_t index, const std::vector<uint32_t>& slots) {
    Entry& entry = snapshot.vmspaces[0].map.entries[index];
    gdbbridge::Amap amap;
    amap.address = 0x100000 + snapshot.amaps.size() * 64;
    amap.id = uint32_t(snapshot.amaps.size()) + 1;
    amap.refs = 1;
    amap.slotCount = amap.room = uint32_t((entry.end - entry.start) / page);
    for (const uint32_t slot : slots) {
        gdbbridge::Page frame;
        frame.address = 0x300000 + snapshot.pages.size() * 64;
        frame.pa = 0x200000 + snapshot.pages.size() * page;
        frame.ofAnon = true;
        snapshot.anons.push_back({.address = 0x200000 + snapshot.anons.size() * 64,
                                  .id = uint32_t(snapshot.anons.size()) + 1,
                                  .refs = 1,
                                  .page = int(snapshot.pages.size())});
        snapshot.vmspaces[0].pageTables.mappings.push_back(
            {.va = entry.start + slot * page, .pa = frame.pa, .protection = {3}, .word = frame.pa | 7});
        snapshot.pages.push_back(frame);
        amap.slots.push_back({slot, int(snapshot.anons.size()) - 1});
    }
    amap.used = uint32_t(amap.slots.size());
    entry.amap = int(snapshot.amaps.size());
    entry.needsCopy = false;
    snapshot.amaps.push_back(std::move(amap));
}

Snapshot hundredThousand() {
    std::vector<Entry> entries;
    for (uint32_t i = 0; i < 100000; ++i)
        entries.push_back(
            entryOf(i + 1, 0x100000 + uint64_t(i) * 3 * page, 0x100000 + (uint64_t(i) * 3 + 1) * page));
    Snapshot snapshot = snapshotOf(page, 0x7fff00000000, std::move(entries));
    for (const size_t i : {size_t(0), size_t(50000), size_t(99999)})
        fill(snapshot, i, {0});
    return snapshot;
}

// What a decoder makes of memory that is full of nonsense: indexes lead somewhere or nowhere, numbers are
// anything.
Snapshot nonsense() {
    std::vector<Entry> entries{entryOf(1, 0x10000, 0x14000), entryOf(2, 0x20000, 0x24000),
                               entryOf(3, 0x30000, 0x30000), entryOf(4, 0x50000, 0x40000)};
    Snapshot snapshot = snapshotOf(page, 0xbfbff000, std::move(entries));
    auto& map = snapshot.vmspaces[0].map;
    map.entryCount = 0x7fffffff;
    map.size = ~uint64_t(0);
    map.root = 1;
    map.entries[0].amap = 0;
    map.entries[0].amapPage = 0xffffffff;
    map.entries[0].objectBacked = true;
    map.entries[1].left = map.entries[1].right = 1; // itself
    map.entries[1].offset = ~uint64_t(0);
    map.entries[1].maxgap = ~uint64_t(0);
    map.entries[2].left = 1;
    map.entries[3].parent = 3;
    snapshot.amaps.push_back({.address = 1,
                              .id = 9,
                              .refs = -3,
                              .slotCount = 0xffffffff,
                              .room = 1,
                              .used = 7,
                              .slots = {{5, 0}, {0xfffffffe, none}},
                              .perPageRefs = {-1, 7}});
    snapshot.anons.push_back({.address = 2, .id = 8, .refs = -1, .loans = 5, .page = none, .swapSlot = -4});
    snapshot.processes.push_back({.address = 3, .pid = 2, .name = "lost", .vmspace = none});
    snapshot.vmspaces[0].pageTables.mappings.push_back({.va = 0x10000, .pa = ~uint64_t(0), .protection = {}});
    snapshot.findings.push_back({.address = map.entries[1].address,
                                 .where = "entry 0x20000 of A",
                                 .what = "its left child is itself",
                                 .expected = "another entry",
                                 .found = "0x1080"});
    return snapshot;
}

struct Case {
    const char* name;
    std::function<Snapshot()> make;
    // Words that the picture of this name has to have in the text of some thing.
    std::vector<std::pair<const char*, const char*>> says;
    bool large = false;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all{
        {"nothing at all",
         [] { return Snapshot(); },
         {{"map", "Nothing is mapped yet"}, {"tree", "There is no map"}}},
        {"an empty map",
         [] { return snapshotOf(page, 0xbfbff000, {}); },
         {{"tree", "map is empty"},
          {"cow", "No page is mapped"},
          {"amap", "No entry has an amap"},
          {"map", "gap A 0x1000"}}},
        {"a map without any room",
         [] { return snapshotOf(0x1000, 0x1000, {}); },
         {{"tree", "map is empty"}, {"map", "process A"}}},
        {"one entry",
         [] {
             Snapshot snapshot = snapshotOf(page, 0xbfbff000, {entryOf(1, 0x10000, 0x14000)});
             fill(snapshot, 0, {1});
             return snapshot;
         },
         {{"map", "page A 0x11000: n1"},
          {"tree", "node A 0x10000"},
          {"cow", "capsule 0x11000: n1"},
          {"amap", "slot 1 of a1: n1"}}},
        {"one page that is the whole map",
         [] {
             Snapshot snapshot = snapshotOf(0x10000, 0x11000, {entryOf(1, 0x10000, 0x11000)});
             fill(snapshot, 0, {0});
             return snapshot;
         },
         {{"map", "page A 0x10000: n1"}, {"tree", "maxgap 0"}, {"amap", "slot 0 of a1: n1"}}},
        {"both ends of 64 bits",
         [] {
             Snapshot snapshot = snapshotOf(0, ~uint64_t(0) & ~uint64_t(0xfff),
                                            {entryOf(1, 0, page), entryOf(2, top - page, top)});
             fill(snapshot, 0, {0});
             fill(snapshot, 1, {0});
             return snapshot;
         },
         {{"map", "page A 0x0: n1"},
          {"map", "page A 0xffffffffffffe000: n2"},
          {"tree", "node A 0xffffffffffffe000"},
          {"cow", "capsule 0xffffffffffffe000: n2"},
          {"amap", "entry A 0xffffffffffffe000"}}},
        {"an entry over all of 64 bits",
         [] { return snapshotOf(0, top, {entryOf(1, 0, top)}); },
         {{"map", "0xfffffffffffff000"}, {"tree", "node A 0x0"}}},
        {"violations",
         [] {
             Snapshot snapshot = snapshotOf(
                 page, 0xbfbff000,
                 {entryOf(1, 0x10000, 0x14000), entryOf(2, 0x20000, 0x24000), entryOf(3, 0x30000, 0x34000)});
             fill(snapshot, 0, {0});
             snapshot.vmspaces[0].map.entries[1].maxgap = page;
             snapshot.vmspaces[0].map.entries[2].gap = 5 * page;
             snapshot.findings = gdbbridge::checkInvariants(snapshot);
             return snapshot;
         },
         {{"tree", " wrong: expected "}, {"tree", "wrong entry 0x20000 of A"}}},
        {"nonsense", nonsense, {{"tree", "lost's map could not be read"}, {"map", "lost"}}},
        {"a hundred entries and five processes",
         [] {
             std::vector<Entry> entries;
             for (uint32_t i = 0; i < 100; ++i)
                 entries.push_back(entryOf(i + 1, 0x100000 + i * 4 * page, 0x100000 + (i * 4 + 2) * page));
             Snapshot snapshot = snapshotOf(page, 0xbfbff000, std::move(entries));
             fill(snapshot, 0, {0, 1});
             fill(snapshot, 50, {1});
             for (uint32_t p = 2; p <= 5; ++p) {
                 gdbbridge::Vmspace space = snapshot.vmspaces[0];
                 space.id = p;
                 space.map.address += 0x1000 * p;
                 for (Entry& entry : space.map.entries)
                     entry.id += 1000 * p;
                 snapshot.processes.push_back(
                     {.address = p, .pid = p, .name = std::string(1, char('@' + p)), .vmspace = int(p) - 1});
                 snapshot.vmspaces.push_back(std::move(space));
             }
             return snapshot;
         },
         {{"map", "process E"}, {"tree", "node E 0x100000"}, {"cow", "column E"}}},
        {"a hundred thousand entries",
         hundredThousand,
         {{"map", "page A 0x100000: n1"},
          {"tree", "nodes at depth"},
          {"cow", "capsule 0x100000: n1"},
          {"amap", "slot 0 of a3: n3"}},
         true},
        {"an amap of a hundred thousand anons",
         [] {
             Snapshot snapshot =
                 snapshotOf(page, 0x7fff00000000, {entryOf(1, 0x100000, 0x100000 + 100000 * page)});
             std::vector<uint32_t> slots(100000);
             for (uint32_t i = 0; i < slots.size(); ++i)
                 slots[i] = i;
             fill(snapshot, 0, slots);
             return snapshot;
         },
         {{"amap", "slots 0 to 99999 of a1: 100000 anons"}, {"cow", "99999 more"}},
         true},
    };
    return all;
}

QStringList names() { return gui::pictureNames() << QStringLiteral("compare"); }

} // namespace

class BadInputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPictureDrawsSomethingTrue_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("picture");
        for (size_t i = 0; i < cases().size(); ++i)
            for (const QString& name : names())
                QTest::addRow("%s, %s", cases()[i].name, qPrintable(name)) << int(i) << name;
    }
    void everyPictureDrawsSomethingTrue() {
        QFETCH(int, which);
        QFETCH(QString, picture);
        const Case& one = cases()[size_t(which)];
        // The large ones take their time to be made: once for all pictures.
        if (m_made != which) {
            m_snapshot = std::make_shared<Snapshot>(one.make());
            m_made = which;
        }
        const auto drawn = gui::makePicture(picture);
        QVERIFY(drawn);
        const std::clock_t begun = std::clock(); // of the processor: others may want it as well
        for (const auto& before : {gdbbridge::SnapshotPtr(), gdbbridge::SnapshotPtr(m_snapshot)}) {
            if (one.large && before)
                continue;
            drawn->setState(gui::makeViewState(m_snapshot, before));
            for (const gui::AxisScale scale : {gui::AxisScale::Pages, gui::AxisScale::Linear,
                                               gui::AxisScale::Log, gui::AxisScale::Equal}) {
                if (scale != gui::AxisScale::Pages && picture != QStringLiteral("map"))
                    continue;
                gui::ViewState state = drawn->state();
                state.scale = scale;
                drawn->setState(state);
                drawIt(*drawn, one);
                if (QTest::currentTestFailed())
                    return;
            }
        }
        // Far from what anybody would call frozen, even on a slow machine.
        const double seconds = double(std::clock() - begun) / CLOCKS_PER_SEC;
        QVERIFY2(seconds < 20, qPrintable(QString::number(seconds)));
        QStringList texts;
        for (const auto& item : itemsOf(*drawn, exportLook(), {1200, 800}))
            texts << item.text;
        for (const auto& [name, words] : one.says)
            if (picture == QLatin1String(name))
                QVERIFY2(texts.join(u'\n').contains(QLatin1String(words)),
                         qPrintable(QStringLiteral("“%1” is not in\n%2")
                                        .arg(QLatin1String(words), texts.mid(0, 40).join(u'\n'))));
    }

private:
    void drawIt(const gui::Picture& picture, const Case& one) {
        for (const QSizeF offered : {QSizeF(640, 400), QSizeF(1600, 900), QSizeF(120, 60)}) {
            if (one.large && offered.width() != 640)
                continue;
            const gui::Look look = exportLook();
            const QSizeF size = picture.sizeFor(look, offered);
            QVERIFY2(std::isfinite(size.width()) && std::isfinite(size.height()), "the size is no number");
            QVERIFY(size.width() >= offered.width() && size.height() >= offered.height());
            for (const auto& item : itemsOf(picture, look, offered)) {
                QVERIFY2(std::isfinite(item.rect.x()) && std::isfinite(item.rect.y()) &&
                             std::isfinite(item.rect.width()) && std::isfinite(item.rect.height()),
                         qPrintable(item.text));
                QVERIFY2(!item.text.isEmpty() && !item.id.isEmpty(), qPrintable(item.id));
            }
            if (!one.large && offered.width() > 120) {
                QVERIFY(gui::toSvg(picture, look, offered).contains("</svg>"));
                QCOMPARE(badWords(picture, look, offered).mid(0, 10).join(u'\n'), QString());
            }
        }
    }

    int m_made = -1;
    std::shared_ptr<const Snapshot> m_snapshot;
};

QTEST_MAIN(BadInputTest)
#include "bad_input_test.moc"
