// Whoever steps through a fault instruction by instruction stays in it: the timer's interrupt, which is due
// all the time while a person looks, waits until the machine runs again. Without a counted clock, as somebody
// has it who attaches a debugger of his own.
#include <QByteArray>
#include <QFile>
#include <QIODevice>
#include <QObject>
#include <QString>
#include <QTest>

#include <QProcess>
#include <QTemporaryDir>

#include "tests/kernel/guest_run.h"

namespace {

// Stops at a fault, steps, and tells the functions that it came through; then lets the machine run.
const char* const script = R"(
import gdb
gdb.execute("target remote SOCKET")
gdb.execute("hbreak uvm_fault")
gdb.execute("continue")
if "SINGLE":
    gdb.execute("maintenance packet Qqemu.sstep=SINGLE")
seen = set()
for i in range(400):
    gdb.execute("stepi", to_string=True)
    frame = gdb.newest_frame()
    seen.add(str(frame.name()))
for name in sorted(seen):
    print("stepped through " + name)
gdb.execute("delete")
gdb.execute("detach")
)";

struct Stepped {
    QByteArray debugger, console;
};

Stepped stepThroughFault(const QByteArray& single) {
    QTemporaryDir const folder;
    QString const socket = folder.filePath("gdb"), archive = folder.filePath("archive"),
                  python = folder.filePath("step.py");
    auto const put = [](const QString& path, const QByteArray& bytes) {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("%s cannot be written", qPrintable(path));
    };
    put(archive,
        *gdbbridge::makeBootArchive(
            {{"s.uvm", "space A 0x1000 0x90000\nmap A 0x10000 0x1000 fixed\nwrite A 0x10000 07\n"}}));
    put(python, QByteArray(script).replace("SOCKET", socket.toUtf8()).replace("SINGLE", single));
    QProcess qemu;
    qemu.setProcessChannelMode(QProcess::MergedChannels);
    qemu.start("qemu-system-" + test::architecture(), {"-accel",
                                                       "tcg",
                                                       "-m",
                                                       "32",
                                                       "-nodefaults",
                                                       "-no-user-config",
                                                       "-no-reboot",
                                                       "-display",
                                                       "none",
                                                       "-vga",
                                                       "none",
                                                       "-nic",
                                                       "none",
                                                       "-monitor",
                                                       "none",
                                                       "-serial",
                                                       "stdio",
                                                       "-device",
                                                       "isa-debug-exit,iobase=0xf4,iosize=4",
                                                       "-kernel",
                                                       test::kernelFile(),
                                                       "-append",
                                                       "scenario=s halt",
                                                       "-initrd",
                                                       archive,
                                                       "-chardev",
                                                       "socket,id=gdb,path=" + socket + ",server=on,wait=off",
                                                       "-gdb",
                                                       "chardev:gdb",
                                                       "-S"});
    if (!QTest::qWaitFor([&] { return QFile::exists(socket); }, 10000))
        qFatal("QEMU did not start: %s", qemu.readAll().constData());
    QProcess gdb;
    gdb.setProcessChannelMode(QProcess::MergedChannels);
    gdb.start("gdb", {"-nx", "-q", "-batch", "-iex", "set auto-load off", "-iex",
                      "set debuginfod enabled off", test::kernelFile(), "-x", python});
    gdb.waitForFinished(60000);
    gdb.kill();
    gdb.waitForFinished();
    qemu.waitForFinished(20000);
    qemu.kill();
    qemu.waitForFinished();
    return {gdb.readAll(), qemu.readAll()};
}

} // namespace

class SteppingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_fault_is_stepped_through_without_the_timer() {
        Stepped const stepped = stepThroughFault({});
        QByteArray const all = stepped.debugger + "\n--- console ---\n" + stepped.console;
        QVERIFY2(stepped.debugger.contains("stepped through uvm::uvm_fault\n"), all);
        // The fault's own way back through the trap is no wandering.
        for (const char* const strange : {"interrupt_serve", "timer_tick"})
            QVERIFY2(!stepped.debugger.contains(strange), all);
        // And then it goes on to its end.
        QVERIFY2(stepped.console.contains("kernel: done, status 0\n"), all);
    }
    // What the test above would see if the emulator let interrupts through: it can fail.
    void with_interrupts_let_through_it_would_wander() {
        Stepped const stepped = stepThroughFault("0x1");
        QByteArray const all = stepped.debugger + "\n--- console ---\n" + stepped.console;
        QVERIFY2(stepped.debugger.contains("timer_tick"), all);
    }
};

int main(int argc, char** argv) {
    SteppingTest test;
    return test::guestTestMain(test, argc, argv);
}
#include "stepping_test.moc"
