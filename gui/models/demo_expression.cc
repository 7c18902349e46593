#include "gui/models/demo_expression.h"

#include <QRegularExpression>

#include <algorithm>

#include "gui/models/demo_questions.h"

namespace gui {

namespace {

QString argumentProblem(DemoArgument kind, const QString& word) {
    switch (kind) {
    case DemoArgument::Space:
        static const QRegularExpression name(QStringLiteral("^[A-Za-z_][A-Za-z0-9_.-]*$"));
        return name.match(word).hasMatch() ? QString()
                                           : QStringLiteral("'%1' is no name of a space").arg(word);
    case DemoArgument::Address:
        return scenarioNumber(word) ? QString() : QStringLiteral("'%1' is no address").arg(word);
    case DemoArgument::Event:
        return gdbbridge::eventKindOf(word.toStdString()) == gdbbridge::EventKind::Unknown
                   ? QStringLiteral("there is no event '%1'").arg(word)
                   : QString();
    }
    return {};
}

QString kindNames() {
    QStringList names;
    for (const DemoQuestionKind& kind : demoQuestionKinds())
        names << QString::fromLatin1(kind.name);
    return names.join(QStringLiteral(", "));
}

QString argumentsProblem(const DemoQuestionKind& kind, const QStringList& arguments) {
    if (size_t(arguments.size()) < kind.least || size_t(arguments.size()) > kind.arguments.size())
        return QStringLiteral("%1() takes %2 argument(s), not %3")
            .arg(QString::fromLatin1(kind.name))
            .arg(kind.least == kind.arguments.size()
                     ? QString::number(kind.least)
                     : QStringLiteral("%1 to %2").arg(kind.least).arg(kind.arguments.size()))
            .arg(arguments.size());
    for (qsizetype i = 0; i < arguments.size(); ++i)
        if (QString problem = argumentProblem(kind.arguments[size_t(i)], arguments[i]); !problem.isEmpty())
            return problem;
    return {};
}

// "+" and "-" between terms; inside the brackets of one there are none.
QStringList splitTerms(const QString& text) {
    QStringList terms;
    QString term;
    int depth = 0;
    for (const QChar c : text) {
        depth += c == u'(' ? 1 : c == u')' ? -1 : 0;
        if (depth == 0 && (c == u'+' || c == u'-')) {
            terms << term.trimmed();
            term.clear();
        }
        term += c;
    }
    return terms << term.trimmed();
}

} // namespace

std::optional<DemoExpression::Term> DemoExpression::parseTerm(const QString& text, QString* problem) {
    static const QRegularExpression shape(
        QStringLiteral("^([+-]?)\\s*(before\\s+)?([A-Za-z0-9_]+)\\s*(?:\\(([^()]*)\\))?$"));
    const auto match = shape.match(text);
    if (!match.hasMatch()) {
        *problem = QStringLiteral("'%1' is no question to the kernel").arg(text);
        return std::nullopt;
    }
    Term term;
    term.negative = match.captured(1) == QStringLiteral("-");
    term.before = !match.captured(2).isEmpty();
    const QString name = match.captured(3);
    if (!match.hasCaptured(4)) {
        const auto number = scenarioNumber(name);
        if (!number || term.before) {
            *problem = QStringLiteral("'%1' is neither a number nor a question with its brackets").arg(text);
            return std::nullopt;
        }
        term.number = int64_t(*number);
        return term;
    }
    const auto kinds = demoQuestionKinds();
    for (size_t i = 0; i < kinds.size(); ++i)
        if (name == QLatin1String(kinds[i].name))
            term.function = int(i);
    if (term.function < 0) {
        *problem = QStringLiteral("there is no question '%1'; there are %2").arg(name, kindNames());
        return std::nullopt;
    }
    if (const QString arguments = match.captured(4).trimmed(); !arguments.isEmpty())
        for (const QString& argument : arguments.split(u','))
            term.arguments << argument.trimmed();
    *problem = argumentsProblem(kinds[size_t(term.function)], term.arguments);
    return problem->isEmpty() ? std::optional(term) : std::nullopt;
}

std::optional<DemoExpression> DemoExpression::parse(const QString& text, QString* problem) {
    DemoExpression expression;
    expression.m_text = text.trimmed();
    for (const QString& part : splitTerms(expression.m_text)) {
        const auto term = parseTerm(part, problem);
        if (!term)
            return std::nullopt;
        expression.m_terms.push_back(*term);
    }
    return expression;
}

bool DemoExpression::asksKernel() const {
    return std::any_of(m_terms.begin(), m_terms.end(), [](const Term& term) { return term.function >= 0; });
}

DemoValue DemoExpression::value(const DemoStep& step) const {
    int64_t sum = 0;
    for (const Term& term : m_terms) {
        DemoValue value{QString::number(term.number), {}};
        if (term.before && !step.before)
            return {{}, QStringLiteral("there is nothing before the first stop")};
        if (term.function >= 0)
            value = demoQuestionKinds()[size_t(term.function)].ask(
                term.before ? DemoStep{nullptr, step.before, {}, {}} : step, term.arguments);
        if (!value.problem.isEmpty() || (m_terms.size() == 1 && !term.negative))
            return value;
        const auto number = scenarioNumber(value.text);
        if (!number)
            return {{}, QStringLiteral("%1 is no number to reckon with").arg(value.text)};
        sum += term.negative ? -int64_t(*number) : int64_t(*number);
    }
    return {QString::number(sum), {}};
}

std::optional<DemoText> DemoText::parse(const QString& text, QString* problem) {
    DemoText result;
    qsizetype at = 0;
    while (true) {
        const qsizetype open = text.indexOf(u'{', at);
        if (open < 0)
            break;
        const qsizetype close = text.indexOf(u'}', open);
        if (close < 0) {
            *problem = QStringLiteral("'{' without '}'");
            return std::nullopt;
        }
        auto expression = DemoExpression::parse(text.mid(open + 1, close - open - 1), problem);
        if (!expression)
            return std::nullopt;
        result.m_parts.push_back({text.mid(at, open - at), std::move(expression)});
        at = close + 1;
    }
    result.m_parts.push_back({text.mid(at), {}});
    return result;
}

DemoValue DemoText::value(const DemoStep& step) const {
    DemoValue result;
    for (const Part& part : m_parts) {
        result.text += part.words;
        if (!part.expression)
            continue;
        const DemoValue value = part.expression->value(step);
        result.text += value.problem.isEmpty() ? value.text : QStringLiteral("?");
        if (!value.problem.isEmpty())
            result.problem = QStringLiteral("%1: %2").arg(part.expression->text(), value.problem);
    }
    return result;
}

std::optional<DemoClaim> DemoClaim::parse(const QString& text, QString* problem) {
    static const QRegularExpression shape(QStringLiteral("^(.*[^!<>=\\s])\\s*(!=|=|<|>)\\s*([^!<>=]+)$"));
    const auto match = shape.match(text.trimmed());
    if (!match.hasMatch()) {
        *problem = QStringLiteral("a claim is two things with =, !=, < or > between them");
        return std::nullopt;
    }
    DemoClaim claim;
    claim.m_text = text.trimmed();
    claim.m_left = DemoExpression::parse(match.captured(1), problem);
    if (!claim.m_left)
        return std::nullopt;
    if (!claim.m_left->asksKernel()) {
        *problem = QStringLiteral("the left side of a claim has to ask the kernel");
        return std::nullopt;
    }
    const QString relation = match.captured(2);
    claim.m_relation = relation == QStringLiteral("=")    ? Relation::Equal
                       : relation == QStringLiteral("!=") ? Relation::Unequal
                       : relation == QStringLiteral("<")  ? Relation::Less
                                                          : Relation::Greater;
    claim.m_word = match.captured(3).trimmed();
    if (!claim.m_word.contains(u'('))
        return claim;
    claim.m_right = DemoExpression::parse(claim.m_word, problem);
    return claim.m_right ? std::optional(claim) : std::nullopt;
}

QString DemoClaim::failure(const DemoStep& step) const {
    const DemoValue left = m_left->value(step);
    const DemoValue right = m_right ? m_right->value(step) : DemoValue{m_word, {}};
    for (const DemoValue& side : {left, right})
        if (!side.problem.isEmpty())
            return QStringLiteral("%1: %2").arg(m_text, side.problem);
    const auto a = scenarioNumber(left.text), b = scenarioNumber(right.text);
    const bool equal = a && b ? *a == *b : left.text == right.text;
    const bool holds = m_relation == Relation::Equal     ? equal
                       : m_relation == Relation::Unequal ? !equal
                       : !a || !b                        ? false
                       : m_relation == Relation::Less    ? *a < *b
                                                         : *a > *b;
    return holds ? QString()
                 : QStringLiteral("%1 does not hold: %2 is %3").arg(m_text, m_left->text(), left.text);
}

} // namespace gui
