#include <QTest>

#include "tests/gui/picture_support.h"

using namespace testsupport;

namespace {

constexpr const char* forked = "space parent 0x1000 0xbfbff000\n"
                               "map parent 0x10000 0x4000 cow\n"
                               "write parent 0x10000 \"one\"\n"
                               "write parent 0x11000 \"two\"\n"
                               "fork parent child\n"
                               "write child 0x10000 \"ONE\"\n";

// What the scene says of the one thing whose text begins so.
QString one(const gui::Story& story, const char* beginning) {
    const QStringList all =
        textsOf(*pictureOf(story, QStringLiteral("pagetable")), QString::fromLatin1(beginning));
    return all.size() == 1 ? all.front() : QStringLiteral("%1 of them").arg(all.size());
}

} // namespace

class PageTablePictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theWalkLeadsToTheFrame() {
        const auto story = storyOf(forked);
        story->show(momentAfter(*story, QStringLiteral("write child 0x10000 \"ONE\"")));
        // 0x10000 has slot 16 in the lowest table and slot 0 above, on the host as on x86-64.
        QVERIFY2(one(*story, "PT at 0x").contains(QStringLiteral("slot 16 = 0x")),
                 qPrintable(one(*story, "PT at 0x")));
        QVERIFY(one(*story, "PML4 at 0x").contains(QStringLiteral("1 present, slot 0 = 0x")));
        QVERIFY2(one(*story, "frame 0x").contains(QStringLiteral("“ONE”")),
                 qPrintable(one(*story, "frame 0x")));
        // The word of the page has what the hardware allows: the copy may be written, not executed.
        const QString word = one(*story, "entry PT 16: ");
        QVERIFY2(word.contains(QStringLiteral("present write user")) &&
                     !word.contains(QStringLiteral("execute")),
                 qPrintable(word));
        QCOMPARE(one(*story, "around 0x10000: ").section(u',', 0, 1),
                 QStringLiteral("around 0x10000: map rw-, tables rw-"));
        QCOMPARE(one(*story, "around 0x11000: ").section(u',', 0, 1),
                 QStringLiteral("around 0x11000: map rw-, tables r--"));
        QCOMPARE(one(*story, "around 0x12000: ").section(u',', 0, 1),
                 QStringLiteral("around 0x12000: map rw-, tables none"));
    }

    void aSelectedAddressIsWalked() {
        const auto story = storyOf(forked);
        const uint32_t child = story->now()->snapshot->processes.back().pid;
        story->select({.kind = gui::Selection::Kind::Address, .process = child, .va = 0x13000});
        QVERIFY(one(*story, "PT at 0x").contains(QStringLiteral("slot 19 empty")));
        QVERIFY(one(*story, "no frame: ").size() > 0);
        QCOMPARE(one(*story, "entry PT 19: "), QStringLiteral("entry PT 19: not present"));
        // Where there is no table below, the walk ends above it.
        story->select({.kind = gui::Selection::Kind::Address, .process = child, .va = 0x80000000});
        QCOMPARE(one(*story, "no PT"), QStringLiteral("no PT"));
        QVERIFY(one(*story, "PDPT at 0x").contains(QStringLiteral("slot 2 empty")));
    }

    void withoutAProcessItSaysWhatWouldMakeTables() {
        const auto story = storyOf(forked);
        story->show(0);
        QCOMPARE(textsOf(*pictureOf(*story, QStringLiteral("pagetable")),
                         QStringLiteral("There are no page tables"))
                     .size(),
                 1);
    }
};

QTEST_MAIN(PageTablePictureTest)
#include "page_table_picture_test.moc"
