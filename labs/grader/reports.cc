#include "labs/grader/reports.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QXmlStreamWriter>

#include "labs/grader/files.h"
#include "labs/grader/words.h"

namespace grader {

namespace {

QString outputOf(const CheckResult& check) {
    return check.passed ? QString() : failureLines(check).join(u'\n');
}

QByteArray csvField(QString text) {
    return (u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"').toUtf8();
}

NamedResults readResults(const QString& folder, QString* problem) {
    NamedResults results;
    const QDir all(folder);
    for (const QString& file : all.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        const auto json = readJson(all.filePath(file), problem);
        if (!json)
            return {};
        results.emplace_back((*json)[QStringLiteral("name")].toString(), labResultOf(*json));
    }
    return results;
}

} // namespace

QJsonObject gradescopeJson(const LabResult& result) {
    QJsonArray tests;
    for (const CheckResult& check : result.checks)
        tests.append(QJsonObject{
            {QStringLiteral("name"), check.title},
            {QStringLiteral("score"), check.earned},
            {QStringLiteral("max_score"), check.points},
            {QStringLiteral("status"), check.passed ? QStringLiteral("passed") : QStringLiteral("failed")},
            {QStringLiteral("output"), outputOf(check)},
            {QStringLiteral("visibility"),
             check.isPublic ? QStringLiteral("visible") : QStringLiteral("after_published")}});
    return {{QStringLiteral("score"), result.earned()},
            {QStringLiteral("output"), QStringLiteral("Lab %1: %2").arg(result.lab).arg(result.title)},
            {QStringLiteral("tests"), tests}};
}

QJsonObject check50Json(const LabResult& result, const QString& slug) {
    QJsonArray results;
    for (const CheckResult& check : result.checks) {
        const Failure& failure = check.failure;
        const QJsonObject cause{{QStringLiteral("rationale"), failure.what},
                                {QStringLiteral("help"), check.hint},
                                {QStringLiteral("expected"), failure.expected},
                                {QStringLiteral("actual"), failure.found}};
        results.append(
            QJsonObject{{QStringLiteral("name"), check.id},
                        {QStringLiteral("description"), check.title},
                        {QStringLiteral("passed"), check.passed},
                        {QStringLiteral("log"),
                         check.passed ? QJsonArray() : QJsonArray::fromStringList(failureLines(check))},
                        {QStringLiteral("cause"), check.passed ? QJsonValue() : QJsonValue(cause)},
                        {QStringLiteral("data"), QJsonObject{{QStringLiteral("points"), check.earned},
                                                             {QStringLiteral("max_points"), check.points}}},
                        {QStringLiteral("dependency"), QJsonValue()}});
    }
    return {{QStringLiteral("slug"), slug},
            {QStringLiteral("results"), results},
            {QStringLiteral("version"), QStringLiteral("3.3.11")}};
}

QByteArray junitXml(const NamedResults& results) {
    QByteArray text;
    QXmlStreamWriter xml(&text);
    xml.setAutoFormatting(true);
    xml.writeStartDocument();
    xml.writeStartElement(QStringLiteral("testsuites"));
    for (const auto& [name, result] : results) {
        int failures = 0;
        for (const CheckResult& check : result.checks)
            failures += check.passed ? 0 : 1;
        xml.writeStartElement(QStringLiteral("testsuite"));
        xml.writeAttribute(QStringLiteral("name"), name);
        xml.writeAttribute(QStringLiteral("tests"), QString::number(result.checks.size()));
        xml.writeAttribute(QStringLiteral("failures"), QString::number(failures));
        for (const CheckResult& check : result.checks) {
            xml.writeStartElement(QStringLiteral("testcase"));
            xml.writeAttribute(QStringLiteral("classname"), QStringLiteral("lab%1").arg(result.lab));
            xml.writeAttribute(QStringLiteral("name"), check.id);
            if (!check.passed) {
                xml.writeStartElement(QStringLiteral("failure"));
                xml.writeAttribute(QStringLiteral("message"), check.failure.what);
                xml.writeCharacters(outputOf(check));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    return text;
}

QByteArray csv(const Lab& lab, const NamedResults& results) {
    QByteArray text = "name,points,of";
    for (const Check& check : lab.checks)
        text += ',' + csvField(check.id);
    text += '\n';
    for (const auto& [name, result] : results) {
        text += csvField(name) + ',' + QByteArray::number(result.earned()) + ',' +
                QByteArray::number(result.points());
        for (const Check& check : lab.checks) {
            text += ',';
            for (const CheckResult& each : result.checks)
                if (each.id == check.id)
                    text += QByteArray::number(each.earned);
        }
        text += '\n';
    }
    return text;
}

QString writeReports(const Lab& lab, const QString& output) {
    QString problem;
    const NamedResults results = readResults(output + QStringLiteral("/results"), &problem);
    if (problem.isEmpty())
        problem = writeFile(output + QStringLiteral("/grades.csv"), csv(lab, results));
    if (problem.isEmpty())
        problem = writeFile(output + QStringLiteral("/junit.xml"), junitXml(results));
    for (const auto& [name, result] : results) {
        const QString file = name + QStringLiteral(".json");
        if (problem.isEmpty())
            problem = writeFile(output + QStringLiteral("/gradescope/") + file,
                                QJsonDocument(gradescopeJson(result)).toJson());
        if (problem.isEmpty())
            problem = writeFile(
                output + QStringLiteral("/check50/") + file,
                QJsonDocument(check50Json(result, QStringLiteral("uvmscope/lab/") + lab.name)).toJson());
    }
    return problem;
}

} // namespace grader
