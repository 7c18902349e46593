// The source around where the machine stands, and the calls that led there.
#pragma once

#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QWidget>

#include "gui/models/story.h"
#include "gui/theme/canvas.h"

namespace gui {

class SourceView : public QWidget {
    Q_OBJECT

public:
    explicit SourceView(const Story& story, QWidget* parent = nullptr);
    void setLook(const Look& look);
    // What the story's moments are of, as sourceOf() takes it.
    void setKernel(const QString& kernel);
    const QString& kernel() const { return m_kernel; }
    QPlainTextEdit& text() { return *m_text; }
    QListWidget& calls() { return *m_calls; }

private:
    void showMoment();
    void showCall(int row);
    void markLine();

    const Story& m_story;
    QListWidget* m_calls;
    QPlainTextEdit* m_text;
    QLabel* m_problem;                          // with the text, when it may be another one than the kernel's
    std::vector<gdbbridge::CodePlace> m_places; // parallel to the list's rows
    QString m_kernel;
    QString m_file, m_folder; // of the place that the text is of
    int m_line = 0;
    Look m_look;
};

} // namespace gui
