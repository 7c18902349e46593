#include <QTest>

#include "gui/layout/memory_facts.h"
#include "tests/gui/picture_support.h"

using namespace testsupport;

namespace {

// More pages than there is memory for.
std::string pressed(int limit, int writes) {
    std::string scenario = "memory " + std::to_string(limit) +
                           " swap=512\nspace A 0x1000 0x1000000\n"
                           "object f 0x8000\n"
                           "map A 0x100000 0x200000 cow fixed\n"
                           "map A 0x10000 0x8000 obj=f fixed\n"
                           "read A 0x10000 1\n"
                           "wire A 0x100000 0x2000\n";
    for (int page = 0; page < writes; ++page) {
        char line[64];
        std::snprintf(line, sizeof line, "write A 0x%x \"x\"\n", 0x100000 + page * 0x1000);
        scenario += line;
    }
    return scenario;
}

} // namespace

class MemoryPictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pagesStandInTheirQueues() {
        const auto story = storyOf(pressed(40, 60));
        const gdbbridge::Snapshot& now = *story->now()->snapshot;
        const gui::MemoryFacts facts = gui::memoryFacts(now, nullptr);
        QCOMPARE(facts.active.size(), now.active.size());
        QCOMPARE(facts.inactive.size(), now.inactive.size());
        QCOMPARE(facts.wired.size(), size_t(2));
        QVERIFY(facts.limited);
        QCOMPARE(facts.free, 40 - now.ownedPages);
        QVERIFY(facts.onlyInSwap > 0);
        for (const gui::MemoryPage& page : facts.active) {
            QVERIFY(page.anon != gdbbridge::none || page.object != gdbbridge::none);
            QVERIFY(!page.moved);
        }
    }

    // Written a moment ago: used and dirty. Read from a file: used and clean.
    void useIsKnown() {
        const auto story = storyOf(pressed(40, 4));
        const gdbbridge::Snapshot& now = *story->now()->snapshot;
        int dirty = 0, clean = 0;
        for (const gui::MemoryPage& page : gui::memoryFacts(now, nullptr).active) {
            if (page.backing == gui::Backing::File) {
                QVERIFY(!page.dirty);
                ++clean;
            } else {
                QVERIFY(page.dirty);
                ++dirty;
            }
        }
        QCOMPARE(dirty, 2); // two of the four are wired
        QVERIFY(clean >= 1);
    }

    // A page is still its file's when no map shows the file any more.
    void aPageThatNobodyMapsIsItsObjects() {
        const auto story = storyOf("space A 0x1000 0x1000000\n"
                                   "object f 0x8000\n"
                                   "map A 0x10000 0x8000 obj=f fixed adv=random\n"
                                   "write A 0x11000 \"kept\"\n"
                                   "unmap A 0x10000 0x8000\n");
        const gdbbridge::Snapshot& now = *story->now()->snapshot;
        const auto pages = gui::memoryFacts(now, nullptr).active;
        QCOMPARE(pages.size(), size_t(1));
        QCOMPARE(pages[0].backing, gui::Backing::File);
        QVERIFY(pages[0].object != gdbbridge::none);
        QCOMPARE(now.objects[size_t(pages[0].object)].name, "f");
        QCOMPARE(pages[0].offset, uint64_t{0x1000});
        QCOMPARE(now.findings.size(), size_t(0));
    }

    // A page that came back from swap is clean until it is written.
    void aPageFromSwapIsClean() {
        const auto dirty = [](const gui::Story& story) {
            const gdbbridge::Snapshot& now = *story.now()->snapshot;
            const int page = gui::pageFact(now, 0, 0x102000).page;
            for (const gui::MemoryPage& each : gui::memoryFacts(now, nullptr).active)
                if (each.page == page)
                    return each.dirty ? "dirty" : "clean";
            return "not active";
        };
        const std::string back = pressed(16, 40) + "read A 0x102000 1\n";
        QCOMPARE(dirty(*storyOf(back)), "clean");
        QCOMPARE(dirty(*storyOf(back + "write A 0x102000 \"y\"\n")), "dirty");
    }

    // The step in which the daemon ran has pages that left the active queue.
    void whatMovedIsMarked() {
        const auto story = storyOf(pressed(16, 40));
        size_t moved = 0;
        for (size_t i = 1; i < story->moments().size(); ++i) {
            const auto facts =
                gui::memoryFacts(*story->moments()[i]->snapshot, story->moments()[i - 1]->snapshot.get());
            const auto& then = story->moments()[i - 1]->snapshot->pages;
            for (const gui::MemoryPage& page : facts.inactive) {
                const auto pa = story->moments()[i]->snapshot->pages[size_t(page.page)].pa;
                const auto before =
                    std::find_if(then.begin(), then.end(), [&](const auto& p) { return p.pa == pa; });
                QCOMPARE(page.moved, before == then.end() || before->queue != gdbbridge::PageQueue::Inactive);
                moved += page.moved;
            }
        }
        QVERIFY(moved > 2);
    }

    void thePictureNamesWhatComesNext() {
        const auto story = storyOf(pressed(40, 60));
        const auto picture = pictureOf(*story, QStringLiteral("memory"));
        const QStringList next = textsOf(*picture, QStringLiteral("next "));
        const gdbbridge::Snapshot& now = *story->now()->snapshot;
        QCOMPARE(next.size(), std::min<qsizetype>(12, qsizetype(now.inactive.size())));
        const auto& first = now.pages[size_t(now.inactive.front())];
        for (const auto& anon : now.anons)
            if (anon.page != gdbbridge::none && now.pages[size_t(anon.page)].pa == first.pa)
                QVERIFY(next.front().startsWith(QStringLiteral("next 1: n%1,").arg(anon.id)));
        QCOMPARE(textsOf(*picture, QStringLiteral("active ")).size(), qsizetype(now.active.size()));
        QCOMPARE(textsOf(*picture, QStringLiteral("wired ")).size(), qsizetype(2));
    }

    // Each slot that an anon has is a square, and a page that is only there is drawn as such.
    void swapIsDrawnSlotBySlot() {
        const auto story = storyOf(pressed(40, 60));
        const gdbbridge::Snapshot& now = *story->now()->snapshot;
        const auto picture = pictureOf(*story, QStringLiteral("memory"));
        const QStringList slots = textsOf(*picture, QStringLiteral("swap "));
        QStringList expected;
        std::map<int, QString> bySlot;
        for (const auto& anon : now.anons)
            if (anon.swapSlot > 0)
                bySlot[anon.swapSlot] = QStringLiteral("swap %1: n%2, %3")
                                            .arg(anon.swapSlot)
                                            .arg(anon.id)
                                            .arg(anon.page == gdbbridge::none ? QStringLiteral("only here")
                                                                              : QStringLiteral("a copy"));
        for (const auto& [slot, words] : bySlot)
            expected << words;
        QVERIFY(!expected.isEmpty());
        QCOMPARE(slots, expected);
        QVERIFY(!slots.filter(QStringLiteral("only here")).isEmpty());
        // Nothing is new at a moment that no step led to.
        size_t fresh = 0;
        for (size_t i = 1; i < story->moments().size(); ++i)
            for (const auto& slot :
                 gui::memoryFacts(*story->moments()[i]->snapshot, story->moments()[i - 1]->snapshot.get())
                     .swap)
                fresh += slot.fresh;
        QVERIFY(fresh >= size_t(expected.size()));
    }

    void itIsReadableAtEverySize() {
        for (const auto& [limit, writes] : {std::pair(40, 60), std::pair(400, 450), std::pair(8, 9)}) {
            const auto story = storyOf(pressed(limit, writes));
            const auto picture = pictureOf(*story, QStringLiteral("memory"));
            for (gui::ThemeName theme : gui::allThemes)
                for (QSizeF size : {QSizeF(1000, 620), QSizeF(640, 500), QSizeF(2400, 1200)}) {
                    QCOMPARE(badWords(*picture, exportLook(theme), size).join(u'\n'), QString());
                    QCOMPARE(overlaps(itemsOf(*picture, exportLook(theme), size)).join(u'\n'), QString());
                }
        }
    }

    // A machine without anything, and one with a hundred thousand pages.
    void theExtremesAreDrawn() {
        const auto story = storyOf("space A 0x1000 0x10000\n");
        QVERIFY(!textsOf(*pictureOf(*story, QStringLiteral("memory")), QStringLiteral("free: ")).isEmpty());
        gdbbridge::Snapshot many;
        for (int i = 0; i < 100'000; ++i) {
            gdbbridge::Page page;
            page.pa = uint64_t(i) << 12;
            page.queue = gdbbridge::PageQueue::Active;
            page.ofAnon = true;
            many.pages.push_back(page);
            many.active.push_back(i);
        }
        auto picture = gui::makePicture(QStringLiteral("memory"));
        picture->setState(
            gui::makeViewState(std::make_shared<const gdbbridge::Snapshot>(std::move(many)), nullptr));
        const QStringList active = textsOf(*picture, QStringLiteral("active"));
        QCOMPARE(active, QStringList{"active: 100000 pages"});
    }
};

QTEST_MAIN(MemoryPictureTest)
#include "memory_picture_test.moc"
