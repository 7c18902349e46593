// Leads through a demo: from stop to stop of a run, with a question before the steps that have one.
//
// Where it stands follows from the moment that is looked at, so it goes along with scrubbing and with every
// key that steps. Nothing happens while the scenario that is shown has no stops.
#pragma once

#include <QObject>

#include <map>

#include "gui/models/demo_run.h"

namespace gui {

class Player;

class DemoGuide : public QObject {
    Q_OBJECT

public:
    explicit DemoGuide(Player& player, QObject* parent = nullptr);

    // A scenario that is about to be run; `file` is what its problems are told with.
    void open(const QString& file, const QString& scenario);
    void close();

    bool isOn() const { return !m_script.stops.empty(); }
    const DemoScript& script() const { return m_script; }
    // "FILE:LINE: error: TEXT" of what is wrong with the file.
    const QStringList& problems() const { return m_problems; }

    // The last stop that has been reached at the moment that is looked at, -1 before the first.
    int stop() const;
    // One stands at it, not at a moment behind it.
    bool atStop() const;
    // Somebody has typed other commands than those of the demo.
    bool hasLeft() const;
    bool canGoForward() const;
    bool canGoBack() const;

    // To the next stop, running the machine there. At a question without a prediction it first asks for one,
    // the second time it goes on without.
    void forward();
    void back();

    // A question is frozen before its step: nothing has been predicted, and nobody has been at the next stop.
    bool isAsking() const;
    // The next step forward goes on without a prediction.
    bool isPassing() const { return isAsking() && m_asked == stop(); }
    // The kernel's answer at a stop; nothing before the next one has been seen, also where a recording has
    // it.
    std::optional<DemoAnswer> answer(int stop) const;
    // The choice that was predicted at a stop, -1 for none.
    int prediction(int stop) const;
    // Takes the prediction at the stop where one stands; `predicted` asks to go on and see.
    void predict(int choice);

Q_SIGNALS:
    void changed();
    // Stop `index` has been reached; what it shows is to be shown.
    void arrived(int index);
    // Somebody wanted to go on although there is a question.
    void predictionWanted();
    void predicted();

private:
    void begin();
    void follow();
    void goTo(int stop);

    Player& m_player;
    DemoScript m_script;
    std::vector<QString> m_commands; // of the file
    QStringList m_problems;
    std::map<int, int> m_predictions; // by stop
    int m_asked = -1;                 // stop whose question was to be passed over once
    int m_arrived = -1;               // stop that was told of last, while one stands at it
    int m_seen = -1;                  // last stop that this run has shown
};

} // namespace gui
