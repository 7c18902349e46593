// bench_gui: what the app's pictures cost on screen.
//
//   bench_gui [--filter=REGEX] [--benchmark_format=json] [--quick] [--check]
//
// Views of 1280 by 720 on Qt's offscreen platform, over the VM of this process: its maps are real and are
// decoded as those of a guest. A frame is one move of the mouse or of the wheel and all that is painted
// because of it, in milliseconds of this thread's processor time, which a busy machine hardly changes: the
// middle one and the slowest of twenty. Scrubbing is in a recording of a million events, and of 40 jumps. A
// step of a kernel in QEMU is timed by the clock, from the key to the frame.
// --quick: a tenth of the entries. --check: exit 1 when a goal is missed; by the clock, by a factor of ten.
#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QScrollBar>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>

#include "gui/app/main_window.h"
#include "gui/app/picture_view.h"
#include "gui/layout/tidy_tree.h"
#include "gui/models/story.h"
#include "gui/views/pictures.h"
#include "kernel/core/process.h"
#include "tests/bench/bench_gui.h"
#include "tests/bench/bench_space.h"
#include "tests/support/host_moments.h"

namespace {

constexpr int frames = 20;
constexpr double frameGoal = 1000.0 / 60, layoutGoal = 100, windowGoal = 1000;

using benchgui::measured;
using benchgui::Row;

// One process with a map of `count` entries, made in random order, every seventh of them written to.
gdbbridge::MomentPtr momentOf(uint32_t count) {
    using namespace uvm;
    bool made = false;
    const testsupport::HostRun run = testsupport::runOnHost(
        "space A 0x100000 0x10000000000\n", testsupport::MomentsAt::CommandEnds, [&](auto&) {
            if (made)
                return;
            made = true;
            bench::dice numbers{1};
            vm_map& map = process_find("A")->p_vmspace->vm_map;
            for (uint32_t const entry : bench::shuffled(count, numbers)) {
                vaddr_t start = bench::space_min + pages_to_bytes(2 * uintptr_t{entry});
                bench::must(uvm_map(map, start, vsize_t(page_size), nullptr, uvm_unknown_offset, vsize_t(0),
                                    bench::private_mapping(uvm_flag::fixed)) == errno_t::ok,
                            "mapping");
                if (entry % 7 == 0)
                    bench::write_fault(map, start);
            }
        });
    return run.moments[1];
}

struct Screen {
    gui::Story story;
    gui::PictureView view;

    Screen(const gdbbridge::MomentPtr& moment, const QString& picture) : view(gui::makePicture(picture)) {
        story.begin(QStringLiteral("bench"), {});
        story.append(moment);
        view.resize(1280, 720);
        view.show();
        view.setState(gui::makeViewState(story));
        paint();
    }
    void paint() {
        QApplication::processEvents();
        view.viewport()->repaint();
    }
};

std::vector<Row> panAndZoom(const QString& picture, const QString& what, uint32_t count) {
    Screen screen(momentOf(count), picture);
    const QPointF middle(640, 360);
    std::vector<Row> rows;
    rows.push_back(measured(QStringLiteral("%1, zooming").arg(what), frameGoal, frames, [&](int) {
        screen.view.zoom(1.2, middle);
        screen.paint();
    }));
    rows.push_back(measured(QStringLiteral("%1, panning").arg(what), frameGoal, frames, [&](int) {
        for (QScrollBar* bar : {screen.view.horizontalScrollBar(), screen.view.verticalScrollBar()})
            bar->setValue(bar->value() + 17);
        screen.paint();
    }));
    return rows;
}

Row treeLayout(uint32_t count) {
    const auto moment = momentOf(count);
    const gdbbridge::Map& map = moment->snapshot->vmspaces.front().map;
    return measured(QStringLiteral("layout of a tree of %L1 nodes").arg(count), layoutGoal, frames, [&](int) {
        const auto layout =
            gui::layoutTree(map, {.width = 1280, .height = 500, .levelHeight = 84, .columns = {}});
        uvm::bench::must(layout.places.size() == count, "placing every node");
    });
}

Row window() {
    return measured(QStringLiteral("window up"), windowGoal, 3, [](int) {
        gui::Story story;
        gui::Player player(story);
        gui::MainWindow window(player, nullptr);
        window.resize(1280, 800);
        window.show();
        QApplication::processEvents();
        window.repaint();
    });
}

struct Benchmark {
    QString name;
    std::function<std::vector<Row>()> run;
};

std::vector<Benchmark> benchmarks(uint32_t entries, uint32_t nodes, int events) {
    return {
        {QStringLiteral("map"),
         [=] {
             return panAndZoom(QStringLiteral("map"), QStringLiteral("map of %L1 entries").arg(entries),
                               entries);
         }},
        {QStringLiteral("tree"),
         [=] {
             return panAndZoom(QStringLiteral("tree"), QStringLiteral("tree of %L1 nodes").arg(nodes), nodes);
         }},
        {QStringLiteral("layout"), [=] { return std::vector{treeLayout(nodes)}; }},
        {QStringLiteral("window"), [] { return std::vector{window()}; }},
        {QStringLiteral("scrub"), [=] { return benchgui::scrubbing(events); }},
        {QStringLiteral("screen-step"), [] { return benchgui::screenSteps(); }},
    };
}

} // namespace

namespace benchgui {

double threadTime() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

Row measured(const QString& name, double goal, int times, const std::function<void(int)>& action) {
    std::vector<double> costs;
    for (int i = 0; i < times; ++i) {
        const double begin = threadTime();
        action(i);
        costs.push_back(threadTime() - begin);
    }
    std::sort(costs.begin(), costs.end());
    return {name, costs[costs.size() / 2], costs.back(), goal};
}

} // namespace benchgui

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication const application(argc, argv);
    QStringList words = QApplication::arguments().mid(1);
    const bool quick = words.removeAll(QStringLiteral("--quick")) > 0;
    const bool checks = words.removeAll(QStringLiteral("--check")) > 0;
    const bool json = words.removeAll(QStringLiteral("--benchmark_format=json")) > 0;
    QRegularExpression filter;
    for (const QString& word : words) {
        if (!word.startsWith(QStringLiteral("--filter="))) {
            std::fprintf(stderr, "bench_gui: what is %s?\n", qPrintable(word));
            return 2;
        }
        filter.setPattern(word.section(u'=', 1));
    }
    QJsonArray all;
    bool holds = true;
    for (const Benchmark& benchmark :
         benchmarks(quick ? 10'000 : 100'000, quick ? 1'000 : 10'000, quick ? 100'000 : 1'000'000)) {
        if (!filter.match(benchmark.name).hasMatch())
            continue;
        for (const Row& row : benchmark.run()) {
            holds = holds && row.middle <= (row.byClock ? 10 * row.goal : row.goal);
            all.append(QJsonObject{{QStringLiteral("name"), row.name},
                                   {QStringLiteral("milliseconds"), row.middle},
                                   {QStringLiteral("slowest"), row.slowest},
                                   {QStringLiteral("goal"), row.goal}});
            if (!json)
                std::printf("%-60s %9.2f ms, slowest %9.2f ms, goal %7.2f ms%s\n", qPrintable(row.name),
                            row.middle, row.slowest, row.goal, row.middle <= row.goal ? "" : "  MISSED");
            std::fflush(stdout);
        }
    }
    if (json)
        std::printf("%s",
                    QJsonDocument(QJsonObject{{QStringLiteral("schema"), QStringLiteral("uvmscope-gui")},
                                              {QStringLiteral("version"), 1},
                                              {QStringLiteral("rows"), all}})
                        .toJson()
                        .constData());
    return checks && !holds ? 1 : 0;
}
