#include "gui/models/demo_script.h"

#include <algorithm>

#include "gui/models/demo_questions.h"
#include "gui/models/story.h"

namespace gui {

namespace {

const QLatin1String mark("#@");

// The rest of a comment line behind its sign.
QString commentText(const QString& line) { return line.mid(1).trimmed(); }

class Reader {
public:
    explicit Reader(const QString& text) : m_lines(text.split(u'\n')) {}

    DemoParse read() {
        readHead();
        for (m_line = 1; m_line <= int(m_lines.size()); ++m_line) {
            const QString line = m_lines[m_line - 1].trimmed();
            if (line.startsWith(mark))
                readMark(line.mid(mark.size()).trimmed());
            else if (line.contains(mark))
                wrong(QStringLiteral("'#@' has to begin its line"));
            else if (!scenarioCommands(line).empty())
                ++m_commands;
        }
        m_line = int(m_lines.size());
        endStop();
        if (!stops().empty() && stops().back().question)
            wrongAt(stops().back().question->line,
                    QStringLiteral("a question needs a stop behind it, where its answer is shown"));
        std::stable_sort(m_result.problems.begin(), m_result.problems.end(),
                         [](const DemoProblem& a, const DemoProblem& b) { return a.line < b.line; });
        return std::move(m_result);
    }

private:
    std::vector<DemoStop>& stops() { return m_result.script.stops; }

    void wrongAt(int line, const QString& text) { m_result.problems.push_back({line, text}); }
    void wrong(const QString& text) { wrongAt(m_line, text); }

    // The comment that the file begins with: title, empty line, sentences.
    void readHead() {
        DemoScript& script = m_result.script;
        if (m_lines.isEmpty() || !m_lines.front().startsWith(u'#') || m_lines.front().startsWith(mark))
            return;
        const QString first = commentText(m_lines.front());
        const qsizetype colon = first.indexOf(u':');
        script.title = first.left(colon).trimmed();
        script.subtitle = colon < 0 ? QString() : first.mid(colon + 1).trimmed();
        if (!script.subtitle.isEmpty())
            script.subtitle.front() = script.subtitle.front().toUpper();
        if (script.title.endsWith(u'.'))
            script.title.chop(1);
        QStringList sentences;
        for (qsizetype i = 1; i < m_lines.size(); ++i) {
            if (!m_lines[i].startsWith(u'#') || m_lines[i].startsWith(mark))
                break;
            sentences << commentText(m_lines[i]);
        }
        script.summary = sentences.join(u' ').simplified();
    }

    void readMark(const QString& words) {
        const QString key = words.section(u' ', 0, 0), rest = words.section(u' ', 1).trimmed();
        static const struct {
            const char* key;
            void (Reader::*read)(const QString& rest);
        } keys[] = {
            {"stop", &Reader::readStop}, {"say", &Reader::readSay},         {"look", &Reader::readLook},
            {"show", &Reader::readShow}, {"select", &Reader::readSelect},   {"expect", &Reader::readExpect},
            {"ask", &Reader::readAsk},   {"choices", &Reader::readChoices}, {"answer", &Reader::readAnswer},
        };
        QStringList known;
        for (const auto& known_key : keys) {
            known << QString::fromLatin1(known_key.key);
            if (key != known.back())
                continue;
            if (rest.isEmpty())
                wrong(QStringLiteral("nothing behind '%1'").arg(key));
            else if (key != QStringLiteral("stop") && stops().empty())
                wrong(QStringLiteral("'%1' before the first 'stop'").arg(key));
            else
                (this->*known_key.read)(rest);
            return;
        }
        wrong(QStringLiteral("'%1' is unknown; there are %2").arg(key, known.join(QStringLiteral(", "))));
    }

    void readStop(const QString& rest) {
        endStop();
        if (!stops().empty() && stops().back().commands == m_commands)
            wrong(QStringLiteral("no command between this stop and the one before"));
        DemoStop stop;
        stop.line = m_line;
        stop.commands = m_commands;
        stop.heading = rest;
        stops().push_back(std::move(stop));
    }

    // Behind it nothing more can be said at this stop.
    void endStop() {
        if (stops().empty())
            return;
        const DemoStop& stop = stops().back();
        // What follows from a line that is wrong is not told besides.
        if (!m_result.problems.empty() && m_result.problems.back().line > stop.line)
            return;
        if (stop.sentences.empty())
            wrongAt(stop.line, QStringLiteral("nothing is said at this stop"));
        if (!stop.question)
            return;
        if (stop.question->choices.size() < 2)
            wrongAt(stop.question->line, QStringLiteral("a question needs at least two choices"));
        if (!stop.question->answer)
            wrongAt(stop.question->line, QStringLiteral("a question needs an 'answer' that asks the kernel"));
    }

    void readSay(const QString& rest) {
        QString problem;
        if (auto text = DemoText::parse(rest, &problem))
            stops().back().sentences.push_back(std::move(*text));
        else
            wrong(problem);
    }

    void readLook(const QString& rest) { stops().back().look << rest; }

    void readShow(const QString& rest) {
        stops().back().show.workspace = int(demoWorkspaces().indexOf(rest));
        if (stops().back().show.workspace < 0)
            wrong(QStringLiteral("there is no workspace '%1'; there are %2")
                      .arg(rest, demoWorkspaces().join(QStringLiteral(", "))));
    }

    void readSelect(const QString& rest) {
        using enum DemoShow::Pick;
        const QStringList words = rest.simplified().split(u' ');
        DemoShow& show = stops().back().show;
        const std::optional<uint64_t> va = words.size() == 3 ? scenarioNumber(words[2]) : std::nullopt;
        if (words.size() == 2 && words[0] == QStringLiteral("process"))
            show.pick = Process;
        else if (va && words[0] == QStringLiteral("entry"))
            show.pick = Entry;
        else if (va && words[0] == QStringLiteral("page"))
            show.pick = Page;
        else
            return wrong(QStringLiteral(
                "what is selected is 'process SPACE', 'entry SPACE ADDRESS' or 'page SPACE ADDRESS'"));
        show.space = words[1];
        show.va = va.value_or(0);
    }

    void readExpect(const QString& rest) {
        QString problem;
        if (auto claim = DemoClaim::parse(rest, &problem))
            stops().back().claims.push_back(std::move(*claim));
        else
            wrong(problem);
    }

    void readAsk(const QString& rest) {
        auto& question = stops().back().question;
        if (question)
            return wrong(QStringLiteral("there is a question at this stop already"));
        question = DemoQuestion{m_line, rest, {}, {}};
    }

    // True when there is a question that the line can belong to.
    bool hasQuestion(const char* key) {
        if (!stops().back().question)
            wrong(QStringLiteral("'%1' without an 'ask' before it").arg(QLatin1String(key)));
        return stops().back().question.has_value();
    }

    void readChoices(const QString& rest) {
        if (!hasQuestion("choices"))
            return;
        for (const QString& part : rest.split(u'|')) {
            const QString value = part.section(u'=', 0, 0).trimmed(), words = part.section(u'=', 1).trimmed();
            if (value.isEmpty())
                wrong(QStringLiteral("a choice without a value"));
            else if (stops().back().question->choiceOf(value) >= 0)
                wrong(QStringLiteral("the choice '%1' is there twice").arg(value));
            else
                stops().back().question->choices.push_back({value, words.isEmpty() ? value : words});
        }
    }

    void readAnswer(const QString& rest) {
        if (!hasQuestion("answer"))
            return;
        QString problem;
        auto answer = DemoExpression::parse(rest, &problem);
        if (!answer)
            wrong(problem);
        else if (!answer->asksKernel())
            wrong(QStringLiteral("an answer has to ask the kernel, not to state '%1'").arg(rest));
        else
            stops().back().question->answer = std::move(answer);
    }

    QStringList m_lines;
    int m_line = 0, m_commands = 0;
    DemoParse m_result;
};

} // namespace

int DemoQuestion::choiceOf(const QString& value) const {
    const auto it = std::find_if(choices.begin(), choices.end(),
                                 [&](const DemoChoice& choice) { return choice.value == value; });
    return it == choices.end() ? -1 : int(it - choices.begin());
}

int DemoScript::stopAt(int commands) const {
    int found = -1;
    for (const DemoStop& stop : stops)
        found += stop.commands <= commands;
    return found;
}

int DemoScript::questionCount() const {
    return int(std::count_if(stops.begin(), stops.end(),
                             [](const DemoStop& stop) { return stop.question.has_value(); }));
}

DemoParse parseDemo(const QString& scenario) { return Reader(scenario).read(); }

QString problemLine(const QString& file, const DemoProblem& problem) {
    return QStringLiteral("%1:%2: error: %3").arg(file).arg(problem.line).arg(problem.text);
}

QStringList demoWorkspaces() {
    return {QStringLiteral("story"),  QStringLiteral("tree"),    QStringLiteral("sharing"),
            QStringLiteral("tables"), QStringLiteral("fault"),   QStringLiteral("memory"),
            QStringLiteral("events"), QStringLiteral("console"), QStringLiteral("compare")};
}

} // namespace gui
