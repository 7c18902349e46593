// bench_boot: from power-on to the console's first line and to the shell's prompt, under plain emulation.
//
//   bench_boot [--filter=REGEX] [--benchmark_format=json] [--check]
//
// Each in milliseconds, the best of a few runs, and in instructions since power-on (the firmware's included),
// which an emulator counts the same however busy its host is. --check: exit 1 when a bar is missed: a second
// to the first line and two to the prompt, and as many instructions as the slowest host that is thought of
// emulates in that time.
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <cstdio>

#include "tests/kernel/guest_run.h"

namespace {

constexpr int runs = 5;
constexpr double secondsToLine = 1, secondsToPrompt = 2;
// Emulation without acceleration does some hundred million a second; this leaves room for a host a tenth as
// fast.
constexpr double slowestHost = 20e6;

struct Row {
    QString name;
    double milliseconds, instructions, barSeconds;

    [[nodiscard]] bool holds() const {
        return milliseconds < barSeconds * 1000 && instructions < barSeconds * slowestHost;
    }
};

[[noreturn]] void fail(const QByteArray& why) {
    std::fprintf(stderr, "bench_boot: %s\n", why.constData());
    std::exit(3);
}

test::GuestRun boot(bool countInstructions) {
    const QString folder = QStringLiteral(UVMSCOPE_BUILD_DIR "/user/%1/").arg(test::architecture());
    test::GuestRun run = test::runGuest({.commandLine = "times halt",
                                         .files = {test::bootFile(folder + "sh")},
                                         .countInstructions = countInstructions,
                                         .untilConsole = " at the first wait for input\n",
                                         .answers = {}});
    if (run.end != test::GuestEnd::Said || run.firstLine.count() < 0 || run.prompt.count() < 0)
        fail(run.text());
    return run;
}

// The number in "time: NUMBER at WHAT".
double numberAt(const QByteArray& console, const QByteArray& what) {
    const QByteArray words = " at " + what + "\n", start = "time: ";
    const qsizetype end = console.indexOf(words);
    const qsizetype from = console.lastIndexOf(start, end) + start.size();
    const double number = end < 0 ? 0 : console.mid(from, end - from).toDouble();
    if (number <= 0)
        fail("the kernel has not said when it was" + words);
    return number;
}

void measure(const QString& architecture, QList<Row>& rows) {
    QStringList arguments{QStringLiteral("--arch"), architecture};
    test::takeArchitecture(&arguments);
    double line = 1e9, prompt = 1e9;
    for (int i = 0; i < runs; ++i) {
        const test::GuestRun run = boot(false);
        line = std::min(line, double(run.firstLine.count()));
        prompt = std::min(prompt, double(run.prompt.count()));
    }
    const QByteArray console = boot(true).console;
    rows.append({architecture + "/first line", line, numberAt(console, "the first line"), secondsToLine});
    rows.append(
        {architecture + "/shell", prompt, numberAt(console, "the first wait for input"), secondsToPrompt});
}

void print(const QList<Row>& rows, bool json) {
    QJsonArray array;
    if (!json)
        std::printf("%-20s %12s %16s %8s\n", "boot", "ms", "instructions", "bar, s");
    for (const Row& row : rows) {
        if (json)
            array.append(QJsonObject{{"name", row.name},
                                     {"milliseconds", row.milliseconds},
                                     {"instructions", row.instructions},
                                     {"bar_seconds", row.barSeconds},
                                     {"holds", row.holds()}});
        else
            std::printf("%-20s %12.0f %16.0f %8.0f%s\n", qPrintable(row.name), row.milliseconds,
                        row.instructions, row.barSeconds, row.holds() ? "" : "  MISSED");
    }
    if (json)
        std::printf("%s",
                    QJsonDocument(QJsonObject{{"schema", "uvmscope-boot"}, {"version", 1}, {"rows", array}})
                        .toJson()
                        .constData());
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication app(argc, argv);
    bool json = false, check = false;
    QRegularExpression filter;
    for (const QString& argument : QCoreApplication::arguments().mid(1)) {
        if (argument == "--benchmark_format=json")
            json = true;
        else if (argument == "--check")
            check = true;
        else if (argument.startsWith("--filter="))
            filter.setPattern(argument.mid(int(qstrlen("--filter="))));
        else
            fail("what is " + argument.toUtf8() + "?");
    }
    QList<Row> rows;
    for (const char* const architecture : {"i386", "x86_64"})
        measure(QString::fromLatin1(architecture), rows);
    rows.removeIf([&](const Row& row) { return !filter.match(row.name).hasMatch(); });
    print(rows, json);
    const bool allHold = std::all_of(rows.begin(), rows.end(), [](const Row& row) { return row.holds(); });
    return check && !allHold ? 1 : 0;
}
