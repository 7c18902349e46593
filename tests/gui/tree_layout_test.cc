#include <QTest>

#include "gui/layout/tidy_tree.h"

using gdbbridge::none;
using gui::layoutTree;
using gui::TreeLayout;
using gui::TreePlace;
using gui::TreeRequest;

namespace {

// A balanced tree over entries with the serial numbers from `first` on.
gdbbridge::Map balanced(int count, uint32_t first = 1) {
    gdbbridge::Map map;
    map.entries.resize(size_t(count));
    for (int i = 0; i < count; ++i)
        map.entries[size_t(i)].id = first + uint32_t(i);
    const std::function<int(int, int)> build = [&](int from, int to) {
        if (from >= to)
            return none;
        const int middle = (from + to) / 2;
        map.entries[size_t(middle)].left = build(from, middle);
        map.entries[size_t(middle)].right = build(middle + 1, to);
        return middle;
    };
    map.root = build(0, count);
    return map;
}

TreeRequest request(double width = 700, double height = 300) {
    return {.width = width, .height = height, .levelHeight = 84, .columns = {}};
}

std::vector<uint32_t> idsOf(const gdbbridge::Map& map) {
    std::vector<uint32_t> ids;
    for (const auto& entry : map.entries)
        ids.push_back(entry.id);
    return ids;
}

} // namespace

class TreeLayoutTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nodesStandInListOrderAndBelowTheirParents() {
        const auto map = balanced(20);
        const TreeLayout layout = layoutTree(map, request());
        QCOMPARE(layout.places.size(), 20u);
        QVERIFY(layout.unreached.empty());
        double last = -1;
        for (const TreePlace& place : layout.places) {
            QVERIFY(place.x > last);
            last = place.x;
            if (place.parent != none)
                QVERIFY(place.y > layout.places[size_t(place.parent)].y);
        }
        QVERIFY(last < 700);
    }

    void neighboursInTheListAreNeverOnOneLevel() {
        for (int count : {2, 7, 20, 100, 1000}) {
            const TreeLayout layout = layoutTree(balanced(count), request());
            for (size_t i = 1; i < layout.places.size(); ++i)
                QVERIFY(layout.places[i].depth != layout.places[i - 1].depth);
        }
    }

    void itFitsTheHeight() {
        const TreeLayout layout = layoutTree(balanced(1000), request(700, 300));
        QVERIFY(layout.levels * layout.levelHeight <= 300.001);
    }

    void aBrokenTreeIsDrawnAsFarAsItGoes() {
        auto map = balanced(7);
        map.entries[0].left = 3;   // back to the root
        map.entries[5].right = 99; // nowhere
        const TreeLayout layout = layoutTree(map, request());
        QCOMPARE(layout.places.size(), 6u);
        QCOMPARE(layout.unreached, std::vector<int>{6});
    }

    void columnsOfAWholeRunKeepEveryOrder() {
        auto first = balanced(3);
        auto second = balanced(4);
        second.entries[0].id = 1;
        second.entries[1].id = 9; // new, between 1 and 3; 2 is gone
        second.entries[2].id = 3;
        second.entries[3].id = 8;
        const auto order = gui::treeColumns({&first, &second});
        QCOMPARE(order.size(), 5u);
        for (const auto* map : {&first, &second}) {
            auto at = order.begin();
            for (uint32_t id : idsOf(*map)) {
                at = std::find(at, order.end(), id);
                QVERIFY(at != order.end());
            }
        }
        // The entry 3 keeps its column in both pictures.
        TreeRequest r = request();
        r.columns = order;
        const TreeLayout before = layoutTree(first, r), after = layoutTree(second, r);
        QCOMPARE(before.columnOf[2], after.columnOf[2]);
        QCOMPARE(before.places[2].x, after.places[2].x);
    }
};

QTEST_GUILESS_MAIN(TreeLayoutTest)
#include "tree_layout_test.moc"
