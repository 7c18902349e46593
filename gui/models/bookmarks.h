// Bookmarks in a run, each with a note, as a table: where, the command there, the note (which can be edited).
//
// A place is told so that it means the same on another kernel and architecture: the command, and how many
// events into it.
#pragma once

#include <QAbstractTableModel>
#include <QByteArray>

#include <optional>
#include <vector>

#include "gui/models/story.h"

namespace gui {

struct Bookmark {
    int command = 0;     // commands that have begun there: 0 at the start, then from 1
    uint64_t within = 0; // events of that command that have happened; 0: it has ended
    QString note;
    bool operator==(const Bookmark&) const = default;
};

// The place of a moment of the story, with no note.
Bookmark placeOf(const Story& story, int moment);
// The event at a place inside a command, once the story has been at the end of the command before.
std::optional<uint64_t> eventAt(const Story& story, const Bookmark& place);

class Bookmarks : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int { Place, Command, Note };

    // Of the commands of a story, which has to outlive this.
    explicit Bookmarks(const Story& story, QObject* parent = nullptr);

    // In the order of the run; no two at one place.
    const std::vector<Bookmark>& all() const { return m_all; }
    void setAll(std::vector<Bookmark> bookmarks);
    // The row at a place, -1 where there is none.
    int rowAt(const Bookmark& place) const;
    // The first row behind a place; behind the last one the first one, -1 when there is none.
    int rowBehind(const Bookmark& place) const;
    // The row of the new one, or of the one that is there; its note becomes this.
    int set(const Bookmark& bookmark);
    void remove(int row);

    // For files: {"bookmarks": [{"command": 17, "within": 3, "note": "…"}]}.
    QByteArray toJson() const;
    // Nothing, and one line why, for what is none of these.
    static std::optional<std::vector<Bookmark>> fromJson(const QByteArray& json, QString* problem);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void changed();

private:
    const Story& m_story;
    std::vector<Bookmark> m_all;
};

} // namespace gui
