// A program that is not trusted: with limits, and with bubblewrap, where that works, without network and
// without any file but the system's and those named.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>

namespace grader {

struct Limits {
    int seconds = 10;                           // of the clock
    int cpuSeconds = 0;                         // each process's of the processor; 0: as many
    uint64_t memoryBytes = uint64_t{768} << 20; // of address space
    uint64_t fileBytes = uint64_t{64} << 20;    // that one file may grow to
    qsizetype outputBytes = qsizetype{1} << 16; // that are kept of each output
};

struct RunRequest {
    QString program; // absolute, or a name of the system's PATH
    QStringList arguments;
    QString folder;   // where it runs; it may write there
    QStringList read; // more files and folders that it may read
    QByteArray word;  // given on descriptor 4, and what comes back on 3 is kept; "" for neither
    Limits limits;
};

enum class RunEnd { Exited, Signalled, TimedOut, NotStarted };

struct RunResult {
    RunEnd end = RunEnd::NotStarted;
    int code = 0;                 // exit status, or signal
    QByteArray out, err, channel; // of each the beginning, where there was too much
    bool sandboxed = false;
    bool byClock = false; // at TimedOut: not by the processor's time
};

// Whether bubblewrap is there and works; tried once.
bool hasSandbox();
// Waits for the end; needs an application object. Whatever the program has started is ended, too.
RunResult runUntrusted(const RunRequest& request);

} // namespace grader
