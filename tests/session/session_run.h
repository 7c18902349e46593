// What the tests of the session share: a configuration for the kernel of this build, and waiting for what
// comes.
#pragma once

#include <QSignalSpy>
#include <functional>
#include <vector>

#include "gdbbridge/session/session.h"

namespace test {

// The architecture that runs: what --arch of the test program says, i386 without it.
QString architecture();
// The main function of a session test: TEST [--arch i386|x86_64] [Qt Test options].
int sessionTestMain(QObject& test, int argc, char** argv);
// Takes --arch out of the arguments.
void takeArchitecture(QStringList* arguments);

// For a scenario's text, with limits that a busy computer keeps.
gdbbridge::SessionConfig config(const QByteArray& scenario, const QString& kernelOptions = {});

// A session that keeps what it tells.
class SessionRun : public QObject {
public:
    SessionRun();
    gdbbridge::Session session;
    std::vector<gdbbridge::MomentPtr> moments;
    std::vector<gdbbridge::SessionState> states;
    QByteArray console;

    // Waits for a state; false when Dead comes instead, or nothing for `ms`.
    bool waitFor(gdbbridge::SessionState state, int ms = 30'000);
    // Waits until there are so many moments.
    bool waitForMoments(size_t count, int ms = 30'000);
    // Starts and waits for the first moment.
    bool start(const gdbbridge::SessionConfig& config);
    // Starts, and takes so many commands.
    bool startInside(const gdbbridge::SessionConfig& config, int commands);
    // Starts, runs to the end of the scenario and waits for it.
    bool runAll(const gdbbridge::SessionConfig& config);
    // What to print when a wait failed.
    QByteArray trouble() const;
};

// Lets events come until the condition holds; false after a time that is long enough.
bool waitUntil(const std::function<bool()>& condition);
// Where a field lies in a structure of the kernel; asks GDB.
uint64_t offsetOf(const QString& type, const QString& field);
// A number that GDB knows of this build's kernel without running it.
uint64_t valueOf(const QString& expression);

// True while a process with this number runs.
bool processRuns(qint64 pid);

} // namespace test
