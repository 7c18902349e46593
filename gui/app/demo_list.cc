#include "gui/app/demo_list.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>

#include "gui/app/paths.h"
#include "gui/models/demo_script.h"

namespace gui {

DemoList::DemoList(const QStringList& files, QWidget* parent) : QDialog(parent) {
    setWindowTitle(QStringLiteral("Demos"));
    m_list = new QListWidget(this);
    m_list->setObjectName(QStringLiteral("demoList"));
    m_list->setAccessibleName(QStringLiteral("demos"));
    for (const QString& file : files) {
        const DemoScript script = parseDemo(readText(file)).script;
        auto* const item = new QListWidgetItem(
            script.title.isEmpty() ? QFileInfo(file).completeBaseName() : script.title, m_list);
        item->setData(Qt::UserRole, file);
    }
    const auto label = [this](const char* style) {
        auto* const made = new QLabel(this);
        made->setObjectName(QString::fromLatin1(style));
        made->setWordWrap(true);
        made->setTextFormat(Qt::PlainText);
        return made;
    };
    m_title = label("demoHeading");
    m_subtitle = label("demoLookTitle");
    m_summary = label("demoSaid");
    m_counts = label("panelNote");
    m_problem = label("demoFailure");
    auto* const open = new QPushButton(QStringLiteral("Start it   Enter"), this);
    open->setObjectName(QStringLiteral("demoStep"));
    open->setDefault(true);
    auto* const right = new QVBoxLayout;
    right->setSpacing(10);
    for (QLabel* part : {m_title, m_subtitle, m_summary, m_problem, m_counts})
        right->addWidget(part);
    right->addStretch(1);
    right->addWidget(open, 0, Qt::AlignRight);
    auto* const columns = new QHBoxLayout(this);
    columns->setContentsMargins(20, 20, 24, 20);
    columns->setSpacing(24);
    columns->addWidget(m_list, 4);
    columns->addLayout(right, 5);
    connect(m_list, &QListWidget::currentRowChanged, this, &DemoList::showMarked);
    const auto choose = [this] {
        if (const QListWidgetItem* const item = m_list->currentItem()) {
            Q_EMIT chosen(item->data(Qt::UserRole).toString());
            accept();
        }
    };
    connect(m_list, &QListWidget::itemDoubleClicked, this, choose);
    connect(open, &QPushButton::clicked, this, choose);
    m_list->setCurrentRow(0);
    showMarked();
    m_list->setFocus();
}

void DemoList::mark(const QString& file) {
    for (int row = 0; row < m_list->count(); ++row)
        if (QFileInfo(m_list->item(row)->data(Qt::UserRole).toString()) == QFileInfo(file))
            m_list->setCurrentRow(row);
}

QString DemoList::words() const {
    QStringList all;
    for (const QLabel* part : {m_title, m_subtitle, m_summary, m_problem, m_counts})
        if (!part->isHidden())
            all << part->text();
    return all.join(u'\n');
}

void DemoList::showMarked() {
    const QListWidgetItem* const item = m_list->currentItem();
    if (!item) {
        m_title->setText(
            QStringLiteral("There are no demos in %1 and none beside the program.").arg(ownDemoFolder()));
        return;
    }
    const QString file = item->data(Qt::UserRole).toString();
    const DemoParse demo = parseDemo(readText(file));
    m_title->setText(item->text());
    m_subtitle->setText(demo.script.subtitle);
    m_subtitle->setVisible(!demo.script.subtitle.isEmpty());
    m_summary->setText(demo.script.summary);
    QStringList problems;
    for (const DemoProblem& problem : demo.problems)
        problems << problemLine(QFileInfo(file).fileName(), problem);
    m_problem->setText(problems.join(u'\n'));
    m_problem->setVisible(!problems.isEmpty());
    m_counts->setText(QStringLiteral("%1 stops, %2 of them with a question   ·   %3")
                          .arg(demo.script.stops.size())
                          .arg(demo.script.questionCount())
                          .arg(QFileInfo(file).fileName()));
}

} // namespace gui
