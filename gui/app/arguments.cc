#include "gui/app/arguments.h"

#include <QCoreApplication>

#include <cstdio>

#include "gui/app/complain.h"
#include "gui/app/paths.h"

namespace gui {

ExitCode wrong(const QString& text) { return complain(ExitCode::BadInput, text); }

bool parse(QCommandLineParser& parser, const QStringList& arguments, ExitCode* code) {
    parser.addOption({{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Shows this help.")});
    if (!parser.parse(arguments)) {
        *code = wrong(parser.errorText() + QStringLiteral("; see --help"));
        return false;
    }
    if (parser.isSet(QStringLiteral("help"))) {
        // Qt names the program by its whole path and knows nothing of the command.
        QString text = parser.helpText();
        const QString path = QCoreApplication::arguments().constFirst();
        if (const auto at = text.indexOf(path); at >= 0)
            text.replace(at, path.size(), arguments.constFirst());
        std::fputs(text.toUtf8().constData(), stdout);
        *code = ExitCode::Ok;
        return false;
    }
    return true;
}

void addTargetOptions(QCommandLineParser& parser) {
    parser.addOption({{QStringLiteral("arch"), QStringLiteral("on")},
                      QStringLiteral("The kernel: %1.").arg(architectures().join(u'|')),
                      QStringLiteral("ARCH"),
                      architectures().front()});
    parser.addOption({QStringLiteral("kernel"),
                      QStringLiteral("Another kernel: its ELF file, with debug information."),
                      QStringLiteral("FILE")});
    parser.addOption({QStringLiteral("kernel-options"),
                      QStringLiteral("More words for the kernel, for example test=panic or test=triplefault: "
                                     "see a kernel die."),
                      QStringLiteral("WORDS")});
    parser.addOption(
        {QStringLiteral("limit"),
         QStringLiteral("Seconds of the processor's time after which a command is given up, where "
                        "there is no window; 0: never."),
         QStringLiteral("SECONDS"), QStringLiteral("20")});
}

bool findFile(const QString& name, QString* file, ExitCode* code) {
    *file = findScenario(name);
    if (file->isEmpty())
        *code = wrong(QStringLiteral("there is no scenario %1; the demos are: %2")
                          .arg(name, scenarioNames().join(QStringLiteral(", "))));
    return !file->isEmpty();
}

bool findInput(const QString& name, const QCommandLineParser& parser, QString* file, Target* target,
               ExitCode* code) {
    const QString architecture = parser.value(QStringLiteral("arch"));
    *target = {architecture, parser.value(QStringLiteral("kernel")),
               parser.value(QStringLiteral("kernel-options"))};
    constexpr int longest = 24 * 3600;
    bool isNumber = false;
    target->commandLimitS = parser.value(QStringLiteral("limit")).toInt(&isNumber);
    if (!isNumber || target->commandLimitS < 0 || target->commandLimitS > longest) {
        *code = wrong(QStringLiteral("--limit is a number of seconds from 0 to %1").arg(longest));
        return false;
    }
    if (!findFile(name, file, code))
        return false;
    if (architectures().contains(architecture))
        return true;
    *code = wrong(QStringLiteral("there is no kernel for %1; there is one for %2")
                      .arg(architecture, architectures().join(QStringLiteral(", "))));
    return false;
}

bool oneInput(const char* command, const QCommandLineParser& parser, QString* file, Target* target,
              ExitCode* code) {
    if (parser.positionalArguments().size() == 1)
        return findInput(parser.positionalArguments().front(), parser, file, target, code);
    *code = wrong(QStringLiteral("%1 needs one file; see uvmscope %1 --help").arg(QLatin1String(command)));
    return false;
}

void addThemeOption(QCommandLineParser& parser) {
    QStringList names;
    for (ThemeName theme : allThemes)
        names << themeName(theme);
    parser.addOption(
        {QStringLiteral("theme"), names.join(u'|') + u'.', QStringLiteral("THEME"), QStringLiteral("print")});
}

bool themeOf(const QCommandLineParser& parser, ThemeName* theme, ExitCode* code) {
    const QString name = parser.value(QStringLiteral("theme"));
    for (ThemeName each : allThemes)
        if (themeName(each) == name) {
            *theme = each;
            return true;
        }
    *code = wrong(QStringLiteral("there is no theme %1").arg(name));
    return false;
}

void addEventsOption(QCommandLineParser& parser) {
    parser.addOption(
        {QStringLiteral("events"),
         QStringLiteral("A moment at every event of the kernel, not only behind each command. Slow.")});
}

void addPlaceOptions(QCommandLineParser& parser) {
    parser.addOption({QStringLiteral("at"), QStringLiteral("Goes on to the end of the Nth command first."),
                      QStringLiteral("N")});
    parser.addOption({QStringLiteral("event"),
                      QStringLiteral("With --at: to event E, inside the Nth command."), QStringLiteral("E")});
}

bool placeOf(const QCommandLineParser& parser, PlaceInRun* place, ExitCode* code) {
    *place = {};
    place->command = parser.value(QStringLiteral("at")).toInt();
    place->event = parser.value(QStringLiteral("event")).toULongLong();
    if (parser.isSet(QStringLiteral("at")) && place->command < 1)
        *code = wrong(QStringLiteral("--at takes the number of a command, from 1"));
    else if (parser.isSet(QStringLiteral("event")) && (place->event < 1 || place->command < 1))
        *code = wrong(
            QStringLiteral("--event takes the number of an event, from 1, in the command that --at names"));
    else
        return true;
    return false;
}

MomentsAt momentsAt(const QCommandLineParser& parser) {
    return parser.isSet(QStringLiteral("events")) ? MomentsAt::EveryEvent : MomentsAt::CommandEnds;
}

} // namespace gui
