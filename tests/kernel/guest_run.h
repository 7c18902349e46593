// One run of the i386 kernel under QEMU, from power-on to its end, without a debugger.
#pragma once

#include <QByteArray>
#include <QString>
#include <chrono>
#include <optional>
#include <vector>

#include "gdbbridge/transport/boot_archive.h"

namespace test {

struct GuestRequest {
    QString commandLine{};                    // of the kernel; with `halt` it ends the machine itself
    std::vector<gdbbridge::BootFile> files{}; // of the boot archive; none: no archive
    QByteArray archive{};                     // instead of `files`, as it is
    QByteArray untilConsole{};                // ends the run once the console has said this
    std::chrono::milliseconds limit{30000};
    std::chrono::milliseconds readerPause{
        0}; // nobody reads the machine's lines for so long, once it has begun to talk
};

// How a run ended.
enum class GuestEnd {
    Exit,    // the kernel ended the machine: `status`
    Down,    // QEMU stopped the machine and keeps it: `reason`
    Said,    // untilConsole was seen; the machine ran on until it was killed
    Timeout, // none of these in time; killed
    Failed,  // QEMU did not start, or ended by itself: `reason`
};

struct GuestRun {
    GuestEnd end = GuestEnd::Failed;
    std::optional<int> status; // what the kernel wrote to the debug-exit device
    QString reason;
    bool keptAfterDown = false; // QEMU was still there when it had told that the machine is down
    QByteArray console, transcript;

    // Everything about it, for the message of a failed test.
    [[nodiscard]] QByteArray text() const;
};

// Boots kernel-i386.elf of the build folder and waits for its end. Needs a QCoreApplication.
GuestRun runGuest(const GuestRequest& request);

// A file as a member of a boot archive.
gdbbridge::BootFile bootFile(const QString& path);

} // namespace test
