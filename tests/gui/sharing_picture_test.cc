#include <QFileInfo>
#include <QRegularExpression>
#include <QTest>

#include "gui/layout/sharing_grid.h"
#include "gui/models/payments.h"
#include "gui/views/sharing_picture.h"
#include "tests/gui/picture_support.h"
#include "tests/support/host_moments.h"

using namespace testsupport;
using gui::Selection;
using gui::SharingRange;

namespace {

constexpr const char* forked = "space parent 0x1000 0xbfbff000\n"
                               "map parent 0x10000 0x4000 cow\n"
                               "write parent 0x10000 \"one\"\n"
                               "write parent 0x11000 \"two\"\n"
                               "fork parent child\n"
                               "write child 0x10000 \"ONE\"\n";

std::vector<const gdbbridge::Snapshot*> snapshotsOf(const gui::Story& story) {
    std::vector<const gdbbridge::Snapshot*> result;
    for (const auto& moment : story.moments())
        result.push_back(moment->snapshot.get());
    return result;
}

// Serial numbers run on from scenario to scenario: n1, n2, … in order of appearance.
QStringList numbered(QStringList texts) {
    static const QRegularExpression name(QStringLiteral("\\bn[0-9]+\\b"));
    QStringList seen;
    for (QString& text : texts) {
        const QString found = name.match(text).captured();
        if (!seen.contains(found))
            seen << found;
        text.replace(found, QStringLiteral("n%1").arg(seen.indexOf(found) + 1));
    }
    return texts;
}

} // namespace

class SharingPictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void forkSharesEveryPage() {
        const auto story = storyOf(forked);
        story->show(momentAfter(*story, QStringLiteral("fork parent child")));
        const QStringList capsules =
            textsOf(*pictureOf(*story, QStringLiteral("cow")), QStringLiteral("capsule"));
        QCOMPARE(
            capsules,
            QStringList({QStringLiteral("capsule 0x10000: n1 “one” ×2 parent+child copy-on-write changed"),
                         QStringLiteral("capsule 0x11000: n2 “two” ×2 parent+child copy-on-write changed")}));
    }

    void theChildsWriteSplitsOnePage() {
        const auto story = storyOf(forked);
        const auto picture = pictureOf(*story, QStringLiteral("sharing"));
        story->show(momentAfter(*story, QStringLiteral("write child 0x10000 \"ONE\"")));
        picture->setState(gui::makeViewState(*story));
        // The written page is two capsules with one reference each, the other still one with two.
        QCOMPARE(numbered(textsOf(*picture, QStringLiteral("capsule"))),
                 QStringList({QStringLiteral("capsule 0x10000: n1 “one” parent changed"),
                              QStringLiteral("capsule 0x10000: n2 “ONE” child changed"),
                              QStringLiteral("capsule 0x11000: n3 “two” ×2 parent+child copy-on-write")}));
        QCOMPARE(textsOf(*picture, QStringLiteral("cost 0x10000")),
                 QStringList({QStringLiteral("cost 0x10000 parent: faults, no copy"),
                              QStringLiteral("cost 0x10000 child: no fault")}));
        QCOMPARE(textsOf(*picture, QStringLiteral("cost 0x11000")),
                 QStringList({QStringLiteral("cost 0x11000 parent: copies 4 kB"),
                              QStringLiteral("cost 0x11000 child: copies 4 kB")}));
        // The shared capsule spans both columns.
        const auto shared = itemsOf(*picture, exportLook(), {900, 500}, QStringLiteral("capsule 0x11000"));
        const auto columns = itemsOf(*picture, exportLook(), {900, 500}, QStringLiteral("column"));
        QCOMPARE(columns.size(), 2);
        for (const auto& column : columns)
            QVERIFY(shared.front().rect.left() < column.rect.left() &&
                    column.rect.right() < shared.front().rect.right());
    }

    void whoPaysIsWhatHappens() {
        // What the picture says about the next write is what the kernel does.
        const auto story =
            storyOf("space A 0x1000 0xbfbff000\nmap A 0x10000 0x2000 cow\nwrite A 0x10000 01\nfork A B\n"
                    "write B 0x10000 02\nwrite A 0x10000 03\nwrite A 0x10000 04\n");
        const auto costOf = [&](int moment, const QString& who) {
            story->show(moment);
            const auto picture = pictureOf(*story, QStringLiteral("cow"));
            return textsOf(*picture, QStringLiteral("cost 0x10000 ") + who)
                .value(0)
                .section(QStringLiteral(": "), 1);
        };
        const auto anonsAt = [&](int moment) {
            return story->moments()[size_t(moment)]->snapshot->anons.size();
        };
        const int fork = momentAfter(*story, QStringLiteral("fork A B"));
        QCOMPARE(costOf(fork, QStringLiteral("B")), QStringLiteral("copies 4 kB"));
        QCOMPARE(anonsAt(fork + 1), anonsAt(fork) + 1);
        QCOMPARE(costOf(fork + 1, QStringLiteral("A")), QStringLiteral("faults, no copy"));
        QCOMPARE(anonsAt(fork + 2), anonsAt(fork + 1));
        QCOMPARE(costOf(fork + 2, QStringLiteral("A")), QStringLiteral("no fault"));
    }

    void whatWasPredictedIsHeldAgainstTheKernel() {
        const auto story = storyOf(forked);
        const auto paidAt = [&](const QString& command) {
            story->show(momentAfter(*story, command));
            return textsOf(*pictureOf(*story, QStringLiteral("cow")), QStringLiteral("paid step"));
        };
        // Before the write it is to come, with the reason …
        QStringList steps = paidAt(QStringLiteral("fork parent child"));
        QVERIFY2(steps.last().startsWith(
                     QStringLiteral("paid step 6: The child writes 0x10000; predicted: copy 1 page: n")) &&
                     steps.last().endsWith(QStringLiteral(" has 2 refs; to come")),
                 qPrintable(steps.join(u'\n')));
        // … and behind it judged.
        steps = paidAt(QStringLiteral("write child 0x10000 \"ONE\""));
        QVERIFY2(steps.last().contains(QStringLiteral("; the kernel: copied 1 page; held")),
                 qPrintable(steps.join(u'\n')));
        QCOMPARE(steps.filter(QStringLiteral("held")).size(), 3);
        QVERIFY2(steps.first().contains(
                     QStringLiteral("predicted: 1 page of zeros; the kernel: 1 page of zeros; held")),
                 qPrintable(steps.first()));
    }

    // A kernel that does something else than its state promises, made by changing what it told.
    void aKernelThatDoesSomethingElseIsRed_data() {
        QTest::addColumn<QString>("told");
        QTest::addColumn<QString>("found");
        QTest::newRow("no copy") << QStringLiteral("page_copy")
                                 << QStringLiteral("the kernel: a fault, no copy");
        QTest::newRow("no fault") << QStringLiteral("all") << QStringLiteral("the kernel: no fault");
        QTest::newRow("refused") << QStringLiteral("fault_end")
                                 << QStringLiteral("the kernel: refused it, EFAULT");
        QTest::newRow("two copies") << QStringLiteral("twice")
                                    << QStringLiteral("the kernel: copied 2 pages");
    }
    void aKernelThatDoesSomethingElseIsRed() {
        QFETCH(QString, told);
        QFETCH(QString, found);
        using gdbbridge::EventKind;
        const auto real = storyOf(forked);
        const int write = momentAfter(*real, QStringLiteral("write child 0x10000 \"ONE\""));
        auto changed = std::make_shared<gdbbridge::Moment>(*real->moments()[size_t(write)]);
        auto& events = changed->events;
        if (told == QStringLiteral("page_copy"))
            QVERIFY(std::erase_if(events, [](const auto& e) { return e.kind == EventKind::PageCopy; }) == 1);
        else if (told == QStringLiteral("all"))
            std::erase_if(events, [](const auto& e) {
                return e.kind != EventKind::CommandBegin && e.kind != EventKind::CommandEnd;
            });
        for (size_t i = 0; i < events.size(); ++i) {
            if (told == QStringLiteral("fault_end") && events[i].kind == EventKind::FaultEnd)
                events[i].args[2] = 14;
            if (told == QStringLiteral("twice") && events[i].kind == EventKind::PageCopy) {
                events.insert(events.begin() + qsizetype(i), events[i]);
                break;
            }
        }
        gui::Story story;
        story.begin(QStringLiteral("test"), real->commands());
        for (int i = 0; i < write; ++i)
            story.append(real->moments()[size_t(i)]);
        story.append(changed);
        const auto picture = pictureOf(story, QStringLiteral("cow"));
        const QString last =
            textsOf(*picture, QStringLiteral("paid step")).filter(QStringLiteral("paid step 6")).value(0);
        QVERIFY2(last.contains(found) && last.endsWith(QStringLiteral("did not hold")), qPrintable(last));
        // In red, in every theme and in a narrow picture as well.
        for (const gui::ThemeName theme : gui::allThemes)
            for (const QSizeF size : {QSizeF(1200, 700), QSizeF(578, 356)}) {
                const gui::Look look = exportLook(theme);
                const QByteArray red = look.palette()[gui::Role::Violation].name().toLatin1();
                const QByteArray svg = gui::toSvg(*picture, look, size);
                QVERIFY(svg.contains("did not hold"));
                QVERIFY(svg.indexOf("fill=\"" + red) > 0);
                QVERIFY(look.theme == gui::ThemeName::Print ||
                        !gui::toSvg(*pictureOf(*real, QStringLiteral("cow")), look, size).contains(red));
            }
    }

    // Inside a command the answer is to come, and what the step itself changed before is not judged.
    void aPredictionWaitsForTheEndOfTheFault() {
        gui::Story story;
        story.begin(QStringLiteral("test"), gui::scenarioCommands(QString::fromLatin1(forked)));
        for (const auto& moment : hostMoments(forked, MomentsAt::EveryEvent))
            story.append(moment);
        bool waited = false, held = false;
        for (int i = 1; i < int(story.moments().size()); ++i) {
            const gui::PaidStep step = gui::paidStep(story, i);
            const auto& moment = *story.moments()[size_t(i)];
            if (step.payments.empty() || moment.operation != 6)
                continue;
            const auto verdict = step.verdict();
            waited = waited || verdict == gui::Payment::Verdict::ToCome;
            held = held || verdict == gui::Payment::Verdict::Held;
            QVERIFY(verdict != gui::Payment::Verdict::Broken);
            QCOMPARE(step.first().predicted, gui::WriteCost::Copies);
        }
        QVERIFY(waited && held);
    }

    void whatTheStepItselfChangedIsNotJudged() {
        // The wire command sets the entry's count before it faults the pages in.
        const auto story =
            storyOf("space A 0x1000 0xbfbff000\nmap A 0x10000 0x2000 cow\nwire A 0x10000 0x2000\n");
        const gui::PaidStep step =
            gui::paidStep(*story, momentAfter(*story, QStringLiteral("wire A 0x10000 0x2000")));
        QVERIFY(!step.payments.empty());
        for (const auto& payment : step.payments)
            QVERIFY(payment.verdict != gui::Payment::Verdict::Broken);
    }

    // Whatever the kernel is made to do, the state before said what it would cost.
    void predictionsHoldInEveryScenario() {
        size_t judged = 0;
        QStringList broken;
        std::map<gui::WriteCost, size_t> kinds;
        for (const QString& file : scenarioFiles()) {
            gui::Story story;
            const auto run = runFileOnHost(file);
            if (run.status == 2)
                continue; // for another target
            QFile text(file);
            QVERIFY(text.open(QIODevice::ReadOnly));
            story.begin(file, gui::scenarioCommands(QString::fromUtf8(text.readAll())));
            for (const auto& moment : run.moments)
                story.append(moment);
            for (int i = 1; i < int(story.moments().size()); ++i) {
                if (story.moments()[size_t(i)]->reason != gdbbridge::StopReason::CommandEnd)
                    continue;
                for (const auto& payment : gui::paidStep(story, i).payments) {
                    if (payment.verdict == gui::Payment::Verdict::Broken)
                        broken << QStringLiteral("%1: %2: %3; %4; %5")
                                      .arg(QFileInfo(file).fileName(), story.moments()[size_t(i)]->command,
                                           payment.title, payment.expected, payment.found);
                    if (payment.verdict == gui::Payment::Verdict::Held) {
                        ++judged;
                        ++kinds[payment.predicted];
                    }
                }
            }
        }
        qInfo("%zu predictions held", judged);
        for (const auto& [kind, count] : kinds)
            qInfo("  kind %d: %zu", int(kind), count);
        QVERIFY2(broken.isEmpty(), qPrintable(broken.mid(0, 30).join(u'\n')));
        QVERIFY(judged > 300);
        QVERIFY(kinds.size() >= 7);
    }

    void sharersThatStandApartAreOneThing() {
        const auto story = storyOf("space G 0x1000 0xbfbff000\nmap G 0x10000 0x2000 cow\nwrite G 0x10000 01\n"
                                   "fork G P\nfork P C\nwrite P 0x10000 02\n");
        const auto picture = pictureOf(*story, QStringLiteral("cow"));
        const QStringList capsules = textsOf(*picture, QStringLiteral("capsule 0x10000"));
        QCOMPARE(capsules.size(), 2);
        QVERIFY(capsules.filter(QStringLiteral("G+C")).size() == 1);
        QVERIFY(capsules.filter(QStringLiteral("G+C")).value(0).contains(QStringLiteral("×2")));
    }

    void likePagesAreOneRow() {
        QByteArray scenario = "space A 0x1000 0xbfbff000\nmap A 0x100000 0x40000 cow\n";
        for (int i = 0; i < 64; ++i)
            scenario += "write A 0x" + QByteArray::number(0x100000 + i * 0x1000, 16) + " 11\n";
        const auto story = storyOf({scenario.constData(), size_t(scenario.size())});
        const gdbbridge::Snapshot* last = story->moments().back()->snapshot.get();
        const auto rows = gui::sharingRows({last});
        QCOMPARE(rows.size(), 1u);
        QCOMPARE(rows.front().va, 0x100000u);
        QCOMPARE(rows.front().end, 0x140000u);
        // Over the whole run each page was written at another time: there they are no longer alike.
        QVERIFY(gui::sharingRows(snapshotsOf(*story)).size() > 60);
    }

    void rowsAreInOrderAndDoNotOverlap() {
        for (const QString& name : scenarioNames()) {
            const auto story = storyOfFile(name);
            const auto rows = gui::sharingRows(snapshotsOf(*story));
            for (size_t i = 0; i < rows.size(); ++i) {
                QVERIFY(rows[i].va < rows[i].end);
                QVERIFY(i == 0 || rows[i - 1].end <= rows[i].va);
            }
        }
    }

    void aSeriesStandsStill() {
        const auto story = storyOfFile(QStringLiteral("three-generations.uvm"));
        QHash<QString, QRectF> columns, costs;
        for (int i = 0; i < int(story->moments().size()); ++i) {
            story->show(i);
            const auto picture = pictureOf(*story, QStringLiteral("cow"), gui::StillFor::WholeRun);
            for (const auto& item : itemsOf(*picture, exportLook(), {900, 700})) {
                if (!item.text.startsWith(QStringLiteral("column")))
                    continue;
                QRectF& place = columns[item.id];
                QVERIFY(place.isNull() || place == item.rect);
                place = item.rect;
            }
            for (const auto& item : itemsOf(*picture, exportLook(), {900, 700}, QStringLiteral("cost"))) {
                QRectF& place = costs[item.id];
                QVERIFY(place.isNull() || qFuzzyCompare(place.top(), item.rect.top()));
                place = item.rect;
            }
        }
        QCOMPARE(columns.size(), 3);
    }

    void aSelectedPageIsOutlinedOnce() {
        const auto story = storyOf(forked);
        const auto shapes = [&] {
            return gui::toSvg(*pictureOf(*story, QStringLiteral("cow")), exportLook(), {900, 500})
                .count("<path");
        };
        const auto before = shapes();
        story->select({.kind = Selection::Kind::Anon, .anon = story->now()->snapshot->anons.front().id});
        QCOMPARE(shapes(), before + 1);
    }

    // The same picture after each step, where there is room; what is to come is said to be.
    void howItCameToBe() {
        const auto story = storyOf(forked);
        const auto picture = pictureOf(*story, QStringLiteral("cow"));
        const QSizeF large{1100, 700};
        story->show(momentAfter(*story, QStringLiteral("fork parent child")));
        picture->setState(gui::makeViewState(*story));
        QCOMPARE(textsOf(*picture, QStringLiteral("came"), large),
                 QStringList({QStringLiteral("came step 1 space parent 0x1000 0xbfbff000: no page"),
                              QStringLiteral("came step 2 map parent 0x10000 0x4000 cow: no page"),
                              QStringLiteral("came step 3 write parent 0x10000 \"one\": 0x10000 parent"),
                              QStringLiteral("came step 4 write parent 0x11000 \"two\": 0x10000 parent; "
                                             "0x11000 parent"),
                              QStringLiteral("came step 5 fork parent child: 0x10000 parent+child; "
                                             "0x11000 parent+child"),
                              QStringLiteral("came step 6 write child 0x10000 \"ONE\": to come")}));
        story->show(momentAfter(*story, QStringLiteral("write child 0x10000 \"ONE\"")));
        picture->setState(gui::makeViewState(*story));
        QCOMPARE(textsOf(*picture, QStringLiteral("came step 6"), large),
                 QStringList(QStringLiteral("came step 6 write child 0x10000 \"ONE\": 0x10000 parent, child; "
                                            "0x11000 parent+child")));
        const auto steps = itemsOf(*picture, exportLook(), large, QStringLiteral("came"));
        QCOMPARE(overlaps(steps), QStringList());
        for (const auto& item : itemsOf(*picture, exportLook(), large, QStringLiteral("capsule")))
            QVERIFY(item.rect.bottom() < steps.front().rect.top());
        QCOMPARE(textsOf(*picture, QStringLiteral("came"), {900, 340}), QStringList());
    }

    void withoutAnyPageItSaysWhatToDo() {
        const auto story = storyOf("space A 0x1000 0xbfbff000\n");
        story->show(0);
        QCOMPARE(textsOf(*pictureOf(*story, QStringLiteral("cow")), QString()),
                 QStringList{QStringLiteral("No page is mapped yet, so none is shared.")});
    }
};

QTEST_MAIN(SharingPictureTest)
#include "sharing_picture_test.moc"
