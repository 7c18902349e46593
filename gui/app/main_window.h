// The window: toolbar, headline, docks, timeline. Shows what the story says; sends what is asked for to the
// player.
#pragma once

#include <QMainWindow>
#include <QPointer>

#include <map>
#include <memory>

#include "gui/app/events_view.h"
#include "gui/app/picture_view.h"
#include "gui/app/player.h"
#include "gui/app/recorded_run.h"
#include "gui/app/sentence_strip.h"

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QSettings;
class QToolButton;

namespace gui {

// Arrangements of the docks, in the order of the keys 1 to 5.
enum class Workspace : uint8_t { Story, Tree, Sharing, Events, Console };
inline constexpr int workspaceCount = 5;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    // `settings` remembers theme and size; the window does not own it, null for none.
    MainWindow(Player& player, QSettings* settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    // Opens a scenario file; false and a line on the headline when it cannot be read.
    bool openScenario(const QString& file, const Target& target);
    void setTheme(ThemeName theme);
    void setProjector(bool on);
    void showWorkspace(Workspace workspace);
    Workspace workspace() const { return m_workspace; }
    ThemeName theme() const { return m_theme; }
    bool isProjector() const { return m_projector; }
    // Writes the view that has the focus, else the one that the workspace is about, to a file; "" or what
    // went wrong.
    QString exportTo(const QString& file);

    // The parts, for tests.
    PictureView& view(const QString& name) { return *m_views.at(name); }
    SentenceStrip& strip() { return *m_strip; }
    EventsView& events() { return *m_events; }
    QPlainTextEdit& console() { return *m_console; }
    QPlainTextEdit& report() { return *m_report; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void buildToolBar();
    void buildDocks();
    void buildTimeline();
    void buildKeys();
    PictureView* addView(const QString& name);
    QDockWidget* addDock(const QString& name, const QString& title, const QString& note, QWidget* content,
                         Qt::DockWidgetArea area);
    QToolButton* addStep(const QString& text, const QString& tip, bool primary, void (Player::*action)());
    Look look() const;
    void applyLook();
    void arrange();
    void showStory();
    void showPlayer();
    void showConsole(const QByteArray& bytes);
    Headline headline() const;
    void askExport();
    void showKeys();
    PictureView* focusedView();
    // What is exported in the workspaces of events and console; null in the others.
    std::unique_ptr<Picture> textView();
    void openFromPicker(int index);

    Player& m_player;
    QSettings* m_settings;
    ThemeName m_theme = ThemeName::Light;
    bool m_projector = false, m_narrow = false;
    Workspace m_workspace = Workspace::Story;
    Target m_target;
    QString m_openProblem;

    SentenceStrip* m_strip = nullptr;
    QWidget* m_toolBar = nullptr;
    QComboBox* m_picker = nullptr;
    QLabel *m_targetLabel = nullptr, *m_eventCount = nullptr;
    std::map<QString, PictureView*> m_views;
    std::map<QString, QDockWidget*> m_docks;
    std::vector<QToolButton*> m_workspaceButtons;
    QToolButton* m_themeButton = nullptr;
    QToolButton *m_first = nullptr, *m_back = nullptr, *m_next = nullptr, *m_nextEvent = nullptr,
                *m_run = nullptr, *m_restart = nullptr;
    EventsView* m_events = nullptr;
    QPlainTextEdit *m_console = nullptr, *m_report = nullptr;
    QPointer<PictureView> m_lastFocused;
};

} // namespace gui
