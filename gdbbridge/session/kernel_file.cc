#include "gdbbridge/session/kernel_file.h"

#include <QFile>

namespace gdbbridge {

std::optional<Error> kernelFileProblem(const QString& path, const Architecture& architecture) {
    QString const name = QString::fromLatin1(architecture.name);
    auto const problem = [&](const QString& what) {
        return Error{ErrorKind::BadKernel, QStringLiteral("the kernel %1 %2").arg(path, what),
                     QStringLiteral("build it: cmake --build build --target kernel-") + name};
    };
    QFile file(path);
    if (!file.exists())
        return problem(QStringLiteral("does not exist"));
    if (!file.open(QIODevice::ReadOnly))
        return problem(QStringLiteral("cannot be read: ") + file.errorString());
    QByteArray const header = file.read(20);
    if (header.size() < 20 || !header.startsWith("\x7f"
                                                 "ELF"))
        return problem(QStringLiteral("is no ELF file"));
    constexpr char littleEndian = 1;
    int const machine = uint8_t(header[18]) | uint8_t(header[19]) << 8;
    if (header[4] != char(architecture.elfClass) || header[5] != littleEndian ||
        machine != architecture.elfMachine)
        return problem(QStringLiteral("is no ELF file for ") + name);
    return std::nullopt;
}

} // namespace gdbbridge
