#include "labs/grader/scenario_text.h"

#include <QMap>
#include <QRandomGenerator>
#include <QRegularExpression>

#include <algorithm>

namespace grader {

namespace {

constexpr uint32_t plainSeed = 7;

QByteArray withoutComment(const QByteArray& line) {
    const qsizetype comment = line.indexOf('#');
    return (comment < 0 ? line : line.left(comment)).simplified();
}

// Names that commands give to spaces and objects.
QMap<QString, QString> newNames(const QByteArray& scenario, uint32_t seed) {
    QRandomGenerator random(seed);
    QMap<QString, QString> names;
    const auto add = [&](const QByteArray& name) {
        QString fresh = QString::fromLatin1(name.left(4)) + u'_';
        for (int i = 0; i < 4; ++i)
            fresh += QChar(char16_t('a' + random.bounded(26)));
        names.insert(QString::fromLatin1(name), fresh);
    };
    for (const ScenarioCommand& command : commandsOf(scenario)) {
        const QList<QByteArray> words = command.text.split(' ');
        if ((words[0] == "space" || words[0] == "object") && words.size() > 1)
            add(words[1]);
        else if ((words[0] == "fork" || words[0] == "share") && words.size() > 2)
            add(words[2]);
    }
    return names;
}

} // namespace

std::vector<ScenarioCommand> commandsOf(const QByteArray& scenario) {
    std::vector<ScenarioCommand> commands;
    int number = 0;
    for (const QByteArray& line : scenario.split('\n')) {
        ++number;
        if (const QByteArray text = withoutComment(line); !text.isEmpty())
            commands.push_back({number, text});
    }
    return commands;
}

QStringList spacesAtTheEnd(const QByteArray& scenario) {
    QStringList spaces;
    for (const ScenarioCommand& command : commandsOf(scenario)) {
        const QList<QByteArray> words = command.text.split(' ');
        if (words[0] == "space")
            spaces << QString::fromUtf8(words.value(1));
        else if (words[0] == "fork" || words[0] == "share")
            spaces << QString::fromUtf8(words.value(2));
        else if (words[0] == "exit")
            spaces.removeOne(QString::fromUtf8(words.value(1)));
    }
    return spaces;
}

QByteArray upTo(const QByteArray& scenario, int commands) {
    const auto all = commandsOf(scenario);
    if (commands <= 0 || size_t(commands) >= all.size())
        return scenario;
    const qsizetype lines = all[size_t(commands) - 1].line;
    return scenario.split('\n').mid(0, lines).join('\n').leftJustified(scenario.size(), '\n');
}

Difference firstDifference(const QByteArray& expected, const QByteArray& actual) {
    if (expected == actual)
        return {};
    const QList<QByteArray> want = expected.split('\n'), have = actual.split('\n');
    Difference difference{true, -1, "(nothing)", "(nothing)"};
    qsizetype at = 0;
    for (; at < want.size() && at < have.size() && want[at] == have[at]; ++at)
        if (!want[at].startsWith(' ') && !want[at].isEmpty())
            ++difference.command;
    const auto shown = [](const QList<QByteArray>& lines, qsizetype line) {
        return line < lines.size() && !lines[line].isEmpty() ? lines[line].trimmed().left(300)
                                                             : QByteArray("(nothing)");
    };
    difference.expected = shown(want, at);
    difference.actual = shown(have, at);
    // What a command printed on one side alone is not held against the next command.
    const auto isResult = [at](const QList<QByteArray>& lines) { return lines.value(at).startsWith(' '); };
    const auto isCommand = [&](const QList<QByteArray>& lines) {
        return !isResult(lines) && !lines.value(at).isEmpty();
    };
    if (isResult(want) && isCommand(have))
        difference.actual = "(it ends here)";
    if (isCommand(want) && isResult(have))
        difference.expected = "(it ends here)";
    // A result that goes on longer than it should belongs to the command before.
    if (at < want.size() && !want[at].startsWith(' ') && !want[at].isEmpty() &&
        (at >= have.size() || !have[at].startsWith(' '))) {
        ++difference.command;
        difference.expected = shown(want, at + 1);
    }
    return difference;
}

QByteArray withChecks(const QByteArray& scenario) {
    QByteArray text;
    for (const ScenarioCommand& command : commandsOf(scenario))
        text += command.text + "\ncheck\n";
    return text;
}

BrokenInvariant firstBroken(const QByteArray& transcript) {
    const QList<QByteArray> lines = transcript.split('\n');
    int command = -1;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (!lines[i].startsWith(' ') && !lines[i].isEmpty())
            ++command;
        if (lines[i] != "check" || lines.value(i + 1).trimmed() == "= ok" || i + 1 >= lines.size())
            continue;
        const QString words = QString::fromUtf8(lines[i + 1]).trimmed().remove(QStringLiteral("! EINVAL "));
        return {(command - 1) / 2, words};
    }
    return {};
}

QByteArray varied(const QByteArray& scenario, uint32_t seed) {
    QString text = QString::fromUtf8(scenario);
    text.replace(QStringLiteral("$SEED"), QString::number(seed == 0 ? plainSeed : seed % 1'000'000 + 1));
    if (seed == 0)
        return text.toUtf8();
    const QMap<QString, QString> names = newNames(scenario, seed);
    QStringList lines;
    for (const QString& line : text.split(u'\n')) {
        QStringList words = line.split(u' ');
        for (qsizetype i = 1; i < words.size(); ++i) {
            if (names.contains(words[i]))
                words[i] = names[words[i]];
            else if (words[i].startsWith(QStringLiteral("obj="))) {
                const QString name = words[i].mid(4).section(u'+', 0, 0);
                words[i].replace(4, name.size(), names.value(name, name));
            }
        }
        lines << words.join(u' ');
    }
    return lines.join(u'\n').toUtf8();
}

} // namespace grader
