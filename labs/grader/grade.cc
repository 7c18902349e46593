#include "labs/grader/grade.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QEventLoop>
#include <QFileInfo>
#include <QJsonDocument>
#include <QProcess>
#include <QRandomGenerator>

#include <csignal>
#include <deque>
#include <memory>
#include <sys/prctl.h>

#include "labs/grader/checker.h"
#include "labs/grader/files.h"
#include "labs/grader/kit.h"
#include "labs/grader/reports.h"
#include "labs/grader/student_folder.h"
#include "labs/grader/work_folder.h"

namespace grader {

namespace {

// Names what a result is of: the submitted files, and the lab with all its checks.
QString digest(const Lab& lab, const QString& submission) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto add = [&](const QString& name, const QString& file) {
        hash.addData(name.toUtf8() + '\0');
        hash.addData(readFile(file).value_or("(none)"));
    };
    for (const QString& file : lab.files)
        for (const QString& name : {file, QFileInfo(file).fileName()})
            add(name, submission + u'/' + name);
    QStringList parts;
    QDirIterator at(lab.folder, QDir::Files, QDirIterator::Subdirectories);
    while (at.hasNext())
        parts << at.next();
    parts.sort();
    for (const QString& part : parts)
        add(QDir(lab.folder).relativeFilePath(part), part);
    return QString::fromLatin1(hash.result().toHex());
}

QString resultFile(const GradeRequest& request, const QString& name) {
    return request.output + QStringLiteral("/results/") + name + QStringLiteral(".json");
}

bool isGraded(const Lab& lab, const GradeRequest& request, const QString& name) {
    QString problem;
    const auto json = readJson(resultFile(request, name), &problem);
    return json &&
           (*json)[QStringLiteral("digest")].toString() == digest(lab, request.submissions + u'/' + name);
}

LabResult rejected(const Lab& lab, const QString& why) {
    LabResult result{lab.number, lab.title, {}, false, 0};
    for (const Check& check : lab.checks) {
        CheckResult failed{check.id, check.title, check.hint, check.points, 0, check.isPublic, false, {}};
        failed.failure.what = why;
        result.checks.push_back(failed);
    }
    return result;
}

QStringList submissionsOf(const GradeRequest& request, QString* problem) {
    const QDir folder(request.submissions);
    QStringList names = folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString& name : request.only)
        if (!names.contains(name))
            *problem = QStringLiteral("there is no submission %1 in %2").arg(name, request.submissions);
    if (!request.only.isEmpty())
        names = request.only;
    if (names.isEmpty() && problem->isEmpty())
        *problem = QStringLiteral("%1 has no folders; it needs one a submission").arg(request.submissions);
    return names;
}

// The submissions that are being graded, each by a process.
class Workers {
public:
    using Say = std::function<void(const QString&)>;
    Workers(const Lab& lab, const GradeRequest& request, const QString& kit, const Say& say)
        : m_lab(lab), m_request(request), m_kit(kit), m_say(say) {}

    // "" or who could not be graded.
    QString run(const QStringList& names) {
        m_waiting.assign(names.begin(), names.end());
        m_all = int(names.size());
        for (int i = 0; i < m_request.jobs; ++i)
            next();
        if (m_running > 0)
            m_loop.exec();
        return m_failed.isEmpty() ? QString()
                                  : QStringLiteral("not graded: %1").arg(m_failed.join(QStringLiteral(", ")));
    }

private:
    void next() {
        if (m_waiting.empty()) {
            if (m_running == 0)
                m_loop.quit();
            return;
        }
        const QString name = m_waiting.front();
        m_waiting.pop_front();
        ++m_running;
        auto* const process = new QProcess(&m_loop);
        process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        // Nobody is left who would write the result of a submission that is being graded anew.
        process->setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
        QObject::connect(process, &QProcess::finished, &m_loop,
                         [this, process, name](int code, QProcess::ExitStatus how) {
                             --m_running;
                             process->deleteLater();
                             ended(name, how == QProcess::NormalExit && code == 0);
                             next();
                         });
        QObject::connect(process, &QProcess::errorOccurred, &m_loop,
                         [this, name](QProcess::ProcessError error) {
                             if (error != QProcess::FailedToStart)
                                 return;
                             --m_running;
                             ended(name, false);
                             next();
                         });
        const uint32_t seed =
            m_request.seed != 0 ? m_request.seed : QRandomGenerator::system()->bounded(1, 1 << 30);
        process->start(QCoreApplication::applicationFilePath(),
                       {QStringLiteral("grade-one"), QString::number(m_lab.number), QStringLiteral("--kit"),
                        m_kit, QStringLiteral("--submission"), m_request.submissions + u'/' + name,
                        QStringLiteral("--result"), resultFile(m_request, name), QStringLiteral("--evidence"),
                        m_request.output + QStringLiteral("/evidence/") + name, QStringLiteral("--seed"),
                        QString::number(seed)});
    }
    void ended(const QString& name, bool graded) {
        ++m_done;
        QString problem;
        const auto json = graded ? readJson(resultFile(m_request, name), &problem) : std::nullopt;
        if (!json)
            m_failed << name;
        m_say(QStringLiteral("%1/%2  %3  %4")
                  .arg(m_done)
                  .arg(m_all)
                  .arg(name, json ? QStringLiteral("%1 of %2 points")
                                        .arg((*json)[QStringLiteral("earned")].toInt())
                                        .arg((*json)[QStringLiteral("points")].toInt())
                                  : QStringLiteral("could not be graded")));
    }

    const Lab& m_lab;
    const GradeRequest& m_request;
    const QString m_kit;
    Say m_say;
    QEventLoop m_loop;
    std::deque<QString> m_waiting;
    QStringList m_failed;
    int m_running = 0, m_done = 0, m_all = 0;
};

} // namespace

QString gradeOne(const Lab& lab, const Installation& where, const GradeJob& job) {
    const WorkFolder folder;
    if (!folder.problem().isEmpty())
        return folder.problem();
    const QString wrong = writeSubmission(lab, job.kit, job.submission, folder.path());
    if (!job.evidence.isEmpty())
        QDir(job.evidence).removeRecursively(); // of an earlier submission
    const CheckerConfig config{folder.path(), {job.kit},       where.reference(), where.user,
                               job.seed,      where.program(), job.evidence};
    const LabResult result = wrong.isEmpty() ? runChecks(lab, config, false) : rejected(lab, wrong);
    QJsonObject json = toJson(result);
    json[QStringLiteral("name")] = QFileInfo(job.submission).fileName();
    json[QStringLiteral("digest")] = digest(lab, job.submission);
    return writeFile(job.result, QJsonDocument(json).toJson());
}

QString gradeAll(const Lab& lab, const Installation& where, const GradeRequest& request,
                 const std::function<void(const QString&)>& say) {
    QString problem;
    const QStringList names = submissionsOf(request, &problem);
    if (!problem.isEmpty())
        return problem;
    QStringList left;
    for (const QString& name : names)
        if (request.again || !isGraded(lab, request, name))
            left << name;
    if (left.size() < names.size())
        say(QStringLiteral("%1 of %2 are graded already").arg(names.size() - left.size()).arg(names.size()));
    if (!left.isEmpty()) {
        const auto tree = BuildTree::open(where.kit, where.source, &problem);
        WorkFolder::removeAbandoned(); // of a run that was killed
        const WorkFolder shared;
        if (tree && problem.isEmpty())
            problem = shared.problem();
        if (tree && problem.isEmpty())
            problem = writeKit(lab, *tree, shared.path());
        if (!problem.isEmpty())
            return problem;
        problem = Workers(lab, request, shared.path() + QStringLiteral("/kit"), say).run(left);
    }
    // Of a class: who grades one of it is a job of many, and the last call writes them.
    if (!request.only.isEmpty())
        return problem;
    const QString unwritten = writeReports(lab, request.output);
    return problem.isEmpty() ? unwritten : problem;
}

} // namespace grader
