// The tool bar: which demo, which workspace, what the machine does, and what can be done with the window.
#pragma once

#include <QWidget>

#include <vector>

#include "gui/app/glyphs.h"
#include "gui/app/target_chip.h"

class QLabel;

namespace gui {

class Player;

class TopBar : public QWidget {
    Q_OBJECT

public:
    // The demos are those of the scenario folder; `workspaces` are names, in the order of their keys.
    explicit TopBar(const QStringList& workspaces, QWidget* parent = nullptr);

    void setLook(const Look& look);
    void showPlayer(const Player& player);
    void showWorkspace(int index);
    // Shows a file as the chosen one, also when it is none of the demos.
    void showDemo(const QString& file, const QString& title);
    const QStringList& workspaceNames() const { return m_names; }
    QComboBox& demos() { return *m_demos; }
    const TargetChip& target() const { return *m_target; }

Q_SIGNALS:
    void demoChosen(const QString& file);
    void demosAsked();
    void workspaceChosen(int index);
    void exportAsked();
    void themeAsked();
    void projectorAsked();
    void keysAsked();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    // What is left out where there is too little width, each level more than the one before.
    enum class Room : uint8_t { All, NoKeys, Brief, Digits };
    void setRoom(Room room);
    void fit();
    void addScenarios(const QStringList& files);
    QToolButton* addButton(const QString& text, const QString& key, const QString& tip,
                           void (TopBar::*asked)());

    struct Button {
        QToolButton* widget;
        QString text, key;
    };
    Room m_room = Room::All;
    int m_workspace = 0;
    QStringList m_names;
    QString m_shown; // file of what is chosen
    Picker* m_demos = nullptr;
    TargetChip* m_target = nullptr;
    std::vector<QToolButton*> m_workspaces;
    std::vector<Button> m_buttons;
    QToolButton* m_theme = nullptr;
};

} // namespace gui
