#include <QTest>

#include <cmath>

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
    void scalesKeepOrderAndFillTheWidth_data() {
        QTest::addColumn<int>("scale");
        QTest::newRow("linear") << int(gui::AxisScale::Linear);
        QTest::newRow("log") << int(gui::AxisScale::Log);
        QTest::newRow("equal") << int(gui::AxisScale::Equal);
    }
    void scalesKeepOrderAndFillTheWidth() {
        QFETCH(int, scale);
        const AxisParts parts(request());
        const Axis pages = parts.layOut(950, AxisSizes());
        const Axis axis = parts.layOutScaled(950, AxisSizes(), gui::AxisScale(scale), 0x1000);
        QCOMPARE(axis.parts.size(), pages.parts.size());
        double x = 0;
        for (size_t i = 0; i < axis.parts.size(); ++i) {
            QCOMPARE(axis.parts[i].start, pages.parts[i].start);
            QVERIFY(std::abs(axis.parts[i].x - x) < 1e-6);
            QVERIFY(axis.parts[i].width >= AxisSizes().least);
            x += axis.parts[i].width;
        }
        QVERIFY2(std::abs(axis.width - 950) < 0.01, qPrintable(QString::number(axis.width)));
    }

    void aScaleIsWhatItSays() {
        AxisRequest r;
        r.min = 0;
        r.max = 0x100000; // 256 pages
        r.ranges = {{0x10000, 0x50000}, {0x80000, 0x88000}};
        const AxisParts parts(r);
        const auto widthOf = [&](gui::AxisScale scale, uint64_t start) {
            for (const AxisPart& part : parts.layOutScaled(1024, AxisSizes(), scale, 0x1000).parts)
                if (part.start == start)
                    return part.width;
            return -1.0;
        };
        // 64 pages of 256 are a quarter; 8 pages a thirty-second.
        QVERIFY(std::abs(widthOf(gui::AxisScale::Linear, 0x10000) - 256) < 0.1);
        QVERIFY(std::abs(widthOf(gui::AxisScale::Linear, 0x80000) - 32) < 0.1);
        const double log = widthOf(gui::AxisScale::Log, 0x10000) / widthOf(gui::AxisScale::Log, 0x80000);
        QVERIFY(std::abs(log - std::log2(65.0) / std::log2(9.0)) < 0.01);
        QCOMPARE(widthOf(gui::AxisScale::Equal, 0x10000), widthOf(gui::AxisScale::Equal, 0x80000));
    }

    void nothingVanishesInALinearScale() {
        // Two maps of a page at the ends of 64 bits: the axis is as wide as it has to be.
        AxisRequest r;
        r.min = 0;
        r.max = UINT64_MAX & ~uint64_t(0xfff);
        r.ranges = {{0, 0x1000}, {r.max - 0x1000, r.max}};
        const Axis axis = AxisParts(r).layOutScaled(500, AxisSizes(), gui::AxisScale::Linear, 0x1000);
        QCOMPARE(axis.parts.size(), 3u);
        QVERIFY(axis.parts.front().width >= AxisSizes().least &&
                axis.parts.back().width >= AxisSizes().least);
        QVERIFY(axis.parts[1].width > 480);
    }

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
