// Holds runs beside each other: runs what has to be run, without blocking, and makes the comparison.
#pragma once

#include <QObject>

#include <array>
#include <memory>
#include <variant>

#include "gui/app/scenario_run.h"
#include "gui/models/comparison.h"

namespace gui {

class Comparer : public QObject {
    Q_OBJECT

public:
    // A run that is there already, or one to be made.
    struct Side {
        QString name;
        std::variant<ComparedRun, gdbbridge::SessionConfig> run;
    };

    explicit Comparer(QObject* parent = nullptr) : QObject(parent) {}

    // `ready` or `failed` comes later. What was going on before is given up.
    void compare(Side one, Side two);
    void cancel();
    bool isBusy() const { return m_busy; }

Q_SIGNALS:
    void ready(const std::shared_ptr<const gui::Comparison>& comparison);
    void failed(const QString& problem);

private:
    void next();
    void ended(Side& side);

    std::array<Side, 2> m_sides;
    std::unique_ptr<Story> m_story; // of the run that goes on
    std::unique_ptr<ScenarioRun> m_run;
    bool m_busy = false;
};

} // namespace gui
