#include "gui/app/source_view.h"

#include <QSplitter>
#include <QTextBlock>
#include <QVBoxLayout>

#include "gui/app/source_file.h"

namespace gui {

SourceView::SourceView(const Story& story, QWidget* parent)
    : QWidget(parent), m_story(story), m_calls(new QListWidget(this)), m_text(new QPlainTextEdit(this)),
      m_problem(new QLabel(this)), m_look{ThemeName::Light, Metrics::ofSystem(1, false)} {
    m_calls->setAccessibleName(QStringLiteral("calls, innermost first"));
    m_text->setAccessibleName(QStringLiteral("source"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->document()->setDocumentMargin(12);
    auto* const parts = new QSplitter(Qt::Vertical, this);
    parts->addWidget(m_text);
    parts->addWidget(m_calls);
    parts->setStretchFactor(0, 4);
    parts->setStretchFactor(1, 1);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    m_problem->setWordWrap(true);
    m_problem->setMargin(6);
    m_problem->hide();
    layout->addWidget(m_problem);
    layout->addWidget(parts, 1);
    connect(m_calls, &QListWidget::currentRowChanged, this, &SourceView::showCall);
    connect(&story, &Story::currentChanged, this, &SourceView::showMoment);
    showMoment();
}

void SourceView::setKernel(const QString& kernel) {
    m_kernel = kernel;
    m_file.clear();
}

void SourceView::setLook(const Look& look) {
    m_look = look;
    m_text->setFont(look.metrics.font(type::address));
    markLine();
}

void SourceView::showMoment() {
    const gdbbridge::MomentPtr now = m_story.now();
    m_places.clear();
    m_calls->clear();
    // The probe itself is nobody's subject.
    if (now)
        for (const gdbbridge::CodePlace& place : now->stack)
            if (!place.function.startsWith(QStringLiteral("uvm_probe")))
                m_places.push_back(place);
    for (const gdbbridge::CodePlace& place : m_places)
        m_calls->addItem(place.file.isEmpty()
                             ? place.function
                             : QStringLiteral("%1   %2:%3").arg(place.function, place.file).arg(place.line));
    m_calls->setVisible(!m_places.empty());
    if (m_places.empty()) {
        m_file.clear();
        m_problem->hide();
        m_line = 0;
        m_text->setPlainText(QStringLiteral("The kernel stands between two commands.\n\n"
                                            "F10   to the next event\n"
                                            "S     to the next stage of a fault\n"
                                            "F11   over a line of source"));
        return markLine();
    }
    m_calls->setCurrentRow(0);
}

void SourceView::showCall(int row) {
    if (row < 0 || row >= int(m_places.size()))
        return;
    const gdbbridge::CodePlace& place = m_places[size_t(row)];
    if (place.file != m_file || place.folder != m_folder || place.file.isEmpty()) {
        m_file = place.file;
        m_folder = place.folder;
        const SourceFile source = sourceOf(place, m_kernel);
        QString numbered;
        int number = 0;
        for (const QString& line : source.lines)
            numbered += QStringLiteral("%1  %2\n").arg(++number, 4).arg(line);
        m_text->setPlainText(source.path.isEmpty() ? source.problem : numbered);
        m_problem->setText(source.problem);
        m_problem->setVisible(!source.path.isEmpty() && !source.problem.isEmpty());
    }
    m_line = place.line;
    markLine();
}

void SourceView::markLine() {
    QList<QTextEdit::ExtraSelection> marks;
    const QTextBlock block = m_text->document()->findBlockByNumber(m_line - 1);
    if (m_line > 0 && block.isValid()) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(block);
        mark.format.setBackground(m_look.palette()[Role::ChangedWash]);
        mark.format.setForeground(m_look.palette()[Role::Ink]);
        mark.format.setProperty(QTextFormat::FullWidthSelection, true);
        marks << mark;
        m_text->setTextCursor(QTextCursor(block));
        m_text->centerCursor();
    }
    m_text->setExtraSelections(marks);
}

} // namespace gui
