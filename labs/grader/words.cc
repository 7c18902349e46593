#include "labs/grader/words.h"

#include <algorithm>

namespace grader {

QStringList failureLines(const CheckResult& check) {
    const Failure& failure = check.failure;
    QStringList lines{failure.what};
    const bool isRun = !failure.scenario.isEmpty() || !failure.program.isEmpty();
    if (!failure.machine.isEmpty() && (isRun || failure.machine != QStringLiteral("host")))
        lines[0] += QStringLiteral(" (on %1)").arg(failure.machine);
    if (failure.line > 0) {
        lines << QStringLiteral("%1:%2: %3").arg(failure.scenario).arg(failure.line).arg(failure.text)
              << QStringLiteral("  expected  %1").arg(failure.expected)
              << QStringLiteral("  found     %1").arg(failure.found);
    } else if (failure.atEnd) {
        lines << QStringLiteral("at the end of %1, when its spaces were taken down").arg(failure.scenario);
    } else if (!failure.scenario.isEmpty()) {
        lines << QStringLiteral("in %1").arg(failure.scenario);
    }
    if (!failure.invariant.isEmpty())
        lines << QStringLiteral("first broken invariant: %1").arg(failure.invariant);
    for (const QString& line : failure.detail.split(u'\n', Qt::SkipEmptyParts))
        lines << QStringLiteral("| %1").arg(line);
    if (!check.hint.isEmpty())
        lines << QStringLiteral("hint: %1").arg(check.hint);
    if (!failure.open.isEmpty())
        lines << QStringLiteral("see it: %1").arg(failure.open);
    if (!failure.look.isEmpty())
        lines << QStringLiteral("        %1").arg(failure.look);
    return lines;
}

QString table(const LabResult& result, int hiddenPoints) {
    QString text = QStringLiteral("Lab %1: %2\n\n").arg(result.lab).arg(result.title);
    for (const CheckResult& check : result.checks) {
        text += QStringLiteral("  %1  %2/%3  %4\n")
                    .arg(check.passed ? QStringLiteral("ok  ") : QStringLiteral("FAIL"))
                    .arg(check.earned, 2)
                    .arg(check.points, -2)
                    .arg(check.title);
        if (!check.passed)
            for (const QString& line : failureLines(check))
                text += QStringLiteral("               %1\n").arg(line);
    }
    text += QStringLiteral("\n  %1 of %2 points").arg(result.earned()).arg(result.points());
    if (hiddenPoints > 0)
        text += QStringLiteral("; hidden checks are worth %1 more").arg(hiddenPoints);
    return text + u'\n';
}

} // namespace grader
