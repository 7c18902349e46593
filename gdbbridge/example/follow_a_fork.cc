// follow_a_fork KERNEL: runs a scenario in QEMU and says what each command did to the maps, then goes back to
// the fork and takes another way from there.
#include <QCoreApplication>
#include <QTextStream>

#include "gdbbridge/diff/diff.h"
#include "gdbbridge/session/session.h"

using namespace gdbbridge;

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    QTextStream out(stdout);
    const QByteArray past = "space parent 0x1000 0x100000\n"
                            "map parent 0x10000 0x4000 cow\n"
                            "write parent 0x10000 01\n"
                            "fork parent child\n";
    SessionConfig config;
    config.kernel = QCoreApplication::arguments().value(1);
    config.scenarioName = QStringLiteral("example.uvm");
    config.scenario = past + "write child 0x10000 02\n";

    Session session;
    SnapshotPtr before;
    uint64_t behindFork = 0;
    QObject::connect(&session, &Session::momentReached, [&](const MomentPtr& moment) {
        if (moment->reason == StopReason::CommandEnd) {
            out << moment->command << '\n';
            for (const Change& change : difference(*before, *moment->snapshot).changes)
                out << "  " << QString::fromStdString(changeText(change)) << '\n';
            for (const Finding& broken : moment->violations)
                out << "  broken since event " << broken.sinceEvent << ": "
                    << QString::fromStdString(broken.what) << '\n';
        }
        if (moment->command.startsWith(QStringLiteral("fork")))
            behindFork = moment->snapshot->eventSequence;
        before = moment->snapshot;
        if (moment->reason == StopReason::Start)
            session.run();
    });
    QObject::connect(&session, &Session::revisited, [&](const MomentPtr& moment) {
        out << "back at event " << moment->snapshot->eventSequence << '\n';
        before = moment->snapshot;
        session.run();
    });
    bool other = false;
    QObject::connect(&session, &Session::stateChanged, [&](SessionState state) {
        if (state == SessionState::Finished && !std::exchange(other, true))
            session.travel(behindFork, past + "write parent 0x10000 03\n");
        else if (state == SessionState::Finished)
            QCoreApplication::quit();
        else if (state == SessionState::Dead) {
            out << session.death()->error.text() << '\n';
            QCoreApplication::exit(session.death()->error.exitCode());
        }
    });
    session.start(config);
    return QCoreApplication::exec();
}
