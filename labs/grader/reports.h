// Results in the forms that others read.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <utility>
#include <vector>

#include "labs/grader/lab.h"
#include "labs/grader/result.h"

namespace grader {

using NamedResults = std::vector<std::pair<QString, LabResult>>;

QJsonObject gradescopeJson(const LabResult& result);
QJsonObject check50Json(const LabResult& result, const QString& slug);
QByteArray junitXml(const NamedResults& results);
QByteArray csv(const Lab& lab, const NamedResults& results);

// grades.csv, junit.xml, gradescope/NAME.json and check50/NAME.json of all of OUTPUT/results. "" or what went
// wrong.
QString writeReports(const Lab& lab, const QString& output);

} // namespace grader
