// What the parts of bench_gui share: rows of its table and how they are measured.
#pragma once

#include <QString>

#include <functional>
#include <vector>

namespace benchgui {

struct Row {
    QString name;
    double middle = 0, slowest = 0, goal = 0; // milliseconds
    bool byClock = false;                     // on the wall, with all that the computer does besides
};

// Milliseconds of this thread's processor time.
double threadTime();

// The middle and the slowest of so many times, each in milliseconds of this thread's processor time.
Row measured(const QString& name, double goal, int times, const std::function<void(int)>& action);

// The window on a recording of so many events, made on the host: opening it, scrubbing and stepping in each
// workspace, and the longest that the event loop was busy at once.
std::vector<Row> scrubbing(int events);

// Steps of a kernel in QEMU, from the key to the frame of the window that shows it; none without a kernel.
std::vector<Row> screenSteps();

} // namespace benchgui
