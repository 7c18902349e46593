#include "labs/grader/wrong.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QProcess>
#include <QTemporaryDir>

#include "labs/grader/files.h"
#include "labs/grader/kit.h"

namespace grader {

namespace {

// JSON has no long strings: a text is a list of its lines.
QString linesOf(const QJsonValue& value) {
    QStringList lines;
    for (const auto& line : value.toArray())
        lines << line.toString();
    return lines.join(u'\n');
}

} // namespace

std::vector<Wrong> readWrong(const QString& file, QString* problem) {
    std::vector<Wrong> all;
    const auto json = readJson(file, problem);
    if (!json)
        return all;
    for (const auto& value : (*json)[QStringLiteral("wrong")].toArray()) {
        const QJsonObject each = value.toObject();
        Wrong wrong{each[QStringLiteral("name")].toString(),
                    each[QStringLiteral("answer")].toString(),
                    each[QStringLiteral("look")].toString(),
                    each[QStringLiteral("program")].toString(),
                    {},
                    {},
                    {}};
        for (const auto& id : each[QStringLiteral("loses")].toArray())
            wrong.loses << id.toString();
        for (const auto& words : each[QStringLiteral("says")].toArray())
            wrong.says << words.toString();
        for (const auto& edit : each[QStringLiteral("edits")].toArray())
            wrong.edits.push_back({edit[QStringLiteral("file")].toString(),
                                   linesOf(edit[QStringLiteral("replace")]),
                                   linesOf(edit[QStringLiteral("by")])});
        all.push_back(std::move(wrong));
    }
    return all;
}

QString writeSolution(const Lab& lab, const Installation& where, const std::vector<Edit>& edits,
                      const QString& folder) {
    const QStringList files = lab.files + lab.withheld;
    for (const QString& file : files) {
        const auto bytes = readFile(where.source + u'/' + file);
        if (!bytes)
            return QStringLiteral("cannot read %1").arg(file);
        QString text = QString::fromUtf8(*bytes);
        for (const Edit& edit : edits) {
            if (edit.file != file)
                continue;
            if (text.count(edit.replace) != 1)
                return QStringLiteral("%1 has this %2 times, not once: %3")
                    .arg(file)
                    .arg(text.count(edit.replace))
                    .arg(edit.replace);
            text.replace(edit.replace, edit.by);
        }
        if (QString problem = writeFile(folder + u'/' + file, text.toUtf8()); !problem.isEmpty())
            return problem;
    }
    for (const Edit& edit : edits)
        if (!files.contains(edit.file))
            return QStringLiteral("%1 is no file of this lab").arg(edit.file);
    return {};
}

QString writeExhibit(const Lab& lab, const Installation& where, const Wrong& wrong, const QString& folder) {
    const QString scenario = lab.scenarioFile(wrong.look);
    if (!QFileInfo::exists(scenario))
        return QStringLiteral(
            "this exhibit is shown by a hidden check, which the package uvmscope-grader has");
    QString problem;
    const auto tree = BuildTree::open(where.kit, where.source, &problem);
    const QTemporaryDir work;
    if (tree && problem.isEmpty())
        problem = writeKit(lab, *tree, work.path());
    if (problem.isEmpty())
        problem = writeSolution(lab, where, wrong.edits, work.path());
    if (!problem.isEmpty())
        return problem;
    const QString kernel = programOf(Machine::I386);
    QProcess make;
    make.setWorkingDirectory(work.path());
    make.start(QStringLiteral("make"), {QStringLiteral("-s"), kernel});
    make.waitForFinished(-1);
    if (make.exitStatus() != QProcess::NormalExit || make.exitCode() != 0)
        return QString::fromUtf8(make.readAllStandardError()).trimmed();
    problem = copyFile(work.filePath(kernel), folder + u'/' + kernel);
    if (problem.isEmpty())
        problem =
            copyFile(scenario, folder + u'/' + QFileInfo(wrong.look).fileName() + QStringLiteral(".uvm"));
    if (!problem.isEmpty() || wrong.program.isEmpty())
        return problem;
    const QString file =
        QStringLiteral("%1/%2/%3").arg(where.user, machineName(Machine::I386), wrong.program);
    return copyFile(file, folder + u'/' + wrong.program);
}

} // namespace grader
