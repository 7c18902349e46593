#include "gui/app/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSettings>
#include <QStyle>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/app/paths.h"
#include "gui/app/style.h"
#include "gui/models/sentences.h"
#include "gui/views/pictures.h"
#include "gui/views/text_picture.h"
#include "gui/views/timeline_picture.h"

namespace gui {

using gdbbridge::SessionState;
using gdbbridge::StopReason;

namespace {

constexpr int narrowBelow = 1100;
constexpr int consoleLines = 20'000;

struct WorkspaceDocks {
    const char* name;
    std::vector<const char*> docks; // the first is at the left
};

const WorkspaceDocks& docksOf(Workspace workspace) {
    static const WorkspaceDocks all[workspaceCount] = {{"Story", {"map", "tree", "sharing"}},
                                                       {"Tree", {"tree"}},
                                                       {"Sharing", {"sharing"}},
                                                       {"Events", {"map", "events"}},
                                                       {"Console", {"map", "console"}}};
    return all[size_t(workspace)];
}

// Errors are worded to stand behind a colon.
QString asSentence(const QString& words) {
    return words.isEmpty() ? words : words.front().toUpper() + words.mid(1) + u'.';
}

QString reportText(const gdbbridge::Death& death) {
    QStringList lines{asSentence(death.error.message)};
    if (death.kind == gdbbridge::Death::Kind::TripleFault)
        lines << QStringLiteral(
            "An exception could not be delivered, a double fault in its place neither, so the processor "
            "gave up. The machine is kept as it was then.");
    lines << QString();
    if (!death.stack.empty())
        lines << QStringLiteral("Where it stands, innermost first:");
    for (const auto& place : death.stack)
        lines << QStringLiteral("  %1  %2:%3").arg(place.function, place.file).arg(place.line);
    return (lines << QString() << death.report).join(u'\n');
}

QString findingText(const gdbbridge::Finding& finding) {
    const auto text = [](const std::string& s) { return QString::fromStdString(s); };
    QString line = QStringLiteral("%1: %2").arg(text(finding.where), text(finding.what));
    if (!finding.expected.empty())
        line += QStringLiteral("; expected %1, found %2").arg(text(finding.expected), text(finding.found));
    return finding.invariant ? QStringLiteral("Invariant %1 is broken. ").arg(finding.invariant) + line
                             : line;
}

} // namespace

MainWindow::MainWindow(Player& player, QSettings* settings, QWidget* parent)
    : QMainWindow(parent), m_player(player), m_settings(settings) {
    setWindowTitle(QStringLiteral("uvmscope"));
    setDockNestingEnabled(true);
    setDockOptions(AllowNestedDocks | AllowTabbedDocks);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    // There is no central widget: everything is a dock.
    buildToolBar();
    buildDocks();
    buildTimeline();
    buildKeys();
    Story& story = m_player.story();
    connect(&story, &Story::currentChanged, this, &MainWindow::showStory);
    connect(&story, &Story::selectionChanged, this, &MainWindow::showStory);
    connect(&story, &Story::appended, this, [this](int index) {
        const QByteArray& output = m_player.story().moments()[size_t(index)]->output;
        if (!output.isEmpty())
            showConsole(output);
    });
    connect(&story, &Story::begun, this, [this] { m_console->clear(); });
    connect(&m_player, &Player::changed, this, &MainWindow::showPlayer);
    connect(&m_player, &Player::consoleGrew, this, &MainWindow::showConsole);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (auto* const picture = qobject_cast<PictureView*>(now);
            picture && picture != m_views.at(QStringLiteral("timeline")))
            m_lastFocused = picture;
    });
    resize(1600, 1000);
    if (m_settings) {
        if (const QByteArray geometry = m_settings->value(QStringLiteral("geometry")).toByteArray();
            !geometry.isEmpty())
            restoreGeometry(geometry);
        for (ThemeName name : allThemes)
            if (themeName(name) == m_settings->value(QStringLiteral("theme")).toString())
                m_theme = name;
    }
    applyLook();
    showWorkspace(Workspace::Story);
    showStory();
    showPlayer();
    m_views.at(QStringLiteral("map"))->setFocus();
}

MainWindow::~MainWindow() { disconnect(qApp, nullptr, this, nullptr); }

Look MainWindow::look() const {
    // The projector's colours are its own; dark rooms and print keep theirs and only grow.
    const ThemeName theme = m_projector && m_theme == ThemeName::Light ? ThemeName::Projector : m_theme;
    return {theme, Metrics::ofSystem(1, m_projector)};
}

void MainWindow::buildToolBar() {
    auto* const bar = new QToolBar(this);
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    auto* const content = new QWidget(bar);
    auto* const layout = new QHBoxLayout(content);
    layout->setContentsMargins(8, 2, 8, 0);
    layout->setSpacing(4);
    auto* const brand = new QLabel(QStringLiteral("uvmscope"), content);
    brand->setObjectName(QStringLiteral("brand"));
    layout->addWidget(brand);
    layout->addSpacing(8);
    m_picker = new QComboBox(content);
    m_picker->setAccessibleName(QStringLiteral("demo"));
    m_picker->setToolTip(QStringLiteral("The demos; each starts the machine anew"));
    m_picker->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    for (const QString& name : scenarioNames()) {
        const QString file = findScenario(name);
        QFile input(file);
        const QString text = input.open(QIODevice::ReadOnly) ? QString::fromUtf8(input.readAll()) : QString();
        m_picker->addItem(scenarioTitle(text, file), file);
    }
    connect(m_picker, &QComboBox::activated, this, &MainWindow::openFromPicker);
    layout->addWidget(m_picker);
    layout->addSpacing(8);
    for (int i = 0; i < workspaceCount; ++i) {
        auto* const button = new QToolButton(content);
        button->setObjectName(QStringLiteral("workspace"));
        button->setText(QString::fromLatin1(docksOf(Workspace(i)).name));
        button->setCheckable(true);
        button->setToolTip(QStringLiteral("key %1").arg(i + 1));
        connect(button, &QToolButton::clicked, this, [this, i] { showWorkspace(Workspace(i)); });
        layout->addWidget(button);
        m_workspaceButtons.push_back(button);
    }
    layout->addStretch(1);
    m_targetLabel = new QLabel(content);
    m_targetLabel->setAccessibleName(QStringLiteral("state of the machine"));
    layout->addWidget(m_targetLabel);
    layout->addSpacing(12);
    const auto addButton = [&](const QString& text, const QString& tip, auto action) {
        auto* const button = new QToolButton(content);
        button->setText(text);
        button->setToolTip(tip);
        connect(button, &QToolButton::clicked, this, action);
        layout->addWidget(button);
        return button;
    };
    addButton(QStringLiteral("Export"), QStringLiteral("The focused view as SVG, PDF or PNG (Ctrl+E)"),
              [this] { askExport(); });
    m_themeButton = addButton(QStringLiteral("Theme"), QStringLiteral("Light, dark, print (T)"), [this] {
        setTheme(ThemeName((int(m_theme) + 1) % int(ThemeName::Projector)));
    });
    addButton(QStringLiteral("Projector"), QStringLiteral("Large, for the back row (F5)"),
              [this] { setProjector(!m_projector); });
    addButton(QStringLiteral("?"), QStringLiteral("The keys"), [this] { showKeys(); });
    bar->addWidget(content);
    content->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_picker->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    // The window may become narrower than this bar would like; then parts of it give way, see showPlayer.
    content->setMinimumWidth(1);
    addToolBar(Qt::TopToolBarArea, bar);
    m_toolBar = bar;

    addToolBarBreak(Qt::TopToolBarArea);
    auto* const stripBar = new QToolBar(this);
    stripBar->setObjectName(QStringLiteral("stripBar"));
    stripBar->setMovable(false);
    stripBar->setContextMenuPolicy(Qt::PreventContextMenu);
    stripBar->setContentsMargins(0, 0, 0, 0);
    stripBar->layout()->setContentsMargins(0, 0, 0, 0);
    m_strip = new SentenceStrip(stripBar);
    stripBar->addWidget(m_strip);
    addToolBar(Qt::TopToolBarArea, stripBar);
}

QDockWidget* MainWindow::addDock(const QString& name, const QString& title, const QString& note,
                                 QWidget* content, Qt::DockWidgetArea area) {
    auto* const dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    auto* const bar = new QWidget(dock);
    bar->setObjectName(QStringLiteral("panelTop"));
    auto* const layout = new QHBoxLayout(bar);
    layout->setContentsMargins(16, 8, 16, 4);
    auto* const titleLabel = new QLabel(title, bar);
    titleLabel->setObjectName(QStringLiteral("panelTitle"));
    auto* const noteLabel = new QLabel(note, bar);
    noteLabel->setObjectName(QStringLiteral("panelNote"));
    noteLabel->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(titleLabel);
    layout->addSpacing(6);
    layout->addWidget(noteLabel, 1);
    dock->setTitleBarWidget(bar);
    auto* const panel = new QWidget(dock);
    panel->setObjectName(QStringLiteral("panel"));
    auto* const inside = new QVBoxLayout(panel);
    inside->setContentsMargins(0, 0, 0, 4);
    inside->addWidget(content);
    dock->setWidget(panel);
    addDockWidget(area, dock);
    m_docks[name] = dock;
    return dock;
}

PictureView* MainWindow::addView(const QString& name) {
    auto* const view = new PictureView(makePicture(name), this);
    m_views[name] = view;
    if (name != QStringLiteral("timeline"))
        connect(view, &PictureView::selected, this,
                [this](const Selection& selection) { m_player.story().select(selection); });
    return view;
}

void MainWindow::buildDocks() {
    for (const char* name : {"map", "tree", "sharing"}) {
        const QString key = QString::fromLatin1(name);
        PictureView* const view = addView(key);
        addDock(key, view->picture().title(), view->picture().note(), view,
                key == QStringLiteral("map") ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea);
    }
    m_events = new EventsView(m_player.story(), this);
    addDock(QStringLiteral("events"), QStringLiteral("Events"),
            QStringLiteral("what the kernel's probes recorded; Enter looks at the moment"), m_events,
            Qt::RightDockWidgetArea);
    const auto makeText = [this](const QString& name) {
        auto* const text = new QPlainTextEdit(this);
        text->setReadOnly(true);
        text->setMaximumBlockCount(consoleLines);
        text->setAccessibleName(name);
        text->setLineWrapMode(QPlainTextEdit::NoWrap);
        return text;
    };
    m_console = makeText(QStringLiteral("console"));
    addDock(QStringLiteral("console"), QStringLiteral("Console"),
            QStringLiteral("of the kernel, and what the scenario printed"), m_console,
            Qt::RightDockWidgetArea);
    m_report = makeText(QStringLiteral("report"));
    m_report->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    addDock(QStringLiteral("report"), QStringLiteral("Autopsy"),
            QStringLiteral("what is known of the machine that stopped"), m_report, Qt::RightDockWidgetArea);
    m_docks[QStringLiteral("report")]->hide();
}

QToolButton* MainWindow::addStep(const QString& text, const QString& tip, bool primary,
                                 void (Player::*action)()) {
    auto* const button = new QToolButton(this);
    button->setObjectName(QStringLiteral("step"));
    button->setProperty("primary", primary);
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    connect(button, &QToolButton::clicked, &m_player, action);
    return button;
}

void MainWindow::buildTimeline() {
    auto* const content = new QWidget(this);
    auto* const layout = new QHBoxLayout(content);
    layout->setContentsMargins(16, 0, 8, 0);
    auto* const controls = new QVBoxLayout;
    auto* const row = new QHBoxLayout;
    row->setSpacing(4);
    m_first = addStep(QStringLiteral("❙◀"), QStringLiteral("to the start (Home)"), false, &Player::first);
    m_back = addStep(QStringLiteral("◀"), QStringLiteral("one command back (Left)"), false,
                     &Player::previousCommand);
    m_next = addStep(QStringLiteral("▶"), QStringLiteral("next command (Right)"), true, &Player::nextCommand);
    m_nextEvent =
        addStep(QStringLiteral("▶❙"), QStringLiteral("next event (F10)"), false, &Player::nextEvent);
    m_run = addStep(QStringLiteral("▶▶"), QStringLiteral("run to the end, or stop (Ctrl+Space)"), false,
                    &Player::toggleRun);
    m_restart = addStep(QStringLiteral("↺"), QStringLiteral("start the machine again (Ctrl+R)"), false,
                        &Player::restart);
    for (QToolButton* button : {m_first, m_back, m_next, m_nextEvent, m_run, m_restart})
        row->addWidget(button);
    controls->addLayout(row);
    m_eventCount = new QLabel(content);
    controls->addWidget(m_eventCount);
    auto* const hint = new QLabel(QStringLiteral("→ command   F10 event"), content);
    hint->setObjectName(QStringLiteral("panelNote"));
    controls->addWidget(hint);
    controls->addStretch(1);
    layout->addLayout(controls);
    PictureView* const view = addView(QStringLiteral("timeline"));
    layout->addWidget(view, 1);
    connect(view, &PictureView::clicked, this, [this, view](QPointF at) {
        const auto& picture = static_cast<const TimelinePicture&>(view->picture());
        if (const auto command = picture.commandAt(view->look(), view->pictureSize(), at))
            m_player.goToCommand(*command);
    });
    addDock(QStringLiteral("timeline"), view->picture().title(), view->picture().note(), content,
            Qt::BottomDockWidgetArea);
    m_docks[QStringLiteral("timeline")]->setFeatures(QDockWidget::NoDockWidgetFeatures);
}

void MainWindow::applyLook() {
    const Look current = look();
    setPalette(windowPalette(current));
    setStyleSheet(windowStyleSheet(current));
    m_strip->setLook(current);
    for (const auto& [name, view] : m_views)
        view->setLook(current);
    m_toolBar->setVisible(!m_projector);
    // As high as three lanes and the counter; more lanes scroll.
    m_docks.at(QStringLiteral("timeline"))
        ->widget()
        ->setFixedHeight(int(current.metrics.px(m_projector ? 104 : 144)));
    for (QToolButton* button : findChildren<QToolButton*>(QStringLiteral("step"))) {
        button->style()->unpolish(button);
        button->style()->polish(button);
    }
}

void MainWindow::setTheme(ThemeName theme) {
    m_theme = theme;
    if (m_settings)
        m_settings->setValue(QStringLiteral("theme"), themeName(theme));
    applyLook();
}

void MainWindow::setProjector(bool on) {
    if (m_projector == on)
        return;
    m_projector = on;
    applyLook();
    arrange();
}

void MainWindow::showWorkspace(Workspace workspace) {
    m_workspace = workspace;
    for (int i = 0; i < workspaceCount; ++i)
        m_workspaceButtons[size_t(i)]->setChecked(i == int(workspace));
    arrange();
    if (workspace == Workspace::Events)
        m_events->table().setFocus();
    else if (workspace == Workspace::Console)
        m_console->setFocus();
}

// Shows the docks of the workspace, the first at the left, the others stacked at the right: as tabs where it
// is narrow.
void MainWindow::arrange() {
    std::vector<QDockWidget*> shown;
    for (const char* name : docksOf(m_workspace).docks)
        shown.push_back(m_docks.at(QString::fromLatin1(name)));
    // On a projector two things at a time.
    if (m_projector && m_workspace == Workspace::Story)
        shown = {m_docks.at(QStringLiteral("map")), m_docks.at(QStringLiteral("sharing"))};
    // Beside the state that a dead machine was found in: what is known of it.
    if (m_player.session().death())
        shown = {shown.front(), m_docks.at(QStringLiteral("report"))};
    for (const auto& [name, dock] : m_docks)
        if (name != QStringLiteral("timeline"))
            removeDockWidget(dock);
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
    if (shown.size() > 1) {
        const bool pictures = m_workspace == Workspace::Story;
        const int left = pictures ? 62 : 50;
        resizeDocks({shown[0], shown[1]}, {width() * left / 100, width() * (100 - left) / 100},
                    Qt::Horizontal);
        if (shown.size() > 2 && !m_narrow)
            resizeDocks({shown[1], shown[2]}, {40, 60}, Qt::Vertical);
        if (m_narrow && shown.size() > 2)
            shown[1]->raise();
    }
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    const bool narrow = width() < narrowBelow;
    if (narrow != m_narrow) {
        m_narrow = narrow;
        showPlayer();
        arrange();
    }
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_settings)
        m_settings->setValue(QStringLiteral("geometry"), saveGeometry());
    m_player.close();
    QMainWindow::closeEvent(event);
}

bool MainWindow::openScenario(const QString& file, const Target& target) {
    m_target = target;
    m_openProblem.clear();
    const auto config = sessionConfig(file, target, &m_openProblem);
    if (!config) {
        showPlayer();
        return false;
    }
    m_picker->setCurrentIndex(m_picker->findData(file));
    if (m_picker->currentIndex() < 0) {
        m_picker->addItem(scenarioTitle(QString::fromUtf8(config->scenario), file), file);
        m_picker->setCurrentIndex(m_picker->count() - 1);
    }
    m_player.open(*config);
    arrange();
    return true;
}

void MainWindow::openFromPicker(int index) { openScenario(m_picker->itemData(index).toString(), m_target); }

Headline MainWindow::headline() const {
    const Story& story = m_player.story();
    Headline line;
    const auto now = story.now();
    const int total = int(story.commands().size());
    line.step =
        now && now->operation > 0 ? QStringLiteral("Step %1").arg(now->operation) : QStringLiteral("Start");
    line.of = QStringLiteral("of %1").arg(total);
    if (now && now->operation < total && m_player.state() != SessionState::Dead) {
        // Inside a command that one itself is what goes on.
        const bool inside = now->reason == StopReason::Event || now->reason == StopReason::Paused;
        const int next = inside ? now->operation - 1 : now->operation;
        if (next >= 0)
            line.next = story.commands()[size_t(next)].text;
    }
    if (!m_openProblem.isEmpty())
        return {Headline::Bar::Wrong,
                line.step,
                line.of,
                m_openProblem,
                QStringLiteral("Choose another demo."),
                {}};
    if (m_player.session().death() && (story.isEmpty() || story.atHead())) {
        const auto& error = m_player.session().death()->error;
        return {Headline::Bar::Wrong,     line.step, line.of, asSentence(error.message),
                asSentence(error.advice), {}};
    }
    if (!now) {
        line.first = m_player.state() == SessionState::Starting
                         ? QStringLiteral("The kernel is starting in QEMU.")
                         : QStringLiteral("No machine runs.");
        line.second = m_player.state() == SessionState::Starting
                          ? QStringLiteral("GDB reads its debug information meanwhile; this takes a second.")
                          : QStringLiteral("Choose a demo above.");
        return line;
    }
    const StepSentence sentence = stepSentence(story.moments(), story.current());
    line.first = sentence.first;
    line.second = sentence.second;
    const auto before = story.before();
    const Changes changes(before ? before->snapshot.get() : nullptr, *now->snapshot);
    line.bar = changes.empty() ? Headline::Bar::Nothing : Headline::Bar::Changed;
    if (!now->violations.empty()) {
        line.bar = Headline::Bar::Wrong;
        line.first = findingText(now->violations.front());
        line.second =
            QStringLiteral("%1 in all. G goes to the first step that has one.").arg(now->violations.size());
    } else if (sentence.wrong) {
        line.bar = Headline::Bar::Wrong;
    }
    return line;
}

void MainWindow::showStory() {
    const ViewState state = makeViewState(m_player.story());
    for (const auto& [name, view] : m_views)
        view->setState(state);
    showPlayer();
}

void MainWindow::showPlayer() {
    m_strip->setHeadline(headline());
    const bool running = m_player.state() == SessionState::Running;
    const QString target = m_player.targetText();
    m_targetLabel->setToolTip(target);
    m_themeButton->setVisible(!m_narrow);
    m_picker->setMinimumContentsLength(m_narrow ? 12 : 30);
    m_targetLabel->setText((running ? QStringLiteral("● ") : QStringLiteral("■ ")) +
                           (m_narrow ? target.section(QStringLiteral(" · "), -1) : target));
    const Story& story = m_player.story();
    m_first->setEnabled(m_player.canGoBack());
    m_back->setEnabled(m_player.canGoBack());
    m_next->setEnabled(m_player.canGoForward());
    m_nextEvent->setEnabled(m_player.canGoForward());
    m_run->setEnabled(m_player.canRun());
    m_run->setText(running ? QStringLiteral("❙❙") : QStringLiteral("▶▶"));
    m_restart->setEnabled(m_player.state() != SessionState::Idle);
    const auto now = story.now();
    QString count;
    if (now && !story.isEmpty()) {
        const auto last = [](const gdbbridge::MomentPtr& moment) { return moment->snapshot->eventSequence; };
        count = QStringLiteral("event %1 of %2").arg(last(now)).arg(last(story.moments().back()));
    }
    m_eventCount->setText(count);
    const auto& death = m_player.session().death();
    const QString report = death ? reportText(*death) : QString();
    if (report != m_report->toPlainText()) {
        m_report->setPlainText(report);
        arrange();
    }
}

void MainWindow::showConsole(const QByteArray& bytes) {
    QTextCursor cursor(m_console->document());
    cursor.movePosition(QTextCursor::End);
    cursor.insertText(QString::fromUtf8(bytes).remove(u'\r'));
    m_console->moveCursor(QTextCursor::End);
}

PictureView* MainWindow::focusedView() {
    if (m_lastFocused && m_lastFocused->isVisible())
        return m_lastFocused;
    for (const char* name : docksOf(m_workspace).docks)
        if (const auto at = m_views.find(QString::fromLatin1(name)); at != m_views.end())
            return at->second;
    return m_views.at(QStringLiteral("map"));
}

std::unique_ptr<Picture> MainWindow::textView() {
    if (m_lastFocused && m_lastFocused->isVisible() && m_lastFocused->hasFocus())
        return nullptr;
    if (m_workspace == Workspace::Events)
        return std::make_unique<TextPicture>(QStringLiteral("events"), QStringLiteral("Events"),
                                             m_events->lines());
    if (m_workspace == Workspace::Console)
        return std::make_unique<TextPicture>(QStringLiteral("console"), QStringLiteral("Console"),
                                             m_console->toPlainText().split(u'\n'));
    return nullptr;
}

QString MainWindow::exportTo(const QString& file) {
    const Look exported{look().theme, Metrics::ofExport(15, m_projector)};
    if (const auto text = textView())
        return exportPicture(*text, exported, {}, file);
    PictureView* const view = focusedView();
    return exportPicture(view->picture(), exported, view->viewport()->size(), file);
}

} // namespace gui
