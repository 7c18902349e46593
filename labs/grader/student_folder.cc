#include "labs/grader/student_folder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "labs/grader/files.h"
#include "labs/grader/kit.h"
#include "labs/grader/starter.h"

namespace grader {

namespace {

constexpr qint64 largestFile = 1 << 20;

// A file of the lab in a submission: under its whole name or, as many upload it, under its last part. What a
// link leads to is not the student's.
QString findIn(const QString& submission, const QString& file) {
    const QString root = QFileInfo(submission).canonicalFilePath();
    for (const QString& name : {file, QFileInfo(file).fileName()}) {
        const QFileInfo info(submission + u'/' + name);
        if (info.isFile() && info.canonicalFilePath() == root + u'/' + name && info.size() <= largestFile)
            return info.filePath();
    }
    return {};
}

} // namespace

QString writeStudentFolder(const Lab& lab, const Installation& where, const QString& folder) {
    if (QDir(folder).exists() && !QDir(folder).isEmpty())
        return QStringLiteral("%1 holds something already; give a new folder").arg(folder);
    QString problem;
    const auto tree = BuildTree::open(where.kit, where.source, &problem);
    if (!tree)
        return problem;
    const QString root = QDir(folder).absolutePath();
    for (const char* name : {"README.md", "lab.json"})
        if (problem.isEmpty())
            problem = copyFile(lab.folder + u'/' + QLatin1String(name), root + u'/' + QLatin1String(name));
    if (problem.isEmpty())
        problem = writeStarter(lab, where, root);
    if (problem.isEmpty())
        problem = copyTree(lab.folder + QStringLiteral("/checks"), root + QStringLiteral("/checks"));
    // A program names the line of its source at which something was wrong.
    for (const Check& check : lab.checks)
        for (const QString& program : check.files)
            if (check.isPublic && check.kind == CheckKind::Program && problem.isEmpty())
                problem = copyFile(QStringLiteral("%1/kernel/user/checks/%2.cc").arg(where.source, program),
                                   QStringLiteral("%1/programs/%2.cc").arg(root, program));
    return problem.isEmpty() ? writeKit(lab, *tree, root) : problem;
}

QString writeSubmission(const Lab& lab, const QString& kit, const QString& submission,
                        const QString& folder) {
    if (QString problem = copyFile(QFileInfo(kit).absolutePath() + QStringLiteral("/Makefile"),
                                   folder + QStringLiteral("/Makefile"));
        !problem.isEmpty())
        return problem;
    if (!QFile::link(kit, folder + QStringLiteral("/kit")))
        return QStringLiteral("cannot link the kit into %1").arg(folder);
    for (const QString& file : lab.files) {
        const QString from = findIn(submission, file);
        if (from.isEmpty())
            return QStringLiteral("%1 is missing from the submission, or is no plain file of at most 1 MiB")
                .arg(file);
        if (QString problem = copyFile(from, folder + u'/' + file); !problem.isEmpty())
            return problem;
    }
    // Headers that the kit lacks may come along.
    for (const QString& header : lab.withheld)
        if (const QString from = findIn(submission, header); !from.isEmpty())
            if (QString problem = copyFile(from, folder + u'/' + header); !problem.isEmpty())
                return problem;
    return {};
}

} // namespace grader
