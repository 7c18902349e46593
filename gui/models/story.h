// The story of one run: its moments so far, the one that is looked at, and what is selected. Every view draws
// from it and nothing else; it knows neither the session nor any widget.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

#include "gdbbridge/session/moment.h"
#include "gui/models/selection.h"

namespace gui {

class Comparison;

// A command of a scenario file, as it stands there.
struct ScenarioCommand {
    int line = 0; // in the file, from 1
    QString text; // blanks folded, comment removed
};
// The commands of a scenario's text, in order.
std::vector<ScenarioCommand> scenarioCommands(const QString& text);

// The first of the moments in which one stands inside the command of moment `index`, up to that moment;
// `index` itself where there is none before it.
int firstInside(const std::vector<gdbbridge::MomentPtr>& moments, int index);
// The events of the moments from `first` to `last`.
std::vector<gdbbridge::Event> eventsOf(const std::vector<gdbbridge::MomentPtr>& moments, int first, int last);

class Story : public QObject {
    Q_OBJECT

public:
    explicit Story(QObject* parent = nullptr) : QObject(parent) {}

    // Forgets everything and begins with the commands that are to come.
    void begin(const QString& title, std::vector<ScenarioCommand> commands);
    // Forgets what came behind a moment; from there other commands are to come.
    void cutBehind(int index, std::vector<ScenarioCommand> commands);
    // A new moment; it becomes the one that is looked at when the last one was.
    void append(const gdbbridge::MomentPtr& moment);

    // The same, but what is looked at stays; the first one is looked at.
    void appendBehind(const gdbbridge::MomentPtr& moment);
    // A moment that was found later, inside a command that the story has already: it takes its place before
    // the first moment that is later, whose events are from then on those since it. What is looked at stays.
    // Returns its index.
    int insert(const gdbbridge::MomentPtr& moment);

    const QString& title() const { return m_title; }
    const std::vector<ScenarioCommand>& commands() const { return m_commands; }
    const std::vector<gdbbridge::MomentPtr>& moments() const { return m_moments; }

    bool isEmpty() const { return m_moments.empty(); }
    // Index of the moment that is looked at, -1 when there is none.
    int current() const { return m_current; }
    bool atHead() const { return m_current + 1 == int(m_moments.size()); }
    gdbbridge::MomentPtr now() const;    // null when empty
    gdbbridge::MomentPtr before() const; // what the changes are against: the moment before, null at the first
    void show(int index);                // clamped
    // The nearest earlier / later moment at the end of a command (or the start), or any moment; false at the
    // end.
    enum class Stride : uint8_t { Command, Moment };
    bool showPrevious(Stride stride);
    bool showNext(Stride stride);

    const Selection& selection() const { return m_selection; }
    void select(const Selection& selection);

    // This run held beside another one; null when it is not.
    const std::shared_ptr<const Comparison>& comparison() const { return m_comparison; }
    void setComparison(std::shared_ptr<const Comparison> comparison);

Q_SIGNALS:
    void begun();
    void appended(int index);
    void inserted(int index); // what came behind has an index more
    void currentChanged();    // another moment is looked at
    void selectionChanged();
    void comparisonChanged();

private:
    QString m_title;
    std::vector<ScenarioCommand> m_commands;
    std::vector<gdbbridge::MomentPtr> m_moments;
    int m_current = -1;
    Selection m_selection;
    std::shared_ptr<const Comparison> m_comparison;
};

} // namespace gui
