#include "gdbbridge/session/kernel_file.h"

#include <QFile>

namespace gdbbridge {

std::optional<Error> kernelFileProblem(const QString& path) {
    auto const problem = [&](const QString& what) {
        return Error{ErrorKind::BadKernel, QStringLiteral("the kernel %1 %2").arg(path, what),
                     QStringLiteral("build it: cmake --build build --target kernel-i386")};
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
    constexpr char class32 = 1, littleEndian = 1, machine386 = 3;
    if (header[4] != class32 || header[5] != littleEndian || header[18] != machine386 || header[19] != 0)
        return problem(QStringLiteral("is no ELF file for i386"));
    return std::nullopt;
}

} // namespace gdbbridge
