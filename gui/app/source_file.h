// The source that the code of a kernel was compiled from, as far as it is on this computer.
#pragma once

#include <QString>
#include <QStringList>

#include "gdbbridge/session/moment.h"

namespace gui {

struct SourceFile {
    QString path;      // "" where there is none
    QStringList lines; // without numbers
    QString name;      // for people: below the source folder, or the whole path where it is not the project's
    QString problem;   // one line: why there is none or, with lines, what is wrong with them; "" mostly
};

// The file that a place is in. A file that was compiled in another folder than the project's, as a student's
// is, is looked for beside the kernel and then where it was; never is another one of that name shown.
// `kernel` is the path of the ELF that runs; "" where a recording is shown.
SourceFile sourceOf(const gdbbridge::CodePlace& place, const QString& kernel);

} // namespace gui
