// The parts of the window and where they stand.
#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTimer>
#include <QToolBar>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/app/main_window.h"
#include "gui/app/view_help.h"
#include "gui/views/pictures.h"
#include "gui/views/timeline_picture.h"

namespace gui {

namespace {

constexpr int margin = 10;                                     // around the docks
constexpr int arrangementVersion = 2;                          // of what is remembered
constexpr int storyShare = 62, evenShare = 50, treeShare = 40; // per cent

struct WorkspaceDocks {
    const char* name;
    std::vector<const char*> docks; // the first is at the left
};

const WorkspaceDocks& docksOf(Workspace workspace) {
    static const WorkspaceDocks all[workspaceCount] = {{"Story", {"map", "tree", "sharing"}},
                                                       {"Tree", {"tree"}},
                                                       {"Sharing", {"sharing"}},
                                                       {"Page tables", {"map", "pagetable"}},
                                                       {"Fault", {"fault", "sharing", "source"}},
                                                       {"Memory", {"memory", "sharing"}},
                                                       {"Events", {"map", "events"}},
                                                       {"Console", {"map", "console"}},
                                                       {"Compare", {"compare"}}};
    return all[size_t(workspace)];
}

// A bar that is furniture: it stands where it is.
QToolBar* makeBar(const QString& name, QWidget* content) {
    auto* const bar = new QToolBar;
    bar->setObjectName(name);
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->addWidget(content);
    bar->layout()->setContentsMargins(0, 0, 0, 0);
    return bar;
}

QWidget* makeHeader(const QString& title, const QString& note) {
    auto* const header = new QWidget;
    header->setObjectName(QStringLiteral("panelTop"));
    auto* const titleLabel = new QLabel(title);
    titleLabel->setObjectName(QStringLiteral("panelTitle"));
    auto* const noteLabel = new QLabel(note);
    noteLabel->setObjectName(QStringLiteral("panelNote"));
    noteLabel->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* const layout = new QHBoxLayout(header);
    layout->setContentsMargins(16, 8, 16, 4);
    layout->addWidget(titleLabel);
    layout->addSpacing(6);
    layout->addWidget(noteLabel, 1);
    return header;
}

QWidget* makePanel(QWidget* content) {
    auto* const panel = new QWidget;
    panel->setObjectName(QStringLiteral("panel"));
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 4);
    layout->addWidget(content);
    return panel;
}

} // namespace

void MainWindow::buildTop() {
    QStringList names;
    for (int i = 0; i < workspaceCount; ++i)
        names << QString::fromLatin1(docksOf(Workspace(i)).name);
    m_topBar = new TopBar(names, this);
    connect(m_topBar, &TopBar::demoChosen, this,
            [this](const QString& file) { openScenario(file, m_target); });
    connect(m_topBar, &TopBar::demosAsked, this, &MainWindow::showDemos);
    connect(m_topBar, &TopBar::workspaceChosen, this, [this](int index) { showWorkspace(Workspace(index)); });
    connect(m_topBar, &TopBar::exportAsked, this, &MainWindow::askExport);
    connect(m_topBar, &TopBar::themeAsked, this, &MainWindow::nextTheme);
    connect(m_topBar, &TopBar::projectorAsked, this, [this] { setProjector(!m_projector); });
    connect(m_topBar, &TopBar::keysAsked, this, &MainWindow::showKeys);
    m_toolBar = makeBar(QStringLiteral("toolBar"), m_topBar);
    addToolBar(Qt::TopToolBarArea, m_toolBar);
    addToolBarBreak(Qt::TopToolBarArea);
    auto* const strip = new QWidget(this);
    auto* const layout = new QVBoxLayout(strip);
    layout->setContentsMargins(0, 0, 0, margin);
    m_strip = new SentenceStrip(strip);
    layout->addWidget(m_strip);
    addToolBar(Qt::TopToolBarArea, makeBar(QStringLiteral("stripBar"), strip));
    // Docks reach the edge of the window; these keep them away from it. What a demo says stands in the right
    // one, and like the timeline is no dock, so that nothing can hide it.
    auto* const left = new QWidget(this);
    left->setFixedWidth(margin);
    addToolBar(Qt::LeftToolBarArea, makeBar(QStringLiteral("leftMargin"), left));
    auto* const right = new QWidget(this);
    right->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    auto* const columns = new QHBoxLayout(right);
    columns->setContentsMargins(margin, 0, 0, 0);
    columns->setSpacing(0);
    m_demo = new DemoPanel(m_guide, m_player, right);
    m_demo->hide();
    columns->addWidget(m_demo);
    addToolBar(Qt::RightToolBarArea, makeBar(QStringLiteral("rightMargin"), right));
}

void MainWindow::addDock(const QString& name, const QString& title, const QString& note, QWidget* content,
                         Qt::DockWidgetArea area) {
    auto* const dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setTitleBarWidget(makeHeader(title, note));
    dock->setWidget(makePanel(content));
    addDockWidget(area, dock);
    connect(dock, &QDockWidget::topLevelChanged, this,
            [this] { QTimer::singleShot(0, this, &MainWindow::keepArrangement); });
    m_docks[name] = dock;
}

PictureView* MainWindow::addView(const QString& name) {
    auto* const view = new PictureView(makePicture(name), this);
    view->setWhatsThis(viewHelp(name));
    m_views[name] = view;
    return view;
}

void MainWindow::buildDocks() {
    setDockNestingEnabled(true);
    setDockOptions(AllowNestedDocks | AllowTabbedDocks);
    for (const char* name : {"map", "tree", "sharing", "pagetable", "fault", "memory", "amap", "compare"}) {
        const QString key = QString::fromLatin1(name);
        PictureView* const view = addView(key);
        connect(view, &PictureView::selected, this,
                [this](const Selection& selection) { m_player.story().select(selection); });
        addDock(key, view->picture().title(), view->picture().note(), view,
                key == QStringLiteral("map") ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea);
    }
    m_events = new EventsView(m_player.story(), this);
    addDock(QStringLiteral("events"), QStringLiteral("Events"),
            QStringLiteral("what the kernel's probes recorded; Enter looks at the moment"), m_events,
            Qt::RightDockWidgetArea);
    m_source = new SourceView(m_player.story(), this);
    addDock(QStringLiteral("source"), QStringLiteral("Source"),
            QStringLiteral("where the machine stands; F11 over a line, Ctrl+F11 an instruction"), m_source,
            Qt::RightDockWidgetArea);
    m_console = new ConsoleView(QStringLiteral("console"), this);
    m_prompt = new QLineEdit(this);
    m_prompt->setAccessibleName(QStringLiteral("command to run now"));
    m_prompt->setPlaceholderText(
        QStringLiteral("a command to run now, for example: write child 0x10000 \"hello\""));
    connect(m_prompt, &QLineEdit::returnPressed, this, [this] {
        m_player.runCommand(m_prompt->text());
        m_prompt->clear();
    });
    auto* const console = new QWidget(this);
    auto* const rows = new QVBoxLayout(console);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(m_console, 1);
    rows->addWidget(m_prompt);
    addDock(QStringLiteral("console"), QStringLiteral("Console"),
            QStringLiteral("of the kernel, and what the scenario printed; below, what you type"), console,
            Qt::RightDockWidgetArea);
    m_report = new ConsoleView(QStringLiteral("report"), this);
    m_report->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    addDock(QStringLiteral("report"), QStringLiteral("Autopsy"),
            QStringLiteral("what is known of the machine that stopped"), m_report, Qt::RightDockWidgetArea);
    m_docks.at(QStringLiteral("report"))->hide();
}

// At the bottom and no dock, so that nothing can hide it.
void MainWindow::buildTimeline() {
    PictureView* const view = addView(QStringLiteral("timeline"));
    view->setDrag(PictureView::Drag::IsTold);
    view->setShowsChanges(false);
    const auto lookAt = [this, view](QPointF at) {
        const auto& picture = static_cast<const TimelinePicture&>(view->picture());
        if (const auto command = picture.commandAt(view->zoomedLook(), view->pictureSize(), at))
            m_player.goToCommand(*command);
    };
    connect(view, &PictureView::clicked, this, lookAt);
    connect(view, &PictureView::dragged, this, lookAt);
    m_controls = new StepControls(m_player, this);
    m_timeline = new QWidget(this);
    auto* const row = new QHBoxLayout(m_timeline);
    row->setContentsMargins(16, 0, 8, 0);
    row->addWidget(m_controls);
    row->addWidget(view, 1);
    auto* const whole = new QWidget(this);
    whole->setObjectName(QStringLiteral("timeline"));
    whole->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* const layout = new QVBoxLayout(whole);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(0);
    layout->addWidget(makeHeader(view->picture().title(), view->picture().note()));
    layout->addWidget(makePanel(m_timeline));
    addToolBar(Qt::BottomToolBarArea, makeBar(QStringLiteral("timelineBar"), whole));
}

// What the arrangement depends on; each has a memory of its own.
QString MainWindow::arrangementName() const {
    QString name = QString::fromLatin1(docksOf(m_workspace).name).toLower();
    if (hasReport())
        name += QStringLiteral("-autopsy");
    if (m_projector)
        name += QStringLiteral("-projector");
    if (m_narrow)
        name += QStringLiteral("-narrow");
    return name;
}

// Called whenever the docks stand still and before they are moved by the window itself.
void MainWindow::keepArrangement() {
    // A window that has just changed to few columns or back has the docks of the other arrangement still.
    if (!isVisible() || m_arranged != arrangementName())
        return;
    QVariantMap shares;
    for (const auto& [name, dock] : m_docks)
        if (dock->isVisible() && !dock->isFloating())
            shares[name] = double(dock->width()) / width();
    m_arrangements[m_arranged] = {saveState(arrangementVersion), shares};
}

void MainWindow::arrange() {
    // What is remembered can only be had of a window that is shown; showEvent comes back.
    if (!isVisible()) {
        arrangeAnew();
        return;
    }
    QPointer<QWidget> const focused = focusWidget();
    m_arranged = arrangementName();
    const auto kept = m_arrangements.find(m_arranged);
    if (kept != m_arrangements.end() && restoreState(kept->second.state, arrangementVersion))
        applyShares();
    else
        arrangeAnew();
    m_toolBar->setVisible(!m_projector); // whatever was remembered
    // Hiding a dock hands the focus on to whatever comes next.
    if (QWidget* const next = focused && focused->isVisible() ? focused.data() : focusedView())
        next->setFocus(Qt::OtherFocusReason);
    QTimer::singleShot(0, this, &MainWindow::keepArrangement); // when the docks have their sizes
}

void MainWindow::applyShares() {
    const auto kept = m_arrangements.find(arrangementName());
    if (kept == m_arrangements.end())
        return;
    QList<QDockWidget*> docks;
    QList<int> widths;
    for (const auto& [name, dock] : m_docks)
        if (const double share = kept->second.shares.value(name).toDouble();
            share > 0 && dock->isVisible() && !dock->isFloating()) {
            docks << dock;
            widths << int(share * width() + 0.5);
        }
    resizeDocks(docks, widths, Qt::Horizontal);
}

void MainWindow::restoreArrangement() {
    m_arrangements.erase(m_arranged);
    arrange();
}

// The docks of the workspace: the first at the left, the others stacked at the right, as tabs where it is
// narrow.
void MainWindow::arrangeAnew() {
    std::vector<QDockWidget*> shown;
    for (const char* name : docksOf(m_workspace).docks)
        shown.push_back(m_docks.at(QString::fromLatin1(name)));
    // On a projector two things at a time.
    if (m_projector && m_workspace == Workspace::Story)
        shown = {m_docks.at(QStringLiteral("map")), m_docks.at(QStringLiteral("sharing"))};
    // Beside the state that a dead machine was found in: what is known of it.
    if (hasReport())
        shown = {shown.front(), m_docks.at(QStringLiteral("report"))};
    for (const auto& [name, dock] : m_docks) {
        dock->setFloating(false);
        removeDockWidget(dock);
    }
    for (size_t i = 0; i < shown.size(); ++i) {
        if (i == 0)
            addDockWidget(Qt::LeftDockWidgetArea, shown[i]);
        else if (i == 1)
            addDockWidget(Qt::RightDockWidgetArea, shown[i]);
        else if (m_narrow)
            tabifyDockWidget(shown[1], shown[i]);
        else
            splitDockWidget(shown[i - 1], shown[i], Qt::Vertical);
        shown[i]->show();
    }
    // The others are kept out of sight but in their place, so that what is remembered tells of all.
    for (const auto& [name, dock] : m_docks)
        if (std::find(shown.begin(), shown.end(), dock) == shown.end()) {
            addDockWidget(Qt::RightDockWidgetArea, dock);
            dock->hide();
        }
    if (shown.size() < 2)
        return;
    const int left = m_workspace == Workspace::Story ? storyShare : evenShare;
    resizeDocks({shown[0], shown[1]}, {width() * left / 100, width() * (100 - left) / 100}, Qt::Horizontal);
    if (shown.size() > 2 && m_narrow)
        shown[1]->raise();
    else if (shown.size() > 2)
        resizeDocks({shown[1], shown[2]}, {height() * treeShare / 100, height() * (100 - treeShare) / 100},
                    Qt::Vertical);
}

QMenu* MainWindow::createPopupMenu() {
    auto* const menu = new QMenu(this);
    for (const auto& [name, dock] : m_docks)
        if (name != QStringLiteral("report") || hasReport())
            menu->addAction(dock->toggleViewAction());
    menu->addSeparator();
    menu->addAction(QStringLiteral("Arrange as at first\tCtrl+0"), this, &MainWindow::restoreArrangement);
    return menu;
}

} // namespace gui
