#include "gui/app/demo_told.h"

#include <QFileInfo>

#include "gui/models/story.h"

namespace gui {

DemoTold::DemoTold(const QString& file, const QString& scenario) {
    DemoParse parse = parseDemo(scenario);
    for (const DemoProblem& problem : parse.problems)
        m_problems << problemLine(QFileInfo(file).fileName(), problem);
    if (m_problems.isEmpty())
        m_script = std::move(parse.script);
}

void DemoTold::tellAnswer(const Story& story, int stop, QStringList& lines) {
    const auto answer = answerOf(story, m_script, stop);
    if (!answer)
        return;
    const DemoQuestion& question = *m_script.stops[size_t(stop)].question;
    const QString where = QStringLiteral("the question in line %1").arg(question.line);
    if (!answer->problem.isEmpty())
        m_failures << QStringLiteral("%1 has no answer: %2").arg(where, answer->problem);
    else if (answer->choice < 0)
        m_failures
            << QStringLiteral("%1 does not offer what the kernel answers: %2").arg(where, answer->value);
    else
        lines
            << QStringLiteral("The kernel's answer: %1").arg(question.choices[size_t(answer->choice)].words);
}

QStringList DemoTold::linesAt(const Story& story) {
    QStringList lines;
    if (m_told >= int(m_script.stops.size()) || story.isEmpty())
        return lines;
    const DemoStop& stop = m_script.stops[size_t(m_told)];
    if (momentOfStop(story, stop) != int(story.moments().size()) - 1)
        return lines;
    if (m_told > 0)
        tellAnswer(story, m_told - 1, lines);
    const DemoWords words = wordsAtStop(story, m_script, m_told);
    lines << QStringLiteral("Stop %1 of %2: %3").arg(m_told + 1).arg(m_script.stops.size()).arg(stop.heading);
    lines << words.said;
    for (const QString& item : stop.look)
        lines << QStringLiteral("Look for: %1").arg(item);
    for (const QString& failure : words.failures)
        m_failures << QStringLiteral("at the stop in line %1: %2").arg(stop.line).arg(failure);
    if (stop.question) {
        QStringList choices;
        for (const DemoChoice& choice : stop.question->choices)
            choices << choice.words;
        lines << QStringLiteral("%1 (%2)").arg(stop.question->text, choices.join(QStringLiteral(" / ")));
    }
    ++m_told;
    return lines;
}

} // namespace gui
