// The time that one run of a submission may take.
#pragma once

#include <QString>

namespace grader {

// Of the processor, so that a verdict does not depend on what else the machine does; and, for who sleeps and
// takes none, of the clock.
struct RunTime {
    int cpuMs = 6000;
    int seconds = 60;
    bool isLess = false; // than a run of the submission had that did not end
};

// "it did not end within 2 s of processor time: ...", for who was ended by one of the two.
inline QString tooLong(const QString& who, const RunTime& time, bool byClock) {
    const QString sooner =
        time.isLess ? QStringLiteral(" (runs before it that did not end had more)") : QString();
    if (byClock)
        return QStringLiteral(
                   "%1 did not end within %2 s, in which it took less than %3 s of processor "
                   "time: it waits for what never comes, or this computer has too much else to do%4")
            .arg(who)
            .arg(time.seconds)
            .arg(time.cpuMs / 1000.0)
            .arg(sooner);
    return QStringLiteral("%1 did not end within %2 s of processor time: an endless loop, or far too slow%3")
        .arg(who)
        .arg(time.cpuMs / 1000.0)
        .arg(sooner);
}

} // namespace grader
