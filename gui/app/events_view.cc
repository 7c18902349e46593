#include "gui/app/events_view.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/app/events_filter.h"
#include "gui/app/glyphs.h"

namespace gui {

EventsView::EventsView(Story& story, QWidget* parent)
    : QWidget(parent), m_story(story), m_model(new EventsModel(story, this)),
      m_filter(new EventsFilter(*m_model, this)), m_class(new Picker), m_search(new QLineEdit),
      m_table(new QTableView) {
    using gdbbridge::EventClass;
    m_class->addItem(QStringLiteral("all classes"));
    for (int c = 0; c <= int(EventClass::Call); ++c) {
        const auto name = gdbbridge::eventClassName(EventClass(c));
        m_class->addItem(QString::fromUtf8(name.data(), qsizetype(name.size())));
    }
    m_class->setAccessibleName(QStringLiteral("class of events"));
    m_search->setPlaceholderText(QStringLiteral("words or addresses"));
    m_search->setAccessibleName(QStringLiteral("search in events"));
    m_table->setModel(m_filter);
    m_table->setAccessibleName(QStringLiteral("events"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false); // Tab leads on, in every view
    m_table->setWordWrap(false);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(EventsModel::Sentence, QHeaderView::Stretch);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);

    auto* filters = new QHBoxLayout;
    filters->addWidget(m_class);
    filters->addWidget(m_search, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 0, 8, 8);
    layout->addLayout(filters);
    layout->addWidget(m_table, 1);

    connect(m_class, &QComboBox::currentIndexChanged, this,
            [this](int index) { m_filter->setClass(index == 0 ? QString() : m_class->itemText(index)); });
    connect(m_search, &QLineEdit::textChanged, this,
            [this](const QString& words) { m_filter->setWords(words); });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& index) { m_story.show(index.data(EventsModel::MomentRole).toInt()); });
    connect(&m_story, &Story::currentChanged, this, &EventsView::followStory);
}

void EventsView::focusSearch() { m_search->setFocus(Qt::ShortcutFocusReason); }

void EventsView::leaveSearch() {
    m_search->clear();
    m_table->setFocus(Qt::ShortcutFocusReason);
}

QStringList EventsView::lines() const {
    QStringList result;
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const auto cell = [&](int column) { return m_filter->index(row, column).data().toString(); };
        result << QStringLiteral("%1  %2  %3")
                      .arg(cell(EventsModel::Number), 6)
                      .arg(cell(EventsModel::Class), -11)
                      .arg(cell(EventsModel::Sentence));
    }
    return result;
}

void EventsView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeColumns();
}

void EventsView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::FontChange)
        placeColumns();
}

// The sentence gets what the others leave.
void EventsView::placeColumns() {
    const QFontMetrics metrics(m_table->font());
    m_table->setColumnWidth(EventsModel::Number, metrics.horizontalAdvance(QStringLiteral("event 00")));
    m_table->setColumnWidth(EventsModel::Class, metrics.horizontalAdvance(QStringLiteral("page tables 0")));
    m_table->setColumnWidth(EventsModel::Command, width() / 5);
}

void EventsView::followStory() {
    const int row = m_model->rowOfMoment(m_story.current());
    if (row >= m_model->rowCount())
        return;
    const QModelIndex index = m_filter->index(m_filter->rowOf(row), 0);
    if (!index.isValid())
        return;
    m_table->selectRow(index.row());
    m_table->scrollTo(index, QAbstractItemView::PositionAtTop);
}

} // namespace gui
