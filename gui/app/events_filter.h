// The events that a class and words let through, as a table of the same columns.
//
// A long run is looked through in slices of the event loop's time: rows that fit come as they are found.
#pragma once

#include <QAbstractTableModel>
#include <QTimer>

#include <vector>

#include "gui/app/events_model.h"

namespace gui {

class EventsFilter : public QAbstractTableModel {
    Q_OBJECT

public:
    // `model` outlives this.
    explicit EventsFilter(const EventsModel& model, QObject* parent = nullptr);

    void setClass(const QString& name); // "" for all
    void setWords(const QString& words);
    // Some rows have not been looked at yet.
    bool isLooking() const { return m_looked < m_model.rowCount(); }
    // The row that shows a row of the model, or the first later one that is shown; the number of rows when
    // there is none.
    int rowOf(int modelRow) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool showsAll() const { return m_class.isEmpty() && m_words.isEmpty(); }
    void begin();
    void grow(int first, int last);
    void look();
    void take(int until);
    bool isWanted(int row) const;
    int modelRow(int row) const { return showsAll() ? row : m_rows[size_t(row)]; }

    const EventsModel& m_model;
    QString m_class, m_words;
    std::vector<int> m_rows; // of the model, ascending; not used where all are shown
    int m_looked = 0;        // rows of the model that have been looked at
    QTimer m_timer;
};

} // namespace gui
