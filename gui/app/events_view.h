// The list of events with its filters. A double click or Enter looks at the moment of an event.
#pragma once

#include <QWidget>

#include "gui/app/events_model.h"

class QComboBox;
class QLineEdit;
class QTableView;

namespace gui {

class EventsFilter;

class EventsView : public QWidget {
    Q_OBJECT

public:
    explicit EventsView(Story& story, QWidget* parent = nullptr);
    const EventsModel& model() const { return *m_model; }
    QTableView& table() { return *m_table; }
    QLineEdit& search() { return *m_search; }
    void focusSearch();
    // Forgets the words and goes to the list.
    void leaveSearch();
    // The rows that the filters let through, as lines in columns.
    QStringList lines() const;
    QComboBox& classes() { return *m_class; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void followStory();
    void placeColumns();

    Story& m_story;
    EventsModel* m_model;
    EventsFilter* m_filter;
    QComboBox* m_class;
    QLineEdit* m_search;
    QTableView* m_table;
};

} // namespace gui
