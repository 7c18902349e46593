// From the key that asks for a step to the frame that shows it: the window over a kernel in QEMU.
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>

#include <algorithm>
#include <cstdio>

#include "gui/app/main_window.h"
#include "gui/models/story.h"
#include "tests/bench/bench_gui.h"

namespace benchgui {

namespace {

constexpr double stepGoal = 50;
constexpr int steps = 40;
constexpr qint64 longest = 60'000; // ms

[[noreturn]] void fail(const char* why) {
    std::fprintf(stderr, "bench_gui: %s\n", why);
    std::exit(3);
}

template <class Until>
void handleEvents(Until&& until) {
    QElapsedTimer clock;
    for (clock.start(); !until();) {
        if (clock.elapsed() > longest)
            fail("the machine does not do its step");
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
    }
}

} // namespace

std::vector<Row> screenSteps() {
    gdbbridge::SessionConfig config;
    config.kernel = QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-i386.elf");
    if (!QFile::exists(config.kernel))
        return {};
    config.scenarioName = QStringLiteral("step.uvm");
    config.scenario = "space A 0x1000 0x1000000\n"
                      "map A 0x10000 0x10000 cow\n"
                      "write A 0x10000 01\n"
                      "write A 0x14000 02\n"
                      "fork A B\n"
                      "write B 0x10000 03\n";
    gui::Story story;
    gui::Player player(story);
    gui::MainWindow window(player, nullptr);
    window.resize(1280, 800);
    window.show();
    player.open(config);
    handleEvents([&] { return player.state() == gdbbridge::SessionState::Stopped; });
    std::vector<double> times;
    for (int i = 0; i < steps; ++i) {
        const auto before = story.moments().size();
        QElapsedTimer clock;
        clock.start();
        player.nextEvent();
        handleEvents([&] { return story.moments().size() > before; });
        // All that is to be painted for it, and then the whole window at once.
        QApplication::processEvents();
        window.repaint();
        times.push_back(double(clock.nsecsElapsed()) / 1e6);
        handleEvents([&] { return !player.isBusy(); });
    }
    std::sort(times.begin(), times.end());
    return {{QStringLiteral("screen-step: from the step to its frame, by the clock"), times[times.size() / 2],
             times.back(), stepGoal, true}};
}

} // namespace benchgui
