// uvmscope: the command line.
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>

#include <cstdio>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gdbbridge/record/recording.h"
#include "gui/app/command_bench.h"
#include "gui/app/command_doctor.h"
#include "gui/app/command_export.h"
#include "gui/app/command_record.h"
#include "gui/app/command_script.h"
#include "gui/app/complain.h"
#include "gui/app/headless.h"
#include "gui/app/paths.h"
#include "gui/app/window_run.h"

namespace {

using gui::ExitCode;

const char* const defaultDemo = "fork-cow";
const char* const help =
    "uvmscope shows a kernel's virtual memory while it runs.\n"
    "\n"
    "  uvmscope [demo NAME|FILE] [--arch i386|x86_64]\n"
    "                                              the app; without a display the same in text, pictures in "
    "out/\n"
    "  uvmscope script FILE... [--on host|i386|x86_64]\n"
    "                                              run scenarios, print their transcripts\n"
    "  uvmscope export --view map|tree|cow|fault|pagetable|timeline [--format svg|pdf|png] [--at N|--each] "
    "[--theme T] "
    "FILE "
    "-o OUT\n"
    "                                              a figure, or one a step\n"
    "  uvmscope bench vm [--instructions] [--filter REGEX] [--json]\n"
    "                                              what the operations of the VM cost, timed or counted\n"
    "  uvmscope record FILE -o REC [--events]      a run as a file; uvmscope open REC shows it without a "
    "machine\n"
    "  uvmscope watch FILE [--json] [--events]     a run, or a recording, as text or as one JSON object a "
    "step\n"
    "  uvmscope doctor                             what is missing on this computer, and how to get it\n"
    "  uvmscope COMMAND --help                     the options of a command\n"
    "\n"
    "Examples:\n"
    "  uvmscope demo three-generations\n"
    "  uvmscope script scenarios/fork-cow.uvm --on i386\n"
    "  uvmscope export --view cow scenarios/fork-cow.uvm -o sharing.pdf\n"
    "\n"
    "Exit codes: 0 all went well; 1 a check failed; 2 wrong arguments, or a scenario that does not parse;\n"
    "3 the kernel died; 4 something is missing here (see doctor); 5 a file could not be written.\n";

ExitCode wrong(const QString& text) { return gui::complain(ExitCode::BadInput, text); }

// Parses; false when the caller is to end with `code` (after --help, or with a complaint).
bool parse(QCommandLineParser& parser, const QStringList& arguments, ExitCode* code) {
    parser.addOption({{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Shows this help.")});
    if (!parser.parse(arguments)) {
        *code = wrong(parser.errorText() + QStringLiteral("; see --help"));
        return false;
    }
    if (parser.isSet(QStringLiteral("help"))) {
        std::fputs(parser.helpText().toUtf8().constData(), stdout);
        *code = ExitCode::Ok;
        return false;
    }
    return true;
}

void addTargetOptions(QCommandLineParser& parser) {
    parser.addOption({{QStringLiteral("arch"), QStringLiteral("on")},
                      QStringLiteral("The kernel: %1.").arg(gui::architectures().join(u'|')),
                      QStringLiteral("ARCH"),
                      gui::architectures().front()});
    parser.addOption({QStringLiteral("kernel"),
                      QStringLiteral("Another kernel: its ELF file, with debug information."),
                      QStringLiteral("FILE")});
    parser.addOption({QStringLiteral("kernel-options"),
                      QStringLiteral("More words for the kernel, for example test=panic or test=triplefault: "
                                     "see a kernel die."),
                      QStringLiteral("WORDS")});
}

// The scenario and the kernel that the words name; complains otherwise.
bool findInput(const QString& name, const QCommandLineParser& parser, QString* file, gui::Target* target,
               ExitCode* code) {
    const QString architecture = parser.value(QStringLiteral("arch"));
    *target = {architecture, parser.value(QStringLiteral("kernel")),
               parser.value(QStringLiteral("kernel-options"))};
    *file = gui::findScenario(name);
    if (file->isEmpty())
        *code = wrong(QStringLiteral("there is no scenario %1; the demos are: %2")
                          .arg(name, gui::scenarioNames().join(QStringLiteral(", "))));
    else if (!gui::architectures().contains(architecture))
        *code = wrong(QStringLiteral("there is no kernel for %1; there is one for %2")
                          .arg(architecture, gui::architectures().join(QStringLiteral(", "))));
    else
        return true;
    return false;
}

ExitCode demo(const QStringList& arguments, bool hasDisplay) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(QStringLiteral("Opens the app with a demo or a scenario file."));
    parser.addPositionalArgument(QStringLiteral("demo"), QStringLiteral("demo NAME, or demo FILE"));
    addTargetOptions(parser);
    parser.addOption(
        {QStringLiteral("headless"), QStringLiteral("As without a display: text, and pictures in out/.")});
    if (!parse(parser, arguments, &code))
        return code;
    const QStringList words = parser.positionalArguments();
    if (words.size() > 1)
        return wrong(QStringLiteral("one demo at a time, not %1").arg(words.join(QStringLiteral(", "))));
    QString file;
    const QString name = words.isEmpty() ? QString::fromLatin1(defaultDemo) : words.front();
    gui::Target target;
    if (!findInput(name, parser, &file, &target, &code))
        return code;
    if (parser.isSet(QStringLiteral("headless")))
        return gui::runHeadless(file, target, QStringLiteral("out"));
    if (!hasDisplay) {
        std::puts("no display: running headless");
        return gui::runHeadless(file, target, QStringLiteral("out"));
    }
    return gui::runWindow(file, target);
}

ExitCode script(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(QStringLiteral(
        "Runs scenarios and prints their transcripts.\nExample: uvmscope script scenarios/fork-cow.uvm"));
    parser.addPositionalArgument(QStringLiteral("FILE..."),
                                 QStringLiteral("Scenario files, or names of demos."));
    parser.addOption({QStringLiteral("on"), QStringLiteral("Where: %1.").arg(gui::scriptTargets().join(u'|')),
                      QStringLiteral("TARGET"), QStringLiteral("host")});
    parser.addOption({QStringLiteral("timeout"), QStringLiteral("Seconds that one scenario may take."),
                      QStringLiteral("SECONDS"), QStringLiteral("60")});
    if (!parse(parser, arguments, &code))
        return code;
    if (parser.positionalArguments().isEmpty())
        return wrong(QStringLiteral("script needs a scenario file; see uvmscope script --help"));
    const QString target = parser.value(QStringLiteral("on"));
    if (!gui::scriptTargets().contains(target))
        return wrong(QStringLiteral("cannot run on %1, only on %2")
                         .arg(target, gui::scriptTargets().join(QStringLiteral(", "))));
    constexpr int longest = 24 * 3600;
    const int timeout = parser.value(QStringLiteral("timeout")).toInt();
    if (timeout <= 0 || timeout > longest)
        return wrong(QStringLiteral("--timeout is a number of seconds from 1 to %1").arg(longest));
    return gui::runScripts(parser.positionalArguments(), target, timeout);
}

ExitCode figure(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(
        QStringLiteral("Draws a view of a scenario into a file.\nExample: uvmscope export --view cow "
                       "scenarios/fork-cow.uvm -o cow.pdf"));
    parser.addPositionalArgument(QStringLiteral("FILE"),
                                 QStringLiteral("A scenario file, or the name of a demo."));
    addTargetOptions(parser);
    parser.addOption({QStringLiteral("view"), QStringLiteral("Which: %1.").arg(gui::exportViews().join(u'|')),
                      QStringLiteral("VIEW"), QStringLiteral("map")});
    parser.addOption(
        {QStringLiteral("format"),
         QStringLiteral("svg|pdf|png; json with the view timeline: a trace for Perfetto. By the name "
                        "of OUT when absent."),
         QStringLiteral("FORMAT")});
    parser.addOption({QStringLiteral("at"),
                      QStringLiteral("After the Nth command; after the last when absent."),
                      QStringLiteral("N")});
    parser.addOption(
        {QStringLiteral("each"), QStringLiteral("A frame after each command; nothing moves between them.")});
    parser.addOption({QStringLiteral("theme"), QStringLiteral("light|dark|print|projector."),
                      QStringLiteral("THEME"), QStringLiteral("print")});
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QStringLiteral("The file to write."),
                      QStringLiteral("OUT")});
    if (!parse(parser, arguments, &code))
        return code;
    gui::ExportRequest request;
    if (parser.positionalArguments().size() != 1)
        return wrong(QStringLiteral("export needs one scenario file; see uvmscope export --help"));
    if (!findInput(parser.positionalArguments().front(), parser, &request.file, &request.target, &code))
        return code;
    request.view = parser.value(QStringLiteral("view"));
    if (!gui::exportViews().contains(request.view))
        return wrong(QStringLiteral("there is no view %1; there are %2")
                         .arg(request.view, gui::exportViews().join(QStringLiteral(", "))));
    bool known = false;
    for (gui::ThemeName theme : gui::allThemes)
        if (gui::themeName(theme) == parser.value(QStringLiteral("theme"))) {
            request.theme = theme;
            known = true;
        }
    if (!known)
        return wrong(QStringLiteral("there is no theme %1").arg(parser.value(QStringLiteral("theme"))));
    request.output = parser.value(QStringLiteral("output"));
    const QString format = parser.value(QStringLiteral("format"));
    if (request.output.isEmpty())
        return wrong(QStringLiteral("export needs -o OUT"));
    if (!format.isEmpty() && QFileInfo(request.output).suffix() != format)
        request.output += u'.' + format;
    const bool trace = QFileInfo(request.output).suffix() == QStringLiteral("json");
    if (const QString suffix = QFileInfo(request.output).suffix().toLower();
        !trace && suffix != QStringLiteral("svg") && suffix != QStringLiteral("pdf") &&
        suffix != QStringLiteral("png"))
        return wrong(
            QStringLiteral("cannot export to '%1': svg, pdf and png can be had").arg(request.output));
    request.each = parser.isSet(QStringLiteral("each"));
    if (trace &&
        (request.each || parser.isSet(QStringLiteral("at")) || request.view != QStringLiteral("timeline")))
        return wrong(
            QStringLiteral("a trace (.json) is of the whole run: --view timeline, without --at and --each"));
    if (parser.isSet(QStringLiteral("at"))) {
        bool ok = false;
        request.at = parser.value(QStringLiteral("at")).toInt(&ok);
        if (!ok || request.each)
            return wrong(QStringLiteral("--at takes the number of a command, and not together with --each"));
    }
    return gui::runExport(request);
}

ExitCode bench(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(QStringLiteral(
        "Measures what a part of the project costs.\nExample: uvmscope bench vm --filter lookup"));
    parser.addPositionalArgument(QStringLiteral("PART"), gui::benchParts().join(u'|') + u'.');
    parser.addOption({QStringLiteral("filter"), QStringLiteral("Only rows whose name this finds."),
                      QStringLiteral("REGEX")});
    parser.addOption({QStringLiteral("json"), QStringLiteral("JSON instead of a table.")});
    parser.addOption({QStringLiteral("instructions"),
                      QStringLiteral("Exact counts by callgrind beside the reference's, instead of times.")});
    if (!parse(parser, arguments, &code))
        return code;
    const QStringList words = parser.positionalArguments();
    if (words.size() != 1 || !gui::benchParts().contains(words.front()))
        return wrong(
            QStringLiteral("bench needs one of: %1").arg(gui::benchParts().join(QStringLiteral(", "))));
    return gui::runBench({words.front(), parser.value(QStringLiteral("filter")),
                          parser.isSet(QStringLiteral("json")),
                          parser.isSet(QStringLiteral("instructions"))});
}

void addEventsOption(QCommandLineParser& parser) {
    parser.addOption(
        {QStringLiteral("events"),
         QStringLiteral("A moment at every event of the kernel, not only behind each command. Slow.")});
}

gui::MomentsAt momentsAt(const QCommandLineParser& parser) {
    return parser.isSet(QStringLiteral("events")) ? gui::MomentsAt::EveryEvent : gui::MomentsAt::CommandEnds;
}

// The one input of a command that takes one.
bool oneInput(const char* command, const QCommandLineParser& parser, QString* file, gui::Target* target,
              ExitCode* code) {
    if (parser.positionalArguments().size() == 1)
        return findInput(parser.positionalArguments().front(), parser, file, target, code);
    *code = wrong(QStringLiteral("%1 needs one file; see uvmscope %1 --help").arg(QLatin1String(command)));
    return false;
}

ExitCode record(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(
        QStringLiteral("Runs a scenario on a kernel and records it.\nExample: uvmscope record "
                       "scenarios/fork-cow.uvm -o fork.uvmrec"));
    parser.addPositionalArgument(QStringLiteral("FILE"),
                                 QStringLiteral("A scenario file, or the name of a demo."));
    addTargetOptions(parser);
    addEventsOption(parser);
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QStringLiteral("The recording to write."),
                      QStringLiteral("REC")});
    QString file;
    gui::Target target;
    if (!parse(parser, arguments, &code) || !oneInput("record", parser, &file, &target, &code))
        return code;
    if (!parser.isSet(QStringLiteral("output")))
        return wrong(QStringLiteral("record needs -o REC"));
    return gui::runRecord(file, target, momentsAt(parser), parser.value(QStringLiteral("output")));
}

ExitCode openRecording(const QStringList& arguments, bool hasDisplay) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(QStringLiteral("Shows a recording. Needs no machine."));
    parser.addPositionalArgument(QStringLiteral("REC"), QStringLiteral("A file of uvmscope record."));
    parser.addOption(
        {QStringLiteral("headless"), QStringLiteral("As without a display: text, and pictures in out/.")});
    if (!parse(parser, arguments, &code))
        return code;
    if (parser.positionalArguments().size() != 1)
        return wrong(QStringLiteral("open needs one recording; see uvmscope open --help"));
    const QString file = parser.positionalArguments().front();
    QString problem;
    if (!gdbbridge::RecordingReader::open(file, &problem))
        return wrong(problem);
    if (parser.isSet(QStringLiteral("headless")) || !hasDisplay)
        return gui::runHeadless(file, {}, QStringLiteral("out"));
    return gui::runWindow(file, {});
}

ExitCode watch(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(QStringLiteral("Runs a scenario on a kernel, or reads a recording, and "
                                                    "tells each step as it comes.\nExample: uvmscope "
                                                    "watch scenarios/fork-cow.uvm --json"));
    parser.addPositionalArgument(QStringLiteral("FILE"),
                                 QStringLiteral("A scenario file, the name of a demo, or a recording."));
    addTargetOptions(parser);
    addEventsOption(parser);
    parser.addOption({QStringLiteral("json"),
                      QStringLiteral("One JSON object a line, as docs/recording.md says; text otherwise.")});
    QString file;
    gui::Target target;
    if (!parse(parser, arguments, &code) || !oneInput("watch", parser, &file, &target, &code))
        return code;
    return parser.isSet(QStringLiteral("json")) ? gui::runWatchJson(file, target, momentsAt(parser))
                                                : gui::runWatch(file, target, momentsAt(parser));
}

ExitCode run(QStringList arguments, bool hasDisplay) {
    const QString command = arguments.value(1);
    if (command.isEmpty() || command.startsWith(u'-') || command == QStringLiteral("demo")) {
        if (command == QStringLiteral("--help") || command == QStringLiteral("-h")) {
            std::fputs(help, stdout);
            return ExitCode::Ok;
        }
        if (command == QStringLiteral("demo"))
            arguments.removeAt(1);
        return demo(arguments, hasDisplay);
    }
    arguments.removeAt(1);
    if (command == QStringLiteral("script"))
        return script(arguments);
    if (command == QStringLiteral("export"))
        return figure(arguments);
    if (command == QStringLiteral("bench"))
        return bench(arguments);
    if (command == QStringLiteral("record"))
        return record(arguments);
    if (command == QStringLiteral("open"))
        return openRecording(arguments, hasDisplay);
    if (command == QStringLiteral("watch"))
        return watch(arguments);
    if (command == QStringLiteral("doctor"))
        return gui::runDoctor();
    return wrong(QStringLiteral("there is no command %1; see uvmscope --help").arg(command));
}

// A place for sockets that only this user can enter, where the system gives none; goes with the last program
// that uses it.
class RuntimeFolder {
public:
    RuntimeFolder() {
        if (!qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR"))
            return;
        const QByteArray folder =
            QFile::encodeName(QDir::temp().filePath(QStringLiteral("uvmscope-runtime-%1").arg(getuid())));
        struct stat status {};
        mkdir(folder.constData(), 0700);
        if (lstat(folder.constData(), &status) != 0 || !S_ISDIR(status.st_mode) ||
            status.st_uid != getuid() || (status.st_mode & 077) != 0)
            return;
        m_folder = folder;
        qputenv("XDG_RUNTIME_DIR", m_folder);
    }
    ~RuntimeFolder() {
        if (!m_folder.isEmpty())
            rmdir(m_folder.constData()); // only when it is empty
    }
    RuntimeFolder(const RuntimeFolder&) = delete;
    RuntimeFolder& operator=(const RuntimeFolder&) = delete;

private:
    QByteArray m_folder;
};

// True when a window can be opened. Qt would end the program with a signal, so the display is tried in a
// child first.
bool displayAnswers() {
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        return false;
    if (!qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        return true;
    pid_t const child = fork();
    if (child < 0)
        return true;
    if (child == 0) {
        rlimit const none{0, 0};
        setrlimit(RLIMIT_CORE, &none);
        int const nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDERR_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        char name[] = "uvmscope";
        char* arguments[] = {name, nullptr};
        int count = 1;
        QGuiApplication const probe(count, arguments);
        _exit(0);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace

int main(int argc, char** argv) {
    const RuntimeFolder runtimeFolder;
    const bool hasDisplay = displayAnswers();
    // Pictures need fonts, and fonts need a platform.
    if (!hasDisplay && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("uvmscope"));
    return int(run(QApplication::arguments(), hasDisplay));
}
