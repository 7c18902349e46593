#include "gui/app/command_line.h"

#include <QFileInfo>

#include <algorithm>
#include <cstdio>

#include "gdbbridge/record/recording.h"
#include "gui/app/arguments.h"
#include "gui/app/command_bench.h"
#include "gui/app/command_compare.h"
#include "gui/app/command_doctor.h"
#include "gui/app/command_evidence.h"
#include "gui/app/command_export.h"
#include "gui/app/command_lab.h"
#include "gui/app/command_record.h"
#include "gui/app/command_script.h"
#include "gui/app/headless.h"
#include "gui/app/paths.h"
#include "gui/app/text_views.h"
#include "gui/app/window_run.h"
#include "gui/views/dot.h"
#include "gui/views/pictures.h"

namespace gui {

namespace {

const char* const defaultDemo = "fork-cow";

void addViewOption(QCommandLineParser& parser) {
    parser.addOption({QStringLiteral("view"),
                      QStringLiteral("Without a window: one more picture in out/, of this view: %1.")
                          .arg(exportViews().join(u'|')),
                      QStringLiteral("VIEW")});
}

// Which pictures a run without a window leaves; false with a complaint.
bool viewsOf(const QCommandLineParser& parser, QStringList* views, ExitCode* code) {
    const QString view = parser.value(QStringLiteral("view"));
    *views = {QStringLiteral("map"), QStringLiteral("tree"), QStringLiteral("sharing")};
    if (view.isEmpty())
        return true;
    if (!exportViews().contains(view)) {
        *code = wrong(QStringLiteral("there is no view %1; there are %2")
                          .arg(view, exportViews().join(QStringLiteral(", "))));
        return false;
    }
    if (!views->contains(view) && view != QStringLiteral("cow"))
        *views << view;
    return true;
}
const char* const help =
    "uvmscope shows a kernel's virtual memory while it runs.\n"
    "\n"
    "  uvmscope [demo NAME|FILE] [--arch i386|x86_64]\n"
    "                                              the app; without a display the same in text, pictures in "
    "out/\n"
    "  uvmscope script FILE... [--on host|i386|x86_64]\n"
    "                                              run scenarios, print their transcripts\n"
    "  uvmscope export --view map|tree|cow|fault|pagetable|memory|amap|timeline [--format "
    "svg|pdf|png|tex|dot] [--at "
    "N|--each] "
    "[--theme T] "
    "FILE "
    "-o OUT\n"
    "                                              a figure, or one a step\n"
    "  uvmscope bench vm|bridge|boot|gui|experiments [--instructions] [--filter REGEX] [--json]\n"
    "                                              what the operations of the VM cost, timed or counted\n"
    "  uvmscope record FILE -o REC [--events]      a run as a file; uvmscope open REC shows it without a "
    "machine\n"
    "  uvmscope watch FILE [--json] [--events]     a run, or a recording, as text or as one JSON object a "
    "step\n"
    "  uvmscope evidence FILE -o OUT               a run that fails, as OUT.uvmrec and OUT.svg, and what "
    "broke first\n"
    "  uvmscope compare FILE --on A --on B         where two kernels, or two architectures, first differ\n"
    "  uvmscope lab list|start|check|handout|grade|museum\n"
    "                                              write a part of the VM yourself, or grade who did\n"
    "  uvmscope doctor                             what is missing on this computer, and how to get it\n"
    "  uvmscope COMMAND --help                     the options of a command\n"
    "  uvmscope --version                          which version this is\n"
    "\n"
    "Examples:\n"
    "  uvmscope demo three-generations             opens a demo\n"
    "  uvmscope script my.uvm --on i386            runs a scenario of yours on a kernel\n"
    "  uvmscope export --view cow fork-cow -o sharing.pdf\n"
    "                                              a figure for tomorrow's slides\n"
    "\n"
    "Exit codes: 0 all went well; 1 a check failed, or a command does not end; 2 wrong arguments, or a "
    "scenario\n"
    "that does not parse; 3 the kernel died; 4 something is missing here (see doctor); 5 a file could not be "
    "written.\n";

ExitCode demo(const QStringList& arguments, bool hasDisplay) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(QStringLiteral("Opens the app with a demo or a scenario file."));
    parser.addPositionalArgument(QStringLiteral("demo"), QStringLiteral("demo NAME, or demo FILE"));
    addTargetOptions(parser);
    parser.addOption(
        {QStringLiteral("headless"), QStringLiteral("As without a display: text, and pictures in out/.")});
    addPlaceOptions(parser);
    addViewOption(parser);
    PlaceInRun at;
    QStringList views;
    if (!parse(parser, arguments, &code) || !placeOf(parser, &at, &code) || !viewsOf(parser, &views, &code))
        return code;
    const QStringList words = parser.positionalArguments();
    if (words.size() > 1)
        return wrong(QStringLiteral("one demo at a time, not %1").arg(words.join(QStringLiteral(", "))));
    QString file;
    const QString name = words.isEmpty() ? QString::fromLatin1(defaultDemo) : words.front();
    Target target;
    if (!findInput(name, parser, &file, &target, &code))
        return code;
    if (parser.isSet(QStringLiteral("headless")))
        return runHeadless(file, target, {QStringLiteral("out"), views}, at);
    if (!hasDisplay) {
        std::puts("no display: running headless");
        return runHeadless(file, target, {QStringLiteral("out"), views}, at);
    }
    target.commandLimitS = 0; // whoever looks on ends it
    return runWindow(file, target, at);
}

ExitCode script(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(QStringLiteral(
        "Runs scenarios and prints their transcripts.\nExample: uvmscope script scenarios/fork-cow.uvm"));
    parser.addPositionalArgument(QStringLiteral("FILE..."),
                                 QStringLiteral("Scenario files, or names of demos."));
    parser.addOption({QStringLiteral("on"), QStringLiteral("Where: %1.").arg(scriptTargets().join(u'|')),
                      QStringLiteral("TARGET"), QStringLiteral("host")});
    parser.addOption({QStringLiteral("timeout"), QStringLiteral("Seconds that one scenario may take."),
                      QStringLiteral("SECONDS"), QStringLiteral("60")});
    if (!parse(parser, arguments, &code))
        return code;
    if (parser.positionalArguments().isEmpty())
        return wrong(QStringLiteral("script needs a scenario file; see uvmscope script --help"));
    const QString target = parser.value(QStringLiteral("on"));
    if (!scriptTargets().contains(target))
        return wrong(QStringLiteral("cannot run on %1, only on %2")
                         .arg(target, scriptTargets().join(QStringLiteral(", "))));
    constexpr int longest = 24 * 3600;
    const int timeout = parser.value(QStringLiteral("timeout")).toInt();
    if (timeout <= 0 || timeout > longest)
        return wrong(QStringLiteral("--timeout is a number of seconds from 1 to %1").arg(longest));
    return runScripts(parser.positionalArguments(), target, timeout);
}

bool isGraph(const QString& view) {
    const auto picture = makePicture(view);
    return picture && hasDot(picture->name());
}

ExitCode figure(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(
        QStringLiteral("Draws a view of a scenario into a file.\nExample: uvmscope export --view cow "
                       "scenarios/fork-cow.uvm -o cow.pdf"));
    parser.addPositionalArgument(QStringLiteral("FILE"),
                                 QStringLiteral("A scenario file, the name of a demo, or a recording."));
    addTargetOptions(parser);
    // In two groups: a word that is longer than a line of the help would be broken in its middle.
    parser.addOption(
        {QStringLiteral("view"),
         QStringLiteral("%1, or of text: %2.").arg(pictureNames().join(u'|'), textViewNames().join(u'|')),
         QStringLiteral("VIEW"), QStringLiteral("map")});
    parser.addOption(
        {QStringLiteral("format"),
         QStringLiteral(
             "svg|pdf|png|tex (TikZ); dot with the views tree, cow and amap; txt with the views of "
             "text; json with the view timeline: a trace for Perfetto. By the name of OUT when "
             "absent."),
         QStringLiteral("FORMAT")});
    parser.addOption(
        {QStringLiteral("at"),
         QStringLiteral("After the Nth command, or with eN at the event with the number N; after the "
                        "last command when absent. The run goes no farther."),
         QStringLiteral("N")});
    parser.addOption({QStringLiteral("event"),
                      QStringLiteral("With --at N: at event E, inside the Nth command."),
                      QStringLiteral("E")});
    parser.addOption(
        {QStringLiteral("each"), QStringLiteral("A frame after each command; nothing moves between them.")});
    parser.addOption({QStringLiteral("search"),
                      QStringLiteral("With --view tree: a frame for each gap and subtree that the command's "
                                     "search for room looked at.")});
    const QStringList scales{QStringLiteral("pages"), QStringLiteral("linear"), QStringLiteral("log"),
                             QStringLiteral("equal")}; // as AxisScale has them
    parser.addOption({QStringLiteral("scale"),
                      QStringLiteral("Of addresses, in the view map: %1.").arg(scales.join(u'|')),
                      QStringLiteral("SCALE"), scales.front()});
    parser.addOption({QStringLiteral("size"),
                      QStringLiteral("The size that the picture is offered, in pixels; it may need more."),
                      QStringLiteral("WIDTHxHEIGHT")});
    addThemeOption(parser);
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QStringLiteral("The file to write."),
                      QStringLiteral("OUT")});
    if (!parse(parser, arguments, &code))
        return code;
    ExportRequest request;
    if (parser.positionalArguments().size() != 1)
        return wrong(QStringLiteral("export needs one scenario file; see uvmscope export --help"));
    if (!findInput(parser.positionalArguments().front(), parser, &request.file, &request.target, &code))
        return code;
    request.view = parser.value(QStringLiteral("view"));
    if (!exportViews().contains(request.view))
        return wrong(QStringLiteral("there is no view %1; there are %2")
                         .arg(request.view, exportViews().join(QStringLiteral(", "))));
    if (!themeOf(parser, &request.theme, &code))
        return code;
    if (const qsizetype scale = scales.indexOf(parser.value(QStringLiteral("scale"))); scale >= 0)
        request.scale = AxisScale(scale);
    else
        return wrong(QStringLiteral("there is no scale %1; there are %2")
                         .arg(parser.value(QStringLiteral("scale")), scales.join(QStringLiteral(", "))));
    if (parser.isSet(QStringLiteral("size"))) {
        constexpr int least = 100, most = 20000;
        const QStringList sides = parser.value(QStringLiteral("size")).split(u'x');
        const int width = sides.value(0).toInt(), height = sides.value(1).toInt();
        if (sides.size() != 2 || std::min(width, height) < least || std::max(width, height) > most)
            return wrong(QStringLiteral("--size takes WIDTHxHEIGHT in pixels, each from %1 to %2")
                             .arg(least)
                             .arg(most));
        request.size = QSizeF(width, height);
    }
    request.output = parser.value(QStringLiteral("output"));
    const QString format = parser.value(QStringLiteral("format"));
    if (request.output.isEmpty())
        return wrong(QStringLiteral("export needs -o OUT"));
    if (!format.isEmpty() && QFileInfo(request.output).suffix() != format)
        request.output += u'.' + format;
    const bool trace = QFileInfo(request.output).suffix() == QStringLiteral("json");
    if (const QString suffix = QFileInfo(request.output).suffix().toLower();
        suffix == QStringLiteral("txt")) {
        if (!textViewNames().contains(request.view))
            return wrong(QStringLiteral("cannot export to '%1': only %2 are text")
                             .arg(request.output, textViewNames().join(QStringLiteral(", "))));
    } else if (!trace && !exportFormats().contains(suffix))
        return wrong(QStringLiteral("cannot export to '%1': %2 can be had")
                         .arg(request.output, exportFormats().join(QStringLiteral(", "))));
    if (request.output.endsWith(QStringLiteral(".dot")) && !isGraph(request.view))
        return wrong(
            QStringLiteral("cannot export to '%1': only tree, cow and amap are graphs").arg(request.output));
    request.each = parser.isSet(QStringLiteral("each"));
    request.search = parser.isSet(QStringLiteral("search"));
    if (trace &&
        (request.each || parser.isSet(QStringLiteral("at")) || request.view != QStringLiteral("timeline")))
        return wrong(
            QStringLiteral("a trace (.json) is of the whole run: --view timeline, without --at and --each"));
    if (request.search && (request.each || request.view != QStringLiteral("tree")))
        return wrong(QStringLiteral("--search goes with --view tree, and not together with --each"));
    if (parser.isSet(QStringLiteral("at"))) {
        const QString at = parser.value(QStringLiteral("at"));
        bool ok = false;
        if (at.startsWith(u'e'))
            request.atEvent = at.mid(1).toULongLong(&ok);
        else
            request.at = at.toInt(&ok);
        if (!ok || request.each)
            return wrong(QStringLiteral("--at takes the number of a command, or e and that of an event, and "
                                        "not together with --each"));
    }
    if (parser.isSet(QStringLiteral("event"))) {
        bool ok = false;
        request.atEvent = parser.value(QStringLiteral("event")).toULongLong(&ok);
        if (!ok || !request.at)
            return wrong(
                QStringLiteral("--event takes the number of an event, in the command that --at names"));
    }
    return runExport(request);
}

ExitCode bench(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(QStringLiteral(
        "Measures what a part of the project costs.\nExample: uvmscope bench vm --filter lookup"));
    parser.addPositionalArgument(QStringLiteral("PART"), benchParts().join(u'|') + u'.');
    parser.addOption({QStringLiteral("filter"), QStringLiteral("Only rows whose name this finds."),
                      QStringLiteral("REGEX")});
    parser.addOption({QStringLiteral("json"), QStringLiteral("JSON instead of a table.")});
    parser.addOption({QStringLiteral("instructions"),
                      QStringLiteral("Exact counts by callgrind beside the reference's, instead of times.")});
    if (!parse(parser, arguments, &code))
        return code;
    const QStringList words = parser.positionalArguments();
    if (words.size() != 1 || !benchParts().contains(words.front()))
        return wrong(QStringLiteral("bench needs one of: %1").arg(benchParts().join(QStringLiteral(", "))));
    return runBench({words.front(), parser.value(QStringLiteral("filter")),
                     parser.isSet(QStringLiteral("json")), parser.isSet(QStringLiteral("instructions"))});
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
    parser.addOption({QStringLiteral("at"), QStringLiteral("With --event: the command that it is in."),
                      QStringLiteral("N")});
    parser.addOption(
        {QStringLiteral("event"), QStringLiteral("A moment at event E, too."), QStringLiteral("E")});
    QString file;
    Target target;
    PlaceInRun place;
    if (!parse(parser, arguments, &code) || !placeOf(parser, &place, &code) ||
        !oneInput("record", parser, &file, &target, &code))
        return code;
    if (!parser.isSet(QStringLiteral("output")))
        return wrong(QStringLiteral("record needs -o REC"));
    if (place.command > 0 && place.event == 0)
        return wrong(QStringLiteral("record takes --at together with --event"));
    return runRecord(file, target, momentsAt(parser), place, parser.value(QStringLiteral("output")));
}

ExitCode evidence(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(
        QStringLiteral("Records a run that fails and draws it, for `uvmscope lab`; tells in a line of JSON "
                       "what broke."));
    parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("A scenario file, or a program."));
    addTargetOptions(parser);
    parser.addOption({QStringLiteral("view"), QStringLiteral("Of the figure."), QStringLiteral("VIEW"),
                      QStringLiteral("map")});
    parser.addOption({QStringLiteral("at"), QStringLiteral("The command that the figure is of."),
                      QStringLiteral("N"), QStringLiteral("0")});
    parser.addOption({QStringLiteral("hangs"),
                      QStringLiteral("It is known to hang: the machine is given up when it is silent for two "
                                     "seconds, and not for ten.")});
    parser.addOption({QStringLiteral("no-event"),
                      QStringLiteral("The event at which an invariant broke is not looked for.")});
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QStringLiteral("Writes OUT.uvmrec and OUT.svg."),
                      QStringLiteral("OUT")});
    EvidenceRequest request;
    if (!parse(parser, arguments, &code) ||
        !oneInput("evidence", parser, &request.file, &request.target, &code))
        return code;
    bool ok = false;
    request.view = parser.value(QStringLiteral("view"));
    request.command = parser.value(QStringLiteral("at")).toInt(&ok);
    request.event = !parser.isSet(QStringLiteral("no-event"));
    request.hangs = parser.isSet(QStringLiteral("hangs"));
    request.output = parser.value(QStringLiteral("output"));
    if (!ok || request.output.isEmpty() || !exportViews().contains(request.view))
        return wrong(QStringLiteral("evidence needs -o OUT, a view that there is, and a number for --at"));
    return runEvidence(request);
}

ExitCode openRecording(const QStringList& arguments, bool hasDisplay) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(QStringLiteral("Shows a recording. Needs no machine."));
    parser.addPositionalArgument(QStringLiteral("REC"), QStringLiteral("A file of uvmscope record."));
    parser.addOption(
        {QStringLiteral("headless"), QStringLiteral("As without a display: text, and pictures in out/.")});
    addPlaceOptions(parser);
    addViewOption(parser);
    PlaceInRun at;
    QStringList views;
    if (!parse(parser, arguments, &code) || !placeOf(parser, &at, &code) || !viewsOf(parser, &views, &code))
        return code;
    if (parser.positionalArguments().size() != 1)
        return wrong(QStringLiteral("open needs one recording; see uvmscope open --help"));
    const QString file = parser.positionalArguments().front();
    QString problem;
    if (!gdbbridge::RecordingReader::open(file, &problem))
        return wrong(problem);
    if (parser.isSet(QStringLiteral("headless")) || !hasDisplay)
        return runHeadless(file, {}, {QStringLiteral("out"), views}, at);
    return runWindow(file, {}, at);
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
    Target target;
    if (!parse(parser, arguments, &code) || !oneInput("watch", parser, &file, &target, &code))
        return code;
    return parser.isSet(QStringLiteral("json")) ? runWatchJson(file, target, momentsAt(parser))
                                                : runWatch(file, target, momentsAt(parser));
}

ExitCode compare(const QStringList& arguments) {
    QCommandLineParser parser;
    ExitCode code = ExitCode::Ok;
    parser.setApplicationDescription(
        QStringLiteral("Runs a scenario on two targets and tells where they first differ.\n"
                       "Example: uvmscope compare fork-cow --on i386 --on my-kernel/kernel-i386"));
    parser.addPositionalArgument(QStringLiteral("FILE"),
                                 QStringLiteral("A scenario file, or the name of a demo."));
    parser.addOption({QStringLiteral("on"),
                      QStringLiteral("A side, to be given twice: %1.").arg(comparedSideWords()),
                      QStringLiteral("TARGET")});
    addThemeOption(parser);
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QStringLiteral("A figure of the first difference: svg, pdf or png."),
                      QStringLiteral("OUT")});
    if (!parse(parser, arguments, &code))
        return code;
    const QStringList words = parser.positionalArguments(), on = parser.values(QStringLiteral("on"));
    if (words.size() != 1)
        return wrong(QStringLiteral("compare needs one scenario file; see uvmscope compare --help"));
    if (on.size() != 2)
        return wrong(
            QStringLiteral("compare needs two sides: --on A --on B; each is %1").arg(comparedSideWords()));
    CompareRequest request;
    if (!findFile(words.front(), &request.file, &code))
        return code;
    QString problem;
    const auto one = comparedSide(on[0], &problem), two = comparedSide(on[1], &problem);
    if (!one || !two)
        return wrong(problem);
    request.one = *one;
    request.two = *two;
    tellApart(request.one, request.two, on[0], on[1]);
    request.output = parser.value(QStringLiteral("output"));
    if (!themeOf(parser, &request.theme, &code))
        return code;
    return runCompare(request);
}

} // namespace

ExitCode runCommandLine(QStringList arguments, bool hasDisplay) {
    const QString command = arguments.value(1);
    if (command.isEmpty() || command.startsWith(u'-') || command == QStringLiteral("demo")) {
        if (command == QStringLiteral("--help") || command == QStringLiteral("-h")) {
            std::fputs(help, stdout);
            return ExitCode::Ok;
        }
        if (command == QStringLiteral("--version")) {
            std::puts("uvmscope " UVMSCOPE_VERSION);
            return ExitCode::Ok;
        }
        if (command == QStringLiteral("demo"))
            arguments.removeAt(1);
        arguments[0] = QStringLiteral("uvmscope demo");
        return demo(arguments, hasDisplay);
    }
    arguments.removeAt(1);
    arguments[0] = QStringLiteral("uvmscope ") + command;
    if (command == QStringLiteral("script"))
        return script(arguments);
    if (command == QStringLiteral("export"))
        return figure(arguments);
    if (command == QStringLiteral("bench"))
        return bench(arguments);
    if (command == QStringLiteral("record"))
        return record(arguments);
    if (command == QStringLiteral("evidence"))
        return evidence(arguments);
    if (command == QStringLiteral("open"))
        return openRecording(arguments, hasDisplay);
    if (command == QStringLiteral("watch"))
        return watch(arguments);
    if (command == QStringLiteral("compare"))
        return compare(arguments);
    if (command == QStringLiteral("lab"))
        return runLab(arguments.mid(1));
    if (command == QStringLiteral("doctor"))
        return runDoctor();
    return wrong(QStringLiteral("there is no command %1; see uvmscope --help").arg(command));
}

} // namespace gui
