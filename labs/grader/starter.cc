#include "labs/grader/starter.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QRegularExpression>

#include <optional>

#include "labs/grader/files.h"

namespace grader {

namespace {

// Where the definition of a function lies in a text: [head, body) ends with its opening brace, and `end` is
// behind the closing one.
struct Definition {
    qsizetype head, body, end;
};

// The kernel's files are formatted: a definition begins at the beginning of a line, and its body ends on the
// line where it began or with the next brace that begins a line.
std::optional<Definition> definitionOf(const QString& text, const QString& name, QString* problem) {
    const QRegularExpression head(QStringLiteral("^[A-Za-z\\[][^;{}]*?(?<![\\w:])%1\\([^;{}]*\\{")
                                      .arg(QRegularExpression::escape(name)),
                                  QRegularExpression::MultilineOption);
    auto matches = head.globalMatch(text);
    if (!matches.hasNext()) {
        *problem = QStringLiteral("%1 is not defined there").arg(name);
        return std::nullopt;
    }
    const QRegularExpressionMatch match = matches.next();
    if (matches.hasNext()) {
        *problem = QStringLiteral("%1 is defined there more than once").arg(name);
        return std::nullopt;
    }
    const qsizetype body = match.capturedEnd();
    const qsizetype lineEnd = text.indexOf(u'\n', body);
    if (text[lineEnd - 1] == u'}')
        return Definition{match.capturedStart(), body, lineEnd};
    const qsizetype last = text.indexOf(QStringLiteral("\n}\n"), body);
    return Definition{match.capturedStart(), body, last + 2};
}

// Where the comment right before a line begins; the line itself when there is none.
qsizetype commentBefore(const QString& text, qsizetype line) {
    while (line > 0) {
        const qsizetype before = text.lastIndexOf(u'\n', line - 2) + 1;
        if (!QStringView(text).mid(before).startsWith(QLatin1String("//")))
            break;
        line = before;
    }
    return line;
}

// A member's name without its class.
QString lastPartOf(const QString& name) {
    return name.mid(name.lastIndexOf(QStringLiteral("::")) + 1).remove(u':');
}

bool takeBody(QString& text, const QString& name, const QString& keep, int lab, QString* problem) {
    const auto found = definitionOf(text, name, problem);
    if (!found)
        return false;
    qsizetype from = found->body;
    if (!keep.isEmpty()) {
        const qsizetype at = text.indexOf(keep + u'\n', from - 1);
        if (at < 0 || at >= found->end) {
            *problem = QStringLiteral("%1 has no line '%2'").arg(name, keep);
            return false;
        }
        from = at + keep.size();
    }
    text.replace(
        from, found->end - from,
        QStringLiteral("\n    panic(\"lab %1: %2 is not written yet\");\n}").arg(lab).arg(lastPartOf(name)));
    // What panics is no constant.
    if (const QString constant = QStringLiteral("constexpr "); text.mid(found->head).startsWith(constant))
        text.remove(found->head, constant.size());
    return true;
}

bool takeAway(QString& text, const QString& name, QString* problem) {
    const auto found = definitionOf(text, name, problem);
    if (!found)
        return false;
    const qsizetype from = commentBefore(text, found->head);
    qsizetype end = found->end + 1;
    if (end < text.size() && text[end] == u'\n')
        ++end;
    text.remove(from, end - from);
    return true;
}

QStringList strings(const QJsonValue& value) {
    QStringList list;
    for (const auto& each : value.toArray())
        list << each.toString();
    return list;
}

} // namespace

QString cutText(QString text, const Cuts& cuts, int lab, QString* problem) {
    for (const QString& line : cuts.undeclared) {
        if (text.count(line + u'\n') != 1) {
            *problem = QStringLiteral("the line '%1' is not there once").arg(line);
            return {};
        }
        text.remove(line + u'\n');
    }
    for (const QString& name : cuts.gone)
        if (!takeAway(text, name, problem))
            return {};
    for (const QString& name : cuts.yours)
        if (!takeBody(text, name, cuts.keep.value(name), lab, problem))
            return {};
    // What is given is used by what is not written yet.
    if (!cuts.yours.isEmpty())
        text.replace(text.indexOf(QStringLiteral("\nnamespace uvm")) + 1, 0,
                     QStringLiteral("#pragma GCC diagnostic ignored \"-Wunused\" // until yours is written\n"
                                    "#pragma GCC diagnostic ignored \"-Wunused-function\"\n"
                                    "#pragma GCC diagnostic ignored \"-Wunused-parameter\"\n\n"));
    const QString between = text.startsWith(QStringLiteral("//")) ? QStringLiteral("//\n") : QString();
    QStringList yours;
    for (const QString& name : cuts.yours)
        yours << lastPartOf(name);
    const QString what =
        yours.isEmpty()
            ? QStringLiteral("Nothing here is yours; it is given.")
            : QStringLiteral("Yours: %1. The rest is given.").arg(yours.join(QStringLiteral(", ")));
    return QStringLiteral("// Lab %1. %2\n%3%4").arg(QString::number(lab), what, between, text);
}

QString writeStarter(const Lab& lab, const Installation& where, const QString& folder) {
    QString problem;
    if (const QString whole = lab.folder + QStringLiteral("/starter"); QDir(whole).exists())
        problem = copyTree(whole, folder);
    const QString description = lab.folder + QStringLiteral("/starter.json");
    if (!problem.isEmpty() || !QFile::exists(description))
        return problem;
    const auto json = readJson(description, &problem);
    if (!json)
        return problem;
    for (auto at = json->begin(); at != json->end() && problem.isEmpty(); ++at) {
        const QJsonObject one = at.value().toObject();
        Cuts cuts{strings(one[QStringLiteral("yours")]),
                  strings(one[QStringLiteral("gone")]),
                  {},
                  strings(one[QStringLiteral("undeclared")])};
        const QJsonObject keep = one[QStringLiteral("keep")].toObject();
        for (auto each = keep.begin(); each != keep.end(); ++each)
            cuts.keep.insert(each.key(), each.value().toString());
        const auto bytes = readFile(where.source + u'/' + at.key());
        if (!bytes)
            return QStringLiteral("cannot read %1").arg(at.key());
        const QString text = cutText(QString::fromUtf8(*bytes), cuts, lab.number, &problem);
        if (problem.isEmpty())
            problem = writeFile(folder + u'/' + at.key(), text.toUtf8());
        else
            problem = QStringLiteral("%1: %2").arg(at.key(), problem);
    }
    return problem;
}

} // namespace grader
