// The dialogs of bookmarks: the note of one, and the list of all.
#pragma once

#include <QDialog>

#include "gui/models/bookmarks.h"

class QLineEdit;
class QTableView;

namespace gui {

class BookmarkNote : public QDialog {
    Q_OBJECT

public:
    // `there`: the bookmark exists and can be removed.
    BookmarkNote(const QString& note, bool there, QWidget* parent = nullptr);
    QLineEdit& line() { return *m_line; }

Q_SIGNALS:
    void kept(const QString& note);
    void removed();

private:
    QLineEdit* m_line;
};

// Enter goes to a bookmark, F2 edits its note, Del removes it.
class BookmarkList : public QDialog {
    Q_OBJECT

public:
    // The model outlives the dialog.
    explicit BookmarkList(Bookmarks& bookmarks, QWidget* parent = nullptr);
    QTableView& table() { return *m_table; }

Q_SIGNALS:
    void chosen(int row);

private:
    Bookmarks& m_bookmarks;
    QTableView* m_table;
};

} // namespace gui
