#include "gui/app/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QScrollBar>
#include <QSettings>
#include <QTableView>
#include <QTimer>
#include <QToolBar>

#include <algorithm>

#include "gui/app/paths.h"
#include "gui/app/style.h"
#include "gui/app/text_views.h"
#include "gui/views/timeline_picture.h"

namespace gui {

namespace {
constexpr int narrowBelow = 1100, lowBelow = 800;
}

MainWindow::MainWindow(Player& player, QSettings* settings, QWidget* parent)
    : QMainWindow(parent), m_player(player), m_guide(player), m_settings(settings),
      m_bookmarks(player.story()), m_bookmarkStore(settings) {
    setWindowTitle(QStringLiteral("uvmscope"));
    buildTop();
    buildDocks();
    buildTimeline();
    buildKeys();
    m_searchPlay = new SearchPlay(*m_views.at(QStringLiteral("tree")), this);
    Story& story = m_player.story();
    connect(&story, &Story::currentChanged, this, &MainWindow::showStory);
    connect(&story, &Story::selectionChanged, this, &MainWindow::showStory);
    connect(&story, &Story::comparisonChanged, this, &MainWindow::showStory);
    connect(&story, &Story::appended, this,
            [this](int index) { m_console->append(m_player.story().moments()[size_t(index)]->output); });
    connect(&story, &Story::begun, this, [this] {
        m_console->clear();
        m_openProblem.clear();
    });
    connect(&m_comparer, &Comparer::ready, this, [this](const std::shared_ptr<const Comparison>& comparison) {
        m_player.story().setComparison(comparison);
        if (comparison->firstDifference())
            m_player.goToCommand(*comparison->firstDifference());
        showHeadline();
    });
    connect(&m_comparer, &Comparer::failed, this, &MainWindow::say);
    connect(&m_player, &Player::changed, this, &MainWindow::showPlayer);
    connect(&m_guide, &DemoGuide::changed, this, &MainWindow::showDemo);
    connect(&m_guide, &DemoGuide::predicted, this, [this] {
        focusedView()->setFocus(Qt::OtherFocusReason);
        forward();
    });
    connect(&m_guide, &DemoGuide::arrived, this, &MainWindow::arriveAtStop);
    connect(&m_player, &Player::refused, this, &MainWindow::say);
    connect(&m_player, &Player::recordingRead, this, [this] {
        showStory();
        if (!m_bookmarkProblem.isEmpty())
            say(m_bookmarkProblem);
    });
    connect(&m_player, &Player::retraced, this, &MainWindow::arriveAtAnswer);
    connect(m_strip, &SentenceStrip::actionAsked, this, [this] {
        if (m_remark && m_remark->at == m_player.story().now())
            goBackToAsker();
        else
            showBreak();
    });
    connect(&m_bookmarks, &Bookmarks::changed, this, [this] {
        showStory();
        if (const QString problem = m_bookmarkStore.write(m_bookmarks); !problem.isEmpty())
            say(problem);
    });
    connect(&m_player, &Player::consoleGrew, m_console, &ConsoleView::append);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (auto* const picture = qobject_cast<PictureView*>(now);
            picture && picture != m_views.at(QStringLiteral("timeline")))
            m_lastFocused = picture;
    });
    resize(1600, 1000);
    readSettings();
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
    return {theme, Metrics::ofSystem(m_textScale, m_projector)};
}

void MainWindow::applyLook() {
    const Look current = look();
    setPalette(windowPalette(current));
    setStyleSheet(windowStyleSheet(current));
    m_strip->setLook(current);
    m_topBar->setLook(current);
    m_controls->setLook(current);
    m_source->setLook(current);
    m_demo->setLook(current, m_projector);
    for (const auto& [name, view] : m_views)
        view->setLook(current);
    m_toolBar->setVisible(!m_projector);
    fitTimeline();
    fitWidth();
}

// As high as three lanes and the counter, where there is little room only the lanes; the rest scrolls.
void MainWindow::fitTimeline() {
    const bool low = m_projector || height() < lowBelow;
    m_timeline->setFixedHeight(int(look().metrics.px(low ? 104 : 148)));
}

void MainWindow::setTheme(ThemeName theme) {
    m_theme = theme;
    if (m_settings)
        m_settings->setValue(QStringLiteral("theme"), themeName(theme));
    applyLook();
}

// The projector's palette is no theme of its own: it belongs to F5.
void MainWindow::nextTheme() { setTheme(ThemeName((int(m_theme) + 1) % int(ThemeName::Projector))); }

void MainWindow::setScale(AxisScale scale) {
    m_scale = scale;
    if (m_settings)
        m_settings->setValue(QStringLiteral("scale"), int(scale));
    showStory();
}

void MainWindow::setMotion(bool on) {
    m_searchPlay->setOn(on);
    if (m_settings)
        m_settings->setValue(QStringLiteral("motion"), on);
}

void MainWindow::setProjector(bool on) {
    if (m_projector == on)
        return;
    keepArrangement();
    m_projector = on;
    applyLook();
    arrange();
}

void MainWindow::showWorkspace(Workspace workspace) {
    keepArrangement();
    m_workspace = workspace;
    m_topBar->showWorkspace(int(workspace));
    arrange();
    showHeadline();
    if (workspace == Workspace::Events)
        m_events->table().setFocus();
    else if (workspace == Workspace::Console)
        m_console->setFocus();
}

bool MainWindow::event(QEvent* event) {
    const bool result = QMainWindow::event(event);
    // The line between docks may have been dragged.
    if (event->type() == QEvent::MouseButtonRelease)
        keepArrangement();
    return result;
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    // What stood before was for a window of another size.
    if (!event->spontaneous())
        QTimer::singleShot(0, this, &MainWindow::arrange);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    fitTimeline();
    fitWidth();
}

// Whether the docks have room for two columns, beside a demo's words.
void MainWindow::fitWidth() {
    const int taken = m_demo->isHidden() ? 0 : m_demo->width();
    const bool narrow = width() - taken < narrowBelow;
    // The docks get their new room only after this event.
    if (narrow == m_narrow) {
        QTimer::singleShot(0, this, &MainWindow::applyShares);
        return;
    }
    m_narrow = narrow;
    QTimer::singleShot(0, this, &MainWindow::arrange);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    keepArrangement();
    writeSettings();
    m_player.close();
    QMainWindow::closeEvent(event);
}

void MainWindow::readSettings() {
    if (!m_settings)
        return;
    const QByteArray geometry = m_settings->value(QStringLiteral("geometry")).toByteArray();
    if (!geometry.isEmpty())
        restoreGeometry(geometry);
    for (ThemeName name : allThemes)
        if (themeName(name) == m_settings->value(QStringLiteral("theme")).toString())
            m_theme = name;
    m_scale =
        AxisScale(std::clamp(m_settings->value(QStringLiteral("scale")).toInt(), 0, int(AxisScale::Equal)));
    m_searchPlay->setOn(m_settings->value(QStringLiteral("motion"), true).toBool());
    m_textScale = m_settings->value(QStringLiteral("textScale"), 1.0).toDouble();
    m_settings->beginGroup(QStringLiteral("arrangements"));
    for (const QString& name : m_settings->childGroups())
        m_arrangements[name] = {m_settings->value(name + QStringLiteral("/state")).toByteArray(),
                                m_settings->value(name + QStringLiteral("/shares")).toMap()};
    m_settings->endGroup();
}

void MainWindow::writeSettings() {
    if (!m_settings)
        return;
    m_settings->setValue(QStringLiteral("geometry"), saveGeometry());
    m_settings->remove(QStringLiteral("arrangements"));
    m_settings->beginGroup(QStringLiteral("arrangements"));
    for (const auto& [name, arrangement] : m_arrangements) {
        m_settings->setValue(name + QStringLiteral("/state"), arrangement.state);
        m_settings->setValue(name + QStringLiteral("/shares"), arrangement.shares);
    }
    m_settings->endGroup();
}

bool MainWindow::openScenario(const QString& file, const Target& target) {
    m_target = target;
    QString problem;
    const auto config = sessionConfig(file, target, &problem);
    if (!config) {
        m_openProblem = problem;
        showHeadline();
        return false;
    }
    const QString text = QString::fromUtf8(config->scenario);
    m_topBar->showDemo(file, scenarioTitle(text, file));
    m_guide.open(file, text);
    readBookmarks(file, false);
    m_source->setKernel(config->kernel);
    m_player.open(*config);
    return true;
}

bool MainWindow::openRecording(const QString& file) {
    m_guide.close(); // its stops are not those of the moments that come now
    m_openProblem = m_player.openRecording(file);
    if (m_openProblem.isEmpty()) {
        m_source->setKernel({});
        m_topBar->showDemo(file, m_player.story().title());
        m_guide.open(file, QString::fromUtf8(m_player.scenario()));
        readBookmarks(file, true);
        showStory();
    }
    showHeadline();
    return m_openProblem.isEmpty();
}

void MainWindow::showStory() {
    ViewState state = makeViewState(m_player.story());
    state.scale = m_scale;
    state.timeline.marks = timelineMarks(m_player.story(), m_bookmarks.all());
    m_changes = state.changes;
    for (const auto& [name, view] : m_views)
        if (name == QStringLiteral("tree"))
            m_searchPlay->show(state);
        else
            view->setState(state);
    followPlayHead();
    showHeadline();
}

// In a long run the timeline is wider than its window.
void MainWindow::followPlayHead() {
    PictureView& view = *m_views.at(QStringLiteral("timeline"));
    const auto& picture = static_cast<const TimelinePicture&>(view.picture());
    constexpr double around = 40;
    const double x = picture.playHeadX(view.zoomedLook(), view.pictureSize());
    const double middle = view.verticalScrollBar()->value() + view.viewport()->height() / 2.0;
    view.bringIntoSight({x - around, middle, 2 * around, 1});
}

void MainWindow::showHeadline() {
    Headline line = headlineOf(m_player, m_changes);
    if (m_workspace == Workspace::Compare && m_comparer.isBusy())
        line.second = QStringLiteral("Both sides are run to their ends, to be compared.");
    else if (m_workspace == Workspace::Compare && m_player.story().comparison())
        tellOfComparison(*m_player.story().comparison(), line);
    addRemark(line);
    m_strip->setHeadline(m_openProblem.isEmpty()
                             ? line
                             : withProblem(line, m_openProblem, QStringLiteral("Choose another demo.")));
}

// Until the next step.
void MainWindow::say(const QString& problem) {
    m_strip->setHeadline(withProblem(headlineOf(m_player, m_changes), problem, {}));
}

void MainWindow::showPlayer() {
    showHeadline();
    m_topBar->showPlayer(m_player);
    const auto& death = m_player.session().death();
    const RunOutcome* const recorded = m_player.recordedOutcome();
    const QString report = death ? reportText(*death) : recorded ? recorded->report.join(u'\n') : QString();
    if (report != m_report->toPlainText()) {
        keepArrangement();
        m_report->setPlainText(report);
        arrange();
    }
}

PictureView* MainWindow::focusedView() {
    if (m_lastFocused && m_lastFocused->isVisible())
        return m_lastFocused;
    for (const char* name : {"map", "tree", "sharing"})
        if (PictureView* const view = m_views.at(QString::fromLatin1(name)); view->isVisible())
            return view;
    return m_views.at(QStringLiteral("map"));
}

std::unique_ptr<Picture> MainWindow::textView() {
    // The source is no workspace of its own: where one reads in it.
    const QWidget* const focus = QApplication::focusWidget();
    if (focus && m_source->isAncestorOf(focus))
        return makeTextView(QStringLiteral("source"), m_player.story(), m_source->kernel());
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
