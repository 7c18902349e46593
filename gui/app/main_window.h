// The window: tool bar, headline, docks, timeline. Shows what the story says; sends what is asked for to the
// player.
#pragma once

#include <QMainWindow>
#include <QPointer>
#include <QVariantMap>

#include <map>
#include <memory>

#include "gui/app/bookmark_store.h"
#include "gui/app/compared_side.h"
#include "gui/app/comparer.h"
#include "gui/app/console_view.h"
#include "gui/app/demo_guide.h"
#include "gui/app/demo_panel.h"
#include "gui/app/events_view.h"
#include "gui/app/picture_view.h"
#include "gui/app/player.h"
#include "gui/app/recorded_run.h"
#include "gui/app/search_play.h"
#include "gui/app/sentence_strip.h"
#include "gui/app/source_view.h"
#include "gui/app/step_controls.h"
#include "gui/app/top_bar.h"
#include "gui/models/who_wrote.h"

class QAction;
class QLineEdit;
class QSettings;

namespace gui {

// Arrangements of the docks, in the order of the keys 1 to 9.
enum class Workspace : uint8_t { Story, Tree, Sharing, PageTables, Fault, Memory, Events, Console, Compare };
inline constexpr int workspaceCount = 9;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    // `settings` remembers theme, size and arrangements; the window does not own it, null for none.
    MainWindow(Player& player, QSettings* settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    // Opens a scenario file; false and a line on the headline when it cannot be read.
    bool openScenario(const QString& file, const Target& target);
    // The same for a recording.
    bool openRecording(const QString& file);
    void setTheme(ThemeName theme);
    void setProjector(bool on);
    // How wide things are on the axis of addresses; remembered.
    void setScale(AxisScale scale);
    // Whether a search is played node by node; remembered.
    void setMotion(bool on);
    SearchPlay& searchPlay() { return *m_searchPlay; }
    void showWorkspace(Workspace workspace);
    // The docks of the workspace as they were before anybody moved them.
    void restoreArrangement();
    Workspace workspace() const { return m_workspace; }
    // How large letters and marks are, 1 for the system's size; remembered.
    void setTextScale(double scale);
    double textScale() const { return m_textScale; }
    // The tour, when nobody has seen it on this computer.
    void startTourOnce();
    ThemeName theme() const { return m_theme; }
    bool isProjector() const { return m_projector; }
    // Writes the view that has the focus, else the one that the workspace is about, to a file; "" or what
    // went wrong.
    QString exportTo(const QString& file);
    // Holds what is shown beside another run of the same commands, a kernel's or a recorded one.
    void compareWith(const ComparedSide& side);
    // The docks by name, to be shown and hidden.
    QMenu* createPopupMenu() override;

    // The parts, for tests.
    PictureView& view(const QString& name) { return *m_views.at(name); }
    SentenceStrip& strip() { return *m_strip; }
    TopBar& topBar() { return *m_topBar; }
    EventsView& events() { return *m_events; }
    SourceView& source() { return *m_source; }
    QLineEdit& prompt() { return *m_prompt; }
    QPlainTextEdit& console() { return *m_console; }
    QPlainTextEdit& report() { return *m_report; }
    DemoGuide& guide() { return m_guide; }
    DemoPanel& demo() { return *m_demo; }
    Bookmarks& bookmarks() { return m_bookmarks; }
    const std::vector<QAction*>& everyAction() const { return m_actions; }

protected:
    bool event(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void buildTop();
    void buildDocks();
    void buildTimeline();
    void buildKeys();
    PictureView* addView(const QString& name);
    void addDock(const QString& name, const QString& title, const QString& note, QWidget* content,
                 Qt::DockWidgetArea area);
    Look look() const;
    void applyLook();
    void fitTimeline();
    void fitWidth();
    void showDemo();
    void arriveAtStop(int stop);
    void showDemos();
    // There is more to say about how the run ended than the headline does.
    bool hasReport() const { return !m_report->toPlainText().isEmpty(); }
    QString arrangementName() const;
    void arrange();
    void arrangeAnew();
    void keepArrangement();
    void applyShares();
    void showStory();
    void followPlayHead();
    void showPlayer();
    void showHeadline();
    void readSettings();
    void writeSettings();
    void forward();
    void back();
    void say(const QString& problem);
    void nextTheme();
    void escape();
    void askExport();
    void askCompare();
    void askComparedFile();
    void showWrong();
    void showBreak();
    void askWhoWrote();
    void tellWhoWrote(const ThingField& field);
    void goBackToAsker();
    void leaveForAnswer();
    void arriveAtAnswer(const QString& problem);
    void remark(const QString& first, const QString& second);
    void addRemark(Headline& line) const;
    QString whereItStands() const;
    void readBookmarks(const QString& file, bool recording);
    void setBookmark();
    void goToBookmark(int row);
    void goToNextBookmark();
    void showBookmarks();
    void showKeys();
    void showMarks();
    void showDockMenu();
    void startTour();
    PictureView* focusedView();
    // What is exported in the workspaces of events and console; null in the others.
    std::unique_ptr<Picture> textView();

    Player& m_player;
    Comparer m_comparer;
    DemoGuide m_guide;
    QSettings* m_settings;
    ThemeName m_theme = ThemeName::Light;
    double m_textScale = 1;
    Bookmarks m_bookmarks;
    BookmarkStore m_bookmarkStore;
    QString m_bookmarkProblem; // why those of this run could not be read
    // What the headline says in place of the step, for as long as this moment is looked at.
    struct Remark {
        gdbbridge::MomentPtr at;
        QString first, second;
    };
    std::optional<Remark> m_remark;
    // The question that a run anew is to answer, and the moment at which it was asked.
    QString m_question;
    gdbbridge::MomentPtr m_asker;
    bool m_projector = false, m_narrow = false;
    Workspace m_workspace = Workspace::Story;
    AxisScale m_scale = AxisScale::Pages;
    Target m_target;
    QString m_openProblem;
    Changes m_changes; // of the moment that is looked at
    // How the docks were left: where they are, and what part of the window's width each has, so that it
    // stays the same in a window of another width.
    struct Arrangement {
        QByteArray state;
        QVariantMap shares; // name → part
    };
    std::map<QString, Arrangement> m_arrangements; // by arrangementName
    QString m_arranged;                            // the one that stands now

    std::vector<QAction*> m_actions;
    SentenceStrip* m_strip = nullptr;
    QToolBar* m_toolBar = nullptr;
    TopBar* m_topBar = nullptr;
    StepControls* m_controls = nullptr;
    QWidget* m_timeline = nullptr;
    DemoPanel* m_demo = nullptr;
    std::map<QString, PictureView*> m_views;
    std::map<QString, QDockWidget*> m_docks;
    EventsView* m_events = nullptr;
    SourceView* m_source = nullptr;
    QLineEdit* m_prompt = nullptr;
    SearchPlay* m_searchPlay = nullptr;
    ConsoleView *m_console = nullptr, *m_report = nullptr;
    QPointer<PictureView> m_lastFocused;
};

} // namespace gui
