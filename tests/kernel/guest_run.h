// One run of a kernel under QEMU, from power-on to its end, without a debugger.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>
#include <chrono>
#include <optional>
#include <vector>

#include "gdbbridge/transport/boot_archive.h"
#include "gdbbridge/transport/qemu_process.h"

namespace test {

// What is typed, and when.
struct GuestAnswer {
    QByteArray after; // once the console has said this, behind what the answer before waited for
    QByteArray type;  // as it is
};

struct GuestRequest {
    QString commandLine{};                    // of the kernel; with `halt` it ends the machine itself
    std::vector<gdbbridge::BootFile> files{}; // of the boot archive; none: no archive
    int memoryMiB{128};
    std::optional<gdbbridge::QemuDisk> disk{};
    bool countInstructions{false};
    QByteArray archive{};               // instead of `files`, as it is
    QByteArray untilConsole{};          // ends the run once the console has said this
    QList<QByteArray> typed{};          // lines, one after each prompt of the shell
    std::vector<GuestAnswer> answers{}; // besides `typed`, in this order
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
    // From the start of QEMU to the console's first line, and to the shell's first prompt; -1: none.
    std::chrono::milliseconds firstLine{-1}, prompt{-1};

    // Everything about it, for the message of a failed test.
    [[nodiscard]] QByteArray text() const;
};

// The architecture that runs: what --arch of the test program says, i386 without it.
QString architecture();

// Boots the kernel of the build folder and waits for its end. Needs a QCoreApplication.
GuestRun runGuest(const GuestRequest& request);

// The kernel's ELF file.
QString kernelFile();

// The main function of a test of the kernel: TEST [--arch i386|x86_64] [Qt Test options].
int guestTestMain(QObject& test, int argc, char** argv);
// Takes --arch out of the arguments.
void takeArchitecture(QStringList* arguments);

// A file as a member of a boot archive.
gdbbridge::BootFile bootFile(const QString& path);
// The file of a user program, as it is built for this machine / all of them as members.
QString programFile(const QString& name);
std::vector<gdbbridge::BootFile> allPrograms();

} // namespace test
