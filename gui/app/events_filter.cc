#include "gui/app/events_filter.h"

#include <QElapsedTimer>

#include <algorithm>
#include <utility>

namespace gui {

namespace {

// As many are looked at at once; what is behind them waits for the event loop, in slices of so much time.
constexpr int atOnce = 2000, inOneGo = 100;
constexpr qint64 sliceMs = 10;

} // namespace

EventsFilter::EventsFilter(const EventsModel& model, QObject* parent)
    : QAbstractTableModel(parent), m_model(model), m_looked(model.rowCount()) {
    connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        m_rows.clear();
        m_looked = showsAll() ? m_model.rowCount() : 0;
        endResetModel();
        if (!showsAll())
            take(atOnce);
    });
    connect(&model, &QAbstractItemModel::rowsAboutToBeInserted, this,
            [this](const QModelIndex&, int first, int last) {
                if (showsAll())
                    beginInsertRows({}, first, last);
            });
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first, int last) { grow(first, last); });
    connect(&m_timer, &QTimer::timeout, this, &EventsFilter::look);
}

void EventsFilter::setClass(const QString& name) {
    if (m_class == name)
        return;
    beginResetModel();
    m_class = name;
    begin();
}

void EventsFilter::setWords(const QString& words) {
    if (m_words == words)
        return;
    beginResetModel();
    m_words = words;
    begin();
}

void EventsFilter::begin() {
    m_rows.clear();
    m_looked = showsAll() ? m_model.rowCount() : 0;
    m_timer.stop();
    endResetModel();
    if (!showsAll())
        take(atOnce);
}

void EventsFilter::grow(int first, int last) {
    if (showsAll()) {
        m_looked = last + 1;
        endInsertRows();
    } else if (first - m_looked < atOnce) {
        take(std::min(last + 1, m_looked + atOnce));
    } else {
        m_timer.start(0);
    }
}

// Looks at rows up to `until`, shows those that fit, and goes on later.
void EventsFilter::take(int until) {
    std::vector<int> found;
    for (until = std::min(until, m_model.rowCount()); m_looked < until; ++m_looked)
        if (isWanted(m_looked))
            found.push_back(m_looked);
    if (!found.empty()) {
        beginInsertRows({}, int(m_rows.size()), int(m_rows.size() + found.size()) - 1);
        m_rows.insert(m_rows.end(), found.begin(), found.end());
        endInsertRows();
    }
    if (isLooking())
        m_timer.start(0);
    else
        m_timer.stop();
}

void EventsFilter::look() {
    QElapsedTimer clock;
    clock.start();
    while (isLooking() && clock.elapsed() < sliceMs)
        take(m_looked + inOneGo);
}

bool EventsFilter::isWanted(int row) const {
    const auto text = [&](int column) {
        return m_model.data(m_model.index(row, column), Qt::DisplayRole).toString();
    };
    if (!m_class.isEmpty() && text(EventsModel::Class) != m_class)
        return false;
    return m_words.isEmpty() || text(EventsModel::Sentence).contains(m_words, Qt::CaseInsensitive) ||
           text(EventsModel::Command).contains(m_words, Qt::CaseInsensitive);
}

int EventsFilter::rowOf(int row) const {
    if (showsAll())
        return row;
    return int(std::lower_bound(m_rows.begin(), m_rows.end(), row) - m_rows.begin());
}

int EventsFilter::rowCount(const QModelIndex& parent) const {
    if (parent.isValid())
        return 0;
    return showsAll() ? m_looked : int(m_rows.size());
}

int EventsFilter::columnCount(const QModelIndex& parent) const { return m_model.columnCount(parent); }

QVariant EventsFilter::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    return m_model.data(m_model.index(modelRow(index.row()), index.column()), role);
}

QVariant EventsFilter::headerData(int section, Qt::Orientation orientation, int role) const {
    return m_model.headerData(section, orientation, role);
}

} // namespace gui
