// The source around where the machine stands, and the calls that led there.
#pragma once

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
    QPlainTextEdit& text() { return *m_text; }
    QListWidget& calls() { return *m_calls; }

private:
    void showMoment();
    void showCall(int row);
    void markLine();

    const Story& m_story;
    QListWidget* m_calls;
    QPlainTextEdit* m_text;
    std::vector<gdbbridge::CodePlace> m_places; // parallel to the list's rows
    QString m_file;                             // that the text is of
    int m_line = 0;
    Look m_look;
};

} // namespace gui
