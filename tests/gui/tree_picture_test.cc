#include <QTest>

#include "gdbbridge/check/check.h"
#include "tests/gui/picture_support.h"

using namespace testsupport;
using gui::Selection;

namespace {

QByteArray manyEntries(int count) {
    QByteArray scenario = "space A 0x1000 0xbfbff000\n";
    for (int i = 0; i < count; ++i)
        scenario +=
            "map A 0x" + QByteArray::number(0x100000 + i * 0x3000, 16) + " 0x1000 cow fixed nomerge\n";
    return scenario;
}

std::unique_ptr<gui::Story> storyWith(int count) {
    const QByteArray scenario = manyEntries(count);
    return storyOf({scenario.constData(), size_t(scenario.size())});
}

} // namespace

class TreePictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyEntryIsANode() {
        const auto story = storyOfFile(QStringLiteral("holes-and-gaps.uvm"));
        story->show(momentAfter(*story, QStringLiteral("map A 0x3a000 0x2000 cow fixed nomerge")));
        const QStringList nodes = textsOf(*pictureOf(*story, QStringLiteral("tree")), QStringLiteral("node"));
        QCOMPARE(nodes.size(), 8);
        QCOMPARE(nodes.filter(QStringLiteral(" root,")).size(), 1);
        QCOMPARE(nodes.filter(QStringLiteral(" below ")).size(), 7);
    }

    void aNodeHasItsLargestGap() {
        const auto story = storyOf("space A 0x1000 0x100000\nmap A 0x10000 0x2000 cow fixed\n"
                                   "map A 0x20000 0x2000 cow fixed nomerge\n");
        const auto picture = pictureOf(*story, QStringLiteral("tree"));
        const QStringList nodes = textsOf(*picture, QStringLiteral("node"));
        // 0x12000 to 0x20000 are 14 pages, 0x22000 to 0x100000 are 222; 0x10000 is the root.
        QVERIFY2(nodes.filter(QStringLiteral("node A 0x10000"))
                     .value(0)
                     .contains(QStringLiteral("root, maxgap 222")),
                 qPrintable(nodes.join(u'\n')));
        QVERIFY(nodes.filter(QStringLiteral("node A 0x20000"))
                    .value(0)
                    .contains(QStringLiteral("below 0x10000, maxgap 222")));
        QCOMPARE(textsOf(*picture, QStringLiteral("gap")).size(), 3);
    }

    void nodesDoNotOverlap_data() {
        QTest::addColumn<int>("count");
        QTest::addColumn<QSizeF>("size");
        for (int count : {1, 2, 8, 20, 100, 1000})
            for (QSizeF size : {QSizeF(570, 270), QSizeF(1000, 640)})
                QTest::addRow("%d in %.0f", count, size.width()) << count << size;
    }
    void nodesDoNotOverlap() {
        QFETCH(int, count);
        QFETCH(QSizeF, size);
        const auto story = storyWith(count);
        const auto picture = pictureOf(*story, QStringLiteral("tree"));
        for (const gui::ThemeName theme : {gui::ThemeName::Light, gui::ThemeName::Projector}) {
            const gui::Look look = exportLook(theme);
            const auto nodes = itemsOf(*picture, look, size, QStringLiteral("node"));
            QCOMPARE(overlaps(nodes), QStringList());
            for (const auto& node : nodes)
                QVERIFY(QRectF(QPointF(), picture->sizeFor(look, size)).contains(node.rect));
            // Whatever does not stand for itself stands in the crowd of its depth.
            qsizetype all = nodes.size();
            for (const auto& crowd : itemsOf(*picture, look, size))
                if (crowd.id.startsWith(QStringLiteral("depth-")))
                    all += crowd.text.section(u' ', 0, 0).toInt();
            QCOMPARE(all, count);
        }
    }

    void itShowsTheActorsMapOrTheSelectedOne() {
        const auto story =
            storyOf("space A 0x1000 0xbfbff000\nmap A 0x10000 0x2000 cow\nwrite A 0x10000 01\nfork A B\n"
                    "map B 0x20000 0x1000 cow\nread A 0x10000\n");
        const auto picture = pictureOf(*story, QStringLiteral("tree"));
        story->show(momentAfter(*story, QStringLiteral("map B 0x20000 0x1000 cow")));
        picture->setState(gui::makeViewState(*story));
        QCOMPARE(textsOf(*picture, QStringLiteral("node B")).size(), 2);
        QVERIFY(picture->note().startsWith(u'B'));
        story->show(momentAfter(*story, QStringLiteral("read A 0x10000")));
        picture->setState(gui::makeViewState(*story));
        QVERIFY(picture->note().startsWith(u'A'));
        QCOMPARE(textsOf(*picture, QStringLiteral("node A")).size(), 1);
        const auto& processes = story->now()->snapshot->processes;
        story->select({.kind = Selection::Kind::Process, .process = processes[1].pid});
        picture->setState(gui::makeViewState(*story));
        QVERIFY(picture->note().startsWith(u'B'));
    }

    void aSearchNumbersWhatItTried() {
        const auto story = storyOfFile(QStringLiteral("holes-and-gaps.uvm"));
        story->show(momentAfter(*story, QStringLiteral("findspace A 0x10000 0x5000")));
        const auto picture = pictureOf(*story, QStringLiteral("tree"));
        const gui::FreeSearch& search = picture->state().search;
        QVERIFY(search.ended);
        QCOMPARE(search.found, 0x24000u);
        const QStringList visited =
            textsOf(*picture, QStringLiteral("node")).filter(QStringLiteral(" visited "));
        QCOMPARE(visited.size(), qsizetype(search.visited.size()));
        // It ends at the entry before the gap of five pages.
        QVERIFY(visited.filter(QStringLiteral("node A 0x22000"))
                    .value(0)
                    .endsWith(QStringLiteral("visited %1").arg(search.visited.size())));
        QCOMPARE(textsOf(*picture, QStringLiteral("gap")).filter(QStringLiteral(" found")).size(), 1);
    }

    // What was cut off is what the kernel's events say, with the number that did it, and the race is against
    // the entries that lie between.
    void aSearchTellsWhatItCutOffAndWhatAScanWouldHaveCost() {
        QByteArray scenario = manyEntries(40); // gaps of two pages
        scenario += "unmap A 0x15d000 0x1000\nfindspace A 0x103000 0x4000\n";
        const auto story = storyOf({scenario.constData(), size_t(scenario.size())});
        story->show(momentAfter(*story, QStringLiteral("findspace A 0x103000 0x4000")));
        const auto picture = pictureOf(*story, QStringLiteral("tree"));
        const gui::FreeSearch& search = picture->state().search;
        QCOMPARE(search.found, 0x15b000u);
        // From the entry at 0x103000, the second, to that at 0x15a000, the thirty-first.
        QCOMPARE(search.linear, 30u);
        QVERIFY(search.visited.size() < 5);
        size_t cuts = 0;
        for (const auto& event : story->now()->events)
            cuts += event.kind == gdbbridge::EventKind::FindspaceVisit && event.args[3] == 2;
        QVERIFY(cuts > 0);
        QCOMPARE(search.cuts(), cuts);
        const QStringList hulls =
            textsOf(*picture, QStringLiteral("subtree of entry")).filter(QStringLiteral("cut: 8 kB < 16 kB"));
        QCOMPARE(size_t(hulls.size()), cuts);
        const QString race = textsOf(*picture, QStringLiteral("race")).value(0);
        QVERIFY2(race.contains(QStringLiteral("found at 0x15b000")) &&
                     race.contains(QStringLiteral("%1 subtree").arg(cuts)) &&
                     race.contains(QStringLiteral("linear scan: 30 gaps")),
                 qPrintable(race));
        // No entry that was cut off was tried, and each has a gap that is too small.
        const auto& map = story->now()->snapshot->vmspaces.front().map;
        for (const auto& entry : map.entries)
            if (search.cutBelow.contains(entry.id)) {
                QCOMPARE(search.orderOf(entry.id), 0);
                QVERIFY(entry.gap < search.length);
            }
    }

    void aSearchIsPlayedStepByStep() {
        QByteArray scenario = manyEntries(40);
        scenario += "unmap A 0x15d000 0x1000\nfindspace A 0x103000 0x4000\n";
        const auto story = storyOf({scenario.constData(), size_t(scenario.size())});
        story->show(momentAfter(*story, QStringLiteral("findspace A 0x103000 0x4000")));
        const auto picture = pictureOf(*story, QStringLiteral("tree"));
        const gui::ViewState whole = picture->state();
        QHash<QString, QRectF> places;
        for (size_t step = 0; step <= whole.search.steps.size(); ++step) {
            gui::ViewState part = whole;
            part.search = whole.search.upTo(step);
            picture->setState(part);
            const auto items = itemsOf(*picture, exportLook(), {1200, 900});
            qsizetype visited = 0, hulls = 0;
            for (const auto& item : items) {
                visited += item.text.contains(QStringLiteral(" visited "));
                hulls += item.text.startsWith(QStringLiteral("subtree of entry"));
                // Nothing moves on the way.
                if (item.text.startsWith(QStringLiteral("node")) ||
                    item.text.startsWith(QStringLiteral("gap"))) {
                    QVERIFY(!places.contains(item.id) || places[item.id] == item.rect);
                    places[item.id] = item.rect;
                }
            }
            QCOMPARE(size_t(visited + hulls), step);
            const bool last = step == whole.search.steps.size();
            QCOMPARE(!textsOf(*picture, QStringLiteral("gap")).filter(QStringLiteral(" found")).isEmpty(),
                     last);
        }
    }

    void aTopDownSearchIsRacedDownwards() {
        const auto story =
            storyOf("space A 0x1000 0x100000 topdown\nmap A 0xf0000 0x2000 cow fixed\n"
                    "map A 0xe0000 0x2000 cow fixed nomerge\nmap A 0xd0000 0x2000 cow fixed nomerge\n"
                    "findspace A 0xef000 0x40000\n");
        story->show(momentAfter(*story, QStringLiteral("findspace A 0xef000 0x40000")));
        const auto picture = pictureOf(*story, QStringLiteral("tree"));
        const gui::FreeSearch& search = picture->state().search;
        QVERIFY(search.ended && search.found != 0);
        // Behind 0xe2000, behind 0xd2000, before 0xd0000.
        QCOMPARE(search.linear, 3u);
    }

    void aBrokenInvariantIsSaid() {
        const auto story = storyWith(8);
        auto broken = std::make_shared<gdbbridge::Moment>(*story->now());
        auto snapshot = std::make_shared<gdbbridge::Snapshot>(*broken->snapshot);
        auto& map = snapshot->vmspaces.front().map;
        map.entries[size_t(map.root)].maxgap = 0x1000; // what a student's forgotten update leaves behind
        broken->snapshot = snapshot;
        broken->violations = gdbbridge::checkInvariants(*snapshot);
        QVERIFY(!broken->violations.empty());
        story->append(broken);
        for (QSizeF size : {QSizeF(570, 270), QSizeF(1000, 640)}) {
            const auto picture = pictureOf(*story, QStringLiteral("tree"));
            const QStringList wrong =
                textsOf(*picture, QStringLiteral("node"), size).filter(QStringLiteral(" wrong: expected "));
            QCOMPARE(wrong.size(), 1);
            QVERIFY(wrong.front().contains(QStringLiteral("root")));
            const QStringList notes = textsOf(*picture, QStringLiteral("wrong"), size);
            QVERIFY(!notes.isEmpty());
            QVERIFY(notes.front().contains(QString::fromStdString(broken->violations.front().expected)));
            QVERIFY(notes.front().contains(QString::fromStdString(broken->violations.front().found)));
        }
    }

    void aSeriesStandsStill() {
        const auto story = storyOfFile(QStringLiteral("holes-and-gaps.uvm"));
        QHash<QString, double> columns; // by serial number of the entry
        for (int i = 0; i < int(story->moments().size()); ++i) {
            story->show(i);
            const auto picture = pictureOf(*story, QStringLiteral("tree"), gui::StillFor::WholeRun);
            for (const auto& item : itemsOf(*picture, exportLook(), {1000, 640}, QStringLiteral("listed"))) {
                const QString key = QString::number(item.identity.entry);
                QVERIFY(!columns.contains(key) || qFuzzyCompare(columns[key], item.rect.center().x()));
                columns[key] = item.rect.center().x();
            }
        }
        QVERIFY(columns.size() > 8);
    }
};

QTEST_MAIN(TreePictureTest)
#include "tree_picture_test.moc"
