// The keyboard of the window, and its dialogs.
#include <QAction>
#include <QDialog>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "gui/app/main_window.h"

namespace gui {

namespace {
constexpr double textStep = 1.1;
}

// What the window can do. Each has a key; the card of keys is made of this, and what a button does is one of
// these.
void MainWindow::buildKeys() {
    const auto on = [this](const char* name, const char* words, const QList<QKeySequence>& keys, auto does) {
        auto* const action = new QAction(QString::fromUtf8(words), this);
        action->setObjectName(QString::fromLatin1(name));
        action->setShortcuts(keys);
        connect(action, &QAction::triggered, this, does);
        addAction(action);
        m_actions.push_back(action);
    };
    using Fine = gdbbridge::FineStep;
    on("forward", "next command; in a demo stop, in the workspace Fault stage", {Qt::Key_Right},
       [this] { forward(); });
    on("back", "previous command, stop or stage", {Qt::Key_Left}, [this] { back(); });
    on("nextCommand", "next command, also in a demo", {Qt::ALT | Qt::Key_Right},
       [this] { m_player.nextCommand(); });
    on("previousCommand", "previous command, also in a demo", {Qt::ALT | Qt::Key_Left},
       [this] { m_player.previousCommand(); });
    on("nextEvent", "next event", {Qt::Key_F10}, [this] { m_player.nextEvent(); });
    on("previousEvent", "previous event", {Qt::SHIFT | Qt::Key_F10}, [this] { m_player.previousEvent(); });
    on("nextStage", "next stage of a fault", {Qt::Key_S}, [this] { m_player.nextStage(); });
    on("over", "over a line of source", {Qt::Key_F11}, [this] { m_player.step(Fine::Over); });
    on("into", "into the line's calls", {Qt::ALT | Qt::Key_F11}, [this] { m_player.step(Fine::Into); });
    on("out", "out to the caller", {Qt::SHIFT | Qt::Key_F11}, [this] { m_player.step(Fine::Out); });
    on("instruction", "one instruction", {Qt::CTRL | Qt::Key_F11},
       [this] { m_player.step(Fine::Instruction); });
    on("first", "the start", {Qt::Key_Home}, [this] { m_player.first(); });
    on("last", "the last moment", {Qt::Key_End}, [this] { m_player.last(); });
    on("run", "run the machine, or stop it", {Qt::CTRL | Qt::Key_Space}, [this] { m_player.toggleRun(); });
    on("restart", "start the machine again", {Qt::CTRL | Qt::Key_R}, [this] { m_player.restart(); });
    on("goOn", "go on from here: the machine comes back to this step", {Qt::Key_C},
       [this] { m_player.goOnFromHere(); });
    on("type", "type a command and run it here", {Qt::Key_Colon}, [this] {
        showWorkspace(Workspace::Console);
        m_prompt->setFocus();
    });
    on("wrong", "to the first broken invariant, or the first difference", {Qt::Key_G},
       [this] { showWrong(); });
    on("break", "to the event that broke it", {Qt::SHIFT | Qt::Key_G}, [this] { showBreak(); });
    on("who", "who wrote this? of a field of what is selected", {Qt::Key_W}, [this] { askWhoWrote(); });
    on("return", "back to where such a question was asked", {Qt::Key_Backspace}, [this] { goBackToAsker(); });
    on("bookmark", "set a bookmark here, or write its note", {Qt::Key_B}, [this] { setBookmark(); });
    on("nextBookmark", "to the next bookmark", {Qt::SHIFT | Qt::Key_B}, [this] { goToNextBookmark(); });
    on("bookmarks", "all bookmarks", {Qt::CTRL | Qt::Key_B}, [this] { showBookmarks(); });
    on("demos", "the demos, and what they show", {Qt::Key_D}, [this] { showDemos(); });
    on("predict", "predict: to the question of a demo; ↑ ↓ Enter choose", {Qt::Key_P},
       [this] { m_demo->focusQuestion(); });
    on("compare", "compare with another kernel, or a recording", {Qt::CTRL | Qt::Key_D},
       [this] { askCompare(); });
    on("search", "search in events", {Qt::Key_Slash}, [this] {
        showWorkspace(Workspace::Events);
        m_events->focusSearch();
    });
    on("escape", "select nothing; leave or cancel what goes on", {Qt::Key_Escape}, [this] { escape(); });
    on("export", "export the focused view", {Qt::CTRL | Qt::Key_E}, [this] { askExport(); });
    on("table", "the focused view as a table", {Qt::CTRL | Qt::Key_T},
       [this] { focusedView()->showTable(); });
    on("theme", "next theme", {Qt::Key_T}, [this] { nextTheme(); });
    on("scale", "next scale of addresses: pages, linear, logarithmic, equal", {Qt::Key_L},
       [this] { setScale(AxisScale((int(m_scale) + 1) % (int(AxisScale::Equal) + 1))); });
    on("motion", "motion: a search for room node by node, or at once", {Qt::Key_M},
       [this] { setMotion(!m_searchPlay->isOn()); });
    on("projector", "projector", {Qt::Key_F5}, [this] { setProjector(!m_projector); });
    on("larger", "larger letters", {Qt::CTRL | Qt::Key_Plus, Qt::CTRL | Qt::Key_Equal},
       [this] { setTextScale(m_textScale * textStep); });
    on("smaller", "smaller letters", {Qt::CTRL | Qt::Key_Minus},
       [this] { setTextScale(m_textScale / textStep); });
    on("usualSize", "letters of the usual size", {Qt::ALT | Qt::Key_0}, [this] { setTextScale(1); });
    on("arrange", "arrange the docks as at first", {Qt::CTRL | Qt::Key_0}, [this] { restoreArrangement(); });
    on("docks", "show and hide docks", {Qt::CTRL | Qt::Key_M}, [this] { showDockMenu(); });
    for (int i = 0; i < workspaceCount; ++i)
        on(qPrintable(QStringLiteral("workspace%1").arg(i + 1)),
           qPrintable(QStringLiteral("workspace %1").arg(m_topBar->workspaceNames()[i])),
           {QKeySequence(Qt::Key_1 + i)}, [this, i] { showWorkspace(Workspace(i)); });
    on("keys", "these keys", {Qt::Key_Question, Qt::Key_F1}, [this] { showKeys(); });
    on("marks", "what the marks of the focused view mean", {Qt::Key_F2}, [this] { showMarks(); });
    on("tour", "the tour of the window", {Qt::SHIFT | Qt::Key_F1}, [this] { startTour(); });
    // By the mouse: what can be done with what lies under it.
    for (const auto& [name, view] : m_views) {
        view->setContextMenuPolicy(Qt::ActionsContextMenu);
        for (QAction* action : m_actions)
            if (QStringList{QStringLiteral("who"), QStringLiteral("bookmark"), QStringLiteral("marks"),
                            QStringLiteral("table"), QStringLiteral("export")}
                    .contains(action->objectName()))
                view->addAction(action);
    }
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
    else if (m_player.retraceSeconds())
        m_player.cancelRetrace();
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
    card->setObjectName(QStringLiteral("keyCard"));
    card->setAttribute(Qt::WA_DeleteOnClose);
    card->setWindowTitle(QStringLiteral("Keys"));
    auto* const rows = new QVBoxLayout(card);
    rows->setContentsMargins(24, 20, 24, 20);
    auto* const grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    QList<std::pair<QString, QString>> lines;
    const auto keysOf = [](const QAction* action) {
        return action->shortcuts().front().toString(QKeySequence::NativeText);
    };
    for (const QAction* action : m_actions)
        if (!action->objectName().startsWith(QStringLiteral("workspace")))
            lines << std::pair(keysOf(action), action->text());
    lines << std::pair(QStringLiteral("1 … 9"), QStringLiteral("workspaces"))
          << std::pair(QStringLiteral("Tab"),
                       QStringLiteral("next dock; ↑ ↓ Shift+← Shift+→ inside it, Enter selects"))
          << std::pair(QStringLiteral("+  −  0"),
                       QStringLiteral("zoom, and back; also Ctrl+wheel; drag moves"));
    const int height = int(lines.size() + 1) / 2;
    for (int i = 0; i < int(lines.size()); ++i) {
        auto* const keys = new QLabel(lines[i].first, card);
        keys->setObjectName(QStringLiteral("panelTitle"));
        grid->addWidget(keys, i % height, 2 * (i / height));
        grid->addWidget(new QLabel(lines[i].second, card), i % height, 2 * (i / height) + 1);
    }
    rows->addLayout(grid);
    auto* const buttons = new QHBoxLayout;
    auto* const tour = new QPushButton(QStringLiteral("Take the tour (Shift+F1)"), card);
    tour->setObjectName(QStringLiteral("demoStep"));
    connect(tour, &QPushButton::clicked, this, [this, card] {
        card->close();
        startTour();
    });
    auto* const what = new QPushButton(QStringLiteral("Marks of the focused view (F2)"), card);
    what->setObjectName(QStringLiteral("demoStep"));
    connect(what, &QPushButton::clicked, this, [this, card] {
        card->close();
        showMarks();
    });
    buttons->addWidget(tour);
    buttons->addWidget(what);
    buttons->addStretch(1);
    rows->addSpacing(12);
    rows->addLayout(buttons);
    card->show();
}

} // namespace gui
