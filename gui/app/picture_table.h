// The things of a picture as a table: for reading aloud, and for copying.
#pragma once

#include <QTableWidget>

#include "gui/theme/canvas.h"

namespace gui {

class PictureTable : public QTableWidget {
    Q_OBJECT

public:
    explicit PictureTable(const QVector<SceneItem>& items, QWidget* parent = nullptr);
    // The chosen rows, columns parted by tabs.
    QString chosenText() const;

Q_SIGNALS:
    // A row was activated.
    void chosen(const gui::Identity& identity);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QVector<SceneItem> m_items;
};

} // namespace gui
