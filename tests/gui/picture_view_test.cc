// A picture on screen, by mouse and keyboard, over moments of the VM on the host.
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QElapsedTimer>
#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTest>
#include <QToolTip>
#include <QWheelEvent>

#include "gui/app/picture_table.h"
#include "gui/app/picture_view.h"
#include "gui/app/search_play.h"
#include "gui/models/story.h"
#include "gui/views/look_of.h"
#include "gui/views/pictures.h"
#include "tests/support/host_moments.h"

using namespace gui;

namespace {

const char* const scenario = "space A 0x1000 0xbfbff000\nmap A 0x10000 0x4000 cow\nmap A 0x40000 0x2000\n"
                             "write A 0x10000 aa\nfork A B\nwrite B 0x10000 bb\n";

// The address spaces after the last command, in a window of their own.
struct Shown {
    Story story;
    PictureView view{makePicture(QStringLiteral("map"))};
    Selection selection;
    int selections = 0;

    explicit Shown(QSize size = {900, 500}) {
        story.begin(QStringLiteral("test"), scenarioCommands(QString::fromLatin1(scenario)));
        for (const auto& moment : testsupport::hostMoments(scenario))
            story.append(moment);
        QObject::connect(&view, &PictureView::selected, &view, [this](const Selection& now) {
            selection = now;
            ++selections;
        });
        view.resize(size);
        view.show();
        story.showPrevious(Story::Stride::Command); // the end of the scenario changes nothing
        view.setState(makeViewState(story));
    }
    const SceneItem* find(const QString& id) {
        for (const SceneItem& item : view.items())
            if (item.id == id)
                return &item;
        return nullptr;
    }
    QPoint onScreen(QPointF at) const {
        return (at - QPointF(view.horizontalScrollBar()->value(), view.verticalScrollBar()->value()))
            .toPoint();
    }
    void tabInto() {
        view.clearFocus();
        view.setFocus(Qt::TabFocusReason);
    }
    QImage picture() { return view.viewport()->grab().toImage(); }
};

} // namespace

class PictureViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_click_selects_what_lies_there();
    void the_keyboard_gets_to_things_and_selects_them();
    void the_ring_is_for_the_keyboard();
    void the_pointer_outlines_and_explains();
    void zooming_keeps_the_point_under_the_pointer();
    void dragging_moves_the_picture_and_selects_nothing();
    void it_is_a_table_too();
    void it_says_what_it_shows();
    void out_of_sight_it_catches_up_when_it_is_shown();

    // A search is played node by node and ends as it would have stood at once; off, nothing moves.
    void aSearchIsPlayed() {
        QByteArray text = "space A 0x1000 0xbfbff000\n";
        for (int i = 0; i < 40; ++i)
            text +=
                "map A 0x" + QByteArray::number(0x100000 + i * 0x3000, 16) + " 0x1000 cow fixed nomerge\n";
        text += "findspace A 0x103000 0x9000\n";
        Story story;
        const auto moments = testsupport::hostMoments({text.constData(), size_t(text.size())});
        story.append(moments[moments.size() - 3]);
        story.append(moments[moments.size() - 2]);
        PictureView view(makePicture(QStringLiteral("tree")));
        view.resize(900, 600);
        view.show();
        SearchPlay play(view);
        story.show(0);
        play.show(makeViewState(story));
        QVERIFY(!play.isPlaying());
        const auto step = [&] {
            story.show(1);
            play.show(makeViewState(story));
        };
        QTest::qWait(260); // who steps faster does not want to watch
        step();
        const size_t all = makeViewState(story).search.steps.size();
        QVERIFY(all > 2);
        QVERIFY(play.isPlaying());
        QCOMPARE(view.picture().state().search.steps.size(), 1u);
        QVERIFY(!view.picture().state().search.ended);
        // Another selection does not end it.
        story.select({.kind = Selection::Kind::Entry, .entry = 1});
        play.show(makeViewState(story));
        QVERIFY(play.isPlaying());
        QCOMPARE(view.picture().state().selection, story.selection());
        // Switched off, it stands at its end at once, and so does what comes.
        play.setOn(false);
        QVERIFY(!play.isPlaying());
        QCOMPARE(view.picture().state().search.steps.size(), all);
        QVERIFY(view.picture().state().search.ended);
        story.show(0);
        play.show(makeViewState(story));
        QTest::qWait(260);
        step();
        QVERIFY(!play.isPlaying());
        QCOMPARE(view.picture().state().search.steps.size(), all);
        // Every search ends within three seconds, and a short one takes its time.
        QCOMPARE(SearchPlay::interval(4), 350);
        QVERIFY(SearchPlay::interval(100) * 100 <= 3000);
        QVERIFY(SearchPlay::interval(100000) >= 16);
    }

    void aNewStepEndsAPlay() {
        QByteArray text = "space A 0x1000 0xbfbff000\n";
        for (int i = 0; i < 40; ++i)
            text +=
                "map A 0x" + QByteArray::number(0x100000 + i * 0x3000, 16) + " 0x1000 cow fixed nomerge\n";
        text += "findspace A 0x103000 0x9000\nfindspace A 0x106000 0x9000\n";
        Story story;
        const auto moments = testsupport::hostMoments({text.constData(), size_t(text.size())});
        for (size_t i = moments.size() - 3; i < moments.size() - 1; ++i)
            story.append(moments[i]);
        PictureView view(makePicture(QStringLiteral("tree")));
        view.resize(900, 600);
        view.show();
        SearchPlay play(view);
        QElapsedTimer clock;
        clock.start();
        story.show(0);
        play.show(makeViewState(story));
        QVERIFY(play.isPlaying());
        story.show(1);
        play.show(makeViewState(story));
        QCOMPARE(view.picture().state().search.hint, 0x106000u);
        // At once where it came faster than four a second; a slow computer may not have been so fast.
        if (clock.elapsed() < 250) {
            QVERIFY(!play.isPlaying());
            QVERIFY(view.picture().state().search.ended);
        }
    }

    // A map that is much wider than the window: what is left out of a frame is what nobody would see.
    void whatIsAsideIsNotMissed() {
        QByteArray wide = "space A 0x1000 0xbfbff000\n";
        for (int i = 0; i < 200; ++i) { // written to: Qt dashes a line differently where it leaves the image
            const QByteArray at = "0x" + QByteArray::number(0x100000 + i * 0x3000, 16);
            wide += "map A " + at + " 0x1000 cow fixed nomerge\nwrite A " + at + " 11\n";
        }
        Story story;
        const auto moments = testsupport::hostMoments({wide.constData(), size_t(wide.size())});
        story.append(moments[moments.size() - 2]);
        PictureView view(makePicture(QStringLiteral("map")));
        view.resize(700, 420);
        view.show();
        view.setState(makeViewState(story));
        const int most = view.horizontalScrollBar()->maximum();
        QVERIFY(most > 700);
        QImage whole(view.pictureSize().toSize(), QImage::Format_RGB32);
        whole.fill(view.look().palette()[Role::Panel]);
        QPainter painter(&whole);
        painter.setRenderHint(QPainter::Antialiasing);
        PainterSurface surface(painter);
        Canvas canvas(surface, view.look());
        view.picture().draw(canvas, view.pictureSize());
        painter.end();
        for (const int at : {0, 1, most / 3, most / 2 + 7, most}) {
            view.horizontalScrollBar()->setValue(at);
            const QImage seen = view.viewport()->grab().toImage().convertToFormat(QImage::Format_RGB32);
            QCOMPARE(seen, whole.copy(QRect(QPoint(at, 0), seen.size())));
        }
    }
};

void PictureViewTest::a_click_selects_what_lies_there() {
    Shown shown;
    const SceneItem* entry = shown.find(QStringLiteral("entry-B-0x10000"));
    QVERIFY(entry);
    QTest::mouseClick(shown.view.viewport(), Qt::LeftButton, {},
                      shown.onScreen(entry->rect.topRight() + QPointF(-8, 8)));
    QCOMPARE(shown.selection, selectionOf(entry->identity));
    QCOMPARE(shown.selection.kind, Selection::Kind::Entry);
    // Beside everything: nothing.
    QTest::mouseClick(shown.view.viewport(), Qt::LeftButton, {}, QPoint(2, 2));
    QCOMPARE(shown.selection.kind, Selection::Kind::Nothing);
    QCOMPARE(shown.selections, 2);
}

void PictureViewTest::the_keyboard_gets_to_things_and_selects_them() {
    Shown shown;
    shown.tabInto();
    QVERIFY(!shown.view.focusedItem());
    const auto go = [&](Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(&shown.view, key, modifiers);
        return shown.view.focusedItem() ? shown.view.focusedItem()->rect.center() : QPointF();
    };
    const QPointF first = go(Qt::Key_Down);
    QVERIFY(shown.view.focusedItem());
    const QPointF below = go(Qt::Key_Down);
    QVERIFY(below.y() > first.y());
    const QPointF right = go(Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(right.x() > below.x());
    QVERIFY(go(Qt::Key_Left, Qt::ShiftModifier).x() < right.x());
    QVERIFY(go(Qt::Key_Up).y() < below.y());
    QCOMPARE(shown.selections, 0);
    const Selection expected = selectionOf(shown.view.focusedItem()->identity);
    QTest::keyClick(&shown.view, Qt::Key_Return);
    QCOMPARE(shown.selection, expected);
    QVERIFY(shown.selection.kind != Selection::Kind::Nothing);
    // At the upper edge nothing lies further up.
    for (int i = 0; i < 50; ++i)
        go(Qt::Key_Up);
    const SceneItem* const uppermost = shown.view.focusedItem();
    for (const SceneItem& item : shown.view.items())
        if (!(item.identity == Identity{}))
            QVERIFY(item.rect.center().y() >= uppermost->rect.center().y() - 1);
}

void PictureViewTest::the_ring_is_for_the_keyboard() {
    Shown shown;
    shown.view.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&shown.view));
    shown.view.clearFocus();
    const QImage without = shown.picture();
    shown.view.setFocus(Qt::MouseFocusReason);
    QCOMPARE(shown.picture(), without);
    shown.tabInto();
    const QImage around = shown.picture();
    QVERIFY(around != without);
    QTest::keyClick(&shown.view, Qt::Key_Down);
    QVERIFY(shown.picture() != around);
}

void PictureViewTest::the_pointer_outlines_and_explains() {
    Shown shown;
    const SceneItem* entry = shown.find(QStringLiteral("entry-A-0x40000"));
    QVERIFY(entry);
    const QImage before = shown.picture();
    const QPoint at = shown.onScreen(entry->rect.center());
    QTest::mouseMove(shown.view.viewport(), at);
    QVERIFY(shown.picture() != before);
    QHelpEvent help(QEvent::ToolTip, at, shown.view.viewport()->mapToGlobal(at));
    QApplication::sendEvent(shown.view.viewport(), &help);
    QCOMPARE(QToolTip::text(), entry->text);
    QVERIFY2(entry->text.contains(QStringLiteral("0x40000")), qPrintable(entry->text));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(shown.view.viewport(), &leave);
    QCOMPARE(shown.picture(), before);
}

void PictureViewTest::zooming_keeps_the_point_under_the_pointer() {
    Shown shown;
    const QSizeF before = shown.view.pictureSize();
    for (int i = 0; i < 6; ++i)
        QTest::keyClick(&shown.view, Qt::Key_Plus);
    const QSizeF large = shown.view.pictureSize();
    QVERIFY(large.height() > 1.5 * before.height());
    QVERIFY(shown.view.verticalScrollBar()->maximum() > 0);
    // At a wheel's step the point under the pointer stays there.
    const QPoint at(300, 200);
    shown.view.verticalScrollBar()->setValue(150);
    const QPointF held = shown.view.toPicture(at);
    QWheelEvent wheel(at, shown.view.viewport()->mapToGlobal(at), {}, {0, 120}, Qt::NoButton,
                      Qt::ControlModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(shown.view.viewport(), &wheel);
    const double factor = 1.2;
    QVERIFY(std::abs(shown.view.toPicture(at).y() - held.y() * factor) <= 2);
    QTest::keyClick(&shown.view, Qt::Key_0);
    QCOMPARE(shown.view.pictureSize(), before);
}

void PictureViewTest::dragging_moves_the_picture_and_selects_nothing() {
    Shown shown({900, 200}); // too low for two processes
    QScrollBar* const bar = shown.view.verticalScrollBar();
    bar->setValue(0);
    QVERIFY(bar->maximum() > 60);
    QWidget* const port = shown.view.viewport();
    QTest::mousePress(port, Qt::LeftButton, {}, QPoint(200, 150));
    QTest::mouseMove(port, QPoint(200, 120));
    QTest::mouseMove(port, QPoint(200, 100));
    QTest::mouseRelease(port, Qt::LeftButton, {}, QPoint(200, 100));
    QCOMPARE(bar->value(), 50);
    QCOMPARE(shown.selections, 0);
}

void PictureViewTest::it_is_a_table_too() {
    Shown shown;
    shown.view.showTable();
    auto* const dialog = shown.view.findChild<QDialog*>();
    QVERIFY(dialog);
    auto* const table = dialog->findChild<PictureTable*>();
    QVERIFY(table);
    QCOMPARE(table->rowCount(), int(shown.view.items().size()));
    int row = 0;
    while (row < table->rowCount() && table->item(row, 0)->text() != QStringLiteral("entry-B-0x10000"))
        ++row;
    QVERIFY(row < table->rowCount());
    QCOMPARE(table->item(row, 1)->text(), shown.find(QStringLiteral("entry-B-0x10000"))->text);
    table->selectRow(row);
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(),
             QStringLiteral("entry-B-0x10000\t") + table->item(row, 1)->text());
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(shown.selection, selectionOf(shown.find(QStringLiteral("entry-B-0x10000"))->identity));
}

void PictureViewTest::it_says_what_it_shows() {
    Shown shown;
    QCOMPARE(shown.view.accessibleName(), shown.view.picture().title());
    QCOMPARE(shown.view.accessibleDescription(), alternativeText(shown.view.picture()));
    QVERIFY(shown.view.accessibleDescription().contains(QStringLiteral("0x10000")));
}

void PictureViewTest::out_of_sight_it_catches_up_when_it_is_shown() {
    Shown shown({900, 200}); // too low for two processes
    const int range = shown.view.verticalScrollBar()->maximum();
    const QString wanted = QStringLiteral("entry-B-0x10000"); // there is none before the fork
    shown.view.hide();
    shown.story.show(0);
    shown.view.setState(makeViewState(shown.story));
    QVERIFY(!shown.find(wanted)); // who asks gets what would be shown
    shown.story.showNext(Story::Stride::Command);
    while (!shown.story.now()->command.startsWith(QStringLiteral("write B")))
        QVERIFY(shown.story.showNext(Story::Stride::Command));
    shown.view.setState(makeViewState(shown.story));
    shown.view.show();
    QVERIFY(range > 0);
    QCOMPARE(shown.view.verticalScrollBar()->maximum(), range);
    QVERIFY(shown.find(wanted));
}

QTEST_MAIN(PictureViewTest)
#include "picture_view_test.moc"
