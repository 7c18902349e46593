// bench_bridge: what it costs to look at a machine, on one stopped guest in one run.
//
//   bench_bridge [--filter=REGEX] [--benchmark_format=json]
//   bench_bridge --quick      few and small: for the tests; fails where a ratio is missed by a factor of ten,
//                             or an event is lost
//
// Rows, each at so many map entries of a machine that stands: a decoded snapshot from mapped memory; a bare
// walk that loads every word that the decoder looked at, once; the same list by a GDB Python walk (so many
// fields an entry), and by evaluating its fields over MI. And of a machine that runs: events drained a
// second, live snapshots a second, and what watching costs it.
#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryFile>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <set>

#include "gdbbridge/session/machine.h"
#include "gdbbridge/snapshot/decoder.h"

using namespace gdbbridge;

namespace {

QString kernelOf(const QString& architecture) {
    return QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-%1.elf").arg(architecture);
}
const QString kernel = kernelOf(QStringLiteral("i386"));
constexpr int answerMs = 300'000;

[[noreturn]] void fail(const QString& why) {
    std::fprintf(stderr, "bench_bridge: %s\n", qPrintable(why));
    std::exit(3);
}

// The commands that the machine is stopped in: behind the last one its spaces are gone.
QByteArray untilInterrupted() {
    QByteArray text = "check\n";
    for (int i = 0; i < 20'000; ++i)
        text += "lookup A 0x10000\n";
    return text;
}

QByteArray entriesScenario(int count) {
    QByteArray text = "space A 0x1000 0xbfbff000\n";
    for (int i = 0; i < count; ++i)
        text += "map A 0x" + QByteArray::number(0x10000 + i * 0x2000, 16) + " 0x1000 fixed cow\n";
    return text + untilInterrupted();
}

// A machine that has run a scenario to its end, and stands.
class Guest {
public:
    explicit Guest(const QByteArray& scenario) {
        SessionConfig config;
        config.kernel = kernel;
        config.scenarioName = QStringLiteral("bench.uvm");
        config.scenario = scenario;
        config.memoryMiB = 128;
        config.answerTimeoutMs = answerMs;
        QObject::connect(&machine, &Machine::broken,
                         [](Death::Kind, const Error& error) { fail(error.text()); });
        QObject::connect(&machine, &Machine::ready, &m_loop, &QEventLoop::quit);
        QObject::connect(&machine, &Machine::stopped, &m_loop, [this] { m_loop.quit(); });
        QObject::connect(&machine, &Machine::transcript,
                         [this](const QByteArray& bytes) { m_transcript += bytes; });
        machine.start(config);
        m_loop.exec();
        QTimer timer;
        timer.setInterval(1);
        timer.setTimerType(Qt::PreciseTimer);
        QElapsedTimer clock;
        QObject::connect(&timer, &QTimer::timeout, [&] {
            QElapsedTimer drained;
            drained.start();
            const EventBatch batch = machine.drain();
            drainNanoseconds += drained.nsecsElapsed();
            events += batch.events.size();
            lost += batch.lost;
            if (m_transcript.contains("check\n  = ok\n")) {
                timer.stop();
                nanoseconds = clock.nsecsElapsed();
                machine.interrupt();
            }
        });
        timer.start();
        clock.start();
        machine.resumeTo(~uint64_t(0)); // no event stops it
        m_loop.exec();
        machine.withMemory([this](MemoryReader& reader) { memory = &reader; }, [] {});
        if (!memory)
            fail(QStringLiteral("no memory"));
    }

    // Runs a command of GDB; its time in nanoseconds.
    qint64 gdb(const mi::Command& command) {
        QElapsedTimer clock;
        clock.start();
        machine.command(command, [this](const mi::ResultRecord& record) {
            if (record.resultClass == mi::ResultClass::Error)
                fail(errorMessage(record));
            m_loop.quit();
        });
        m_loop.exec();
        return clock.nsecsElapsed();
    }

    Machine machine;
    MemoryReader* memory = nullptr;
    uint64_t events = 0, lost = 0;
    qint64 nanoseconds = 0, drainNanoseconds = 0; // that the scenario took; of these inside drain()

private:
    QEventLoop m_loop;
    QByteArray m_transcript; // all of it
};

// A space that changes all the time (docs/scenario-language.md) while it is looked at.
struct Churned {
    uint64_t instructions = 0; // that the changes took the guest, with all its waiting for the reader
    qint64 nanoseconds = 0;    // the same by the clock on the wall
    uint64_t events = 0, lost = 0;
    uint64_t running = 0, held = 0, missed = 0;        // live snapshots; those that did not come about
    qint64 lookNanoseconds = 0, missedNanoseconds = 0; // all looks; of these the ones that did not come about
};

enum class Looks : uint8_t { None, EveryFiveMs, AllTheTime };

enum class Forks : uint8_t { None, OneInTwenty };

// So many changes of a space that has so many entries beside those that change.
Churned churn(int entries, int changes, Machine::Record record, Looks looks, Forks forks = Forks::OneInTwenty,
              const QString& architecture = QStringLiteral("i386")) {
    QByteArray text = "space A 0x1000 0xbfbff000\n";
    for (int i = 0; i < entries; ++i)
        text += "map A 0x" + QByteArray::number(0x100000 + i * 0x2000, 16) + " 0x1000 fixed cow\n";
    SessionConfig config;
    config.architecture = architecture;
    config.kernel = kernelOf(architecture);
    config.scenarioName = QStringLiteral("bench.uvm");
    config.scenario =
        text + "churn A " + QByteArray::number(changes) + (forks == Forks::None ? " noforks\n" : "\n");
    config.memoryMiB = 128;
    const int line = entries + 2;
    Churned out;
    Machine machine;
    QEventLoop loop;
    QObject::connect(&machine, &Machine::broken, [](Death::Kind, const Error& error) { fail(error.text()); });
    QObject::connect(&machine, &Machine::ready, &loop, &QEventLoop::quit);
    machine.start(config);
    loop.exec();
    machine.record(record);
    uint64_t begin = 0;
    QElapsedTimer clock;
    const auto drain = [&] {
        const EventBatch batch = machine.drain();
        out.lost += batch.lost;
        for (const Event& event : batch.events) {
            if (event.kind == EventKind::CommandBegin && event.args[0] == uint64_t(line)) {
                begin = event.time;
                clock.start();
            }
            out.events += begin != 0;
            if (event.kind == EventKind::CommandEnd && event.args[0] == uint64_t(line)) {
                out.instructions = event.time - begin;
                out.nanoseconds = clock.nsecsElapsed();
                loop.quit();
            }
        }
    };
    const auto look = [&] {
        if (begin == 0 || out.instructions != 0)
            return;
        QElapsedTimer one;
        one.start();
        const auto live = machine.lookLive(drain);
        const qint64 took = one.nsecsElapsed();
        out.lookNanoseconds += took;
        out.missedNanoseconds += live ? 0 : took;
        ++(!live ? out.missed : live->how == LiveSnapshot::How::Held ? out.held : out.running);
    };
    QTimer drainTimer, lookTimer;
    for (QTimer* timer : {&drainTimer, &lookTimer})
        timer->setTimerType(Qt::PreciseTimer);
    drainTimer.setInterval(1);
    QObject::connect(&drainTimer, &QTimer::timeout, drain);
    drainTimer.start();
    lookTimer.setInterval(looks == Looks::EveryFiveMs ? 5 : 0);
    QObject::connect(&lookTimer, &QTimer::timeout, look);
    if (looks != Looks::None)
        lookTimer.start();
    machine.resumeTo(~uint64_t(0));
    loop.exec();
    return out;
}

// Notes what the decoder reads.
class NotingReader final : public MemoryReader {
public:
    explicit NotingReader(MemoryReader& inner) : MemoryReader(inner.window()), m_inner(inner) {}
    bool read(uint64_t address, void* out, size_t size) override {
        note(address, size);
        return m_inner.read(address, out, size);
    }
    const uint8_t* span(uint64_t address, size_t size) override {
        note(address, size);
        return m_inner.span(address, size);
    }
    // Each place once, in the order in which it was looked at.
    std::vector<std::pair<uint64_t, size_t>> places;

private:
    void note(uint64_t address, size_t size) {
        if (m_seen.insert({address, size}).second)
            places.emplace_back(address, size);
    }
    MemoryReader& m_inner;
    std::set<std::pair<uint64_t, size_t>> m_seen;
};

double median(std::vector<double> values) {
    const auto middle = values.begin() + ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

template <class F>
double timeNs(F&& run) {
    QElapsedTimer clock;
    clock.start();
    run();
    return double(clock.nsecsElapsed());
}

volatile uint64_t sink;

// Loads every word of these places once.
class BareWalk {
public:
    // Where the bytes are here is looked up beforehand: only the loads are timed.
    BareWalk(MemoryReader& memory, const std::vector<std::pair<uint64_t, size_t>>& places) {
        for (const auto& [address, size] : places)
            if (const uint8_t* const bytes = memory.span(address, size))
                m_spans.emplace_back(bytes, size);
    }
    void operator()() const {
        uint64_t sum = 0;
        for (const auto& [bytes, size] : m_spans)
            for (size_t at = 0; at + 4 <= size; at += 4) {
                uint32_t word;
                __builtin_memcpy(&word, bytes + at, 4);
                sum += word;
            }
        sink = sum;
    }

private:
    std::vector<std::pair<const uint8_t*, size_t>> m_spans;
};

// As somebody would write it who has no bridge: every field of every entry through gdb.Value.
const char* const pythonWalk = R"(
import gdb
def walk():
    fields = ['start', 'end', 'gap', 'maxgap', 'offset', 'etype', 'protection', 'max_protection', 'inheritance',
              'advice', 'flags', 'wired_count', 'entry_id']
    number = lambda v: int(v) if v.type.strip_typedefs().code != gdb.TYPE_CODE_STRUCT else int(v['value'])
    header = gdb.parse_and_eval("uvm::allproc")['p_vmspace']['vm_map']['header'].address
    at = header['next']
    table = []
    while at != header:
        entry = at.dereference()
        row = [number(entry[f]) for f in fields]
        row += [int(entry['aref']['ar_amap']), int(entry['aref']['ar_pageoff']), int(entry['rb']['left']),
                int(entry['rb']['right']), int(entry['object']['uvm_obj'])]
        table.append(row)
        at = entry['next']
    return table
bench_table = walk()
)";

struct Row {
    QString name;
    double value = 0;
    QString unit;
    QString goal; // in words; "" for none
    bool reached = true;
    bool far = false; // so far from it that no other program on the computer can be the reason
};

class Bench {
public:
    Bench(bool quick, const QRegularExpression& filter) : m_quick(quick), m_filter(filter) {}

    void run() {
        const std::vector<int> sizes = m_quick ? std::vector{100} : std::vector{100, 1000, 10'000};
        for (const int size : sizes)
            if (wants(QStringLiteral("snapshot/%1").arg(size)))
                snapshots(size);
        if (wants(QStringLiteral("events")))
            running();
        for (const int size : m_quick ? std::vector{0} : std::vector{0, 1000, 10'000})
            if (wants(QStringLiteral("live/%1").arg(size)))
                live(size);
        for (const char* architecture : {"i386", "x86_64"})
            if (wants(QStringLiteral("watched-") + QLatin1String(architecture)))
                watched(QLatin1String(architecture));
        if (wants(QStringLiteral("session")))
            session();
    }
    const std::vector<Row>& rows() const { return m_rows; }

private:
    bool wants(const QString& row) const { return m_filter.match(row).hasMatch(); }
    void add(const QString& name, double value, const QString& unit, const QString& goal = {},
             bool reached = true, bool far = false) {
        m_rows.push_back({name, value, unit, goal, reached, far});
    }

    void snapshots(int size) {
        Guest guest(entriesScenario(size));
        const Decoder& decoder = guest.machine.state().decoder();
        NotingReader noting(*guest.memory);
        const Snapshot first = decoder.decode(noting);
        if (first.vmspaces.size() != 1 || first.vmspaces.front().map.entries.size() != size_t(size) ||
            !first.findings.empty())
            fail(QStringLiteral("the snapshot shows %1 entries, not %2; %3")
                     .arg(first.vmspaces.empty() ? 0 : first.vmspaces.front().map.entries.size())
                     .arg(size)
                     .arg(first.findings.empty() ? QString()
                                                 : QString::fromStdString(first.findings.front().what)));
        // By turns, so that what else the computer does slows both.
        const BareWalk walk(*guest.memory, noting.places);
        std::vector<double> decodedTimes, bareTimes;
        for (int i = 0; i < 51; ++i) {
            decodedTimes.push_back(timeNs([&] { sink = decoder.decode(*guest.memory).eventSequence; }));
            bareTimes.push_back(timeNs(walk));
        }
        const double decoded = median(decodedTimes), bare = median(bareTimes);
        QTemporaryFile script(QDir::tempPath() + QStringLiteral("/walk-XXXXXX.py"));
        if (!script.open() || script.write(pythonWalk) < 0 || !script.flush())
            fail(QStringLiteral("no temporary file"));
        const double python = double(guest.gdb(mi::Command("-interpreter-exec")
                                                   .option("console")
                                                   .argument("source " + script.fileName().toStdString())));
        const QString at = QStringLiteral("/%1").arg(size);
        const bool large = size == 10'000;
        add(QStringLiteral("snapshot") + at, decoded / 1e6, QStringLiteral("ms"),
            large ? QStringLiteral("under 5") : QString(), !large || decoded < 5e6);
        add(QStringLiteral("bare-walk") + at, bare / 1e6, QStringLiteral("ms"));
        add(QStringLiteral("python-walk") + at, python / 1e6, QStringLiteral("ms"));
        add(QStringLiteral("snapshot-by-bare") + at, decoded / bare, QStringLiteral("times"),
            large ? QStringLiteral("at most 10") : QString(), !large || decoded <= 10 * bare,
            decoded > 100 * bare);
        add(QStringLiteral("python-by-snapshot") + at, python / decoded, QStringLiteral("times"),
            large ? QStringLiteral("at least 1000") : QString(), !large || python >= 1000 * decoded,
            python < 100 * decoded);
        const double mi = evaluateFields(guest, first, std::min(size, 100)) * size / std::min(size, 100);
        add(QStringLiteral("mi-evaluation") + at, mi / 1e6,
            size > 100 ? QStringLiteral("ms, from 100 entries") : QStringLiteral("ms"));
    }

    static double evaluateFields(Guest& guest, const Snapshot& snapshot, int count) {
        static constexpr const char* fields[] = {"start",       "end",   "gap",        "maxgap",
                                                 "offset",      "etype", "protection", "flags",
                                                 "wired_count", "next",  "entry_id"};
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; i < count; ++i)
            for (const char* field : fields)
                guest.gdb(
                    mi::Command("-data-evaluate-expression")
                        .argument("((uvm::vm_map_entry*)" +
                                  std::to_string(snapshot.vmspaces.front().map.entries[size_t(i)].address) +
                                  ")->" + field));
        return double(clock.nsecsElapsed());
    }

    // A guest that faults all the time, watched and not.
    void running() {
        const int pages = m_quick ? 2048 : 8192;
        QByteArray text =
            "space A 0x1000 0xbfbff000\nmap A 0x10000 0x" + QByteArray::number(pages * 4096, 16) + " cow\n";
        for (int i = 0; i < (m_quick ? 4 : 16); ++i)
            text += "wire A 0x10000 0x" + QByteArray::number(pages * 4096, 16) + "\nunwire A 0x10000 0x" +
                    QByteArray::number(pages * 4096, 16) + "\nclean A 0x10000 0x" +
                    QByteArray::number(pages * 4096, 16) + " free\n";
        text += untilInterrupted();
        Guest watched(text);
        add(QStringLiteral("events"), double(watched.events), QStringLiteral("events"));
        add(QStringLiteral("events-made"), double(watched.events) * 1e9 / double(watched.nanoseconds),
            QStringLiteral("a second, by the guest"));
        add(QStringLiteral("events-drained"), double(watched.events) * 1e9 / double(watched.drainNanoseconds),
            QStringLiteral("a second of reading"), QStringLiteral("at least 1000000"),
            double(watched.events) * 1e9 >= 1e6 * double(watched.drainNanoseconds),
            // By the time the guest takes for one: the reader may not be what holds it up.
            watched.drainNanoseconds > watched.nanoseconds * 9 / 10);
        add(QStringLiteral("events-lost"), double(watched.lost), QStringLiteral("events"),
            QStringLiteral("none"), watched.lost == 0, watched.lost != 0);
    }

    // As many live snapshots as go, of a guest that changes its map all the time: without forks, and with one
    // in twenty changes. A fork of many entries is one change, which takes longer than anybody waits for a
    // snapshot, so the share of the time that passes in such changes is told, too.
    void live(int size) {
        const int changes = (m_quick ? 5'000 : 50'000) / (1 + size / 50);
        liveRow(QStringLiteral("live-noforks/%1").arg(size),
                churn(size, 5 * changes, Machine::Record::Everything, Looks::AllTheTime, Forks::None));
        liveRow(QStringLiteral("live-forks/%1").arg(size),
                churn(size, changes, Machine::Record::Everything, Looks::AllTheTime));
    }

    void liveRow(const QString& name, const Churned& all) {
        const double taken = double(all.running + all.held);
        const double second = taken * 1e9 / double(all.nanoseconds);
        add(name, second, QStringLiteral("a second"), QStringLiteral("at least 200"), second >= 200,
            second < 20);
        add(name + QStringLiteral("-waited"), 100 * double(all.held) / taken, QStringLiteral("% of them"));
        add(name + QStringLiteral("-took"), double(all.lookNanoseconds - all.missedNanoseconds) / 1e6 / taken,
            QStringLiteral("ms each"));
        add(name + QStringLiteral("-in-long-changes"),
            100 * double(all.missedNanoseconds) / double(all.nanoseconds), QStringLiteral("% of the time"));
        add(name + QStringLiteral("-missed"), double(all.missed), QStringLiteral("of them"));
        add(name + QStringLiteral("-events-lost"), double(all.lost), QStringLiteral("events"),
            QStringLiteral("none"), all.lost == 0, all.lost != 0);
    }

    // What it costs the guest that it is watched, in its own instructions: they are exact, the wall's time is
    // not.
    void watched(const QString& architecture) {
        const int changes = m_quick ? 5'000 : 50'000;
        const auto run = [&](Machine::Record record, Looks looks) {
            return churn(0, changes, record, looks, Forks::OneInTwenty, architecture);
        };
        const Churned alone = run(Machine::Record::Commands, Looks::None);
        const Churned recorded = run(Machine::Record::Everything, Looks::None);
        const Churned looked = run(Machine::Record::Commands, Looks::EveryFiveMs);
        const Churned all = run(Machine::Record::Everything, Looks::EveryFiveMs);
        const auto more = [&](const Churned& one) {
            return 100 * (double(one.instructions) / double(alone.instructions) - 1);
        };
        const QString name = QStringLiteral("watched-") + architecture;
        add(name + QStringLiteral("-alone"), double(alone.instructions) / changes,
            QStringLiteral("instructions a change"));
        add(name + QStringLiteral("-looks"), more(looked), QStringLiteral("% more, 200 looks/s"),
            QStringLiteral("at most 10"), more(looked) <= 10, more(looked) > 100);
        // Exact, wherever it runs.
        add(name + QStringLiteral("-events"), more(recorded), QStringLiteral("% more, all events"),
            QStringLiteral("at most 10"), more(recorded) <= 10, more(recorded) > 10);
        add(name, more(all), QStringLiteral("% more, both"), QStringLiteral("at most 10"), more(all) <= 10);
        add(name + QStringLiteral("-wall"), 100 * (double(all.nanoseconds) / double(alone.nanoseconds) - 1),
            QStringLiteral("% more time, both"));
        add(name + QStringLiteral("-event-rate"), double(all.events) * 1e9 / double(all.nanoseconds),
            QStringLiteral("events a second"));
    }

    // What a person waits for: the start, a step, going back.
    void session() {
        SessionConfig config;
        config.kernel = kernel;
        config.scenarioName = QStringLiteral("bench.uvm");
        const QByteArray churn = "churn A " + QByteArray::number(m_quick ? 1'000 : 20'000) + "\n";
        config.scenario = "space A 0x1000 0x1000000\n" + churn + "check\nchurn A 10\ncheck\n";
        Session session;
        QEventLoop loop;
        std::vector<MomentPtr> moments;
        MomentPtr back;
        QObject::connect(&session, &Session::momentReached,
                         [&](const MomentPtr& moment) { moments.push_back(moment); });
        QObject::connect(&session, &Session::revisited, [&](const MomentPtr& moment) { back = moment; });
        QObject::connect(&session, &Session::stateChanged, [&](SessionState state) {
            if (state == SessionState::Dead)
                fail(session.death()->error.text());
            if (state == SessionState::Stopped || state == SessionState::Finished)
                QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection);
        });
        const auto waited = [&](auto&& call) {
            QElapsedTimer clock;
            clock.start();
            call();
            loop.exec();
            return double(clock.nsecsElapsed()) / 1e6;
        };
        for (const bool keep : {false, true}) {
            config.keepMachineEvents = keep ? 1000 : 0;
            const double start = waited([&] { session.start(config); });
            if (!keep) {
                add(QStringLiteral("session-start"), start, QStringLiteral("ms to the first command"));
                std::vector<double> steps;
                for (int i = 0; i < 21; ++i)
                    steps.push_back(waited([&] { session.stepEvent(); }));
                std::nth_element(steps.begin(), steps.begin() + 10, steps.end());
                add(QStringLiteral("session-step"), steps[10], QStringLiteral("ms to the next event"),
                    QStringLiteral("at most 50"), steps[10] <= 50, steps[10] > 500);
            }
            moments.clear();
            const double run = waited([&] { session.run(); });
            // To the end of the long command, and a little behind.
            const auto longOne = std::find_if(moments.begin(), moments.end(), [&](const MomentPtr& moment) {
                return moment->command == QString::fromUtf8(churn.trimmed());
            });
            if (longOne == moments.end())
                fail(QStringLiteral("the scenario did not run"));
            const uint64_t events = (*longOne)->snapshot->eventSequence;
            const double travel = waited([&] { session.travel(events + 20); });
            const QString how =
                keep ? QStringLiteral("session-back-kept") : QStringLiteral("session-back-anew");
            if (!back || back->note.startsWith(QStringLiteral("from")) != keep)
                fail(how + QStringLiteral(": ") + (back ? back->note : QString()));
            add(how, travel, QStringLiteral("ms over %1 events").arg(events));
            add(keep ? QStringLiteral("session-run-keeping") : QStringLiteral("session-run"), run,
                QStringLiteral("ms"));
        }
    }

    bool m_quick;
    QRegularExpression m_filter;
    std::vector<Row> m_rows;
};

void print(const std::vector<Row>& rows, bool json) {
    if (!json) {
        for (const Row& row : rows)
            std::printf("%-28s %14.4g %-22s%s\n", qPrintable(row.name), row.value, qPrintable(row.unit),
                        row.goal.isEmpty()
                            ? ""
                            : qPrintable(QStringLiteral("goal: %1 %2")
                                             .arg(row.goal, row.reached ? QStringLiteral("yes")
                                                                        : QStringLiteral("NO"))));
        return;
    }
    QJsonArray array;
    for (const Row& row : rows)
        array.append(QJsonObject{{QStringLiteral("name"), row.name},
                                 {QStringLiteral("value"), row.value},
                                 {QStringLiteral("unit"), row.unit},
                                 {QStringLiteral("goal"), row.goal},
                                 {QStringLiteral("reached"), row.reached}});
    std::puts(QJsonDocument(QJsonObject{{QStringLiteral("schema"), QStringLiteral("uvmscope-bridge")},
                                        {QStringLiteral("version"), 1},
                                        {QStringLiteral("rows"), array}})
                  .toJson()
                  .constData());
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    QRegularExpression filter{QString()};
    bool quick = false, json = false;
    for (const QString& word : QCoreApplication::arguments().mid(1)) {
        if (word == QLatin1String("--quick"))
            quick = true;
        else if (word == QLatin1String("--benchmark_format=json"))
            json = true;
        else if (word.startsWith(QLatin1String("--filter=")))
            filter.setPattern(word.mid(9));
        else
            fail(QStringLiteral("what is %1?").arg(word));
    }
    if (!filter.isValid())
        fail(filter.errorString());
    Bench bench(quick, filter);
    bench.run();
    print(bench.rows(), json);
    if (!quick)
        return 0;
    int status = 0;
    for (const Row& row : bench.rows())
        if (row.far) {
            std::fprintf(stderr, "bench_bridge: %s is %.4g %s, which is far from right\n",
                         qPrintable(row.name), row.value, qPrintable(row.unit));
            status = 1;
        }
    return status;
}
