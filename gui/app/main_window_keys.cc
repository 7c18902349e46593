// The keyboard of the window, and its dialogs.
#include <QDialog>
#include <QDockWidget>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QShortcut>

#include "gui/app/main_window.h"

namespace gui {

namespace {

struct KeyHelp {
    const char* keys;
    const char* does;
};
constexpr KeyHelp keyHelp[] = {
    {"→  ←", "next, previous command; in a demo stop"},
    {"Alt+→  Alt+←", "next, previous command, also in a demo"},
    {"D", "the demos, and what they show"},
    {"P", "predict: to the question of a demo; ↑ ↓ Enter choose"},
    {"F10  Shift+F10", "next, previous event"},
    {"S", "next stage of a fault; in the workspace Fault also →"},
    {"F11  Alt+F11", "over a line of source, into its calls"},
    {"Shift+F11  Ctrl+F11", "out to the caller; one instruction"},
    {"C", "go on from here: the machine comes back to this step"},
    {":", "type a command and run it here"},
    {"Home  End", "start, last moment"},
    {"Ctrl+Space", "run the machine, or stop it"},
    {"Ctrl+R", "start the machine again"},
    {"1 – 9", "workspaces"},
    {"Ctrl+0", "arrange the docks as at first"},
    {"G", "to the first broken invariant, or the first difference"},
    {"Ctrl+D", "compare with another kernel, or a recording"},
    {"Tab", "next dock; ↑ ↓ Shift+← Shift+→ inside it, Enter selects"},
    {"Esc", "select nothing; leave the search; cancel a start"},
    {"+  −  0", "zoom, and back; also Ctrl+wheel; drag moves"},
    {"/", "search in events"},
    {"T", "next theme"},
    {"L", "next scale of addresses: pages, linear, logarithmic, equal"},
    {"M", "motion: a search for room node by node, or at once"},
    {"F5", "projector"},
    {"Ctrl+E", "export the focused view"},
    {"Ctrl+T", "the focused view as a table"},
    {"?", "these keys"},
};

} // namespace

void MainWindow::buildKeys() {
    const auto key = [this](const QKeySequence& sequence, auto action) {
        connect(new QShortcut(sequence, this), &QShortcut::activated, this, action);
    };
    key(Qt::Key_Right, [this] { forward(); });
    key(Qt::Key_Left, [this] { back(); });
    key(Qt::ALT | Qt::Key_Right, [this] { m_player.nextCommand(); });
    key(Qt::ALT | Qt::Key_Left, [this] { m_player.previousCommand(); });
    key(Qt::Key_D, [this] { showDemos(); });
    key(Qt::Key_P, [this] { m_demo->focusQuestion(); });
    key(Qt::Key_S, [this] { m_player.nextStage(); });
    key(Qt::Key_F11, [this] { m_player.step(gdbbridge::FineStep::Over); });
    key(Qt::ALT | Qt::Key_F11, [this] { m_player.step(gdbbridge::FineStep::Into); });
    key(Qt::SHIFT | Qt::Key_F11, [this] { m_player.step(gdbbridge::FineStep::Out); });
    key(Qt::CTRL | Qt::Key_F11, [this] { m_player.step(gdbbridge::FineStep::Instruction); });
    key(Qt::Key_C, [this] { m_player.goOnFromHere(); });
    key(Qt::Key_Colon, [this] {
        showWorkspace(Workspace::Console);
        m_prompt->setFocus();
    });
    key(Qt::Key_F10, [this] { m_player.nextEvent(); });
    key(Qt::SHIFT | Qt::Key_F10, [this] { m_player.previousEvent(); });
    key(Qt::Key_Home, [this] { m_player.first(); });
    key(Qt::Key_End, [this] { m_player.last(); });
    key(Qt::CTRL | Qt::Key_Space, [this] { m_player.toggleRun(); });
    key(Qt::CTRL | Qt::Key_R, [this] { m_player.restart(); });
    for (int i = 0; i < workspaceCount; ++i)
        key(QKeySequence(Qt::Key_1 + i), [this, i] { showWorkspace(Workspace(i)); });
    key(Qt::Key_G, [this] { showWrong(); });
    key(Qt::CTRL | Qt::Key_D, [this] { askCompare(); });
    key(Qt::CTRL | Qt::Key_0, [this] { restoreArrangement(); });
    key(Qt::Key_Escape, [this] { escape(); });
    key(Qt::Key_T, [this] { nextTheme(); });
    key(Qt::Key_L, [this] { setScale(AxisScale((int(m_scale) + 1) % (int(AxisScale::Equal) + 1))); });
    key(Qt::Key_M, [this] { setMotion(!m_searchPlay->isOn()); });
    key(Qt::Key_F5, [this] { setProjector(!m_projector); });
    key(Qt::CTRL | Qt::Key_E, [this] { askExport(); });
    key(Qt::CTRL | Qt::Key_T, [this] { focusedView()->showTable(); });
    key(Qt::Key_Question, [this] { showKeys(); });
    key(Qt::Key_Slash, [this] {
        showWorkspace(Workspace::Events);
        m_events->focusSearch();
    });
}

// In the fault microscope a step is a stage, in a demo it leads to the next stop. A question stands before
// both.
void MainWindow::forward() {
    const bool isAsked = m_guide.isAsking() && !m_guide.isPassing();
    if (m_guide.isOn() && (isAsked || m_workspace != Workspace::Fault))
        m_guide.forward();
    else if (m_workspace == Workspace::Fault)
        m_player.nextStage();
    else
        m_player.nextCommand();
}

void MainWindow::back() {
    if (m_workspace == Workspace::Fault)
        m_player.previousEvent();
    else if (m_guide.isOn())
        m_guide.back();
    else
        m_player.previousCommand();
}

// The innermost thing that can be left.
void MainWindow::escape() {
    if (m_events->search().hasFocus())
        m_events->leaveSearch();
    else if (m_prompt->hasFocus())
        m_console->setFocus();
    else if (m_player.state() == gdbbridge::SessionState::Starting)
        m_player.cancelStart();
    else
        m_player.story().select({});
}

void MainWindow::askExport() {
    const auto text = textView();
    const Picture& what = text ? *text : focusedView()->picture();
    auto* const dialog = new QFileDialog(this, QStringLiteral("Export %1").arg(what.title()));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({QStringLiteral("SVG (*.svg)"), QStringLiteral("PDF (*.pdf)"),
                            QStringLiteral("PNG (*.png)"), QStringLiteral("TikZ (*.tex)"),
                            QStringLiteral("Graphviz (*.dot)")});
    dialog->setDefaultSuffix(QStringLiteral("svg"));
    dialog->selectFile(what.name());
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.section(u'.', 1).chopped(1));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        const QString problem = exportTo(file);
        Headline line = m_strip->headline();
        line.second = QStringLiteral("Written to %1.").arg(file);
        m_strip->setHeadline(problem.isEmpty() ? line : withProblem(line, problem, {}));
    });
    dialog->open();
}

void MainWindow::showKeys() {
    auto* const card = new QDialog(this);
    card->setAttribute(Qt::WA_DeleteOnClose);
    card->setWindowTitle(QStringLiteral("Keys"));
    auto* const grid = new QGridLayout(card);
    grid->setContentsMargins(24, 20, 24, 20);
    grid->setHorizontalSpacing(24);
    int row = 0;
    for (const KeyHelp& help : keyHelp) {
        auto* const keys = new QLabel(QString::fromUtf8(help.keys), card);
        keys->setObjectName(QStringLiteral("panelTitle"));
        grid->addWidget(keys, row, 0);
        grid->addWidget(new QLabel(QString::fromUtf8(help.does), card), row++, 1);
    }
    card->show();
}

} // namespace gui
