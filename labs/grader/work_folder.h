// A folder to work in that goes with who works there: at once when it ends, and when it was killed, with the
// next one who looks.
#pragma once

#include <QString>
#include <QTemporaryDir>

#include "gdbbridge/transport/unique_fd.h"

namespace grader {

class WorkFolder {
public:
    WorkFolder();

    // "" or why there is none.
    const QString& problem() const { return m_problem; }
    QString path() const;

    // Removes those whose owners are gone. Who still works, in whatever container of this machine, holds a
    // lock, which the kernel gives up for the dead.
    static void removeAbandoned();

private:
    QTemporaryDir m_folder;
    gdbbridge::UniqueFd m_lock;
    QString m_problem;
};

} // namespace grader
