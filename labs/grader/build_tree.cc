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

namespace grader {

namespace {

const std::array<QString, 3> objectFolders{
    QStringLiteral("kernel/arch/host/CMakeFiles/uvm_host.dir/"),
    QStringLiteral("kernel/arch/i386/CMakeFiles/kernel-i386-objects.dir/"),
    QStringLiteral("kernel/arch/x86_64/CMakeFiles/kernel-x86_64-objects.dir/")};

} // namespace

std::optional<BuildTree> BuildTree::open(const QString& build, const QString& source, QString* problem) {
    BuildTree tree;
    tree.m_build = build;
    tree.m_source = source;
    QFile file(build + QStringLiteral("/compile_commands.json"));
    if (!file.open(QIODevice::ReadOnly)) {
        *problem = QStringLiteral("cannot read %1; labs need the folder in which uvmscope was built")
                       .arg(file.fileName());
        return std::nullopt;
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
        const QString from = QDir(source).relativeFilePath(each[QStringLiteral("file")].toString());
        if (from.endsWith(QStringLiteral(".cc")))
            tree.m_compiler = QFileInfo(words[0]).fileName();
        words.remove(output, 2);
        words.removeFirst();
        words.removeAll(QStringLiteral("-c"));
        words.removeAll(QStringLiteral("-Werror"));
        words.removeAll(each[QStringLiteral("file")].toString());
        tree.m_units.push_back({Machine(folder - objectFolders.begin()), from, build + u'/' + object, words});
    }
    if (tree.m_units.empty()) {
        *problem = QStringLiteral("%1 has no kernel in it; build the project again").arg(file.fileName());
        return std::nullopt;
    }
    return tree;
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
