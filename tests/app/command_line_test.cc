// The program as a user calls it: what it prints, how it ends, what it leaves behind.
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

namespace {

const QString program = QStringLiteral(UVMSCOPE_BUILD_DIR "/uvmscope");
const QString scenarios = QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/");

struct Result {
    int code = -1;
    QByteArray out, err;
};

class Runner {
public:
    Runner() {
        environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(QString::fromLatin1(name));
        QDir(folder.path()).mkdir(QStringLiteral("run"));
        QFile::setPermissions(folder.filePath(QStringLiteral("run")),
                              QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), folder.filePath(QStringLiteral("run")));
    }
    Result operator()(const QStringList& arguments, int ms = 60'000) {
        QProcess process;
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(folder.path());
        process.start(program, arguments);
        Result result;
        if (process.waitForFinished(ms) && process.exitStatus() == QProcess::NormalExit)
            result.code = process.exitCode();
        result.out = process.readAllStandardOutput();
        result.err = process.readAllStandardError();
        return result;
    }
    QString write(const QString& name, const QByteArray& text) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName()
                                                                                  : QString();
    }
    QByteArray read(const QString& name) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir folder;
    QProcessEnvironment environment;
};

// Processes whose command line has the word.
int processesWith(const QByteArray& word) {
    int count = 0;
    for (const QString& pid : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        QFile file(QStringLiteral("/proc/%1/cmdline").arg(pid));
        count += file.open(QIODevice::ReadOnly) && file.readAll().contains(word);
    }
    return count;
}

bool oneLine(const QByteArray& text) { return text.endsWith('\n') && text.count('\n') == 1; }

// All texts of an SVG, in order.
QStringList textsOf(const QByteArray& svg, bool* wellFormed) {
    QXmlStreamReader xml(svg);
    QStringList texts;
    while (!xml.atEnd())
        if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == QLatin1String("text"))
            texts << xml.readElementText(QXmlStreamReader::IncludeChildElements);
    *wellFormed = !xml.hasError();
    return texts;
}

} // namespace

class CommandLineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void help_names_the_commands();
    void compare_tells_the_first_difference();
    void compare_says_what_it_needs();
    void wrong_arguments_are_one_line_data();
    void wrong_arguments_are_one_line();
    void a_scenario_gives_the_same_transcript_everywhere();
    void a_figure_is_the_same_on_both_architectures();
    void a_panic_on_x86_64_shows_its_registers();
    void a_kernel_for_another_architecture_is_refused();
    void a_line_that_does_not_parse_is_named_everywhere();
    void a_scenario_that_never_ends_is_ended();
    void without_a_display_the_demo_runs_in_text();
    void a_place_is_told_and_drawn_and_no_more();
    void what_a_program_prints_is_told();
    void a_panic_ends_with_three_and_a_report();
    void without_qemu_it_says_what_to_install();
    void a_folder_that_cannot_be_written_is_told();
    void a_figure_is_the_same_every_time();
    void frames_stand_still_and_have_words();
    void a_recording_shows_what_the_machine_showed();
    void a_recording_of_a_death_tells_it_again();
    void the_stream_tells_every_step_as_json();
    void recordings_that_cannot_be_are_told();
    void doctor_finds_all_here_and_names_what_is_missing();
    void nothing_is_left_behind();
};

void CommandLineTest::compare_tells_the_first_difference() {
    Runner run;
    const QString file = run.write(QStringLiteral("two.uvm"), "space A 0x1000 0x100000\n"
                                                              "map A any 0x2000\n"
                                                              "fork A B\n"
                                                              "write A 0x1000 \"x\"\n");
    const QString figure = run.folder.filePath(QStringLiteral("two.svg"));
    const Result same = run({QStringLiteral("compare"), file, QStringLiteral("--on"), QStringLiteral("host"),
                             QStringLiteral("--on"), QStringLiteral("x86_64"), QStringLiteral("-o"), figure});
    QVERIFY2(same.code == 0, same.err);
    QVERIFY(same.out.startsWith("host and x86_64 agree in all 4 commands.\n"));
    QVERIFY(run.read(QStringLiteral("two.svg")).contains("agree in all"));
    // A kernel that dies early.
    const Result died =
        run({QStringLiteral("record"), file, QStringLiteral("--kernel-options"), QStringLiteral("test=panic"),
             QStringLiteral("-o"), QStringLiteral("dead.uvmrec")});
    QCOMPARE(died.code, 3);
    const Result differ =
        run({QStringLiteral("compare"), file, QStringLiteral("--on"), QStringLiteral("i386"),
             QStringLiteral("--on"), QStringLiteral("dead.uvmrec")});
    QVERIFY2(differ.code == 1, differ.err);
    QVERIFY2(differ.out.startsWith("dead.uvmrec ends before command 1, 'space A 0x1000 0x100000': "),
             differ.out);
    QVERIFY(differ.out.contains("panic"));
}

void CommandLineTest::compare_says_what_it_needs() {
    Runner run;
    const QString demo = QStringLiteral("fork-cow");
    const auto refused = [&](const QStringList& words, const char* what) {
        const Result result = run(QStringList{QStringLiteral("compare")} + words);
        return result.code == 2 && oneLine(result.err) && result.err.contains(what);
    };
    const QString on = QStringLiteral("--on"), i386 = QStringLiteral("i386");
    QVERIFY(refused({demo, on, i386}, "two sides"));
    QVERIFY(refused({on, i386, on, i386}, "one scenario file"));
    QVERIFY(refused({demo, on, i386, on, QStringLiteral("vax")}, "cannot run on vax"));
    QVERIFY(refused({demo, on, i386, on, scenarios + QStringLiteral("fork-cow.uvm")},
                    "neither a kernel nor a recording"));
    QVERIFY(refused({QStringLiteral("no-such"), on, i386, on, i386}, "no scenario"));
    QVERIFY(
        refused({run.write(QStringLiteral("bad.uvm"), "frob A\n"), on, i386, on, i386}, "bad.uvm:1: error"));
}

void CommandLineTest::help_names_the_commands() {
    Runner run;
    const Result help = run({QStringLiteral("--help")});
    QCOMPARE(help.code, 0);
    for (const char* word : {"script", "export", "record", "open", "watch", "doctor", "demo", "Exit codes"})
        QVERIFY2(help.out.contains(word), word);
    for (const char* command : {"script", "export", "record", "watch"}) {
        const Result one = run({QString::fromLatin1(command), QStringLiteral("--help")});
        QCOMPARE(one.code, 0);
        QVERIFY(one.out.contains("Example"));
    }
}

void CommandLineTest::wrong_arguments_are_one_line_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("words");
    const auto row = [](const char* name, const QString& arguments, const QByteArray& words) {
        QTest::newRow(name) << arguments.split(QLatin1Char(' ')) << words;
    };
    row("command", QStringLiteral("frobnicate"), "no command frobnicate");
    row("demo", QStringLiteral("demo nothing"), "no scenario nothing; the demos are:");
    row("option", QStringLiteral("--frob"), "frob");
    row("arch", QStringLiteral("demo fork-cow --arch vax"), "no kernel for vax");
    row("target", QStringLiteral("script fork-cow --on vax"), "cannot run on vax");
    row("no file", QStringLiteral("script"), "needs a scenario file");
    row("missing file", QStringLiteral("script /no/file.uvm"), "cannot read the scenario /no/file.uvm");
    row("timeout", QStringLiteral("script fork-cow --timeout -1"), "--timeout");
    row("view", QStringLiteral("export --view soup fork-cow -o x.svg"), "no view soup");
    row("theme", QStringLiteral("export --theme pink fork-cow -o x.svg"), "no theme pink");
    row("format", QStringLiteral("export fork-cow -o x.doc"), "svg, pdf, png, tex, dot can be had");
    row("no graph", QStringLiteral("export fork-cow --view map -o x.dot"),
        "only tree, cow and amap are graphs");
    row("scale", QStringLiteral("export fork-cow --scale cubic -o x.svg"), "no scale cubic");
    row("size", QStringLiteral("export fork-cow --size 12 -o x.svg"), "--size takes WIDTHxHEIGHT");
    row("event", QStringLiteral("export fork-cow --at e -o x.svg"), "--at takes");
    row("search of a map", QStringLiteral("export fork-cow --search -o x.svg"),
        "--search goes with --view tree");
    row("no output", QStringLiteral("export fork-cow"), "needs -o");
    row("step", QStringLiteral("export fork-cow --at 99 -o x.svg"), "no command 99; the scenario has 21");
    row("trace of a view", QStringLiteral("export fork-cow -o x.json"),
        "a trace (.json) is of the whole run");
    row("record without output", QStringLiteral("record fork-cow"), "record needs -o REC");
    row("record what", QStringLiteral("record"), "record needs one file");
    row("open what", QStringLiteral("open"), "open needs one recording");
    row("open nothing", QStringLiteral("open /no/file"), "cannot read /no/file");
    row("open a scenario", QStringLiteral("open " UVMSCOPE_SOURCE_DIR "/scenarios/fork-cow.uvm"),
        "this is no recording of uvmscope");
    row("watch what", QStringLiteral("watch"), "watch needs one file");
    row("at and each", QStringLiteral("export fork-cow --at 3 --each -o x.svg"), "not together with --each");
}

void CommandLineTest::wrong_arguments_are_one_line() {
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, words);
    Runner run;
    const Result result = run(arguments);
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains(words), result.err);
    QVERIFY2(oneLine(result.err), result.err);
}

void CommandLineTest::a_scenario_gives_the_same_transcript_everywhere() {
    Runner run;
    const Result host = run({QStringLiteral("script"), scenarios + QStringLiteral("fork-cow.uvm")});
    QCOMPARE(host.code, 0);
    QVERIFY(host.out.startsWith("space parent 0x1000 0xbfbff000\n  = ok\n"));
    for (const char* target : {"i386", "x86_64"}) {
        const Result guest = run({QStringLiteral("script"), QStringLiteral("fork-cow"),
                                  QStringLiteral("--on"), QString::fromLatin1(target)});
        QCOMPARE(guest.code, 0);
        QCOMPARE(guest.out, host.out);
        QCOMPARE(guest.err, QByteArray());
    }
}

void CommandLineTest::a_figure_is_the_same_on_both_architectures() {
    Runner run;
    for (const char* view : {"map", "tree", "cow"}) {
        QByteArray figures[2];
        for (int i = 0; i < 2; ++i) {
            const QString out = QStringLiteral("%1-%2.svg").arg(QLatin1String(view)).arg(i);
            const Result result =
                run({QStringLiteral("export"), QStringLiteral("three-generations"), QStringLiteral("--view"),
                     QString::fromLatin1(view), QStringLiteral("--arch"),
                     i ? QStringLiteral("x86_64") : QStringLiteral("i386"), QStringLiteral("-o"), out});
            QVERIFY2(result.code == 0, result.err);
            figures[i] = run.read(out);
        }
        QVERIFY(figures[0].contains("<svg"));
        QCOMPARE(figures[1], figures[0]);
    }
}

void CommandLineTest::a_panic_on_x86_64_shows_its_registers() {
    Runner run;
    const Result result =
        run({QStringLiteral("watch"), QStringLiteral("fork-cow"), QStringLiteral("--on"),
             QStringLiteral("x86_64"), QStringLiteral("--kernel-options"), QStringLiteral("test=pagefault")});
    QCOMPARE(result.code, 3);
    QVERIFY2(result.err.contains("page fault in store_at"), result.err);
    QVERIFY2(result.err.contains("rip 0xffffffff80"), result.err);
    QVERIFY2(result.err.contains("level 4, table"), result.err);
}

void CommandLineTest::a_kernel_for_another_architecture_is_refused() {
    Runner run;
    const Result result = run({QStringLiteral("demo"), QStringLiteral("fork-cow"), QStringLiteral("--arch"),
                               QStringLiteral("x86_64"), QStringLiteral("--kernel"),
                               QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-i386.elf")});
    QCOMPARE(result.code, 4);
    QVERIFY2(result.err.contains("is no ELF file for x86_64"), result.err);
}

void CommandLineTest::a_line_that_does_not_parse_is_named_everywhere() {
    Runner run;
    const QString file = run.write(QStringLiteral("a b.uvm"), "space A 0x1000 0x9000\n\nfrobnicate A\n");
    for (const char* target : {"host", "i386", "x86_64"}) {
        const Result result =
            run({QStringLiteral("script"), file, QStringLiteral("--on"), QString::fromLatin1(target)});
        QCOMPARE(result.code, 2);
        QCOMPARE(result.err, (file + QStringLiteral(":3: error: unknown command: frobnicate\n")).toUtf8());
        QVERIFY(result.out.startsWith("space A 0x1000 0x9000\n  = ok\n"));
    }
    const Result app = run({QStringLiteral("demo"), file});
    QCOMPARE(app.code, 2);
    QVERIFY2(app.err.contains(":3: error: unknown command: frobnicate"), app.err);
}

void CommandLineTest::a_scenario_that_never_ends_is_ended() {
    Runner run;
    QByteArray text = "space A 0x1000 0xbfbff000\nmap A 0x10000 0x10000000 cow\n";
    for (int i = 0; i < 300'000; ++i)
        text += "lookup A 0x10000\n";
    const QString file = run.write(QStringLiteral("long.uvm"), text);
    QElapsedTimer clock;
    clock.start();
    const Result result = run({QStringLiteral("script"), file, QStringLiteral("--on"), QStringLiteral("i386"),
                               QStringLiteral("--timeout"), QStringLiteral("1")});
    QCOMPARE(result.code, 3);
    QVERIFY2(result.err.contains("has not ended after 1 s"), result.err);
    QVERIFY(clock.elapsed() < 10'000);
}

void CommandLineTest::without_a_display_the_demo_runs_in_text() {
    Runner run;
    QElapsedTimer clock;
    clock.start();
    const Result result = run({});
    QVERIFY2(clock.elapsed() < 15'000, "the demo takes too long");
    QCOMPARE(result.code, 0);
    QCOMPARE(result.err, QByteArray());
    QVERIFY(result.out.startsWith("no display: running headless\n"));
    QVERIFY(result.out.contains(
        "The child wrote to 0x10000. The page was shared, so the child got its own copy"));
    QCOMPARE(
        QDir(run.folder.filePath(QStringLiteral("out"))).entryList(QDir::Files),
        (QStringList{QStringLiteral("map.svg"), QStringLiteral("sharing.svg"), QStringLiteral("tree.svg")}));
    bool wellFormed = false;
    const QStringList sharing = textsOf(run.read(QStringLiteral("out/sharing.svg")), &wellFormed);
    QVERIFY(wellFormed);
    // The written page is two pages now, the other is one page with two references.
    const QString all = sharing.join(u'|');
    QVERIFY2(all.contains(QStringLiteral("“parent”")) && all.contains(QStringLiteral("“CHILDt”")),
             qPrintable(all));
    QVERIFY2(all.contains(QStringLiteral("“second”")) && all.count(QStringLiteral("“second”")) == 1,
             qPrintable(all));
    QVERIFY2(all.contains(QStringLiteral("×2")), qPrintable(all));
    for (const char* name : {"out/map.svg", "out/tree.svg"}) {
        QVERIFY(!textsOf(run.read(QString::fromLatin1(name)), &wellFormed).isEmpty());
        QVERIFY(wellFormed);
    }
}

void CommandLineTest::a_place_is_told_and_drawn_and_no_more() {
    Runner run;
    const QStringList demo{QStringLiteral("demo"), QStringLiteral("--headless"), QStringLiteral("fork-cow")};
    const Result result = run(demo + QStringList{QStringLiteral("--at"), QStringLiteral("16"),
                                                 QStringLiteral("--view"), QStringLiteral("memory")});
    QVERIFY2(result.code == 0, result.err);
    QVERIFY(result.out.contains("\n16/"));
    QVERIFY2(!result.out.contains("\n17/"), result.out);
    QVERIFY(run.read(QStringLiteral("out/memory.svg")).contains("</svg>"));
    // An event of the next command, in the words of a lab.
    const QStringList text{QStringLiteral("export"), QStringLiteral("--view"), QStringLiteral("events"),
                           QStringLiteral("fork-cow"), QStringLiteral("-o")};
    QCOMPARE(run(text + QStringList{QStringLiteral("all.txt")}).code, 0);
    const QByteArray all = run.read(QStringLiteral("all.txt"));
    QByteArray copied;
    for (const QByteArray& line : all.split('\n'))
        if (line.contains("Case 1B"))
            copied = line;
    const QByteArray event = copied.simplified().split(' ').front();
    QVERIFY2(event.toInt() > 0, all);
    const QStringList there{QStringLiteral("--at"), QStringLiteral("17"), QStringLiteral("--event"),
                            QString::fromUtf8(event)};
    const Result part = run(text + QStringList{QStringLiteral("part.txt")} + there);
    QVERIFY2(part.code == 0, part.err);
    const QByteArray upTo = run.read(QStringLiteral("part.txt"));
    QVERIFY2(all.startsWith(upTo) && upTo.endsWith(copied + '\n'), upTo.right(300));
    const Result told = run(demo + there);
    QVERIFY2(told.code == 0, told.err);
    QVERIFY2(told.out.contains("Within: write child 0x10000") && !told.out.contains("\n17/"), told.out);
    // Only lines of text go to a file of text.
    const Result map = run({QStringLiteral("export"), QStringLiteral("fork-cow"), QStringLiteral("-o"),
                            QStringLiteral("map.txt")});
    QCOMPARE(map.code, 2);
    QVERIFY2(oneLine(map.err) && map.err.contains("only events, console, source are text"), map.err);
}

void CommandLineTest::what_a_program_prints_is_told() {
    Runner run;
    const QString hello = QStringLiteral(UVMSCOPE_BUILD_DIR "/user/i386/hello");
    const Result result = run({QStringLiteral("demo"), QStringLiteral("--headless"), hello});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.out.contains("\n    > hello"), result.out);
    QCOMPARE(result.err, "uvmscope: the program ended with status 7\n");
    QCOMPARE(run({QStringLiteral("export"), QStringLiteral("--view"), QStringLiteral("console"), hello,
                  QStringLiteral("-o"), QStringLiteral("console.txt")})
                 .code,
             1);
    const QByteArray console = run.read(QStringLiteral("console.txt"));
    QVERIFY2(console.startsWith("hello"), console);
}

void CommandLineTest::a_panic_ends_with_three_and_a_report() {
    Runner run;
    const Result result = run({QStringLiteral("demo"), QStringLiteral("fork-cow"),
                               QStringLiteral("--kernel-options"), QStringLiteral("test=panic")});
    QCOMPARE(result.code, 3);
    QVERIFY2(
        result.err.contains("the kernel panicked: test: a panic on purpose at kernel/core/self_test.cc:"),
        result.err);
    QVERIFY2(result.err.contains("self_test kernel/core/self_test.cc:"), result.err);
    QVERIFY2(result.err.contains("eip 0x"), result.err);
}

void CommandLineTest::without_qemu_it_says_what_to_install() {
    Runner run;
    run.environment.insert(QStringLiteral("PATH"), QStringLiteral("/nowhere"));
    for (const QStringList& arguments :
         {QStringList{}, QStringList{QStringLiteral("script"), QStringLiteral("fork-cow"),
                                     QStringLiteral("--on"), QStringLiteral("i386")}}) {
        const Result result = run(arguments);
        QCOMPARE(result.code, 4);
        QVERIFY2(result.err.contains("was not found; install it: apt-get install"), result.err);
        QVERIFY2(oneLine(result.err), result.err);
    }
}

void CommandLineTest::a_folder_that_cannot_be_written_is_told() {
    Runner run;
    QVERIFY(!run.write(QStringLiteral("out"), "a file where the folder should be").isEmpty());
    const Result result = run({QStringLiteral("demo"), QStringLiteral("guard-page")});
    QCOMPARE(result.code, 5);
    QVERIFY2(result.err.contains("cannot make the folder out"), result.err);
    const Result figure = run({QStringLiteral("export"), QStringLiteral("guard-page"), QStringLiteral("-o"),
                               QStringLiteral("/no/x.svg")});
    QCOMPARE(figure.code, 5);
    QVERIFY2(figure.err.contains("/no/x.svg"), figure.err);
}

void CommandLineTest::a_figure_is_the_same_every_time() {
    Runner run;
    for (const char* name : {"a.svg", "b.svg"}) {
        const Result result = run({QStringLiteral("export"), QStringLiteral("--view"), QStringLiteral("cow"),
                                   QStringLiteral("--at"), QStringLiteral("17"), QStringLiteral("fork-cow"),
                                   QStringLiteral("-o"), QString::fromLatin1(name)});
        QCOMPARE(result.code, 0);
    }
    QVERIFY(!run.read(QStringLiteral("a.svg")).isEmpty());
    QCOMPARE(run.read(QStringLiteral("a.svg")), run.read(QStringLiteral("b.svg")));
    QCOMPARE(run({QStringLiteral("export"), QStringLiteral("--view"), QStringLiteral("timeline"),
                  QStringLiteral("fork-cow"), QStringLiteral("-o"), QStringLiteral("trace.json")})
                 .code,
             0);
    QVERIFY(run.read(QStringLiteral("trace.json")).contains("\"command\":\"fork parent child\""));
    for (const char* format : {"pdf", "png", "tex"}) {
        const Result result =
            run({QStringLiteral("export"), QStringLiteral("--format"), QString::fromLatin1(format),
                 QStringLiteral("fork-cow"), QStringLiteral("-o"), QStringLiteral("figure")});
        QCOMPARE(result.code, 0);
        QVERIFY(run.read(QStringLiteral("figure.") + QString::fromLatin1(format)).size() > 1000);
    }
}

void CommandLineTest::frames_stand_still_and_have_words() {
    Runner run;
    const Result result =
        run({QStringLiteral("export"), QStringLiteral("--each"), QStringLiteral("guard-page"),
             QStringLiteral("-o"), QStringLiteral("frame.svg")});
    QCOMPARE(result.code, 0);
    const QStringList frames = QDir(run.folder.path()).entryList({QStringLiteral("frame-*.svg")});
    QVERIFY(frames.size() >= 5);
    for (const QString& frame : frames) {
        const QByteArray svg = run.read(frame);
        QVERIFY(svg.left(400).contains("viewBox"));
        // All frames have the size of the first.
        const auto box = [](const QByteArray& text) { return text.mid(text.indexOf("viewBox"), 40); };
        QCOMPARE(box(svg), box(run.read(frames.front())));
        QVERIFY(!run.read(frame.chopped(4) + QStringLiteral(".txt")).trimmed().isEmpty());
    }
}

void CommandLineTest::a_recording_shows_what_the_machine_showed() {
    Runner run;
    const Result recorded = run(
        {QStringLiteral("record"), QStringLiteral("fork-cow"), QStringLiteral("-o"), QStringLiteral("r")});
    QCOMPARE(recorded.code, 0);
    QVERIFY2(recorded.out.startsWith("wrote r: 23 moments, "), recorded.out);
    // From here on there is no machine.
    Result live = run({QStringLiteral("demo"), QStringLiteral("fork-cow")});
    for (const char* view : {"map", "tree", "cow", "timeline"}) {
        const QStringList arguments{QStringLiteral("export"),  QStringLiteral("--view"),
                                    QString::fromLatin1(view), QStringLiteral("--at"),
                                    QStringLiteral("17"),      QStringLiteral("-o")};
        QCOMPARE(run(arguments + QStringList{QStringLiteral("live.svg"), QStringLiteral("fork-cow")}).code,
                 0);
        Runner bare;
        bare.environment.insert(QStringLiteral("PATH"), QStringLiteral("/nowhere"));
        QCOMPARE(
            bare(arguments + QStringList{QStringLiteral("r.svg"), run.folder.filePath(QStringLiteral("r"))})
                .code,
            0);
        QVERIFY(!bare.read(QStringLiteral("r.svg")).isEmpty());
        QCOMPARE(bare.read(QStringLiteral("r.svg")), run.read(QStringLiteral("live.svg")));
    }
    run.environment.insert(QStringLiteral("PATH"), QStringLiteral("/nowhere"));
    Result again = run({QStringLiteral("open"), QStringLiteral("r")});
    QCOMPARE(again.code, 0);
    QCOMPARE(again.err, QByteArray());
    // All but the first lines, which say where it comes from.
    QVERIFY(again.out.contains("The child wrote to 0x10000"));
    const auto story = [](const QByteArray& text) { return text.mid(text.indexOf("\n\n1/21")); };
    QCOMPARE(story(again.out), story(live.out));
}

void CommandLineTest::a_recording_of_a_death_tells_it_again() {
    Runner run;
    const Result recorded =
        run({QStringLiteral("record"), QStringLiteral("fork-cow"), QStringLiteral("--kernel-options"),
             QStringLiteral("test=panic"), QStringLiteral("-o"), QStringLiteral("dead")});
    QCOMPARE(recorded.code, 3);
    QVERIFY(recorded.out.startsWith("wrote dead: "));
    QVERIFY2(recorded.err.contains("a panic on purpose"), recorded.err);
    const Result again = run({QStringLiteral("open"), QStringLiteral("dead")});
    QCOMPARE(again.code, 3);
    QCOMPARE(again.err, recorded.err);
}

void CommandLineTest::the_stream_tells_every_step_as_json() {
    Runner run;
    const Result stream =
        run({QStringLiteral("watch"), QStringLiteral("guard-page"), QStringLiteral("--json")});
    QCOMPARE(stream.code, 0);
    QList<QJsonObject> lines;
    for (const QByteArray& line : stream.out.trimmed().split('\n')) {
        QJsonParseError error;
        lines << QJsonDocument::fromJson(line, &error).object();
        QVERIFY2(error.error == QJsonParseError::NoError, line);
    }
    const auto field = [](const QJsonObject& object, const char* name) {
        return object.value(QLatin1String(name));
    };
    QCOMPARE(field(lines.front(), "type").toString(), QStringLiteral("run"));
    QCOMPARE(field(lines.front(), "scenario_name").toString(), QStringLiteral("guard-page.uvm"));
    QCOMPARE(field(lines.back(), "type").toString(), QStringLiteral("end"));
    QCOMPARE(field(lines.back(), "status").toInt(-1), 0);
    // What the changes add up to is what the last step shows: the entries of the space.
    QSet<QString> entries;
    int events = 0;
    for (int i = 1; i + 1 < lines.size(); ++i) {
        QCOMPARE(field(lines[i], "moment").toInt(-1), i - 1);
        events += int(field(lines[i], "events").toArray().size());
        for (const QJsonValue change : field(lines[i], "changes").toArray()) {
            const QJsonObject thing = change.toObject();
            if (field(thing, "kind").toString() != QStringLiteral("entry"))
                continue;
            if (field(thing, "gone").toBool())
                entries.remove(field(thing, "key").toString());
            else
                entries.insert(field(thing, "key").toString());
        }
    }
    QVERIFY(events > 20);
    const Result listing = run({QStringLiteral("script"), QStringLiteral("guard-page")});
    const QByteArray dump = listing.out.mid(listing.out.lastIndexOf("entries="));
    QCOMPARE(entries.size(), dump.mid(8, dump.indexOf(' ') - 8).toInt());
    // From a recording the same, but for what is of one run only: addresses do not move, times do.
    QCOMPARE(run({QStringLiteral("record"), QStringLiteral("guard-page"), QStringLiteral("-o"),
                  QStringLiteral("g")})
                 .code,
             0);
    const Result again = run({QStringLiteral("watch"), QStringLiteral("g"), QStringLiteral("--json")});
    QCOMPARE(again.code, 0);
    QCOMPARE(again.out.count('\n'), stream.out.count('\n'));
    // With a moment at every event there are as many moments as events, and those at the ends.
    const Result fine = run({QStringLiteral("watch"), QStringLiteral("guard-page"), QStringLiteral("--json"),
                             QStringLiteral("--events")});
    QCOMPARE(fine.code, 0);
    QVERIFY2(fine.out.count('\n') > events, QByteArray::number(fine.out.count('\n')));
}

void CommandLineTest::recordings_that_cannot_be_are_told() {
    Runner run;
    const Result nowhere = run({QStringLiteral("record"), QStringLiteral("fork-cow"), QStringLiteral("-o"),
                                QStringLiteral("/no/r")});
    QCOMPARE(nowhere.code, 5);
    QVERIFY2(nowhere.err.contains("cannot write /no/r") && oneLine(nowhere.err), nowhere.err);
    QCOMPARE(run({QStringLiteral("record"), QStringLiteral("guard-page"), QStringLiteral("-o"),
                  QStringLiteral("r")})
                 .code,
             0);
    const Result twice =
        run({QStringLiteral("record"), QStringLiteral("r"), QStringLiteral("-o"), QStringLiteral("r2")});
    QCOMPARE(twice.code, 2);
    QVERIFY2(twice.err.contains("is a recording already") && oneLine(twice.err), twice.err);
    // Cut short: what is left, or a reason.
    const QByteArray bytes = run.read(QStringLiteral("r"));
    QVERIFY(!run.write(QStringLiteral("cut"), bytes.left(bytes.size() / 2)).isEmpty());
    const Result cut = run({QStringLiteral("open"), QStringLiteral("cut")});
    QCOMPARE(cut.code, 2);
    QVERIFY2(oneLine(cut.err), cut.err);
}

void CommandLineTest::doctor_finds_all_here_and_names_what_is_missing() {
    Runner run;
    const Result well = run({QStringLiteral("doctor")});
    QVERIFY2(well.code == 0, well.out);
    QVERIFY2(well.out.contains("all is there"), well.out);
    run.environment.insert(QStringLiteral("PATH"), QStringLiteral("/nowhere"));
    const Result ill = run({QStringLiteral("doctor")});
    QCOMPARE(ill.code, 4);
    QVERIFY2(ill.out.contains("missing  QEMU"), ill.out);
    QVERIFY2(ill.out.contains("apt-get install qemu-system-x86"), ill.out);
    QVERIFY2(ill.out.contains("missing  GDB"), ill.out);
}

void CommandLineTest::nothing_is_left_behind() {
    Runner run;
    // Ended in the midst of it.
    QProcess process;
    process.setProcessEnvironment(run.environment);
    process.setWorkingDirectory(run.folder.path());
    QByteArray text = "space A 0x1000 0xbfbff000\n";
    for (int i = 0; i < 20'000; ++i)
        text += "lookup A 0x10000\n";
    const QString file = run.write(QStringLiteral("unique-name-of-this-test.uvm"), text);
    process.start(program, {QStringLiteral("demo"), file});
    QVERIFY(process.waitForStarted());
    QByteArray said;
    while (!said.contains("lookup") && process.waitForReadyRead(10'000))
        said += process.readAllStandardOutput();
    QVERIFY(processesWith("scenario=unique-name-of-this-test") > 0);
    process.kill();
    QVERIFY(process.waitForFinished());
    QVERIFY(QTest::qWaitFor([] { return processesWith("scenario=unique-name-of-this-test") == 0; }, 5'000));
    // A run that ends by itself leaves no file either, also where the system gives no folder for sockets.
    QCOMPARE(run({QStringLiteral("demo"), QStringLiteral("guard-page")}).code, 0);
    QCOMPARE(
        QDir(run.folder.filePath(QStringLiteral("run"))).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
        QStringList());
    QVERIFY(QDir(run.folder.path()).mkdir(QStringLiteral("temp")));
    run.environment.remove(QStringLiteral("XDG_RUNTIME_DIR"));
    run.environment.insert(QStringLiteral("TMPDIR"), run.folder.filePath(QStringLiteral("temp")));
    const Result bare = run({QStringLiteral("demo"), QStringLiteral("guard-page")});
    QCOMPARE(bare.code, 0);
    QCOMPARE(bare.err, QByteArray());
    QCOMPARE(
        QDir(run.folder.filePath(QStringLiteral("temp"))).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
        QStringList());
}

QTEST_GUILESS_MAIN(CommandLineTest)
#include "command_line_test.moc"
