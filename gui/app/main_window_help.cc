// Help in the window: the tour, what marks mean, how large letters are.
#include <QComboBox>
#include <QDialog>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/app/main_window.h"
#include "gui/app/tour.h"
#include "gui/app/view_help.h"

namespace gui {

namespace {
constexpr double leastScale = 0.7, mostScale = 2.5;
}

void MainWindow::setTextScale(double scale) {
    m_textScale = std::clamp(scale, leastScale, mostScale);
    if (m_settings)
        m_settings->setValue(QStringLiteral("textScale"), m_textScale);
    applyLook();
}

void MainWindow::startTourOnce() {
    if (m_settings && !m_settings->value(QStringLiteral("tourSeen")).toBool())
        startTour();
}

void MainWindow::startTour() {
    if (m_settings)
        m_settings->setValue(QStringLiteral("tourSeen"), true);
    if (findChild<Tour*>())
        return;
    if (m_projector)
        setProjector(false); // which hides the bar that it points to
    if (m_workspace != Workspace::Story)
        showWorkspace(Workspace::Story);
    new Tour(
        {{&m_topBar->demos(), QStringLiteral("Choose a demo"),
          QStringLiteral("Each starts a kernel in QEMU and stops where there is something to see. D lists "
                         "them with what they show.")},
         {m_controls, QStringLiteral("Step with → and ←"),
          QStringLiteral("→ runs the next command in the kernel, ← looks back without it. F10 stops at each "
                         "event inside a command, S at each stage of a fault.")},
         {m_strip, QStringLiteral("One sentence a step"),
          QStringLiteral("What the kernel did, to whom and why. The bar at the left is amber when something "
                         "changed and red when an invariant is broken.")},
         {m_docks.at(QStringLiteral("map")), QStringLiteral("The proof is in the pictures"),
          QStringLiteral("Amber marks what this step changed. What you click lights up in every view, and W "
                         "asks who wrote it. F2 says what the marks mean.")},
         {m_timeline, QStringLiteral("Go anywhere in time"),
          QStringLiteral("Drag along the timeline. B sets a bookmark with a note, C lets the machine go on "
                         "from an earlier step, ? lists all keys.")}},
        look(), this);
}

void MainWindow::showMarks() {
    PictureView* const view = focusedView();
    auto* const card = new QDialog(this);
    card->setObjectName(QStringLiteral("markCard"));
    card->setAttribute(Qt::WA_DeleteOnClose);
    card->setWindowTitle(view->picture().title());
    auto* const words = new QLabel(viewHelp(view->picture().name()), card);
    words->setTextFormat(Qt::RichText);
    words->setWordWrap(true);
    words->setMinimumWidth(int(look().metrics.px(520)));
    words->setTextInteractionFlags(Qt::TextSelectableByKeyboard | Qt::TextSelectableByMouse);
    words->setAccessibleName(QStringLiteral("what the marks mean"));
    auto* const layout = new QVBoxLayout(card);
    layout->setContentsMargins(24, 20, 24, 20);
    layout->addWidget(words);
    card->show();
}

void MainWindow::showDockMenu() {
    QMenu* const menu = createPopupMenu();
    menu->setObjectName(QStringLiteral("dockMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(m_strip->mapToGlobal(m_strip->rect().bottomLeft()));
    menu->setActiveAction(menu->actions().front());
}

} // namespace gui
