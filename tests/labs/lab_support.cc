#include "tests/labs/lab_support.h"

#include <QFileInfo>
#include <QProcess>

#include <algorithm>

#include "labs/grader/files.h"
#include "labs/grader/kit.h"
#include "labs/grader/student_folder.h"
#include "labs/grader/words.h"

namespace test {

grader::Installation labInstallation() {
    return grader::Installation::ofBuild(QStringLiteral(UVMSCOPE_BUILD_DIR),
                                         QStringLiteral(UVMSCOPE_SOURCE_DIR));
}

grader::Lab theLab(int number) {
    QString problem;
    auto lab = grader::findLab(labInstallation(), QString::number(number), &problem);
    if (!lab)
        qFatal("%s", qPrintable(problem));
    return *lab;
}

std::vector<grader::Wrong> wrongOf(const QString& file) {
    QString problem;
    auto all = grader::readWrong(file, &problem);
    if (!problem.isEmpty() || all.empty())
        qFatal("%s: %s", qPrintable(file), qPrintable(problem));
    return all;
}

LabBench::LabBench(grader::Lab lab) : m_lab(std::move(lab)) {
    QString problem;
    const auto tree = grader::BuildTree::open(labInstallation().kit, labInstallation().source, &problem);
    if (tree)
        problem = grader::writeKit(m_lab, *tree, m_kit.path());
    if (problem.isEmpty())
        problem =
            grader::writeSolution(m_lab, labInstallation(), {}, m_kit.filePath(QStringLiteral("reference")));
    if (problem.isEmpty())
        problem = grader::writeSubmission(m_lab, kit(), m_kit.filePath(QStringLiteral("reference")),
                                          m_reference.path());
    if (!problem.isEmpty())
        qFatal("%s", qPrintable(problem));
    QProcess make;
    make.setWorkingDirectory(m_reference.path());
    make.start(QStringLiteral("make"), {QStringLiteral("-s"), QStringLiteral("uvmscope-host")});
    make.waitForFinished(-1);
}

void LabBench::lendObjects(const QString& folder) const {
    const auto same = [&](const QString& file) {
        return grader::readFile(folder + u'/' + file) == grader::readFile(m_reference.filePath(file));
    };
    // A header that is another one changes them all.
    const auto headerIsTheSame = [&](const QString& file) {
        return !file.endsWith(QStringLiteral(".h")) || same(file);
    };
    for (const QStringList& files : {m_lab.withheld, m_lab.files})
        if (!std::all_of(files.begin(), files.end(), headerIsTheSame))
            return;
    for (const QString& file : m_lab.files) {
        const QString object = QStringLiteral("/build/host/%1.o").arg(QFileInfo(file).completeBaseName());
        if (same(file))
            grader::copyFile(m_reference.path() + object, folder + object);
    }
}

grader::LabResult LabBench::check(const QString& submission, const QStringList& ids, uint32_t seed) const {
    const QTemporaryDir folder;
    if (const QString problem = grader::writeSubmission(m_lab, kit(), submission, folder.path());
        !problem.isEmpty())
        qFatal("%s", qPrintable(problem));
    lendObjects(folder.path());
    grader::Lab wanted = m_lab;
    if (!ids.isEmpty())
        std::erase_if(wanted.checks, [&](const grader::Check& check) { return !ids.contains(check.id); });
    const auto where = labInstallation();
    return grader::runChecks(
        wanted, {folder.path(), {kit()}, seed == 0 ? QString() : where.reference(), where.user, seed}, false);
}

QString LabBench::solution(const QTemporaryDir& folder, const QString& name,
                           const std::vector<grader::Edit>& edits) const {
    const QString to = folder.filePath(name);
    if (const QString problem = grader::writeSolution(m_lab, labInstallation(), edits, to);
        !problem.isEmpty())
        qFatal("%s: %s", qPrintable(name), qPrintable(problem));
    return to;
}

QByteArray told(const grader::LabResult& result) { return grader::table(result, 0).toUtf8(); }

} // namespace test
