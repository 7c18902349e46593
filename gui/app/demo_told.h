// A demo told as text, while its run goes on without a window.
#pragma once

#include <QStringList>

#include "gui/models/demo_run.h"

namespace gui {

class DemoTold {
public:
    // `file` is what problems of the demo are told with.
    DemoTold(const QString& file, const QString& scenario);

    // "FILE:LINE: error: TEXT"; empty when the demo can be told. It has no stops otherwise.
    const QStringList& problems() const { return m_problems; }
    const DemoScript& script() const { return m_script; }
    // The stop that the last moment of the story stands at, as lines; none when it is not at a stop. The
    // answer to the question of the stop before is among them.
    QStringList linesAt(const Story& story);
    // What did not hold so far: claims, values that cannot be had, answers that were not offered.
    const QStringList& failures() const { return m_failures; }
    int stopsTold() const { return m_told; }

private:
    void tellAnswer(const Story& story, int stop, QStringList& lines);

    DemoScript m_script;
    QStringList m_problems, m_failures;
    int m_told = 0;
};

} // namespace gui
