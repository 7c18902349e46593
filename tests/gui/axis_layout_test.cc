#include <QTest>

#include "gui/layout/address_axis.h"

using gui::Axis;
using gui::AxisPart;
using gui::AxisParts;
using gui::AxisRequest;
using gui::AxisSizes;

namespace {

AxisRequest request() {
    AxisRequest r;
    r.min = 0x1000;
    r.max = 0xbfbff000;
    r.ranges = {{0x10000, 0x14000}, {0x8048000, 0x804c000}, {0xbfbde000, 0xbfbfe000}};
    r.pages = {{0x10000, "a"}, {0x11000, "b"}, {0x8048000, "c"}};
    return r;
}
Axis layoutAxis(const AxisRequest& request, double width = 950) {
    return AxisParts(request).layOut(width, AxisSizes());
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
        r.focus = {{0x10000, 0x14000}};
        for (const AxisPart& part : layoutAxis(r, 420).parts)
            if (part.kind == AxisPart::Kind::Cell)
                QCOMPARE(part.wide, part.start < 0x14000);
    }

    // What is counted is what is laid out; and a gap can be found that makes it so wide.
    void theWidthIsKnownBeforehand() {
        AxisRequest r = request();
        for (int i = 0; i < 40; ++i)
            r.ranges.emplace_back(0x100000 + uint64_t(i) * 0x3000, 0x101000 + uint64_t(i) * 0x3000);
        for (const auto& focus : {AxisRequest().focus, {{0x10000, 0x14000}}}) {
            r.focus = focus;
            const AxisParts parts(r);
            for (double width = 100; width < 9000; width += 97) {
                AxisSizes sizes;
                QVERIFY(std::abs(parts.widthAt(width, sizes) - parts.layOut(width, sizes).width) < 1e-6);
                sizes.gap = parts.gapAt(width, sizes, 1);
                if (sizes.gap > 1 && sizes.gap < AxisSizes().gap && sizes.gap > sizes.lead)
                    QVERIFY(parts.layOut(width, sizes).width < width + sizes.lead + 1);
            }
        }
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
