// Comparing, in the window.
#include <QFileDialog>
#include <QMenu>

#include "gui/app/main_window.h"
#include "gui/app/paths.h"

namespace gui {

void MainWindow::compareWith(const ComparedSide& side) {
    const bool recorded = m_player.recordedOutcome() != nullptr;
    const QString shown = m_player.architecture() + (recorded ? QStringLiteral(" (recorded)") : QString());
    ComparedSide other = side;
    if (other.name == shown)
        other.name += QStringLiteral(" (2)");
    Comparer::Side one{shown, {}}, two{other.name, {}};
    QString problem;
    if (recorded)
        one.run = comparedRun(shown, m_player.story());
    else if (m_player.canRestart())
        one.run = m_player.config();
    else
        return say(QStringLiteral("there is no run that could be compared; choose a demo first"));
    if (side.kind == ComparedSide::Kind::Recording) {
        auto run = readSide(other, m_player.scenario(), &problem);
        if (!run)
            return say(problem);
        two.run = std::move(*run);
    } else {
        gdbbridge::SessionConfig config = m_player.config();
        config.architecture = side.target.architecture;
        config.kernel =
            side.target.kernel.isEmpty() ? kernelPath(side.target.architecture) : side.target.kernel;
        config.scenario = m_player.scenario();
        config.scenarioName = m_player.story().title();
        two.run = config;
    }
    showWorkspace(Workspace::Compare);
    m_comparer.compare(std::move(one), std::move(two));
    showHeadline();
}

void MainWindow::askCompare() {
    auto* const menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("compareMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString& name : architectures()) {
        QString problem;
        const auto side = comparedSide(name, &problem);
        menu->addAction(QStringLiteral("with the kernel for %1").arg(name), this,
                        [this, side] { compareWith(*side); });
    }
    menu->addAction(QStringLiteral("with a kernel's file or a recording…"), this,
                    &MainWindow::askComparedFile);
    menu->popup(m_strip->mapToGlobal(m_strip->rect().bottomLeft()));
    menu->setActiveAction(menu->actions().front());
}

void MainWindow::askComparedFile() {
    auto* const dialog = new QFileDialog(this, QStringLiteral("Compare with"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(
        {QStringLiteral("Kernels and recordings (*.elf *.uvmrec)"), QStringLiteral("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        QString problem;
        if (const auto side = comparedSide(file, &problem))
            compareWith(*side);
        else
            say(problem);
    });
    dialog->open();
}

// To the first thing that is not as it should be.
void MainWindow::showWrong() {
    if (m_player.showFirstViolation())
        return;
    const auto& comparison = m_player.story().comparison();
    if (comparison && comparison->firstDifference())
        m_player.goToCommand(*comparison->firstDifference());
}

} // namespace gui
