#include "gdbbridge/session/kernel_file.h"

#include <QFile>

namespace gdbbridge {

namespace {

constexpr int headerSize = 20;

bool isElf(const QByteArray& header) {
    return header.size() >= headerSize && header.startsWith("\x7f"
                                                            "ELF");
}

bool isFor(const QByteArray& header, const Architecture& architecture) {
    constexpr char littleEndian = 1;
    int const machine = uint8_t(header[18]) | uint8_t(header[19]) << 8;
    return header[4] == char(architecture.elfClass) && header[5] == littleEndian &&
           machine == architecture.elfMachine;
}

std::optional<Error> elfFileProblem(const QString& path, const Architecture& architecture,
                                    const QString& kind, const QString& remedy) {
    QString const name = QString::fromLatin1(architecture.name);
    auto const problem = [&](const QString& what) {
        return Error{ErrorKind::BadKernel, QStringLiteral("the %1 %2 %3").arg(kind, path, what),
                     remedy + name};
    };
    QFile file(path);
    if (!file.exists())
        return problem(QStringLiteral("does not exist"));
    if (!file.open(QIODevice::ReadOnly))
        return problem(QStringLiteral("cannot be read: ") + file.errorString());
    QByteArray const header = file.read(headerSize);
    if (!isElf(header))
        return problem(QStringLiteral("is no ELF file"));
    if (!isFor(header, architecture))
        return problem(QStringLiteral("is no ELF file for ") + name);
    return std::nullopt;
}

} // namespace

std::optional<Error> programFileProblem(const QString& path, const Architecture& architecture) {
    return elfFileProblem(path, architecture, QStringLiteral("program"),
                          QStringLiteral("build it: cmake --build build --target user-"));
}

std::optional<Error> kernelFileProblem(const QString& path, const Architecture& architecture) {
    return elfFileProblem(path, architecture, QStringLiteral("kernel"),
                          QStringLiteral("build it: cmake --build build --target kernel-"));
}

const Architecture* architectureOfKernel(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return nullptr;
    QByteArray const header = file.read(headerSize);
    if (!isElf(header))
        return nullptr;
    for (QString const& name : architectureNames())
        if (Architecture const* architecture = findArchitecture(name); isFor(header, *architecture))
            return architecture;
    return nullptr;
}

} // namespace gdbbridge
