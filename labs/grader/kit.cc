#include "labs/grader/kit.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QProcess>

#include "labs/grader/files.h"

namespace grader {

namespace {

constexpr Machine machines[] = {Machine::Host, Machine::I386, Machine::X86_64};

// The headers of the kernel, but those that the student writes or that tell too much.
QString copyHeaders(const Lab& lab, const BuildTree& tree, const QString& to) {
    QDirIterator at(tree.sourceFile(QStringLiteral("kernel")), {QStringLiteral("*.h")}, QDir::Files,
                    QDirIterator::Subdirectories);
    while (at.hasNext()) {
        const QString name = QDir(tree.sourceFile({})).relativeFilePath(at.next());
        if (lab.withheld.contains(name) || lab.files.contains(name))
            continue;
        if (QString problem = copyFile(at.filePath(), to + u'/' + name); !problem.isEmpty())
            return problem;
    }
    return {};
}

QString run(const QString& program, const QStringList& arguments, const QString& folder) {
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(program, arguments);
    if (!process.waitForStarted())
        return QStringLiteral("%1 could not be started; is it installed?").arg(program);
    process.waitForFinished(-1);
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return {};
    return QStringLiteral("%1 failed: %2")
        .arg(program, QString::fromUtf8(process.readAllStandardError()).trimmed());
}

// rest.a: everything but the student's files, and on the host the main function.
QString writeRest(const Lab& lab, const BuildTree& tree, Machine machine, const QString& to) {
    QStringList objects;
    for (const auto& unit : tree.units(machine))
        if (!lab.files.contains(unit.source))
            objects << unit.object;
    for (const QString& object : objects)
        if (!QFile::exists(object))
            return QStringLiteral("%1 is missing; build the project, or install it, again").arg(object);
    if (!QDir().mkpath(to))
        return QStringLiteral("cannot make the folder %1").arg(to);
    if (machine == Machine::Host)
        if (QString problem = copyFile(tree.runner(), to + QStringLiteral("/main.a")); !problem.isEmpty())
            return problem;
    const QString archive = to + QStringLiteral("/rest.a");
    QFile::remove(archive);
    // The names of the files would be those of two folders; only their order tells them apart.
    return run(QStringLiteral("ar"), QStringList{QStringLiteral("qc"), archive} + objects, to);
}

// A flag as it is in the student's folder.
QString flagThere(const QString& flag) {
    if (flag == QStringLiteral("-I."))
        return QStringLiteral("-Ikit/include");
    return flag.startsWith(QStringLiteral("-I")) ? QStringLiteral("-Ikit/include/") + flag.mid(2) : flag;
}

QString flagsThere(const QStringList& flags) {
    QStringList there{QStringLiteral("-I.")};
    for (const QString& flag : flags)
        there << flagThere(flag);
    return there.join(u' ');
}

QString objectOf(Machine machine, const QString& file) {
    return QStringLiteral("build/%1/%2.o").arg(machineName(machine), QFileInfo(file).completeBaseName());
}

// The rules for one machine's program.
QString rules(const Lab& lab, const BuildTree& tree, Machine machine) {
    const QString name = machineName(machine), program = programOf(machine);
    QString text, objects;
    QStringList flags;
    for (const QString& file : lab.files) {
        const BuildTree::Unit* const unit = tree.unit(machine, file);
        if (!unit)
            continue;
        flags = unit->flags;
        const QString object = objectOf(machine, file);
        objects += u' ' + object;
        text += QStringLiteral("%1: %2\n\t@mkdir -p $(@D)\n\t$(CXX) %3 -MMD -c $< -o $@\n")
                    .arg(object, file, flagsThere(unit->flags));
    }
    if (machine == Machine::Host) {
        text += QStringLiteral("%1:%2 kit/host/rest.a kit/host/main.a\n"
                               "\t$(CXX) -g%2 -Wl,--whole-archive kit/host/rest.a kit/host/main.a "
                               "-Wl,--no-whole-archive -pthread -o $@\n")
                    .arg(program, objects);
        return text;
    }
    const QString bits = machine == Machine::I386 ? QStringLiteral("32") : QStringLiteral("64");
    QStringList plain;
    for (const QString& flag : flags)
        if ((flag.startsWith(QStringLiteral("-m")) && flag != QStringLiteral("-mgeneral-regs-only")) ||
            flag == QStringLiteral("-fno-pic") || flag == QStringLiteral("-fno-pie"))
            plain << flag;
    const QString link = QStringLiteral("$(CXX) -m%1 -nostdlib -static -no-pie -Wl,--build-id=none "
                                        "-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -T kit/%2/kernel.ld%3 "
                                        "-Wl,--whole-archive kit/%2/rest.a -Wl,--no-whole-archive")
                             .arg(bits, name, objects);
    // Linked twice: the kernel carries its own symbol table.
    text += QStringLiteral(
                "%1:%2 kit/%3/rest.a\n"
                "\tpython3 kit/make-symbols %4 --empty > build/%3/symbols.S\n"
                "\t$(CXX) %5 -c build/%3/symbols.S -o build/%3/symbols.o\n"
                "\t%6 build/%3/symbols.o $$($(CXX) -m%4 -print-libgcc-file-name) -o build/%3/nameless.elf\n"
                "\tpython3 kit/make-symbols %4 nm c++filt build/%3/nameless.elf > build/%3/symbols.S\n"
                "\t$(CXX) %5 -c build/%3/symbols.S -o build/%3/symbols.o\n"
                "\t%6 build/%3/symbols.o $$($(CXX) -m%4 -print-libgcc-file-name) -o $@\n")
                .arg(program, objects, name, bits, plain.join(u' '), link);
    return text;
}

QString makefile(const Lab& lab, const BuildTree& tree) {
    QString text =
        QStringLiteral("# Lab %1: %2. `make` builds the host program, `make kernels` the kernels for QEMU.\n"
                       "CXX = %3\n"
                       ".DELETE_ON_ERROR:\n"
                       ".PHONY: all kernels check clean\n"
                       "all: %4\n"
                       "kernels: kernel-i386.elf kernel-x86_64.elf\n"
                       "check: all\n\tuvmscope lab check\n"
                       "clean:\n\trm -rf build uvmscope-host kernel-i386.elf kernel-x86_64.elf\n")
            .arg(lab.number)
            .arg(lab.title, tree.compiler(), programOf(Machine::Host));
    for (const Machine machine : machines)
        text += rules(lab, tree, machine);
    return text + QStringLiteral("-include $(wildcard build/*/*.d)\n");
}

} // namespace

QString programOf(Machine machine) {
    return machine == Machine::Host ? QStringLiteral("uvmscope-host")
                                    : QStringLiteral("kernel-%1.elf").arg(machineName(machine));
}

QString writeKit(const Lab& lab, const BuildTree& tree, const QString& folder) {
    const QString kit = folder + QStringLiteral("/kit");
    QString problem = copyHeaders(lab, tree, kit + QStringLiteral("/include"));
    for (const Machine machine : machines) {
        const QString name = machineName(machine);
        if (problem.isEmpty())
            problem = writeRest(lab, tree, machine, kit + u'/' + name);
        const QString script = QStringLiteral("kernel/arch/%1/kernel.ld").arg(name);
        if (problem.isEmpty() && machine != Machine::Host)
            problem = copyFile(tree.sourceFile(script), QStringLiteral("%1/%2/kernel.ld").arg(kit, name));
    }
    if (problem.isEmpty())
        problem = copyFile(tree.sourceFile(QStringLiteral("kernel/arch/x86/pc/make-symbols")),
                           kit + QStringLiteral("/make-symbols"));
    if (problem.isEmpty())
        problem = writeFile(folder + QStringLiteral("/Makefile"), makefile(lab, tree).toUtf8());
    return problem;
}

} // namespace grader
