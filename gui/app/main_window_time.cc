// Time in the window: jumps to the event behind what is seen, and bookmarks.
#include <QAction>
#include <QMenu>

#include <algorithm>

#include "gui/app/bookmark_list.h"
#include "gui/app/main_window.h"
#include "gui/models/sentences.h"

namespace gui {

using gdbbridge::MomentPtr;

namespace {

QString sentenceOf(const gdbbridge::Event& event, const Story& story, int moment) {
    const auto& moments = story.moments();
    return eventSentence(event, *moments[size_t(moment)]->snapshot,
                         moment > 0 ? moments[size_t(moment) - 1]->snapshot.get() : nullptr);
}

} // namespace

// --- jumps
// ---------------------------------------------------------------------------------------------------

void MainWindow::remark(const QString& first, const QString& second) {
    m_remark = Remark{m_player.story().now(), first, second};
    showHeadline();
}

void MainWindow::addRemark(Headline& line) const {
    if (const auto seconds = m_player.retraceSeconds()) {
        line.second = QStringLiteral("Another machine runs anew to where that was: %1 s so far. Esc cancels.")
                          .arg(*seconds);
        line.action.clear();
        return;
    }
    if (!m_remark || m_remark->at != m_player.story().now())
        return;
    line.first = m_remark->first;
    line.second = m_remark->second;
    line.action = m_asker && m_asker != m_remark->at ? QStringLiteral("Back to where you asked   Backspace")
                                                     : QString();
}

void MainWindow::leaveForAnswer() { m_asker = m_player.story().now(); }

void MainWindow::goBackToAsker() {
    const auto& moments = m_player.story().moments();
    // A moment may have been put in between, which gives the one behind it a new body.
    for (size_t i = 0; m_asker && i < moments.size(); ++i)
        if (moments[i]->snapshot == m_asker->snapshot)
            m_player.story().show(int(i));
    m_asker.reset();
    showHeadline();
}

// In the code, innermost; the probe itself is nobody's subject.
QString MainWindow::whereItStands() const {
    const MomentPtr now = m_player.story().now();
    for (const gdbbridge::CodePlace& place : now ? now->stack : std::vector<gdbbridge::CodePlace>{})
        if (!place.function.startsWith(QStringLiteral("uvm_probe")) && !place.file.isEmpty())
            return QStringLiteral("%1, %2:%3").arg(place.function, place.file).arg(place.line);
    return {};
}

// To the event that broke what is broken here.
void MainWindow::showBreak() {
    const uint64_t event = m_player.breakEvent();
    if (event == 0)
        return say(QStringLiteral("nothing is broken at this step of which an event is known"));
    const Headline broken = m_strip->headline();
    m_question.clear();
    leaveForAnswer();
    const Player::Arrival arrival = m_player.goToBreak();
    if (arrival == Player::Arrival::There)
        return arriveAtAnswer({});
    if (arrival != Player::Arrival::Behind)
        return showHeadline();
    const Story& story = m_player.story();
    QString sentence; // of an event that was lost there is none
    for (const gdbbridge::Event& told : story.now()->events)
        if (told.sequence == event)
            sentence = u' ' + sentenceOf(told, story, story.current());
    remark(QStringLiteral("Event %1 broke it.").arg(event) + sentence,
           QStringLiteral("The recording has no moment there; this is the first behind it. ") +
               broken.second.section(QStringLiteral(". "), 0, 0) + u'.');
}

void MainWindow::arriveAtAnswer(const QString& problem) {
    if (!problem.isEmpty()) {
        m_asker.reset();
        return say(QStringLiteral("it was not found: ") + problem);
    }
    if (m_question.isEmpty()) { // the event that broke it speaks for itself
        m_remark.reset();
        showHeadline();
        const Headline told = m_strip->headline();
        return remark(told.first, told.second);
    }
    const Story& story = m_player.story();
    const MomentPtr now = story.now();
    const QString where = whereItStands();
    QString second =
        where.isEmpty() ? QString() : QStringLiteral("Written in ") + where + QStringLiteral(". ");
    if (now->reason == gdbbridge::StopReason::Event && !now->events.empty())
        second += QStringLiteral("Event %1: ").arg(now->snapshot->eventSequence) +
                  sentenceOf(now->events.back(), story, story.current());
    else
        second += QStringLiteral("Behind event %1.").arg(now->snapshot->eventSequence);
    remark(m_question, second);
}

// --- who wrote this?
// ------------------------------------------------------------------------------------------

void MainWindow::askWhoWrote() {
    const MomentPtr now = m_player.story().now();
    const Selection selection = m_player.story().selection();
    const auto fields = now ? fieldsOf(*now->snapshot, selection) : std::vector<ThingField>{};
    if (fields.empty())
        return say(
            selection.kind == Selection::Kind::Nothing
                ? QStringLiteral("select something first, a click or Tab, arrows and Enter: an entry, a page")
                : QStringLiteral("what is selected is not there at this step"));
    auto* const menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("whoMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QString thing;
    for (const ThingField& field : fields) {
        if (const QString text = thingText(*now->snapshot, field); text != thing) {
            thing = text;
            menu->addAction(QStringLiteral("Who wrote, of %1 …").arg(thing))->setEnabled(false);
        }
        menu->addAction(QStringLiteral("%1\t%2").arg(field.name, fieldValue(*now->snapshot, field)), this,
                        [this, field] { tellWhoWrote(field); });
    }
    menu->popup(m_strip->mapToGlobal(m_strip->rect().bottomLeft()));
    menu->setActiveAction(menu->actions().value(1));
}

void MainWindow::tellWhoWrote(const ThingField& field) {
    Story& story = m_player.story();
    const MomentPtr now = story.now();
    const LastWrite write = lastWrite(story.moments(), story.current(), field);
    const QString what = QStringLiteral("%1 of %2").arg(field.name, thingText(*now->snapshot, field));
    if (write.sinceStart)
        return remark(QStringLiteral("%1: %2 since the run began.").arg(what, write.after),
                      QStringLiteral("Nothing in this run has written another value there."));
    m_question = write.before.isEmpty() ? QStringLiteral("%1: it came to be with %2.").arg(what, write.after)
                                        : QStringLiteral("%1: %2 → %3.").arg(what, write.before, write.after);
    leaveForAnswer();
    const MomentPtr behind = story.moments()[size_t(write.moment)];
    const int index = write.moment;
    if (write.event) {
        const QString sentence = sentenceOf(*write.event, story, index);
        switch (m_player.goToEvent(write.event->sequence)) {
        case Player::Arrival::There:
            return arriveAtAnswer({});
        case Player::Arrival::Searching:
            return showHeadline();
        case Player::Arrival::Behind:
        case Player::Arrival::Unknown:
            story.show(index);
            return remark(m_question,
                          QStringLiteral("Event %1: %2 The recording has no moment there; this is "
                                         "the first behind it.")
                              .arg(write.event->sequence)
                              .arg(sentence));
        }
    }
    const auto place = fieldPlace(*behind->snapshot, field);
    const auto value = [field](const gdbbridge::Snapshot& snapshot) { return fieldValue(snapshot, field); };
    if (place && !place->field.isEmpty() &&
        m_player.goToWrite(behind->operation,
                           {.address = place->address, .size = 4, .name = field.name, .field = place->field},
                           value))
        return showHeadline();
    story.show(index);
    const uint64_t last = behind->snapshot->eventSequence;
    const uint64_t first = index > 0 ? story.moments()[size_t(index) - 1]->snapshot->eventSequence : 0;
    const QString why = m_player.recordedOutcome() ? QStringLiteral("a recording has only its moments")
                                                   : QStringLiteral("it has no fixed place in memory");
    remark(m_question, QStringLiteral("Between event %1 and event %2, and so at every moment since; no event "
                                      "tells of it, and %3.")
                           .arg(first)
                           .arg(last)
                           .arg(why));
}

// --- bookmarks
// ------------------------------------------------------------------------------------------------

void MainWindow::readBookmarks(const QString& file, bool recording) {
    m_bookmarkStore.open(file, recording);
    QString problem;
    auto kept = m_bookmarkStore.read(&problem);
    if (!kept)
        m_bookmarkStore.open({}, false); // what cannot be read is not written over
    const QSignalBlocker quiet(m_bookmarks);
    m_bookmarks.setAll(kept ? std::move(*kept) : std::vector<Bookmark>{});
    m_bookmarkProblem = kept ? QString() : problem + QStringLiteral("; those set now are not kept");
}

void MainWindow::setBookmark() {
    const Story& story = m_player.story();
    if (story.isEmpty())
        return say(QStringLiteral("there is no step yet to put a bookmark at"));
    const Bookmark here = placeOf(story, story.current());
    const int row = m_bookmarks.rowAt(here);
    auto* const note =
        new BookmarkNote(row < 0 ? QString() : m_bookmarks.all()[size_t(row)].note, row >= 0, this);
    note->setAttribute(Qt::WA_DeleteOnClose);
    connect(note, &BookmarkNote::kept, this, [this, here](const QString& text) {
        Bookmark bookmark = here;
        bookmark.note = text;
        m_bookmarks.set(bookmark);
    });
    connect(note, &BookmarkNote::removed, this,
            [this, here] { m_bookmarks.remove(m_bookmarks.rowAt(here)); });
    note->open();
}

void MainWindow::goToBookmark(int row) {
    if (row < 0 || size_t(row) >= m_bookmarks.all().size())
        return;
    const Bookmark bookmark = m_bookmarks.all()[size_t(row)];
    const auto tell = [&](const QString& second) {
        remark(QStringLiteral("Bookmark: %1")
                   .arg(bookmark.note.isEmpty() ? QStringLiteral("without a note") : bookmark.note),
               second);
    };
    m_asker.reset();
    if (bookmark.within == 0) {
        m_player.goToCommand(bookmark.command - 1);
        // A machine that has to run there tells of its arrival itself.
        if (m_player.story().now() && m_player.story().now()->operation == bookmark.command)
            tell({});
        return;
    }
    const auto event = eventAt(m_player.story(), bookmark);
    const auto& moments = m_player.story().moments();
    const bool reached = std::any_of(moments.begin(), moments.end(), [&](const MomentPtr& moment) {
        return event && moment->operation == bookmark.command && moment->snapshot->eventSequence >= *event;
    });
    if (!reached) {
        m_player.goToCommand(bookmark.command - 1);
        return say(
            QStringLiteral("the bookmark is event %1 of command %2, where this run has not been yet; ask "
                           "again at the end of that command")
                .arg(bookmark.within)
                .arg(bookmark.command));
    }
    m_question = QStringLiteral("Bookmark: %1").arg(bookmark.note);
    switch (m_player.goToEvent(*event)) {
    case Player::Arrival::There:
        return tell({});
    case Player::Arrival::Behind:
        return tell(QStringLiteral("It is event %1 of this command; the recording has no moment there.")
                        .arg(bookmark.within));
    case Player::Arrival::Searching:
    case Player::Arrival::Unknown:
        return showHeadline();
    }
}

void MainWindow::goToNextBookmark() {
    const Story& story = m_player.story();
    const int row = story.isEmpty() ? -1 : m_bookmarks.rowBehind(placeOf(story, story.current()));
    if (row < 0)
        return say(QStringLiteral("there are no bookmarks; B sets one"));
    goToBookmark(row);
}

void MainWindow::showBookmarks() {
    auto* const list = new BookmarkList(m_bookmarks, this);
    list->setAttribute(Qt::WA_DeleteOnClose);
    list->resize(int(look().metrics.px(760)), int(look().metrics.px(380)));
    connect(list, &BookmarkList::chosen, this, &MainWindow::goToBookmark);
    list->open();
}

} // namespace gui
