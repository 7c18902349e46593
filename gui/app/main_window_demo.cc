// The window while it shows a demo.
#include <QLayout>

#include "gui/app/demo_list.h"
#include "gui/app/main_window.h"
#include "gui/app/paths.h"

namespace gui {

void MainWindow::showDemo() {
    const bool shown = m_guide.isOn() || !m_guide.problems().isEmpty();
    if (m_demo->isHidden() != shown)
        return;
    m_demo->setVisible(shown);
    // It keeps away from the edge of the window as the docks do.
    QLayout* const column = m_demo->parentWidget()->layout();
    const QMargins around = column->contentsMargins();
    column->setContentsMargins(around.left(), 0, shown ? around.left() : 0, 0);
    m_controls->setInDemo(m_guide.isOn());
    fitWidth();
}

void MainWindow::arriveAtStop(int stop) {
    const DemoShow& show = m_guide.script().stops[size_t(stop)].show;
    if (show.workspace >= 0 && show.workspace != int(m_workspace))
        showWorkspace(Workspace(show.workspace));
    m_player.story().select(selectionOf(m_player.story(), show));
    // A choice that had the focus is gone.
    if (const QWidget* const focused = focusWidget(); focused && m_demo->isAncestorOf(focused))
        focusedView()->setFocus(Qt::OtherFocusReason);
}

void MainWindow::showDemos() {
    auto* const list = new DemoList(demoFiles(), this);
    list->setAttribute(Qt::WA_DeleteOnClose);
    list->resize(int(look().metrics.px(940)), int(look().metrics.px(560)));
    list->mark(m_topBar->demos().currentData().toString());
    connect(list, &DemoList::chosen, this, [this](const QString& file) { openScenario(file, m_target); });
    list->open();
}

} // namespace gui
