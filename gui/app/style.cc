#include "gui/app/style.h"

namespace gui {

namespace {
constexpr int largeBase = 20; // from here on the words of a demo need no more than the base
}

QPalette windowPalette(const Look& look) {
    const Palette& colors = look.palette();
    QPalette palette;
    palette.setColor(QPalette::Window, colors[Role::Window]);
    palette.setColor(QPalette::WindowText, colors[Role::Ink]);
    palette.setColor(QPalette::Base, colors[Role::Panel]);
    palette.setColor(QPalette::AlternateBase, colors[Role::Sunken]);
    palette.setColor(QPalette::Text, colors[Role::Ink]);
    palette.setColor(QPalette::PlaceholderText, colors[Role::Ink3]);
    palette.setColor(QPalette::Button, colors[Role::Sunken]);
    palette.setColor(QPalette::ButtonText, colors[Role::Ink]);
    palette.setColor(QPalette::Highlight, colors[Role::SelectedWash]);
    palette.setColor(QPalette::HighlightedText, colors[Role::Ink]);
    palette.setColor(QPalette::ToolTipBase, colors[Role::Panel]);
    palette.setColor(QPalette::ToolTipText, colors[Role::Ink]);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, colors[Role::Ink3]);
    return palette;
}

QString windowStyleSheet(const Look& look) {
    const Palette& colors = look.palette();
    const auto hex = [&](Role role) { return colors[role].name(); };
    const int base = int(look.metrics.base()), unit = int(look.metrics.px(4)),
              corner = int(look.metrics.px(6));
    QString sheet = QStringLiteral(R"(
* { font-family: "@sans"; font-size: @basepx; color: @ink; }
QMainWindow, QMainWindow::separator { background: @window; }
QMainWindow::separator { width: @gappx; height: @gappx; }
QToolTip { background: @panel; border: 1px solid @rule; padding: @unitpx; }
QToolBar { border: none; padding: 0; margin: 0; spacing: 0; background: @window; }
#toolBar { border-bottom: 1px solid @rule; }
#panelTop { background: @panel; border-top-left-radius: @cornerpx; border-top-right-radius: @cornerpx; }
#panel { background: @panel; border-bottom-left-radius: @cornerpx; border-bottom-right-radius: @cornerpx; }
#panelTitle { font-weight: bold; }
#panelNote { color: @ink3; font-size: @notepx; }
QAbstractScrollArea { background: @panel; border: none; }
QDockWidget { background: @window; }
QDialog, QMenu { background: @panel; }
QMenu { border: 1px solid @rule; }
QMenu::item { padding: @unitpx @pickpx; }
QMenu::item:selected { background: @selected; }
QToolButton, QPushButton { background: transparent; border: none; padding: @unitpx @padpx; }
QToolButton:hover, QPushButton:hover { background: @sunken; }
QToolButton:focus, QPushButton:focus, QComboBox:focus, QLineEdit:focus { border: 2px dotted @ink; }
QToolButton:disabled, QPushButton:disabled { color: @ink3; }
#workspace { color: @ink2; padding: 0 @padpx; margin: 0; border-top: 4px solid transparent; border-bottom: 4px solid transparent; }
#workspace:checked { font-weight: bold; color: @ink; border-bottom: 4px solid @ink; }
#barButton { color: @ink2; }
#step { background: @sunken; border: 1px solid @rule; border-radius: @cornerpx; }
#step[primary="true"] { background: @ink; color: @panel; border-color: @ink; }
#step[primary="true"]:disabled { background: @sunken; color: @ink3; border-color: @rule; }
#brand { font-weight: bold; font-size: @bigpx; }
QComboBox { background: @panel; border: 1px solid @rule; border-radius: @cornerpx; padding: @unitpx @padpx; }
QComboBox::drop-down { border: none; width: @pickpx; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @rule; selection-background-color: @selected; }
QLineEdit { background: @panel; border: 1px solid @rule; border-radius: @cornerpx; padding: @unitpx; }
QTableView { outline: 0; gridline-color: @grid; selection-background-color: @selected; selection-color: @ink; }
QListWidget { font-family: "@mono"; outline: 0; }
QListWidget::item { padding-left: @padpx; }
QListWidget::item:selected { background: @selected; color: @ink; }
QTableView::item { border: none; padding-left: @unitpx; }
QTableView::item:selected { background: @selected; color: @ink; }
QHeaderView::section { background: @panel; color: @ink3; border: none; border-bottom: 1px solid @rule; padding: @unitpx; }
QPlainTextEdit { font-family: "@mono"; background: @panel; }
#demo { background: @panel; border-radius: @cornerpx; }
#tourCard { background: @panel; border: 2px solid @changed; border-radius: @cornerpx; }
#demoContent { background: @panel; }
#demoHeading { font-weight: bold; font-size: @headpx; }
#demoSaid { font-size: @saidpx; }
#demoLookTitle { color: @ink3; font-weight: bold; }
#demoLook { color: @ink2; }
#demoQuestion { font-weight: bold; font-size: @saidpx; border-top: 2px solid @rule; padding-top: @pickpx; }
#demoVerdict { background: @sunken; border-radius: @cornerpx; padding: @padpx; }
#demoFailure { background: @wrongWash; color: @wrong; border-radius: @cornerpx; padding: @padpx; }
#demoChoice { background: @panel; border: 2px solid @rule; border-radius: @cornerpx; }
#demoChoice:hover { background: @sunken; }
#demoChoice:focus { border: 2px solid @ink; background: @sunken; }
#demoChoice QLabel { background: transparent; }
#demoChoice:disabled { border-color: @rule; }
#demoChoice QLabel:disabled { color: @ink2; }
#demoMark { font-size: @notepx; font-weight: bold; }
#demoStep { background: @sunken; border: 1px solid @rule; border-radius: @cornerpx; padding: @padpx; }
#demoList { font-family: "@sans"; }
#demoList::item, #demoList::item:selected { border: none; padding: @padpx; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: @window; padding: @unitpx @padpx; color: @ink2; }
QTabBar::tab:selected { color: @ink; border-bottom: 3px solid @ink; }
QScrollBar:vertical { background: transparent; width: @padpx; }
QScrollBar:horizontal { background: transparent; height: @padpx; }
QScrollBar::handle { background: @rule; border-radius: @unitpx; min-width: 24px; min-height: 24px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none; width: 0; height: 0; }
)");
    const std::pair<QString, QString> values[] = {
        {QStringLiteral("@sans"), look.metrics.sans()},
        {QStringLiteral("@mono"), look.metrics.mono()},
        {QStringLiteral("@base"), QString::number(base)},
        {QStringLiteral("@note"), QString::number(int(base * type::note.size))},
        {QStringLiteral("@big"), QString::number(int(base * 1.1))},
        {QStringLiteral("@head"), QString::number(int(base * type::second.size))},
        {QStringLiteral("@said"), QString::number(int(base * (base > largeBase ? 1.0 : 1.1)))},
        {QStringLiteral("@wrongWash"), hex(Role::ViolationWash)},
        {QStringLiteral("@wrong"), hex(Role::Violation)},
        {QStringLiteral("@pick"), QString::number(4 * unit)},
        {QStringLiteral("@unit"), QString::number(unit)},
        {QStringLiteral("@pad"), QString::number(2 * unit)},
        {QStringLiteral("@gap"), QString::number(int(look.metrics.px(10)))},
        {QStringLiteral("@corner"), QString::number(corner)},
        {QStringLiteral("@ink3"), hex(Role::Ink3)},
        {QStringLiteral("@ink2"), hex(Role::Ink2)},
        {QStringLiteral("@ink"), hex(Role::Ink)},
        {QStringLiteral("@window"), hex(Role::Window)},
        {QStringLiteral("@panel"), hex(Role::Panel)},
        {QStringLiteral("@changed"), hex(Role::Changed)},
        {QStringLiteral("@sunken"), hex(Role::Sunken)},
        {QStringLiteral("@rule"), hex(Role::Rule)},
        {QStringLiteral("@grid"), hex(Role::Grid)},
        {QStringLiteral("@selected"), hex(Role::SelectedWash)},
    };
    for (const auto& [name, value] : values)
        sheet.replace(name, value);
    return sheet;
}

} // namespace gui
