#include "gui/app/complain.h"

#include <cstdio>

namespace gui {

ExitCode complain(ExitCode code, const QString& problem, const QStringList& report) {
    std::fflush(stdout);
    for (const QString& line : QStringList{QStringLiteral("uvmscope: ") + problem} + report)
        std::fputs((line + u'\n').toUtf8().constData(), stderr);
    return code;
}

} // namespace gui
