// Recordings: what is read is what was written, whatever happened to the writer or to the file.
#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QIODevice>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QStringLiteral>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <random>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gdbbridge/record/chrome_trace.h"
#include "gdbbridge/record/recording.h"
#include "gdbbridge/record/sqlite.h"
#include "gdbbridge/record/thing.h"
#include "tests/support/host_moments.h"

using namespace gdbbridge;

namespace {

const QString scenarioFolder = QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios");
const RecordingInfo exampleInfo{"i386", "fork.uvm", "space a 0x1000 0x9000\n", "test=x", "test 1"};

QStringList scenarioFiles() {
    QStringList files;
    for (const QString& name : QDir(scenarioFolder).entryList({"*.uvm"}, QDir::Files, QDir::Name))
        files << scenarioFolder + '/' + name;
    if (files.isEmpty())
        qFatal("no scenarios");
    return files;
}

// A snapshot in which no field has the value that a fresh one has.
Snapshot unusualSnapshot() {
    Snapshot s;
    s.eventSequence = 77;
    s.pointerSize = 8;
    s.pageSize = 8192;
    s.freePages = 5;
    s.totalPages = 9;
    s.findings = {{3, 0xffffffff80001000, "where", "what", "expected", "found \"\\ \xc3\xa9"}};
    s.wiredPages = 2;
    s.ownedPages = 3;
    s.ownedLimit = 4;
    s.pages = {
        {0xc0001000, 0x1000, PageQueue::Inactive, true, false, true, true, false, true, 2, 3, {1, 2, 255}},
        {0xc0002000, 0x2000, PageQueue::Active, false, true, false, false, true, false, 0, 0, {}}};
    s.active = {1};
    s.inactive = {0, none};
    s.anons = {{0xffffffffc0000010, 4, 2, 1, 0, -1}, {0xd0, 0, 1, 1, none, 7}, {0xd1, 4, 1, 3, none, 1}};
    s.amaps = {{0xe0, 6, 3, true, 8, 16, 2, {{1, 0}, {5, 2}}, {1, 0, 2}}};
    s.objects = {{0xf0, 8, "object", ObjectKind::Device, -3, 0x7000, {{0x2000, 0}, {0x3000, none}}}};
    Vmspace space;
    space.address = 0xa0;
    space.id = 2;
    space.refs = 3;
    space.map = {0xa8, 0x1000, 0xffffffffffffe000, 0x5000, 12, 99, true, true, 1, 0, 1, 0x111000, {}};
    Entry entry{0xb0,
                21,
                0x10000,
                0x14000,
                0x1000,
                0x2000,
                1,
                none,
                none,
                NodeColor::Red,
                true,
                0,
                0x3000,
                0,
                4,
                true,
                true,
                true,
                true,
                {3},
                {7},
                Inheritance::None,
                Advice::Sequential,
                5,
                none};
    Entry other = entry;
    other.id = 0;
    other.parent = 0;
    other.left = none;
    space.map.entries = {entry, other, other};
    space.pageTables = {0xc0,
                        0x2000,
                        2,
                        1,
                        3,
                        9,
                        {{0x3000, 0x400000, 0x3027, 1, 5}},
                        {{0x10000, 0x1000, {5}, true, true, true, 0x1067}}};
    s.vmspaces = {space};
    Entry submap = other;
    submap.kernelMap = 1;
    KernelMap kernel{"kernel", true, true, 1, 2, 3, 4, 5, 6, space.map};
    kernel.map.entries = {entry, submap, submap};
    s.kernelMaps = {kernel, {"kmem", false, false, 0, 0, 0, 0, 0, 0, {}}};
    s.processes = {{0x90, 1, "name", 0}, {0x91, 1, "twin", none}};
    return s;
}

bool sameMoments(const Moment& a, const Moment& b) {
    const auto sameStack = [](const CodePlace& x, const CodePlace& y) {
        return x.function == y.function && x.file == y.file && x.line == y.line && x.address == y.address &&
               x.folder == y.folder;
    };
    return a.reason == b.reason && a.operation == b.operation && a.line == b.line && a.command == b.command &&
           a.error == b.error && a.output == b.output && *a.snapshot == *b.snapshot && a.events == b.events &&
           a.lost == b.lost && a.note == b.note && a.violations == b.violations &&
           std::equal(a.stack.begin(), a.stack.end(), b.stack.begin(), b.stack.end(), sameStack);
}

// A moment that has what a host run's moments lack.
Moment unusualMoment() {
    Moment m;
    m.reason = StopReason::Paused;
    m.operation = 3;
    m.line = 7;
    m.command = "fork a b";
    m.error = 12;
    m.output = QByteArray("a\0b\n", 4);
    m.snapshot = std::make_shared<Snapshot>(unusualSnapshot());
    m.lost = 41;
    m.note = "gap: 1, was 2";
    m.violations = unusualSnapshot().findings;
    m.stack = {{"uvm_map", "kernel/vm/uvm_map.cc", 12, 0xffffffff80100000, "/home/who/lab"},
               {"uvm_fault", "kernel/vm/uvm_fault.cc", 7, 0xc0100000, {}}};
    return m;
}

class Folder {
public:
    [[nodiscard]] QString path(const char* name) const { return m_dir.filePath(name); }

private:
    QTemporaryDir m_dir;
};

QString writeRun(const QString& path, const std::vector<MomentPtr>& moments) {
    RecordingWriter writer(path, exampleInfo);
    for (const MomentPtr& moment : moments)
        writer.append(*moment);
    writer.appendConsole("boot\n");
    writer.appendConsole(QByteArray("\0end", 4));
    writer.finish({1, "a check failed", {"line 1", "line 2"}});
    return writer.error();
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// Reads everything that can be read; the number of good moments.
int readAll(const QString& path) {
    QString problem;
    const auto reader = RecordingReader::open(path, &problem);
    if (!reader) {
        if (problem.isEmpty() || problem.contains('\n'))
            qFatal("no good reason: '%s'", qPrintable(problem));
        return 0;
    }
    int good = 0;
    for (int i = 0; i < reader->momentCount(); ++i) {
        problem.clear();
        if (reader->moment(i, &problem))
            ++good;
        else if (problem.isEmpty() || problem.contains('\n'))
            qFatal("no good reason: %s", qPrintable(problem));
    }
    return good;
}

// Runs `child` in a process of its own; its wait status.
template <class F>
int inChild(F&& child) {
    const pid_t pid = fork();
    if (pid == 0) {
        child();
        _exit(0);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    return status;
}

} // namespace

class RecordingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_run = testsupport::runFileOnHost(scenarioFolder + "/three-generations.uvm").moments;
        m_events =
            testsupport::runFileOnHost(scenarioFolder + "/fork-cow.uvm", testsupport::MomentsAt::EveryEvent)
                .moments;
        QVERIFY(m_run.size() > 10 && m_events.size() > 100);
    }

    void things_make_the_same_snapshot_again() {
        QString problem;
        for (const QString& file : scenarioFiles())
            for (const MomentPtr& moment : testsupport::runFileOnHost(file).moments) {
                const auto again = snapshotOf(thingsOf(*moment->snapshot), &problem);
                QVERIFY2(again, qPrintable(problem));
                QVERIFY2(*again == *moment->snapshot, qPrintable(file + ": " + moment->command));
            }
        const auto again = snapshotOf(thingsOf(unusualSnapshot()), &problem);
        QVERIFY2(again, qPrintable(problem));
        QVERIFY(*again == unusualSnapshot());
    }

    void keys_are_unique() {
        std::set<std::pair<ThingKind, QByteArray>> seen;
        for (const Thing& thing : thingsOf(unusualSnapshot()))
            QVERIFY2(seen.insert({thing.kind, thing.key}).second, thing.key.constData());
    }

    void changes_say_all_and_no_more() {
        QString problem;
        Things before;
        for (const MomentPtr& moment : m_events) {
            const Things after = thingsOf(*moment->snapshot);
            const ThingChanges changes = changesBetween(before, after);
            const auto again = changed(before, changes, &problem);
            QVERIFY2(again, qPrintable(problem));
            QVERIFY(*again == after);
            QVERIFY(changesBetween(after, after).empty());
            before = after;
        }
        QVERIFY(changesBetween(before, {}).size() == before.size());
        QVERIFY(changed(before, changesBetween(before, {}), &problem)->empty());
    }

    void changes_that_do_not_fit_are_told() {
        QString problem;
        const Things things = thingsOf(*m_run.back()->snapshot);
        QVERIFY(!changed(things, {{ThingKind::Anon, "4711", {}, {}}}, &problem));
        QVERIFY(problem.contains("4711"));
        // Two that both come first, and one that comes after itself.
        QVERIFY(!changed(things, {{ThingKind::Process, "99", {}, "{}"}}, &problem));
        QVERIFY(!changed(things, {{ThingKind::Process, "99", "99", "{}"}}, &problem));
    }

    void a_field_that_is_wrong_is_told() {
        Things things = thingsOf(unusualSnapshot());
        int fields = 0;
        for (Thing& thing : things) {
            const QByteArray good = thing.body;
            const QJsonObject object = QJsonDocument::fromJson(good).object();
            for (const QString& name : object.keys()) {
                QJsonObject without = object;
                without.remove(name);
                // null is a value of references.
                thing.body = QJsonDocument(without).toJson(QJsonDocument::Compact);
                QString problem;
                const bool reference = object[name].isNull() || !snapshotOf(things, &problem);
                QVERIFY2(reference || problem.isEmpty(), qPrintable(name));
                ++fields;
                QJsonObject wrong = object;
                wrong[name] = QJsonObject{};
                thing.body = QJsonDocument(wrong).toJson(QJsonDocument::Compact);
                problem.clear();
                QVERIFY2(!snapshotOf(things, &problem), qPrintable(name));
                QVERIFY2(problem.contains(name), qPrintable(problem));
            }
            thing.body = good;
        }
        QVERIFY(fields > 80);
    }

    void a_recording_gives_the_moments_back() {
        std::vector<MomentPtr> moments = m_events;
        moments.push_back(std::make_shared<Moment>(unusualMoment()));
        const QString path = m_folder.path("run.uvmrec");
        QCOMPARE(writeRun(path, moments), QString());
        QString problem;
        const auto reader = RecordingReader::open(path, &problem);
        QVERIFY2(reader, qPrintable(problem));
        QVERIFY(reader->info() == exampleInfo);
        QVERIFY(reader->end() == (RecordingEnd{1, "a check failed", {"line 1", "line 2"}}));
        QCOMPARE(reader->console(), QByteArray("boot\n\0end", 9));
        QCOMPARE(reader->momentCount(), int(moments.size()));
        for (int i = 0; i < reader->momentCount(); ++i) {
            const MomentPtr moment = reader->moment(i, &problem);
            QVERIFY2(moment, qPrintable(problem));
            QVERIFY2(sameMoments(*moment, *moments[size_t(i)]), qPrintable(QString::number(i)));
        }
        std::mt19937 random(1);
        for (int jump = 0; jump < 100; ++jump) {
            const int i = int(random() % moments.size());
            const MomentPtr moment = reader->moment(i, &problem);
            QVERIFY2(moment && sameMoments(*moment, *moments[size_t(i)]), qPrintable(QString::number(i)));
        }
        QVERIFY(!reader->moment(int(moments.size()), &problem));
        QVERIFY(!reader->moment(-1, &problem));
    }

    void most_of_a_recording_are_differences() {
        const QString path = m_folder.path("small.uvmrec");
        QCOMPARE(writeRun(path, m_events), QString());
        sqlite::Database database(path, sqlite::Database::Mode::Existing);
        sqlite::Statement whole(database, "SELECT count(*) FROM moment WHERE whole");
        QVERIFY(whole.step());
        QVERIFY(whole.number(0) >= 2 && whole.number(0) * 5 < int64_t(m_events.size()));
    }

    void a_new_recording_takes_the_place_of_an_old_one() {
        const QString path = m_folder.path("twice.uvmrec");
        QCOMPARE(writeRun(path, m_events), QString());
        QCOMPARE(writeRun(path, m_run), QString());
        QCOMPARE(readAll(path), int(m_run.size()));
    }

    void a_killed_recorder_leaves_all_that_it_had_said() {
        const QString path = m_folder.path("killed.uvmrec");
        for (size_t told : {size_t(1), size_t(2), size_t(40)}) {
            const int status = inChild([&] {
                RecordingWriter writer(path, exampleInfo);
                for (size_t i = 0; i < told; ++i)
                    if (!writer.append(*m_events[i]))
                        _exit(9);
                raise(SIGKILL);
            });
            QVERIFY(WIFSIGNALED(status));
            QString problem;
            const auto reader = RecordingReader::open(path, &problem);
            QVERIFY2(reader, qPrintable(problem));
            QCOMPARE(reader->momentCount(), int(told));
            QVERIFY(!reader->end());
            QVERIFY(sameMoments(*reader->moment(int(told) - 1, &problem), *m_events[told - 1]));
        }
    }

    // As when the recorder dies at any instant: another process kills it while it writes.
    void a_recorder_that_is_killed_while_it_writes_leaves_whole_moments() {
        const QString path = m_folder.path("torn.uvmrec");
        for (int round = 0; round < 12; ++round) {
            int words[2];
            QCOMPARE(pipe(words), 0);
            const pid_t pid = fork();
            if (pid == 0) {
                RecordingWriter writer(path, exampleInfo);
                for (const MomentPtr& moment : m_events) {
                    writer.append(*moment);
                    if (write(words[1], "x", 1) != 1)
                        _exit(1);
                }
                _exit(0);
            }
            char said;
            QCOMPARE(read(words[0], &said, 1), ssize_t(1));
            QTest::qWait(3 * round);
            kill(pid, SIGKILL);
            waitpid(pid, nullptr, 0);
            close(words[1]);
            int told = 1;
            while (read(words[0], &said, 1) == 1)
                ++told;
            close(words[0]);
            QString problem;
            const auto reader = RecordingReader::open(path, &problem);
            QVERIFY2(reader, qPrintable(problem));
            QVERIFY2(reader->momentCount() >= told && reader->momentCount() <= told + 1,
                     qPrintable(QString("%1 told, %2 there").arg(told).arg(reader->momentCount())));
            for (int i = 0; i < reader->momentCount(); ++i)
                QVERIFY(sameMoments(*reader->moment(i, &problem), *m_events[size_t(i)]));
        }
    }

    void a_full_disk_is_told_and_keeps_what_was_written() {
        const QString path = m_folder.path("full.uvmrec");
        const int status = inChild([&] {
            signal(SIGXFSZ, SIG_IGN);
            rlimit const limit{200'000, 200'000};
            setrlimit(RLIMIT_FSIZE, &limit);
            RecordingWriter writer(path, exampleInfo);
            size_t good = 0;
            for (const MomentPtr& moment : m_events)
                good += writer.append(*moment);
            _exit(good == 0 || good == m_events.size() ? 101
                  : writer.error().startsWith("cannot write " + path) && !writer.error().contains('\n')
                      ? int(std::min<size_t>(good, 100))
                      : 102);
        });
        QVERIFY(WIFEXITED(status));
        QVERIFY2(WEXITSTATUS(status) <= 100, qPrintable(QString::number(WEXITSTATUS(status))));
        QVERIFY(readAll(path) >= WEXITSTATUS(status));
    }

    void a_trace_has_every_event_and_balanced_spans() {
        const QJsonArray trace =
            QJsonDocument::fromJson(chromeTrace(m_run)).object()["traceEvents"].toArray();
        size_t events = 0;
        for (const MomentPtr& moment : m_run)
            events += moment->events.size();
        std::map<QString, size_t> phases;
        std::map<qint64, int> depth;
        double last = 0;
        QStringList faults;
        for (const QJsonValue value : trace) {
            const QString phase = value["ph"].toString();
            ++phases[phase];
            if (phase == "M" || phase == "C")
                continue;
            QVERIFY(value["ts"].toDouble() >= last);
            last = value["ts"].toDouble();
            int& at = depth[value["tid"].toInteger()];
            at += (phase == "B") - (phase == "E");
            QVERIFY(at >= 0);
            if (value["name"] == "fault")
                faults << value["args"]["name"].toString();
        }
        for (const auto& [thread, left] : depth)
            QCOMPARE(left, 0);
        QCOMPARE(phases["B"] + phases["E"] + phases["i"], events);
        QCOMPARE(phases["B"], phases["E"]);
        QCOMPARE(phases["C"], m_run.size());
        QVERIFY(faults.size() > 3 && faults.count("fault_begin") == faults.size());
        // Ends that are not there any more: the rest of the events is whole all the same.
        std::vector<MomentPtr> torn;
        for (const MomentPtr& moment : m_run) {
            Moment without = *moment;
            std::erase_if(without.events, [](const Event& e) {
                return e.kind == EventKind::FaultEnd || e.kind == EventKind::CommandEnd;
            });
            torn.push_back(std::make_shared<Moment>(without));
        }
        phases.clear();
        for (const QJsonValue value :
             QJsonDocument::fromJson(chromeTrace(torn)).object()["traceEvents"].toArray())
            ++phases[value["ph"].toString()];
        QCOMPARE(phases["B"], phases["E"]);
    }

    void what_is_no_recording_is_refused() {
        QString problem;
        QVERIFY(!RecordingReader::open(m_folder.path("absent"), &problem));
        QVERIFY(problem.startsWith("cannot read "));
        const auto refused = [&](const char* name, const QByteArray& bytes, const char* words) {
            QFile file(m_folder.path(name));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
            file.close();
            problem.clear();
            QVERIFY(!RecordingReader::open(file.fileName(), &problem));
            QVERIFY2(problem.contains(words), qPrintable(problem));
        };
        refused("empty", {}, "no recording");
        refused("text", QByteArray(5000, 'x'), "no recording");
        const QString other = m_folder.path("other.db");
        {
            sqlite::Database database(other, sqlite::Database::Mode::Create);
            QVERIFY(database.run("CREATE TABLE info(x)"));
        }
        QVERIFY(!RecordingReader::open(other, &problem));
        QVERIFY(problem.contains("no recording of uvmscope"));
        const QString newer = m_folder.path("newer.uvmrec");
        QCOMPARE(writeRun(newer, m_run), QString());
        {
            sqlite::Database database(newer, sqlite::Database::Mode::Existing);
            QVERIFY(database.run("PRAGMA user_version = 99"));
        }
        QVERIFY(!RecordingReader::open(newer, &problem));
        QVERIFY(problem.contains("version 99"));
        RecordingWriter nowhere("/nowhere/x.uvmrec", exampleInfo);
        QVERIFY(nowhere.error().startsWith("cannot write /nowhere/x.uvmrec"));
        QVERIFY(!nowhere.append(*m_run.front()));
    }

    // Version 2 had all but the kernel's maps.
    void a_recording_of_the_version_before_is_read() {
        const QString path = m_folder.path("version2.uvmrec");
        QCOMPARE(writeRun(path, m_run), QString());
        {
            sqlite::Database database(path, sqlite::Database::Mode::Existing);
            QVERIFY(database.run("DELETE FROM thing WHERE kind LIKE 'kernel%'; PRAGMA user_version = 2"));
        }
        QString problem;
        const auto reader = RecordingReader::open(path, &problem);
        QVERIFY2(reader, qPrintable(problem));
        QCOMPARE(reader->momentCount(), int(m_run.size()));
        for (int i = 0; i < reader->momentCount(); ++i) {
            const MomentPtr moment = reader->moment(i, &problem);
            QVERIFY2(moment, qPrintable(problem));
            Snapshot expected = *m_run[size_t(i)]->snapshot;
            QVERIFY(!std::exchange(expected.kernelMaps, {}).empty());
            QVERIFY(*moment->snapshot == expected);
        }
    }

    void a_damaged_file_gives_what_is_good_or_a_reason() {
        const QString whole = m_folder.path("whole.uvmrec"), damaged = m_folder.path("damaged.uvmrec");
        QCOMPARE(writeRun(whole, m_run), QString());
        const QByteArray bytes = contents(whole);
        const auto tryBytes = [&](const QByteArray& changedBytes) {
            QFile file(damaged);
            if (!file.open(QIODevice::WriteOnly) || file.write(changedBytes) != changedBytes.size())
                qFatal("cannot write");
            file.close();
            return readAll(damaged);
        };
        QCOMPARE(tryBytes(bytes), int(m_run.size()));
        for (qsizetype length = 0; length < bytes.size(); length += bytes.size() / 40)
            tryBytes(bytes.left(length));
        std::mt19937 random(2);
        int spoiled = 0;
        for (int round = 0; round < 300; ++round) {
            QByteArray flipped = bytes;
            for (int flips = 0; flips < 1 << round % 8; ++flips)
                flipped[qsizetype(random() % size_t(bytes.size()))] = char(random());
            spoiled += tryBytes(flipped) < int(m_run.size());
        }
        QVERIFY(spoiled > 20);
    }

private:
    Folder m_folder;
    std::vector<MomentPtr> m_run, m_events;
};

QTEST_GUILESS_MAIN(RecordingTest)
#include "recording_test.moc"
