#include "gui/models/bookmarks.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace gui {

namespace {

// A command's end comes behind everything in it.
std::pair<int, uint64_t> orderOf(const Bookmark& place) {
    return {place.command, place.within == 0 ? std::numeric_limits<uint64_t>::max() : place.within};
}

bool isBefore(const Bookmark& one, const Bookmark& two) { return orderOf(one) < orderOf(two); }

} // namespace

Bookmark placeOf(const Story& story, int moment) {
    const auto& moments = story.moments();
    const gdbbridge::Moment& at = *moments[size_t(moment)];
    Bookmark place{.command = at.operation, .within = 0, .note = {}};
    if (!isInsideCommand(at.reason))
        return place;
    const int before = firstInside(moments, moment) - 1;
    const uint64_t begun = before < 0 ? 0 : moments[size_t(before)]->snapshot->eventSequence;
    place.within = std::max<uint64_t>(1, at.snapshot->eventSequence - begun);
    return place;
}

std::optional<uint64_t> eventAt(const Story& story, const Bookmark& place) {
    for (const auto& moment : story.moments())
        if (moment->operation == place.command - 1 && !isInsideCommand(moment->reason))
            return moment->snapshot->eventSequence + place.within;
    return std::nullopt;
}

Bookmarks::Bookmarks(const Story& story, QObject* parent) : QAbstractTableModel(parent), m_story(story) {}

void Bookmarks::setAll(std::vector<Bookmark> bookmarks) {
    beginResetModel();
    m_all = std::move(bookmarks);
    std::stable_sort(m_all.begin(), m_all.end(), isBefore);
    m_all.erase(std::unique(m_all.begin(), m_all.end(),
                            [](const auto& one, const auto& two) { return orderOf(one) == orderOf(two); }),
                m_all.end());
    endResetModel();
    Q_EMIT changed();
}

int Bookmarks::rowAt(const Bookmark& place) const {
    const auto at = std::find_if(m_all.begin(), m_all.end(),
                                 [&](const Bookmark& one) { return orderOf(one) == orderOf(place); });
    return at == m_all.end() ? -1 : int(at - m_all.begin());
}

int Bookmarks::rowBehind(const Bookmark& place) const {
    if (m_all.empty())
        return -1;
    const auto at = std::upper_bound(m_all.begin(), m_all.end(), place, isBefore);
    return at == m_all.end() ? 0 : int(at - m_all.begin());
}

int Bookmarks::set(const Bookmark& bookmark) {
    if (const int row = rowAt(bookmark); row >= 0) {
        setData(index(row, Note), bookmark.note, Qt::EditRole);
        return row;
    }
    const auto at = std::upper_bound(m_all.begin(), m_all.end(), bookmark, isBefore);
    const int row = int(at - m_all.begin());
    beginInsertRows({}, row, row);
    m_all.insert(at, bookmark);
    endInsertRows();
    Q_EMIT changed();
    return row;
}

void Bookmarks::remove(int row) {
    if (row < 0 || size_t(row) >= m_all.size())
        return;
    beginRemoveRows({}, row, row);
    m_all.erase(m_all.begin() + row);
    endRemoveRows();
    Q_EMIT changed();
}

QByteArray Bookmarks::toJson() const {
    QJsonArray list;
    for (const Bookmark& bookmark : m_all)
        list << QJsonObject{{QStringLiteral("command"), bookmark.command},
                            {QStringLiteral("within"), qint64(bookmark.within)},
                            {QStringLiteral("note"), bookmark.note}};
    return QJsonDocument(QJsonObject{{QStringLiteral("bookmarks"), list}}).toJson();
}

std::optional<std::vector<Bookmark>> Bookmarks::fromJson(const QByteArray& json, QString* problem) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError || !document[QStringLiteral("bookmarks")].isArray()) {
        *problem = error.error != QJsonParseError::NoError ? error.errorString()
                                                           : QStringLiteral("it has no list of bookmarks");
        return std::nullopt;
    }
    std::vector<Bookmark> result;
    for (const QJsonValue& value : document[QStringLiteral("bookmarks")].toArray()) {
        const int command = value[QStringLiteral("command")].toInt(-1);
        const qint64 within = value[QStringLiteral("within")].toInteger(-1);
        if (command < 0 || within < 0) {
            *problem = QStringLiteral("bookmark %1 has no place").arg(result.size() + 1);
            return std::nullopt;
        }
        result.push_back({command, uint64_t(within), value[QStringLiteral("note")].toString()});
    }
    return result;
}

int Bookmarks::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_all.size()); }

int Bookmarks::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : Note + 1; }

QVariant Bookmarks::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || size_t(index.row()) >= m_all.size() ||
        (role != Qt::DisplayRole && role != Qt::EditRole && role != Qt::ToolTipRole))
        return {};
    const Bookmark& bookmark = m_all[size_t(index.row())];
    switch (index.column()) {
    case Place:
        if (bookmark.command == 0)
            return QStringLiteral("start");
        return bookmark.within == 0
                   ? QStringLiteral("step %1").arg(bookmark.command)
                   : QStringLiteral("step %1, event %2").arg(bookmark.command).arg(bookmark.within);
    case Command:
        return bookmark.command > 0 && size_t(bookmark.command) <= m_story.commands().size()
                   ? m_story.commands()[size_t(bookmark.command) - 1].text
                   : QString();
    case Note:
        return bookmark.note;
    default:
        return {};
    }
}

bool Bookmarks::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || index.column() != Note || role != Qt::EditRole)
        return false;
    m_all[size_t(index.row())].note = value.toString();
    Q_EMIT dataChanged(index, index);
    Q_EMIT changed();
    return true;
}

Qt::ItemFlags Bookmarks::flags(const QModelIndex& index) const {
    const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == Note ? usual | Qt::ItemIsEditable : usual;
}

QVariant Bookmarks::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    static const QStringList names{QStringLiteral("where"), QStringLiteral("command"),
                                   QStringLiteral("note")};
    return names.value(section);
}

} // namespace gui
