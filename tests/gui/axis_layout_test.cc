#include <QTest>

#include "gui/layout/address_axis.h"

using gui::Axis;
using gui::AxisPart;
using gui::AxisRequest;
using gui::layoutAxis;

namespace {

AxisRequest request() {
    AxisRequest r;
    r.min = 0x1000;
    r.max = 0xbfbff000;
    r.ranges = {{0x10000, 0x14000}, {0x8048000, 0x804c000}, {0xbfbde000, 0xbfbfe000}};
    r.pages = {{0x10000, "a"}, {0x11000, "b"}, {0x8048000, "c"}};
    r.width = 950;
    return r;
}

} // namespace

class AxisLayoutTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void partsCoverTheMapInOrder() {
        const Axis axis = layoutAxis(request());
        QCOMPARE(axis.parts.front().start, 0x1000u);
        QCOMPARE(axis.parts.back().end, 0xbfbff000u);
        double x = 0;
        for (size_t i = 0; i < axis.parts.size(); ++i) {
            QVERIFY(axis.parts[i].start < axis.parts[i].end);
            QVERIFY(axis.parts[i].width > 0);
            QVERIFY(std::abs(axis.parts[i].x - x) < 1e-6); // side by side, none over another
            x += axis.parts[i].width;
            if (i > 0)
                QCOMPARE(axis.parts[i].start, axis.parts[i - 1].end);
        }
        QVERIFY(std::abs(x - 950) < 1e-6);
    }

    void runsOfEqualPagesAreFolded() {
        const Axis axis = layoutAxis(request());
        size_t runs = 0, cells = 0;
        for (const AxisPart& part : axis.parts) {
            runs += part.kind == AxisPart::Kind::Run;
            cells += part.kind == AxisPart::Kind::Cell;
            if (part.kind == AxisPart::Kind::Run) {
                QCOMPARE(part.start, 0xbfbde000u);
                QCOMPARE(part.end, 0xbfbfe000u);
            }
        }
        QCOMPARE(runs, 1u);
        QCOMPARE(cells, 8u);
    }

    void pagesThatDifferAreNeverFoldedTogether() {
        AxisRequest r = request();
        r.pages.clear();
        for (uint64_t va = 0xbfbde000; va < 0xbfbfe000; va += 0x1000)
            r.pages.push_back({va, va == 0xbfbe4000 ? "other" : "same"});
        for (const AxisPart& part : layoutAxis(r).parts)
            if (part.start <= 0xbfbe4000 && 0xbfbe4000 < part.end)
                QCOMPARE(part.kind, AxisPart::Kind::Cell);
    }

    void focusIsWide() {
        AxisRequest r = request();
        r.width = 420;
        r.focus = {{0x10000, 0x14000}};
        for (const AxisPart& part : layoutAxis(r).parts)
            if (part.kind == AxisPart::Kind::Cell)
                QCOMPARE(part.wide, part.start < 0x14000);
    }

    void anAddressHasOnePlace() {
        const Axis axis = layoutAxis(request());
        double last = -1;
        for (uint64_t va : {0x10000ull, 0x11000ull, 0x8048000ull, 0xbfbde000ull, 0xbfbff000ull}) {
            QVERIFY(axis.xOf(va) > last);
            last = axis.xOf(va);
        }
        QCOMPARE(axis.xOf(0x11000), axis.xOf(0x11fff)); // within a page: the page's
    }
};

QTEST_GUILESS_MAIN(AxisLayoutTest)
#include "axis_layout_test.moc"
