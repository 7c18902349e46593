#include "labs/grader/work_folder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace grader {

namespace {

const QString prefix = QStringLiteral("uvmscope-grade-");
// Beside the place to work in, not in it: what is in there belongs to a submission.
const QString lockName = QStringLiteral("/lock"), placeName = QStringLiteral("/work");

gdbbridge::UniqueFd lock(const QString& folder, int flags) {
    gdbbridge::UniqueFd file(open(QFile::encodeName(folder + lockName).constData(),
                                  flags | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.isValid() && flock(file.get(), LOCK_EX | LOCK_NB) != 0)
        file.reset();
    return file;
}

} // namespace

WorkFolder::WorkFolder() : m_folder(QDir::temp().filePath(prefix) + QStringLiteral("XXXXXX")) {
    if (m_folder.isValid())
        m_lock = lock(m_folder.path(), O_CREAT | O_EXCL);
    if (!m_lock.isValid() || !QDir().mkdir(path()))
        m_problem = QStringLiteral("cannot make a folder to work in: %1").arg(m_folder.errorString());
}

QString WorkFolder::path() const { return m_folder.path() + placeName; }

void WorkFolder::removeAbandoned() {
    for (const QFileInfo& folder : QDir::temp().entryInfoList({prefix + u'*'}, QDir::Dirs | QDir::NoSymLinks))
        if (folder.ownerId() == getuid() && lock(folder.filePath(), 0).isValid())
            QDir(folder.filePath()).removeRecursively();
}

} // namespace grader
