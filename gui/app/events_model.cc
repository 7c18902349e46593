#include "gui/app/events_model.h"

#include <algorithm>

#include "gui/models/sentences.h"

namespace gui {

EventsModel::EventsModel(const Story& story, QObject* parent)
    : QAbstractTableModel(parent), m_story(story), m_firstRow{0} {
    connect(&story, &Story::begun, this, &EventsModel::reset);
    connect(&story, &Story::appended, this, &EventsModel::append);
    connect(&story, &Story::inserted, this, &EventsModel::reset);
    reset();
}

void EventsModel::reset() {
    beginResetModel();
    m_firstRow = {0};
    for (const auto& moment : m_story.moments())
        m_firstRow.push_back(m_firstRow.back() + int(moment->events.size()));
    endResetModel();
}

void EventsModel::append(int moment) {
    const int count = int(m_story.moments()[size_t(moment)]->events.size());
    const int before = m_firstRow.back();
    if (count > 0)
        beginInsertRows({}, before, before + count - 1);
    m_firstRow.push_back(before + count);
    if (count > 0)
        endInsertRows();
}

int EventsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_firstRow.back();
}

int EventsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : Command + 1; }

EventsModel::Place EventsModel::placeOf(int row) const {
    const auto next = std::upper_bound(m_firstRow.begin(), m_firstRow.end(), row);
    const auto moment = next - m_firstRow.begin() - 1;
    return {int(moment), size_t(row - m_firstRow[size_t(moment)])};
}

int EventsModel::rowOfMoment(int moment) const {
    return moment < 0 || size_t(moment) >= m_firstRow.size() ? 0 : m_firstRow[size_t(moment)];
}

QVariant EventsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= m_firstRow.back())
        return {};
    const Place place = placeOf(index.row());
    if (role == MomentRole)
        return place.moment;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const auto& moment = *m_story.moments()[size_t(place.moment)];
    const auto& event = moment.events[place.event];
    switch (index.column()) {
    case Number:
        return qulonglong(event.sequence);
    case Class: {
        const auto name = gdbbridge::eventClassName(event.eventClass);
        return QString::fromUtf8(name.data(), qsizetype(name.size()));
    }
    case Sentence: {
        const auto before = place.moment > 0 ? m_story.moments()[size_t(place.moment) - 1] : nullptr;
        return eventSentence(event, *moment.snapshot, before ? before->snapshot.get() : nullptr);
    }
    case Command:
        return moment.command;
    default:
        return {};
    }
}

QVariant EventsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    static const QStringList names{QStringLiteral("event"), QStringLiteral("class"),
                                   QStringLiteral("what happened"), QStringLiteral("during")};
    return names.value(section);
}

} // namespace gui
