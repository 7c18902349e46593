// What the tests that compare transcripts share.
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QList>
#include <QString>
#include <QStringList>
#include <algorithm>

namespace test {

inline QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read: " + path.toUtf8());
}

inline bool write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

// The first line that differs, with a few lines before it; empty when there is none.
inline QString firstDifference(const QByteArray& expected, const QByteArray& found) {
    if (expected == found)
        return {};
    QList<QByteArray> const want = expected.split('\n');
    QList<QByteArray> const have = found.split('\n');
    qsizetype line = 0;
    while (line < want.size() && line < have.size() && want[line] == have[line])
        ++line;
    QString text = QString("line %1 differs\n").arg(line + 1);
    for (qsizetype before = std::max<qsizetype>(0, line - 12); before < line; ++before)
        text += "           " + want[before] + "\n";
    text += "  expected " + (line < want.size() ? want[line] : "(the end)") + "\n";
    text += "  found    " + (line < have.size() ? have[line] : "(the end)");
    return text;
}

// The scenarios of a folder whose name (without suffix) matches a wildcard; paths, sorted. Ends the test when
// there is none: a test over nothing would pass.
inline QStringList scenariosIn(const QString& path, const QString& pattern = "*") {
    QDir const folder(path);
    QStringList found;
    for (QString const& name : folder.entryList({pattern + ".uvm"}, QDir::Files, QDir::Name))
        found << folder.filePath(name);
    if (found.isEmpty())
        qFatal("no scenario %s in %s", qPrintable(pattern), qPrintable(path));
    return found;
}

// A scenario with a `check` behind each command / a transcript with the `= ok` of each of these.
inline QByteArray withChecks(const QByteArray& scenario) {
    QByteArray text;
    for (QByteArray const& line : scenario.split('\n')) {
        text += line + "\n";
        if (!line.trimmed().isEmpty() && !line.trimmed().startsWith('#'))
            text += "check\n";
    }
    return text;
}
inline QByteArray withGoodChecks(const QByteArray& transcript) {
    QByteArray text;
    for (QByteArray const& line : transcript.trimmed().split('\n')) {
        if (!text.isEmpty() && !line.startsWith(' '))
            text += "check\n  = ok\n";
        text += line + "\n";
    }
    return text + "check\n  = ok\n";
}

// The name of a scenario without folder and suffix.
inline QString nameOf(const QString& path) { return path.section('/', -1).chopped(4); }

// Takes `key VALUE` out of the arguments; the value, or `otherwise`.
inline QString takeOption(QStringList& arguments, const char* key, const QString& otherwise = {}) {
    qsizetype const at = arguments.indexOf(key);
    if (at < 0 || at + 1 >= arguments.size())
        return otherwise;
    QString const value = arguments[at + 1];
    arguments.remove(at, 2);
    return value;
}

} // namespace test
