// Files, whole.
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace grader {

// A file's bytes; nothing when it cannot be read.
std::optional<QByteArray> readFile(const QString& file);
// Makes the folders above it. "" or what went wrong; an old file is there unchanged until the new one is
// whole.
QString writeFile(const QString& file, const QByteArray& bytes);
QString copyFile(const QString& from, const QString& to);
// Every file below a folder, to the same names below another.
QString copyTree(const QString& from, const QString& to);

} // namespace grader
