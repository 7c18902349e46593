// What a demo asks the kernel: a sum of questions to the state of the machine on both sides of a step and to
// the events in between, as "count(page_copy)" or "entries(A) - before entries(A)". docs/demos.md lists them.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

#include "gdbbridge/session/moment.h"

namespace gui {

// From one stop of a demo to the next.
struct DemoStep {
    gdbbridge::MomentPtr before; // null at the first stop
    gdbbridge::MomentPtr after;  // never null
    std::vector<gdbbridge::Event> events;
    QByteArray output; // what the scenario printed
};

// A value in words, or why there is none.
struct DemoValue {
    QString text;    // "3", "0x10000", "r--", "yes"
    QString problem; // "" when there is a value
};

class DemoExpression {
public:
    // Nothing, and what is wrong in words, where the text is no expression.
    static std::optional<DemoExpression> parse(const QString& text, QString* problem);

    DemoValue value(const DemoStep& step) const;
    // As it was written.
    const QString& text() const { return m_text; }
    // Numbers alone ask nothing.
    bool asksKernel() const;

private:
    struct Term {
        bool negative = false, before = false;
        int function = -1; // in the table of demo_questions; -1: a number
        QStringList arguments;
        int64_t number = 0;
    };

    static std::optional<Term> parseTerm(const QString& text, QString* problem);

    QString m_text;
    std::vector<Term> m_terms;
};

// A sentence with expressions in braces, which are written out with their values: "{count(page_copy)} page".
class DemoText {
public:
    static std::optional<DemoText> parse(const QString& text, QString* problem);
    DemoValue value(const DemoStep& step) const;

private:
    struct Part {
        QString words;
        std::optional<DemoExpression> expression; // behind the words
    };
    std::vector<Part> m_parts;
};

// What an author says holds at a stop: "refs(G, 0x10000) = 3".
class DemoClaim {
public:
    static std::optional<DemoClaim> parse(const QString& text, QString* problem);
    // "" when it holds; else what was found.
    QString failure(const DemoStep& step) const;

private:
    enum class Relation : uint8_t { Equal, Unequal, Less, Greater };

    QString m_text;
    std::optional<DemoExpression> m_left, m_right; // the right one is none where it is a word
    Relation m_relation = Relation::Equal;
    QString m_word;
};

} // namespace gui
