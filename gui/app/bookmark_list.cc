#include "gui/app/bookmark_list.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace gui {

namespace {

QPushButton* addButton(QHBoxLayout* row, const QString& text) {
    auto* const button = new QPushButton(text);
    button->setObjectName(QStringLiteral("demoStep"));
    button->setAutoDefault(false);
    row->addWidget(button);
    return button;
}

} // namespace

BookmarkNote::BookmarkNote(const QString& note, bool there, QWidget* parent)
    : QDialog(parent), m_line(new QLineEdit(note, this)) {
    setObjectName(QStringLiteral("bookmarkNote"));
    setWindowTitle(QStringLiteral("Bookmark"));
    m_line->setAccessibleName(QStringLiteral("note of the bookmark"));
    m_line->setPlaceholderText(QStringLiteral("what is to be seen here"));
    m_line->setMinimumWidth(420);
    auto* const layout = new QVBoxLayout(this);
    layout->addWidget(new QLabel(QStringLiteral("A note for this step:"), this));
    layout->addWidget(m_line);
    auto* const row = new QHBoxLayout;
    row->addStretch(1);
    if (there)
        connect(addButton(row, QStringLiteral("&Remove it")), &QPushButton::clicked, this, [this] {
            Q_EMIT removed();
            reject();
        });
    QPushButton* const keep = addButton(row, QStringLiteral("Keep it   Enter"));
    keep->setDefault(true);
    connect(keep, &QPushButton::clicked, this, [this] {
        Q_EMIT kept(m_line->text().simplified());
        accept();
    });
    layout->addLayout(row);
}

BookmarkList::BookmarkList(Bookmarks& bookmarks, QWidget* parent)
    : QDialog(parent), m_bookmarks(bookmarks), m_table(new QTableView(this)) {
    setObjectName(QStringLiteral("bookmarkList"));
    setWindowTitle(QStringLiteral("Bookmarks"));
    m_table->setModel(&bookmarks);
    m_table->setAccessibleName(QStringLiteral("bookmarks"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(Bookmarks::Note, QHeaderView::Stretch);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->selectRow(0);
    const auto go = [this] {
        if (const int row = m_table->currentIndex().row(); row >= 0) {
            accept();
            Q_EMIT chosen(row);
        }
    };
    const auto edit = [this] {
        m_table->edit(m_bookmarks.index(m_table->currentIndex().row(), Bookmarks::Note));
    };
    const auto remove = [this] { m_bookmarks.remove(m_table->currentIndex().row()); };
    const auto key = [this](Qt::Key which, auto does) {
        auto* const action = new QAction(m_table);
        action->setShortcut(which);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, does);
        m_table->addAction(action);
    };
    key(Qt::Key_Return, go);
    key(Qt::Key_Enter, go);
    key(Qt::Key_F2, edit);
    key(Qt::Key_Delete, remove);
    connect(m_table, &QTableView::doubleClicked, this, go);
    auto* const layout = new QVBoxLayout(this);
    auto* const empty =
        new QLabel(QStringLiteral("There are none yet: B sets one at the step that is looked at."), this);
    empty->setVisible(bookmarks.all().empty());
    layout->addWidget(empty);
    layout->addWidget(m_table, 1);
    auto* const row = new QHBoxLayout;
    row->addStretch(1);
    connect(addButton(row, QStringLiteral("&Remove   Del")), &QPushButton::clicked, this, remove);
    connect(addButton(row, QStringLiteral("Edit the &note   F2")), &QPushButton::clicked, this, edit);
    connect(addButton(row, QStringLiteral("&Go there   Enter")), &QPushButton::clicked, this, go);
    layout->addLayout(row);
    m_table->setFocus();
}

} // namespace gui
