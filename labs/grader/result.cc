#include "labs/grader/result.h"

#include <QJsonArray>

namespace grader {

namespace {

// The fields of a failure by their names in JSON.
constexpr std::pair<const char*, QString Failure::*> failureTexts[] = {
    {"what", &Failure::what},           {"machine", &Failure::machine},   {"scenario", &Failure::scenario},
    {"command", &Failure::text},        {"expected", &Failure::expected}, {"found", &Failure::found},
    {"invariant", &Failure::invariant}, {"detail", &Failure::detail},     {"open", &Failure::open},
    {"recording", &Failure::recording}, {"figure", &Failure::figure},     {"evidence", &Failure::evidence},
    {"program", &Failure::program},     {"look", &Failure::look}};

QJsonObject toJson(const Failure& failure) {
    QJsonObject json{{QStringLiteral("line"), failure.line},
                     {QStringLiteral("number"), failure.command},
                     {QStringLiteral("at_end"), failure.atEnd},
                     {QStringLiteral("breaks_in"), failure.breaksIn},
                     {QStringLiteral("breaks_at_event"), qint64(failure.breaksAt)}};
    for (const auto& [name, field] : failureTexts)
        json[QLatin1String(name)] = failure.*field;
    return json;
}

Failure failureOf(const QJsonObject& json) {
    Failure failure;
    failure.line = json[QStringLiteral("line")].toInt();
    failure.command = json[QStringLiteral("number")].toInt();
    failure.atEnd = json[QStringLiteral("at_end")].toBool();
    failure.breaksIn = json[QStringLiteral("breaks_in")].toInt();
    failure.breaksAt = uint64_t(json[QStringLiteral("breaks_at_event")].toInteger());
    for (const auto& [name, field] : failureTexts)
        failure.*field = json[QLatin1String(name)].toString();
    return failure;
}

} // namespace

int LabResult::points() const {
    int sum = 0;
    for (const CheckResult& each : checks)
        sum += each.points;
    return sum;
}

int LabResult::earned() const {
    int sum = 0;
    for (const CheckResult& each : checks)
        sum += each.earned;
    return sum;
}

QJsonObject toJson(const LabResult& result) {
    QJsonArray checks;
    for (const CheckResult& each : result.checks) {
        QJsonObject json{{QStringLiteral("id"), each.id},           {QStringLiteral("title"), each.title},
                         {QStringLiteral("points"), each.points},   {QStringLiteral("earned"), each.earned},
                         {QStringLiteral("public"), each.isPublic}, {QStringLiteral("passed"), each.passed}};
        if (!each.passed) {
            json[QStringLiteral("hint")] = each.hint;
            json[QStringLiteral("failure")] = toJson(each.failure);
        }
        checks.append(json);
    }
    // The version of docs/schema/lab-result.schema.json.
    return {{QStringLiteral("version"), 1},
            {QStringLiteral("lab"), result.lab},
            {QStringLiteral("title"), result.title},
            {QStringLiteral("points"), result.points()},
            {QStringLiteral("earned"), result.earned()},
            {QStringLiteral("sandboxed"), result.sandboxed},
            {QStringLiteral("seed"), qint64(result.seed)},
            {QStringLiteral("checks"), checks}};
}

LabResult labResultOf(const QJsonObject& json) {
    LabResult result;
    result.lab = json[QStringLiteral("lab")].toInt();
    result.title = json[QStringLiteral("title")].toString();
    result.sandboxed = json[QStringLiteral("sandboxed")].toBool();
    result.seed = uint32_t(json[QStringLiteral("seed")].toInteger());
    for (const auto& value : json[QStringLiteral("checks")].toArray()) {
        const QJsonObject each = value.toObject();
        result.checks.push_back(
            {each[QStringLiteral("id")].toString(), each[QStringLiteral("title")].toString(),
             each[QStringLiteral("hint")].toString(), each[QStringLiteral("points")].toInt(),
             each[QStringLiteral("earned")].toInt(), each[QStringLiteral("public")].toBool(),
             each[QStringLiteral("passed")].toBool(), failureOf(each[QStringLiteral("failure")].toObject())});
    }
    return result;
}

} // namespace grader
