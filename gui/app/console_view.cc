#include "gui/app/console_view.h"

#include <QScrollBar>

namespace gui {

namespace {
constexpr int mostLines = 20'000;
}

ConsoleView::ConsoleView(const QString& name, QWidget* parent) : QPlainTextEdit(parent) {
    setReadOnly(true);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setMaximumBlockCount(mostLines);
    setAccessibleName(name);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    document()->setDocumentMargin(16);
}

void ConsoleView::append(const QByteArray& bytes) {
    QScrollBar* const bar = verticalScrollBar();
    // Who has scrolled back wants to read there.
    const bool follow = bar->value() >= bar->maximum();
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    cursor.insertText(QString::fromUtf8(bytes).remove(u'\r'));
    if (follow)
        bar->setValue(bar->maximum());
}

} // namespace gui
