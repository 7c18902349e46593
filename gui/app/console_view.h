// Text that grows: follows its end as long as the end is in sight.
#pragma once

#include <QPlainTextEdit>

namespace gui {

class ConsoleView : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit ConsoleView(const QString& name, QWidget* parent = nullptr);
    void append(const QByteArray& bytes);
};

} // namespace gui
