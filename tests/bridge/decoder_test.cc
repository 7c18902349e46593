// The decoder against the kernel: what it reads from memory must be what the kernel itself lists, at every
// step.
//
//   decoder_test --goldens FOLDER [Qt Test options]
#include <QByteArray>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QIODevice>
#include <QLatin1String>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QStringLiteral>
#include <QTest>

#include "gdbbridge/check/check.h"
#include "gdbbridge/diff/diff.h"
#include "gdbbridge/snapshot/decoder.h"
#include "gdbbridge/snapshot/transcript.h"
#include "kernel/vm/uvm_page.h"
#include "tests/support/frozen_memory.h"
#include "tests/support/host_layout.h"
#include "tests/support/host_moments.h"
#include "tests/support/kernel_map_text.h"

using gdbbridge::Finding;
using gdbbridge::Moment;
using gdbbridge::Snapshot;
using gdbbridge::StopReason;

namespace {

QString g_goldens;

QByteArray contents(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s: %s", qPrintable(path), qPrintable(file.errorString()));
    return file.readAll();
}

bool isBlank(const QByteArray& line) {
    QByteArray const words = line.trimmed();
    return words.isEmpty() || words.startsWith('#');
}

// The scenario with all three listings behind every `stride`th command.
QByteArray withListings(const QByteArray& scenario, int stride) {
    QByteArray out;
    int command = 0;
    for (QByteArray const& line : scenario.split('\n')) {
        out += line + '\n';
        if (!isBlank(line) && ++command % stride == 0)
            out += "dump\nanons\npmap\n";
    }
    return out;
}

// A listing as the transcript has it, without the line of the command and the indentation.
QByteArray listed(const QByteArray& output) {
    QByteArray out;
    QList<QByteArray> lines = output.split('\n');
    lines.removeFirst();
    for (QByteArray const& line : lines)
        if (!line.isEmpty())
            out += line.mid(2) + '\n';
    return out;
}

QByteArray asText(const Finding& f) {
    return QByteArray::number(f.invariant) + ": " +
           QByteArray::fromStdString(f.where + ": " + f.what + "; expected " + f.expected + ", found " +
                                     f.found);
}

QByteArray asText(const std::vector<Finding>& findings) {
    QByteArray out;
    for (Finding const& finding : findings)
        out += asText(finding) + '\n';
    return out;
}

// What the decoder makes of the listing command that this moment ended; null when it was another command.
QByteArray decodedListing(const Moment& moment) {
    QStringList words = moment.command.split(u' ');
    QString const command = words.takeFirst();
    std::vector<std::string> names;
    for (QString const& word : words)
        names.push_back(word.toStdString());
    if (command == u"dump")
        return QByteArray::fromStdString(gdbbridge::dumpText(*moment.snapshot, names));
    if (command == u"anons")
        return QByteArray::fromStdString(gdbbridge::anonsText(*moment.snapshot, names));
    if (command == u"pmap")
        return QByteArray::fromStdString(gdbbridge::pmapText(*moment.snapshot, names));
    return {};
}

bool sameSnapshots(const gdbbridge::Snapshot& a, const gdbbridge::Snapshot& b) {
    return gdbbridge::difference(a, b, {.accessBits = true}).empty() && a.eventSequence == b.eventSequence &&
           a.freePages == b.freePages && a.findings.size() == b.findings.size();
}

bool isListing(const Moment& moment) {
    QString const command = moment.command.section(u' ', 0, 0);
    return command == u"dump" || command == u"anons" || command == u"pmap";
}

} // namespace

class DecoderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { testsupport::bootHost(); }

    void the_snapshot_is_what_the_kernel_lists_data() {
        QTest::addColumn<QString>("scenario");
        QTest::addColumn<int>("stride");
        QDir const folder(g_goldens);
        QStringList const names = folder.entryList({"*.uvm"}, QDir::Files, QDir::Name);
        if (names.isEmpty())
            qFatal("no scenario in %s", qPrintable(g_goldens));
        for (QString const& name : names) {
            bool const classic = name.startsWith(u"classic");
            if (!classic && !name.contains(u"-01") && !name.contains(u"-07"))
                continue;
            qsizetype const commands = contents(folder.filePath(name)).count('\n');
            QTest::newRow(qPrintable(name.chopped(4))) << folder.filePath(name) << int(1 + commands / 200);
        }
    }
    void the_snapshot_is_what_the_kernel_lists() {
        QFETCH(QString, scenario);
        QFETCH(int, stride);
        QByteArray const text = withListings(contents(scenario), stride);
        testsupport::HostRun const run = testsupport::runOnHost({text.constData(), size_t(text.size())});
        QCOMPARE(run.errors, QByteArray());
        QCOMPARE(run.status, 0);
        int listings = 0;
        for (gdbbridge::MomentPtr const& moment : run.moments) {
            QByteArray const at =
                "line " + QByteArray::number(moment->line) + " " + moment->command.toUtf8() + "\n";
            QVERIFY2(moment->snapshot->findings.empty(), at + asText(moment->snapshot->findings));
            QVERIFY2(moment->violations.empty(), at + asText(moment->violations));
            QCOMPARE(moment->lost, uint64_t{0});
            if (moment->reason != StopReason::CommandEnd || !isListing(*moment))
                continue;
            QByteArray const kernel = listed(moment->output);
            QByteArray const decoded = decodedListing(*moment);
            QVERIFY2(kernel == decoded, at + "the kernel lists\n" + kernel + "the decoder reads\n" + decoded);
            ++listings;
        }
        QVERIFY(listings > 3);
        QCOMPARE(run.moments.front()->reason, StopReason::Start);
        QCOMPARE(run.moments.back()->reason, StopReason::ScenarioEnd);
    }

    // Chunks, merged entries, submaps, memory of the kernel's object, and changes of all of them.
    void the_kernels_maps_are_what_the_kernel_lists_data() {
        QTest::addColumn<QString>("scenario");
        for (const char* name : {"kernel-maps", "kernel-entries", "kernel-failalloc", "kernel-swap"})
            QTest::newRow(name) << QStringLiteral(UVMSCOPE_SOURCE_DIR "/tests/scenario/additions/%1.uvm")
                                       .arg(QLatin1String(name));
    }
    void the_kernels_maps_are_what_the_kernel_lists() {
        QFETCH(QString, scenario);
        QByteArray text;
        for (QByteArray const& line : contents(scenario).split('\n'))
            text += line + (isBlank(line) ? "\n" : "\nklist\n");
        testsupport::HostRun const run = testsupport::runOnHost({text.constData(), size_t(text.size())});
        int listings = 0, states = 0;
        QByteArray last;
        for (gdbbridge::MomentPtr const& moment : run.moments) {
            QByteArray const at =
                "line " + QByteArray::number(moment->line) + " " + moment->command.toUtf8() + "\n";
            QVERIFY2(moment->snapshot->findings.empty(), at + asText(moment->snapshot->findings));
            QVERIFY2(moment->violations.empty(), at + asText(moment->violations));
            if (moment->reason != StopReason::CommandEnd || moment->command != u"klist")
                continue;
            QByteArray const kernel = testsupport::comparableKlist(moment->output);
            QByteArray const decoded = testsupport::kernelMapsText(*moment->snapshot);
            QVERIFY2(kernel == decoded, at + "the kernel lists\n" + kernel + "the decoder reads\n" + decoded);
            ++listings;
            states += std::exchange(last, decoded) != decoded ? 1 : 0;
        }
        QVERIFY2(listings >= 10 && states >= 3,
                 qPrintable(QStringLiteral("%1 listings, %2 states").arg(listings).arg(states)));
    }

    // Page by page in the kernel's own order, under memory pressure too.
    void the_page_queues_are_the_kernels() {
        using Frames = std::vector<uint64_t>;
        std::vector<std::pair<Frames, Frames>> kernel;
        auto const listOf = [](const uvm::page_queue& queue) {
            Frames frames;
            for (uvm::vm_page const* page = queue.head; page; page = page->pageq.next)
                frames.push_back(page->phys_addr.value);
            return frames;
        };
        QByteArray scenario = "memory 40 swap=128\n"
                              "space A 0x1000 0x1000000\n"
                              "object f 0x8000\n"
                              "map A 0x10000 0x60000 cow fixed\n"
                              "map A 0x80000 0x8000 obj=f fixed\n";
        for (int page = 0; page < 70; ++page)
            scenario += "write A 0x" + QByteArray::number(0x10000 + page * 0x1000, 16) + " \"x\"\n";
        scenario += "read A 0x80000 1\n"
                    "wire A 0x10000 0x2000\n"
                    "write A 0x6f000 \"x\"\n";
        testsupport::HostRun const run = testsupport::runOnHost(
            {scenario.constData(), size_t(scenario.size())}, testsupport::MomentsAt::CommandEnds,
            [&](gdbbridge::MemoryReader&) {
                kernel.emplace_back(listOf(uvm::uvm_pages.active), listOf(uvm::uvm_pages.inactive));
            });
        QCOMPARE(run.errors, QByteArray());
        QCOMPARE(run.status, 0);
        size_t command = 0, longest = 0, inactive = 0;
        for (gdbbridge::MomentPtr const& moment : run.moments) {
            if (moment->reason != StopReason::CommandEnd)
                continue;
            Snapshot const& snapshot = *moment->snapshot;
            auto const decoded = [&](const std::vector<int>& queue) {
                Frames frames;
                for (int page : queue)
                    frames.push_back(snapshot.pages[size_t(page)].pa);
                return frames;
            };
            QCOMPARE(decoded(snapshot.active), kernel[command].first);
            QCOMPARE(decoded(snapshot.inactive), kernel[command].second);
            longest = std::max(longest, snapshot.active.size());
            inactive = std::max(inactive, snapshot.inactive.size());
            ++command;
        }
        QCOMPARE(command, kernel.size());
        QVERIFY2(longest > 3 && inactive > 1,
                 qPrintable(QStringLiteral("%1 active, %2 inactive").arg(longest).arg(inactive)));
        Snapshot const& last = *run.moments.back()->snapshot;
        QCOMPARE(last.ownedLimit, 40u);
        QVERIFY(last.ownedPages <= 40 && last.wiredPages == 2);
        QVERIFY(std::any_of(last.pages.begin(), last.pages.end(),
                            [](const gdbbridge::Page& page) { return page.ofObject && !page.ofAnon; }));
    }

    // Stopped at any probe the structures may be half made: the decoder says so and stays whole, and what it
    // reads at the end of a command does not depend on the stops before.
    void stops_inside_commands_are_decoded_too() {
        QByteArray const text = contents(QDir(g_goldens).filePath("classic-three-generations.uvm"));
        std::string_view const scenario(text.constData(), size_t(text.size()));
        auto const events = testsupport::hostMoments(scenario, testsupport::MomentsAt::EveryEvent);
        auto const commands = testsupport::hostMoments(scenario);
        std::vector<gdbbridge::MomentPtr> ends;
        size_t inside = 0;
        for (gdbbridge::MomentPtr const& moment : events) {
            if (moment->reason != StopReason::Event) {
                ends.push_back(moment);
                continue;
            }
            ++inside;
            QCOMPARE(moment->events.size(), size_t{1}); // the one that it stopped at
            QCOMPARE(moment->events[0].sequence, moment->snapshot->eventSequence);
            QVERIFY(!moment->snapshot->processes.empty() || moment->operation <= 1);
        }
        QVERIFY(inside > 100);
        QCOMPARE(ends.size(), commands.size());
        for (size_t i = 0; i < ends.size(); ++i) {
            QCOMPARE(ends[i]->command, commands[i]->command);
            QCOMPARE(ends[i]->output, commands[i]->output);
            QCOMPARE(gdbbridge::dumpText(*ends[i]->snapshot, {}),
                     gdbbridge::dumpText(*commands[i]->snapshot, {}));
            QCOMPARE(gdbbridge::pmapText(*ends[i]->snapshot, {}),
                     gdbbridge::pmapText(*commands[i]->snapshot, {}));
        }
    }

    // Memory in place, whole pages fetched one by one, and pages that somebody brings later: one snapshot.
    void all_readers_give_the_same_snapshot() {
        QByteArray const text = contents(QDir(g_goldens).filePath("classic-private-file-promotion.uvm"));
        gdbbridge::Decoder const decoder(testsupport::hostLayout());
        int compared = 0;
        auto const compare = [&](gdbbridge::MemoryReader& memory) {
            gdbbridge::Snapshot const inPlace = decoder.decode(memory);
            auto const fetch = [](uint64_t address, std::span<uint8_t, 4096> out) {
                return testsupport::copyProcessMemory(address, out.data(), out.size());
            };
            gdbbridge::PageCacheReader fetched(memory.window(), fetch);
            QVERIFY(sameSnapshots(inPlace, decoder.decode(fetched)));
            gdbbridge::PageCacheReader brought(memory.window());
            gdbbridge::Snapshot last = decoder.decode(brought);
            std::vector<uint64_t> missing = brought.takeMissing();
            for (int rounds = 0; !missing.empty() && rounds < 1000; ++rounds) {
                for (uint64_t page : missing) {
                    gdbbridge::PageCacheReader::Page bytes;
                    if (fetch(page, bytes))
                        brought.put(page, bytes);
                    else
                        brought.putUnreadable(page);
                }
                last = decoder.decode(brought);
                missing = brought.takeMissing();
            }
            QVERIFY(missing.empty());
            QVERIFY(sameSnapshots(inPlace, last));
            ++compared;
        };
        (void)testsupport::runOnHost({text.constData(), size_t(text.size())},
                                     testsupport::MomentsAt::CommandEnds, compare);
        QVERIFY(compared > 10);
    }
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QStringList args = app.arguments();
    if (qsizetype const at = args.indexOf("--goldens"); at > 0 && at + 1 < args.size()) {
        g_goldens = args[at + 1];
        args.remove(at, 2);
    }
    DecoderTest test;
    return QTest::qExec(&test, args);
}
#include "decoder_test.moc"
