#include "labs/grader/command_support.h"

#include <cstdio>

namespace grader {

using gui::ExitCode;

int complain(ExitCode code, const QString& text) {
    std::fflush(stdout);
    std::fputs(qPrintable(QStringLiteral("uvmscope: %1\n").arg(text)), stderr);
    return int(code);
}

void say(const QString& line) {
    std::fputs((line + u'\n').toUtf8().constData(), stdout);
    std::fflush(stdout);
}

bool parse(QCommandLineParser& parser, const QStringList& words, int count, int* code) {
    if (!parser.parse(words))
        *code =
            complain(ExitCode::BadInput, parser.errorText() + QStringLiteral("; see uvmscope lab --help"));
    else if (count >= 0 && parser.positionalArguments().size() != count)
        *code =
            complain(ExitCode::BadInput, QStringLiteral("wrong number of words; see uvmscope lab --help"));
    else
        return true;
    return false;
}

} // namespace grader
