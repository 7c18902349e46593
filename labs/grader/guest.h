// A run of a kernel in QEMU, without a debugger, from power-on to its end.
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

#include "gdbbridge/transport/boot_archive.h"
#include "labs/grader/lab.h"
#include "labs/grader/run_time.h"

namespace grader {

enum class GuestEnd {
    Exit,    // the kernel ended the machine: `status`
    Reset,   // a triple fault
    Timeout, // killed
    Failed,  // QEMU did not start, or ended by itself: `problem`
};

struct GuestResult {
    GuestEnd end = GuestEnd::Failed;
    int status = 0;
    QString problem;
    QByteArray console, transcript; // of each the beginning, where there was too much
    bool byClock = false;           // at Timeout: it had not taken its time of the processor
};

struct GuestRequest {
    Machine machine = Machine::I386;
    QString kernel;
    QString commandLine;
    std::vector<gdbbridge::BootFile> files;
    RunTime time;
    int memoryMiB = 128, diskMiB = 0; // 0: no disk
};

// Needs an application object; runs an event loop. QEMU runs with its own sandbox, without network.
GuestResult runGuest(const GuestRequest& request);

} // namespace grader
