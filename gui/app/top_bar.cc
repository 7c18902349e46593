#include "gui/app/top_bar.h"

#include <QAbstractItemView>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>

#include "gui/app/paths.h"
#include "gui/models/demo_script.h"

namespace gui {

namespace {
constexpr int letters = 24, lettersWhenNarrow = 13; // of a demo's title
}

TopBar::TopBar(const QStringList& workspaces, QWidget* parent) : QWidget(parent), m_names(workspaces) {
    auto* const layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 0, 12, 0);
    layout->setSpacing(4);
    auto* const brand = new QLabel(QStringLiteral("uvmscope"), this);
    brand->setObjectName(QStringLiteral("brand"));
    layout->addWidget(brand);
    layout->addSpacing(10);

    m_demos = new Picker(this);
    m_demos->setAccessibleName(QStringLiteral("demo"));
    m_demos->setToolTip(QStringLiteral("The demos; each starts the machine anew"));
    m_demos->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_demos->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_demos->addItem(QStringLiteral("All demos, and what they show …"), QString());
    addScenarios(demoFiles());
    m_demos->insertSeparator(m_demos->count());
    addScenarios(scenarioFiles());
    m_demos->setCurrentIndex(-1);
    m_demos->setPlaceholderText(QStringLiteral("choose a demo"));
    connect(m_demos, &QComboBox::activated, this, [this](int index) {
        const QString file = m_demos->itemData(index).toString();
        if (!file.isEmpty())
            return Q_EMIT demoChosen(file);
        m_demos->setCurrentIndex(m_demos->findData(m_shown));
        Q_EMIT demosAsked();
    });
    layout->addWidget(m_demos);
    layout->addSpacing(10);

    for (int i = 0; i < int(workspaces.size()); ++i) {
        auto* const button = new QToolButton(this);
        button->setObjectName(QStringLiteral("workspace"));
        button->setText(workspaces[i]);
        button->setCheckable(true);
        button->setToolTip(QStringLiteral("%1 (key %2)").arg(workspaces[i]).arg(i + 1));
        button->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
        connect(button, &QToolButton::clicked, this, [this, i] { Q_EMIT workspaceChosen(i); });
        layout->addWidget(button);
        m_workspaces.push_back(button);
    }
    layout->addStretch(1);
    m_target = new TargetChip(this);
    layout->addWidget(m_target);
    layout->addSpacing(6);
    addButton(QStringLiteral("Export"), QStringLiteral("Ctrl+E"),
              QStringLiteral("The focused view as SVG, PDF or PNG"), &TopBar::exportAsked);
    m_theme = addButton(QStringLiteral("Theme"), QStringLiteral("T"), QStringLiteral("Light, dark, print"),
                        &TopBar::themeAsked);
    addButton(QStringLiteral("Projector"), QStringLiteral("F5"), QStringLiteral("Large, for the back row"),
              &TopBar::projectorAsked);
    addButton(QStringLiteral("?"), {}, QStringLiteral("The keys, and the tour (?)"), &TopBar::keysAsked);
    // The window may become narrower than this bar would like; then parts of it give way, see fit.
    setMinimumWidth(1);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setRoom(Room::All);
}

void TopBar::addScenarios(const QStringList& files) {
    for (const QString& file : files) {
        const DemoParse demo = parseDemo(readText(file));
        m_demos->addItem(demo.script.title.isEmpty() ? QFileInfo(file).completeBaseName() : demo.script.title,
                         file);
        m_demos->setItemData(m_demos->count() - 1, demo.script.subtitle, Qt::ToolTipRole);
    }
}

QToolButton* TopBar::addButton(const QString& text, const QString& key, const QString& tip,
                               void (TopBar::*asked)()) {
    auto* const button = new QToolButton(this);
    button->setObjectName(QStringLiteral("barButton"));
    button->setToolTip(key.isEmpty() ? tip : QStringLiteral("%1 (%2)").arg(tip, key));
    connect(button, &QToolButton::clicked, this, asked);
    layout()->addWidget(button);
    m_buttons.push_back({button, text, key});
    return button;
}

void TopBar::setLook(const Look& look) {
    m_target->setLook(look);
    setFixedHeight(int(look.metrics.px(46)));
}

void TopBar::setRoom(Room room) {
    m_room = room;
    m_target->setBrief(room >= Room::Brief);
    m_theme->setVisible(room < Room::Brief);
    m_demos->setMinimumContentsLength(room >= Room::Brief ? lettersWhenNarrow : letters);
    for (const Button& button : m_buttons)
        button.widget->setText(room >= Room::NoKeys || button.key.isEmpty()
                                   ? button.text
                                   : QStringLiteral("%1  %2").arg(button.text, button.key));
    // The last resort: only the workspace that is shown has its name, the others their keys.
    for (int i = 0; i < int(m_workspaces.size()); ++i)
        m_workspaces[size_t(i)]->setText(room == Room::Digits && i != m_workspace ? QString::number(i + 1)
                                                                                  : m_names[i]);
}

// The most that fits.
void TopBar::fit() {
    for (Room room : {Room::All, Room::NoKeys, Room::Brief, Room::Digits}) {
        setRoom(room);
        layout()->invalidate();
        if (layout()->sizeHint().width() <= width())
            return;
    }
}

void TopBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

void TopBar::showPlayer(const Player& player) {
    m_target->showPlayer(player);
    fit();
}

void TopBar::showWorkspace(int index) {
    m_workspace = index;
    for (int i = 0; i < int(m_workspaces.size()); ++i)
        m_workspaces[size_t(i)]->setChecked(i == index);
    fit();
}

void TopBar::showDemo(const QString& file, const QString& title) {
    m_shown = file;
    int index = m_demos->findData(file);
    if (index < 0) {
        m_demos->addItem(title, file);
        index = m_demos->count() - 1;
    }
    m_demos->setCurrentIndex(index);
}

} // namespace gui
