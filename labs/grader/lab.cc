#include "labs/grader/lab.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>

namespace grader {

namespace {

constexpr std::pair<const char*, CheckKind> kinds[] = {{"build", CheckKind::Build},
                                                       {"scenario", CheckKind::Scenario},
                                                       {"leak", CheckKind::Leak},
                                                       {"program", CheckKind::Program}};
constexpr std::pair<const char*, Machine> machines[] = {
    {"host", Machine::Host}, {"i386", Machine::I386}, {"x86_64", Machine::X86_64}};

QStringList strings(const QJsonValue& value) {
    QStringList list;
    for (const auto& each : value.toArray())
        list << each.toString();
    return list;
}

std::optional<Check> checkOf(const QJsonObject& json, bool isPublic, QString* problem) {
    Check check;
    check.id = json[QStringLiteral("id")].toString();
    check.title = json[QStringLiteral("title")].toString();
    check.hint = json[QStringLiteral("hint")].toString();
    check.files = strings(json[QStringLiteral("files")]);
    check.points = json[QStringLiteral("points")].toInt(-1);
    check.seconds = json[QStringLiteral("seconds")].toInt(check.seconds);
    check.memoryMiB = json[QStringLiteral("memory")].toInt(check.memoryMiB);
    check.diskMiB = json[QStringLiteral("disk")].toInt();
    check.isPublic = isPublic;
    const QString kind = json[QStringLiteral("kind")].toString(QStringLiteral("scenario"));
    const auto* const found = std::find_if(std::begin(kinds), std::end(kinds), [&](const auto& each) {
        return kind == QLatin1String(each.first);
    });
    if (found == std::end(kinds) || check.id.isEmpty() || check.points < 0 ||
        (check.files.isEmpty() && found->second != CheckKind::Build)) {
        *problem = QStringLiteral("the check '%1' needs an id, a kind, points and files").arg(check.id);
        return std::nullopt;
    }
    check.kind = found->second;
    for (const QString& name : strings(json[QStringLiteral("on")])) {
        const auto machine = machineOf(name);
        if (!machine) {
            *problem = QStringLiteral("the check '%1' runs on '%2', which is no machine").arg(check.id, name);
            return std::nullopt;
        }
        check.machines.push_back(*machine);
    }
    if (check.machines.empty())
        check.machines = {Machine::Host};
    return check;
}

bool addChecks(Lab& lab, const QJsonObject& json, bool isPublic, QString* problem) {
    for (const auto& each : json[QStringLiteral("checks")].toArray()) {
        const auto check = checkOf(each.toObject(), isPublic, problem);
        if (!check)
            return false;
        if (lab.check(check->id)) {
            *problem = QStringLiteral("there are two checks '%1'").arg(check->id);
            return false;
        }
        lab.checks.push_back(*check);
    }
    return true;
}

} // namespace

QString machineName(Machine machine) { return QString::fromLatin1(machines[int(machine)].first); }

std::optional<Machine> machineOf(const QString& name) {
    for (const auto& [word, machine] : machines)
        if (name == QLatin1String(word))
            return machine;
    return std::nullopt;
}

int Lab::points() const {
    int sum = 0;
    for (const Check& each : checks)
        sum += each.points;
    return sum;
}

bool Lab::needs(Machine machine) const {
    return std::any_of(checks.begin(), checks.end(), [&](const Check& check) {
        return std::count(check.machines.begin(), check.machines.end(), machine) > 0;
    });
}

QString Lab::scenarioFile(const QString& file) const { return folder + u'/' + file + QStringLiteral(".uvm"); }

const Check* Lab::check(const QString& id) const {
    const auto found =
        std::find_if(checks.begin(), checks.end(), [&](const Check& each) { return each.id == id; });
    return found == checks.end() ? nullptr : &*found;
}

std::optional<QJsonObject> readJson(const QString& file, QString* problem) {
    QFile input(file);
    QJsonParseError error;
    if (!input.open(QIODevice::ReadOnly)) {
        *problem = QStringLiteral("cannot read %1").arg(file);
        return std::nullopt;
    }
    const QJsonDocument document = QJsonDocument::fromJson(input.readAll(), &error);
    if (document.isObject())
        return document.object();
    *problem = QStringLiteral("%1: %2").arg(file, document.isNull() ? error.errorString()
                                                                    : QStringLiteral("holds no object"));
    return std::nullopt;
}

std::optional<Lab> readLab(const QString& folder, QString* problem) {
    const auto json = readJson(folder + QStringLiteral("/lab.json"), problem);
    if (!json)
        return std::nullopt;
    Lab lab;
    lab.folder = QDir(folder).absolutePath();
    lab.number = (*json)[QStringLiteral("number")].toInt();
    lab.name = (*json)[QStringLiteral("name")].toString();
    lab.title = (*json)[QStringLiteral("title")].toString();
    lab.demo = (*json)[QStringLiteral("demo")].toString();
    lab.view = (*json)[QStringLiteral("view")].toString(QStringLiteral("map"));
    lab.files = strings((*json)[QStringLiteral("files")]);
    lab.withheld = strings((*json)[QStringLiteral("withheld")]);
    const QJsonObject panics = (*json)[QStringLiteral("panics")].toObject();
    for (auto at = panics.begin(); at != panics.end(); ++at)
        lab.panics[at.key()] = at.value().toString();
    if (lab.number <= 0 || lab.name.isEmpty() || lab.title.isEmpty() || lab.files.isEmpty())
        *problem = QStringLiteral("a lab needs a number, a name, a title and files");
    else if (addChecks(lab, *json, true, problem)) {
        const QString hidden = folder + QStringLiteral("/hidden.json");
        if (!QFile::exists(hidden))
            return lab;
        const auto more = readJson(hidden, problem);
        lab.hasHidden = true;
        if (more && addChecks(lab, *more, false, problem))
            return lab;
    }
    *problem = QStringLiteral("%1: %2").arg(folder, *problem);
    return std::nullopt;
}

std::vector<Lab> readLabs(const QString& folder, QString* problem) {
    std::vector<Lab> labs;
    const QDir all(folder);
    for (const QString& name : all.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        if (!all.exists(name + QStringLiteral("/lab.json")))
            continue;
        auto lab = readLab(all.filePath(name), problem);
        if (!lab)
            return {};
        labs.push_back(std::move(*lab));
    }
    std::sort(labs.begin(), labs.end(), [](const Lab& a, const Lab& b) { return a.number < b.number; });
    return labs;
}

} // namespace grader
