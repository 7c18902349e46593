// The demos to choose from: titles at the left, at the right what the one that is marked shows.
#pragma once

#include <QDialog>

class QLabel;
class QListWidget;

namespace gui {

class DemoList : public QDialog {
    Q_OBJECT

public:
    // `files` in the order in which they are shown; a file that does not parse is there with what is wrong.
    explicit DemoList(const QStringList& files, QWidget* parent = nullptr);
    // Marks a file, when it is there.
    void mark(const QString& file);
    QListWidget& list() { return *m_list; }
    QString words() const;

Q_SIGNALS:
    void chosen(const QString& file);

private:
    void showMarked();

    QListWidget* m_list;
    QLabel *m_title, *m_subtitle, *m_summary, *m_counts, *m_problem;
};

} // namespace gui
