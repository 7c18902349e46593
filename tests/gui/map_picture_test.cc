#include <QRegularExpression>
#include <QTest>

#include "tests/gui/picture_support.h"

using namespace testsupport;
using gui::Selection;

class MapPictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hardwareIsToldFromTheMap() {
        const auto story = storyOf(
            "space parent 0x1000 0xbfbff000\nmap parent 0x10000 0x3000 cow\nwrite parent 0x10000 \"one\"\n"
            "fork parent child\n");
        story->show(momentAfter(*story, QStringLiteral("fork parent child")));
        static const QRegularExpression name(QStringLiteral("\\bn[0-9]+\\b"));
        const QStringList pages = textsOf(*pictureOf(*story, QStringLiteral("map")), QStringLiteral("page"))
                                      .replaceInStrings(name, QStringLiteral("n"));
        QCOMPARE(pages.value(0), QStringLiteral("page parent 0x10000: n “one” r-- copy-on-write changed"));
        QCOMPARE(pages.value(1), QStringLiteral("page parent 0x11000: no page"));
        QCOMPARE(pages.filter(QStringLiteral("page child 0x10000")).value(0),
                 QStringLiteral("page child 0x10000: n “one” in memory, not entered"));
    }

    void entriesSayWhatTheyAre() {
        const auto story =
            storyOf("space A 0x1000 0xbfbff000\nobject F 0x4000\nmap A 0x10000 0x4000 obj=F cow\n"
                    "map A 0x20000 0x1000 prot=---\nmap A 0x30000 0x2000 overlay inh=share\n");
        const QStringList entries =
            textsOf(*pictureOf(*story, QStringLiteral("map")), QStringLiteral("entry"));
        QCOMPARE(entries.size(), 3);
        QVERIFY(entries[0].startsWith(QStringLiteral("entry A 0x10000-0x14000 F rw- [cow; needs-copy]")));
        QVERIFY(entries[1].contains(QStringLiteral("guard ---")));
        QVERIFY(entries[2].contains(QStringLiteral("shared")));
    }

    void allProcessesShareOneAxis() {
        const auto story = storyOfFile(QStringLiteral("fork-cow.uvm"));
        const auto picture = pictureOf(*story, QStringLiteral("map"));
        QHash<QString, double> places;
        for (const auto& item : itemsOf(*picture, exportLook(), {1000, 640}, QStringLiteral("entry"))) {
            const QString start = item.text.section(u' ', 2, 2).section(u'-', 0, 0);
            if (places.contains(start))
                QCOMPARE(item.rect.left(), places[start]);
            places[start] = item.rect.left();
        }
        QVERIFY(places.size() > 1);
    }

    void theSelectedEntryGetsRoom() {
        const auto story = storyOfFile(QStringLiteral("fork-cow.uvm"));
        story->show(int(story->moments().size()) - 1);
        const auto& map = story->now()->snapshot->vmspaces.front().map;
        const auto widthOf = [&](const gdbbridge::Entry& entry) {
            const auto items = itemsOf(*pictureOf(*story, QStringLiteral("map")), exportLook(), {988, 640},
                                       QStringLiteral("entry"));
            for (const auto& item : items)
                if (item.identity.entry == entry.id)
                    return item.rect.width();
            return 0.0;
        };
        for (const auto& entry : map.entries) {
            if ((entry.end - entry.start) / 0x1000 != 4)
                continue;
            story->select({});
            const double before = widthOf(entry);
            story->select({.kind = Selection::Kind::Entry, .entry = entry.id});
            QVERIFY(widthOf(entry) >= before);
            QVERIFY(widthOf(entry) > 200);
        }
    }

    void whatIsEnteredButNotMappedIsDrawn() {
        const auto story =
            storyOf("space A 0x1000 0xbfbff000\nmap A 0x10000 0x2000 cow\nwrite A 0x10000 01\n");
        auto moment = std::make_shared<gdbbridge::Moment>(*story->now());
        auto snapshot = std::make_shared<gdbbridge::Snapshot>(*moment->snapshot);
        auto& mappings = snapshot->vmspaces.front().pageTables.mappings;
        mappings.push_back({.va = 0x40000, .pa = mappings.front().pa, .protection = {3}}); // left behind
        moment->snapshot = snapshot;
        story->append(moment);
        const QStringList pages =
            textsOf(*pictureOf(*story, QStringLiteral("map")), QStringLiteral("page A 0x40000"));
        QCOMPARE(pages.size(), 1);
        QVERIFY(pages.front().contains(QStringLiteral("entered but not mapped")));
    }

    void aSeriesStandsStill() {
        for (const QString& name :
             {QStringLiteral("three-generations.uvm"), QStringLiteral("move-mapping.uvm"),
              QStringLiteral("holes-and-gaps.uvm")}) {
            const auto story = storyOfFile(name);
            QHash<QString, QRectF> places; // of pages and processes, by id
            for (int i = 0; i < int(story->moments().size()); ++i) {
                story->show(i);
                const auto picture = pictureOf(*story, QStringLiteral("map"), gui::StillFor::WholeRun);
                for (const auto& item :
                     itemsOf(*picture, exportLook(), {1000, 700}, QStringLiteral("page"))) {
                    QVERIFY2(!places.contains(item.id) || places[item.id] == item.rect, qPrintable(item.id));
                    places[item.id] = item.rect;
                }
            }
            QVERIFY(!places.isEmpty());
        }
    }

    void theFirstMomentIsEmpty() {
        const auto story = storyOf("space A 0x1000 0xbfbff000\n");
        story->show(0);
        QCOMPARE(textsOf(*pictureOf(*story, QStringLiteral("map")), QString()),
                 QStringList{QStringLiteral("Nothing is mapped yet.")});
    }
};

QTEST_MAIN(MapPictureTest)
#include "map_picture_test.moc"
