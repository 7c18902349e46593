#include "gui/app/picture_table.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>

namespace gui {

PictureTable::PictureTable(const QVector<SceneItem>& items, QWidget* parent)
    : QTableWidget(int(items.size()), 2, parent), m_items(items) {
    setHorizontalHeaderLabels({QStringLiteral("thing"), QStringLiteral("in words")});
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setShowGrid(false);
    verticalHeader()->hide();
    for (int i = 0; i < int(items.size()); ++i) {
        setItem(i, 0, new QTableWidgetItem(items[i].id));
        setItem(i, 1, new QTableWidgetItem(items[i].text));
    }
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    resizeColumnToContents(0);
    connect(this, &QTableWidget::cellActivated, this,
            [this](int row) { Q_EMIT chosen(m_items[row].identity); });
}

QString PictureTable::chosenText() const {
    QStringList lines;
    for (int row = 0; row < rowCount(); ++row)
        if (item(row, 0)->isSelected())
            lines << item(row, 0)->text() + u'\t' + item(row, 1)->text();
    return lines.join(u'\n');
}

void PictureTable::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        QApplication::clipboard()->setText(chosenText());
    else
        QTableWidget::keyPressEvent(event);
}

} // namespace gui
