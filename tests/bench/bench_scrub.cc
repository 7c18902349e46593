// Time: the window while one scrubs through a long run.
#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <random>

#include "gdbbridge/record/recording.h"
#include "gui/app/main_window.h"
#include "tests/bench/bench_gui.h"
#include "tests/bench/bench_space.h"
#include "tests/support/host_moments.h"

namespace benchgui {

namespace {

constexpr double scrubGoal = 100;
constexpr int scrubs = 40;

// Commands that change a space all the time, of about as many events as the ring of probes holds safely. A
// change is some 14 events.
constexpr int eventsOfCommand = 1000;
QByteArray longScenario(int events) {
    QByteArray text = "space A 0x1000 0x1000000\nmap A 0x200000 0x10000 cow\nwrite A 0x200000 aa\n";
    for (int i = 0; i * eventsOfCommand < events; ++i)
        text +=
            "churn A " + QByteArray::number(eventsOfCommand / 14) + ' ' + QByteArray::number(i + 1) + '\n';
    return text;
}

struct Recorded {
    QString file;
    uint64_t events = 0;
};

// `together`: so many commands become one, as if nobody had stopped between them.
Recorded record(const QTemporaryDir& folder, int events, int together) {
    Recorded recorded{folder.filePath(QStringLiteral("long.uvmrec")), 0};
    const QByteArray scenario = longScenario(events);
    const auto moments = testsupport::hostMoments({scenario.constData(), size_t(scenario.size())});
    QByteArray kept; // the scenario of the commands that are left
    std::vector<gdbbridge::MomentPtr> joined;
    std::vector<gdbbridge::Event> waiting;
    for (size_t i = 0; i < moments.size(); ++i) {
        auto moment = std::make_shared<gdbbridge::Moment>(*moments[i]);
        uvm::bench::must(moment->lost == 0, "keeping every event");
        recorded.events += moment->events.size();
        moment->events.insert(moment->events.begin(), waiting.begin(), waiting.end());
        waiting.clear();
        const bool ends = moment->reason == gdbbridge::StopReason::CommandEnd;
        if (ends && int(i) % together != 0 && i + 2 < moments.size()) {
            waiting = std::move(moment->events);
            continue;
        }
        if (ends)
            kept += moment->command.toUtf8() + '\n';
        moment->operation = int(kept.count('\n'));
        joined.push_back(moment);
    }
    gdbbridge::RecordingWriter writer(
        recorded.file,
        {QStringLiteral("i386"), QStringLiteral("long.uvm"), kept, {}, QStringLiteral("bench_gui")});
    for (const auto& moment : joined)
        uvm::bench::must(writer.append(*moment), "writing the recording");
    uvm::bench::must(writer.finish({}), "ending the recording");
    return recorded;
}

// Tells how long the event loop was busy at most between two times that it was free: its processor time.
class Stalls : public QObject {
public:
    Stalls() {
        QObject::connect(&m_timer, &QTimer::timeout, this, [this] { tick(); });
        m_timer.start(0);
        m_last = threadTime();
    }
    double longest() const { return m_longest; }

private:
    void tick() {
        const double now = threadTime();
        m_longest = std::max(m_longest, now - m_last);
        m_last = now;
    }
    QTimer m_timer;
    double m_last = 0, m_longest = 0;
};

std::vector<Row> scrubOne(const QString& shape, int events, int together) {
    const QTemporaryDir folder;
    const Recorded recorded = record(folder, events, together);
    gui::Story story;
    gui::Player player(story);
    gui::MainWindow window(player, nullptr);
    window.resize(1280, 800);
    window.show();
    QApplication::processEvents();
    std::vector<Row> rows;
    const QString what = QStringLiteral("%L1 events, %2").arg(recorded.events).arg(shape);
    {
        // The first picture stands, then all of it is there; meanwhile the window stays alive.
        const Stalls stalls;
        QElapsedTimer clock;
        clock.start();
        uvm::bench::must(window.openRecording(recorded.file), "opening it");
        double first = 0;
        while (player.isLoading() || story.isEmpty()) {
            QApplication::processEvents(QEventLoop::AllEvents, 5);
            if (first == 0 && !story.isEmpty())
                first = double(clock.elapsed());
        }
        rows.push_back(
            {what + QStringLiteral(": open, first picture"), first, double(clock.elapsed()), 3000});
        rows.push_back({what + QStringLiteral(": busy at once, opening"), stalls.longest(), stalls.longest(),
                        scrubGoal});
    }
    const int last = int(story.moments().size()) - 1;
    std::mt19937 numbers(1); // the same way each time
    const auto go = [&](int moment) {
        story.show(moment);
        QApplication::processEvents();
        for (QWidget* widget : window.findChildren<QWidget*>())
            if (widget->isVisible() && !widget->visibleRegion().isEmpty())
                widget->repaint();
    };
    const char* const names[] = {"Story",  "Tree",   "Sharing", "Page tables", "Fault",
                                 "Memory", "Events", "Console", "Compare"};
    for (int w = 0; w < gui::workspaceCount; ++w) {
        window.showWorkspace(gui::Workspace(w));
        go(last);
        rows.push_back(measured(QStringLiteral("%1: scrub, %2").arg(what, QString::fromLatin1(names[w])),
                                scrubGoal, scrubs, [&](int) { go(int(numbers() % unsigned(last + 1))); }));
    }
    return rows;
}

} // namespace

std::vector<Row> scrubbing(int events) {
    std::vector<Row> rows = scrubOne(QStringLiteral("short commands"), events, 1);
    for (Row& row : scrubOne(QStringLiteral("long commands"), events, 50))
        rows.push_back(std::move(row));
    return rows;
}

} // namespace benchgui
