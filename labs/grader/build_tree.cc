#include "labs/grader/build_tree.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <algorithm>
#include <array>

#include "labs/grader/files.h"

namespace grader {

namespace {

const QString writtenName = QStringLiteral("/units.json");
const std::array<QString, 3> objectFolders{
    QStringLiteral("kernel/arch/host/CMakeFiles/uvm_host.dir/"),
    QStringLiteral("kernel/arch/i386/CMakeFiles/kernel-i386-objects.dir/"),
    QStringLiteral("kernel/arch/x86_64/CMakeFiles/kernel-x86_64-objects.dir/")};

// The flags of a command line that a unit keeps.
QStringList keptFlags(QStringList words, const QString& file, const QString& source) {
    words.removeFirst();
    words.removeAll(QStringLiteral("-c"));
    words.removeAll(QStringLiteral("-Werror"));
    words.removeAll(file);
    QStringList flags;
    for (const QString& word : words) {
        if (word.startsWith(QStringLiteral("-fmacro-prefix-map=")))
            continue;
        flags << (word.startsWith(QStringLiteral("-I"))
                      ? QStringLiteral("-I") + QDir(source).relativeFilePath(word.mid(2))
                      : word);
    }
    return flags;
}

} // namespace

std::optional<BuildTree> BuildTree::open(const QString& kit, const QString& source, QString* problem) {
    BuildTree tree;
    tree.m_kit = kit;
    tree.m_source = source;
    const bool read = QFile::exists(kit + writtenName) ? tree.readWritten(problem) : tree.readBuild(problem);
    if (!read)
        return std::nullopt;
    return tree;
}

bool BuildTree::readBuild(QString* problem) {
    QFile file(m_kit + QStringLiteral("/compile_commands.json"));
    if (!file.open(QIODevice::ReadOnly)) {
        *problem = QStringLiteral("cannot read %1; labs need the folder in which uvmscope was built, or what "
                                  "was installed from it")
                       .arg(file.fileName());
        return false;
    }
    for (const auto& value : QJsonDocument::fromJson(file.readAll()).array()) {
        const QJsonObject each = value.toObject();
        QStringList words = QProcess::splitCommand(each[QStringLiteral("command")].toString());
        const qsizetype output = words.indexOf(QStringLiteral("-o"));
        if (output < 1 || output + 1 >= words.size())
            continue;
        const QString object = words[output + 1];
        const auto* const folder = std::find_if(objectFolders.begin(), objectFolders.end(),
                                                [&](const QString& name) { return object.startsWith(name); });
        if (folder == objectFolders.end())
            continue;
        const QString path = each[QStringLiteral("file")].toString();
        const QString from = QDir(m_source).relativeFilePath(path);
        if (from.endsWith(QStringLiteral(".cc")))
            m_compiler = QFileInfo(words[0]).fileName();
        words.remove(output, 2);
        m_units.push_back({Machine(folder - objectFolders.begin()), from, m_kit + u'/' + object,
                           keptFlags(words, path, m_source)});
    }
    if (m_units.empty())
        *problem = QStringLiteral("%1 has no kernel in it; build the project again").arg(file.fileName());
    return !m_units.empty();
}

bool BuildTree::readWritten(QString* problem) {
    const auto json = readJson(m_kit + writtenName, problem);
    if (!json)
        return false;
    m_compiler = (*json)[QStringLiteral("compiler")].toString();
    for (const auto& value : (*json)[QStringLiteral("units")].toArray()) {
        const QJsonObject each = value.toObject();
        const auto machine = machineOf(each[QStringLiteral("machine")].toString());
        QStringList flags;
        for (const auto& flag : each[QStringLiteral("flags")].toArray())
            flags << flag.toString();
        if (machine)
            m_units.push_back({*machine, each[QStringLiteral("source")].toString(),
                               m_kit + u'/' + each[QStringLiteral("object")].toString(), flags});
    }
    if (m_units.empty() || m_compiler.isEmpty())
        *problem = QStringLiteral("%1 is damaged; install uvmscope again").arg(m_kit + writtenName);
    return !m_units.empty() && !m_compiler.isEmpty();
}

QString BuildTree::write(const QString& folder) const {
    QJsonArray units;
    for (const Unit& unit : m_units) {
        // Two folders may have a file of one name: a number tells their objects apart.
        const QString object = QStringLiteral("%1/%2-%3.o")
                                   .arg(machineName(unit.machine))
                                   .arg(units.size())
                                   .arg(QFileInfo(unit.source).completeBaseName());
        if (QString problem = copyFile(unit.object, folder + u'/' + object); !problem.isEmpty())
            return problem;
        units.append(QJsonObject{{QStringLiteral("machine"), machineName(unit.machine)},
                                 {QStringLiteral("source"), unit.source},
                                 {QStringLiteral("object"), object},
                                 {QStringLiteral("flags"), QJsonArray::fromStringList(unit.flags)}});
    }
    if (QString problem = copyFile(runner(), folder + QStringLiteral("/labs/liblab_runner.a"));
        !problem.isEmpty())
        return problem;
    const QJsonObject json{{QStringLiteral("compiler"), m_compiler}, {QStringLiteral("units"), units}};
    return writeFile(folder + writtenName, QJsonDocument(json).toJson());
}

std::vector<BuildTree::Unit> BuildTree::units(Machine machine) const {
    std::vector<Unit> found;
    std::copy_if(m_units.begin(), m_units.end(), std::back_inserter(found),
                 [&](const Unit& unit) { return unit.machine == machine; });
    return found;
}

const BuildTree::Unit* BuildTree::unit(Machine machine, const QString& source) const {
    const auto found = std::find_if(m_units.begin(), m_units.end(), [&](const Unit& unit) {
        return unit.machine == machine && unit.source == source;
    });
    return found == m_units.end() ? nullptr : &*found;
}

} // namespace grader
