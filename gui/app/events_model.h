// All events of the story so far as a table: number, class, what it means in a sentence, the command it
// belongs to.
#pragma once

#include <QAbstractTableModel>

#include <vector>

#include "gui/models/story.h"

namespace gui {

class EventsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int { Number, Class, Sentence, Command };
    // The index of the event's moment in the story.
    static constexpr int MomentRole = Qt::UserRole;

    explicit EventsModel(const Story& story, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    // The first row of a moment; the number of rows when it has no event.
    int rowOfMoment(int moment) const;

private:
    void reset();
    void append(int moment);
    // The moment and the place in it of a row.
    struct Place {
        int moment;
        size_t event;
    };
    Place placeOf(int row) const;

    const Story& m_story;
    std::vector<int> m_firstRow; // of each moment, and one past the last
};

} // namespace gui
