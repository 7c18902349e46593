#include "gui/app/demo_panel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/app/demo_guide.h"
#include "gui/app/player.h"

namespace gui {

namespace {

constexpr int usualWidth = 350, largeWidth = 310; // for a base of 15 px

QToolButton* makeButton(QWidget* parent, const QString& text, const QString& tip) {
    auto* const button = new QToolButton(parent);
    button->setObjectName(QStringLiteral("demoStep"));
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setFocusPolicy(Qt::TabFocus);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    return button;
}

} // namespace

DemoPanel::DemoPanel(DemoGuide& guide, Player& player, QWidget* parent)
    : QWidget(parent), m_guide(guide),
      m_player(player), m_look{ThemeName::Light, Metrics::ofSystem(1, false)} {
    setObjectName(QStringLiteral("demo"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(QStringLiteral("demo"));
    setMinimumHeight(1); // the window may be low; then the words above the question give way
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 12);
    layout->setSpacing(4);
    auto* const head = new QHBoxLayout;
    m_title = new QLabel(this);
    m_title->setObjectName(QStringLiteral("panelTitle"));
    m_title->setWordWrap(true);
    m_place = new QLabel(this);
    m_place->setObjectName(QStringLiteral("panelNote"));
    m_pips = new DemoPips(guide, this);
    head->addWidget(m_pips, 1);
    head->addWidget(m_place);
    layout->addWidget(m_title);
    layout->addLayout(head);

    auto* const content = new QWidget(this);
    content->setObjectName(QStringLiteral("demoContent"));
    auto* const rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 4, 4, 4);
    rows->setSpacing(10);
    m_verdict = addLabel(rows, "demoVerdict");
    m_heading = addLabel(rows, "demoHeading");
    m_failure = addLabel(rows, "demoFailure");
    m_said = addLabel(rows, "demoSaid");
    m_lookTitle = addLabel(rows, "demoLookTitle");
    m_lookFor = addLabel(rows, "demoLook");
    rows->addStretch(1);
    m_scroll = new QScrollArea(this);
    m_scroll->setWidgetResizable(true);
    m_scroll->setMinimumHeight(1);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(content);
    layout->addWidget(m_scroll, 1);
    // The question is in sight whatever stands above it; where there is too little room, that scrolls.
    auto* const asks = new QVBoxLayout;
    asks->setSpacing(10);
    m_question = addLabel(asks, "demoQuestion");
    m_choiceRows = new QVBoxLayout;
    m_choiceRows->setSpacing(6);
    asks->addLayout(m_choiceRows);
    m_hint = addLabel(asks, "panelNote");
    layout->addLayout(asks);

    auto* const steps = new QHBoxLayout;
    m_back = makeButton(this, QStringLiteral("←  Back"), QStringLiteral("previous stop (Left)"));
    m_next = makeButton(this, QStringLiteral("Next  →"), QStringLiteral("next stop (Right)"));
    steps->addWidget(m_back);
    steps->addWidget(m_next);
    layout->addLayout(steps);
    connect(m_back, &QToolButton::clicked, &guide, &DemoGuide::back);
    connect(m_next, &QToolButton::clicked, &guide, &DemoGuide::forward);
    connect(&guide, &DemoGuide::changed, this, &DemoPanel::showGuide);
    connect(&guide, &DemoGuide::arrived, this, &DemoPanel::begin);
    connect(&guide, &DemoGuide::predictionWanted, this, &DemoPanel::focusQuestion);
    showGuide();
}

QLabel* DemoPanel::addLabel(QVBoxLayout* rows, const char* style) {
    auto* const label = new QLabel(this);
    label->setObjectName(QString::fromLatin1(style));
    label->setWordWrap(true);
    label->setIndent(0);
    label->setTextFormat(Qt::RichText);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    rows->addWidget(label);
    return label;
}

void DemoPanel::setLook(const Look& look, bool large) {
    m_look = look;
    setFixedWidth(int(look.metrics.px(large ? largeWidth : usualWidth)));
    m_pips->setLook(look);
    // From the back row nobody sees the keys; the words need the room.
    m_back->setVisible(!large);
    m_next->setVisible(!large);
    m_large = large;
    showGuide();
}

// Addresses in the fixed face; the names of pages and amaps bold, as in the headline.
QString DemoPanel::rich(const QString& text) const {
    static const QRegularExpression address(QStringLiteral("\\b(0x[0-9a-f]+|[r-][w-][x-])(?![\\w-])"));
    QString html = text.toHtmlEscaped();
    html.replace(address,
                 QStringLiteral("<span style=\"font-family:'%1'\">\\1</span>").arg(m_look.metrics.mono()));
    return html;
}

void DemoPanel::say(QLabel* label, const QString& text) {
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

QString DemoPanel::words() const {
    QStringList all;
    for (const QLabel* label :
         {m_title, m_place, m_verdict, m_heading, m_failure, m_said, m_lookFor, m_question, m_hint})
        if (!label->isHidden())
            all << label->text().remove(QRegularExpression(QStringLiteral("<[^>]*>")));
    return all.join(u'\n');
}

// A stop is read from its top; its question can be answered at once.
void DemoPanel::begin() {
    m_scroll->verticalScrollBar()->setValue(0);
    if (!m_choices.empty())
        QTimer::singleShot(0, m_choices.front(), [this, first = m_choices.front()] {
            if (m_guide.isAsking())
                first->setFocus(Qt::OtherFocusReason);
        });
}

void DemoPanel::focusQuestion() {
    if (m_choices.empty() || !isVisible())
        return;
    m_choices.front()->setFocus(Qt::OtherFocusReason);
}

void DemoPanel::showGuide() {
    const DemoScript& script = m_guide.script();
    m_title->setText(script.title);
    const int stop = m_guide.stop(), count = int(script.stops.size());
    m_place->setText(stop < 0 ? QStringLiteral("%1 stops").arg(count)
                              : QStringLiteral("stop %1 of %2").arg(stop + 1).arg(count));
    for (QLabel* label : {m_verdict, m_failure, m_said, m_lookTitle, m_lookFor, m_question, m_hint})
        say(label, {});
    if (!m_guide.problems().isEmpty()) {
        m_place->clear();
        say(m_heading, QStringLiteral("This demo cannot be followed"));
        say(m_failure, rich(m_guide.problems().join(u'\n')).replace(u'\n', QStringLiteral("<br>")));
        say(m_said, QStringLiteral("It runs as a scenario without stops: → goes to the next command."));
    } else if (m_guide.hasLeft()) {
        say(m_heading, QStringLiteral("You go your own way now"));
        say(m_said,
            QStringLiteral("Other commands than the demo's have been run. Choose the demo again above to "
                           "come back to it."));
    } else if (stop < 0) {
        say(m_heading, rich(script.subtitle));
        say(m_said, rich(script.summary));
    } else {
        showStop(stop);
    }
    if (m_guide.hasLeft() || stop < 0 || m_question->text().isEmpty()) {
        m_choicesOf = -1;
        for (ChoiceButton* choice : std::exchange(m_choices, {}))
            choice->deleteLater();
    }
    // In a hall the question needs the room of the title, which all have read.
    m_title->setVisible(!m_large || !m_guide.isAsking());
    m_back->setEnabled(m_guide.canGoBack());
    m_next->setEnabled(m_guide.canGoForward());
    m_pips->update();
}

void DemoPanel::showStop(int stop) {
    const DemoStop& now = m_guide.script().stops[size_t(stop)];
    const DemoWords words = wordsAtStop(m_player.story(), m_guide.script(), stop);
    if (stop > 0)
        showVerdict(stop - 1);
    say(m_heading, rich(now.heading));
    say(m_said, rich(words.said));
    if (!words.failures.isEmpty())
        say(m_failure, QStringLiteral("<b>This kernel does something else than the demo says.</b><br>") +
                           rich(words.failures.join(u'\n')).replace(u'\n', QStringLiteral("<br>")));
    if (!now.look.isEmpty()) {
        say(m_lookTitle, QStringLiteral("Look for"));
        QString items;
        for (const QString& item : now.look)
            items += QStringLiteral("<p style=\"margin:0 0 6px 0\">%1</p>").arg(rich(item));
        say(m_lookFor, items);
    }
    if (now.question)
        showQuestion(stop);
    else if (!m_guide.atStop())
        say(m_hint, QStringLiteral("One is behind this stop; → goes to the next, ← back to it."));
}

// At the stop behind a question: what was predicted, and what came of it.
void DemoPanel::showVerdict(int stop) {
    const auto& question = m_guide.script().stops[size_t(stop)].question;
    const auto answer = m_guide.answer(stop);
    if (!question || !answer)
        return;
    const QString asked = QStringLiteral("<p style=\"margin:0 0 6px 0; font-size:%1px\">%2</p>")
                              .arg(int(m_look.metrics.base() * type::note.size))
                              .arg(rich(question->text));
    if (!answer->problem.isEmpty())
        return say(m_verdict,
                   asked + QStringLiteral("The kernel gives no answer: %1.").arg(rich(answer->problem)));
    const QString found =
        rich(answer->choice < 0 ? answer->value : question->choices[size_t(answer->choice)].words);
    const int predicted = m_guide.prediction(stop);
    QString verdict = asked + QStringLiteral("The kernel: <b>%1</b>").arg(found);
    if (predicted >= 0)
        verdict += predicted == answer->choice
                       ? QStringLiteral("<br><b>✓ The prediction held.</b>")
                       : QStringLiteral("<br>Predicted: %1<br><b>✕ The prediction did not hold.</b>")
                             .arg(rich(question->choices[size_t(predicted)].words));
    say(m_verdict, verdict);
}

void DemoPanel::showQuestion(int stop) {
    const DemoQuestion& question = *m_guide.script().stops[size_t(stop)].question;
    say(m_question, rich(question.text));
    if (m_choicesOf != stop) {
        m_choicesOf = stop;
        showChoices(question);
    }
    const bool asking = m_guide.isAsking();
    const auto answer = m_guide.answer(stop);
    for (size_t i = 0; i < m_choices.size(); ++i) {
        const bool predicted = m_guide.prediction(stop) == int(i), right = answer && answer->choice == int(i);
        QStringList marks;
        if (predicted)
            marks << QStringLiteral("● predicted");
        if (right)
            marks << QStringLiteral("✓ the kernel's answer");
        m_choices[i]->setMark(marks.join(QStringLiteral("   ")));
        m_choices[i]->setEnabled(asking);
    }
    if (asking && (!m_large || m_guide.isPassing()))
        say(m_hint, m_guide.isPassing()
                        ? QStringLiteral("Predict first: ↑ ↓ and Enter. → once more goes on without.")
                        : QStringLiteral("The machine waits. ↑ ↓ and Enter predict."));
}

void DemoPanel::showChoices(const DemoQuestion& question) {
    for (ChoiceButton* choice : std::exchange(m_choices, {}))
        choice->deleteLater();
    for (size_t i = 0; i < question.choices.size(); ++i) {
        auto* const button = new ChoiceButton(question.choices[i].words, this);
        button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
        button->installEventFilter(this);
        connect(button, &QPushButton::clicked, this, [this, i] { m_guide.predict(int(i)); });
        m_choiceRows->addWidget(button);
        m_choices.push_back(button);
    }
}

// Up and down between the choices, Enter takes one.
bool DemoPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int count = int(m_choices.size());
    int at = 0;
    while (at < count && m_choices[size_t(at)] != watched)
        ++at;
    if (at == count)
        return false;
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Up:
        m_choices[size_t((at + count - 1) % count)]->setFocus(Qt::BacktabFocusReason);
        return true;
    case Qt::Key_Down:
        m_choices[size_t((at + 1) % count)]->setFocus(Qt::TabFocusReason);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        m_choices[size_t(at)]->click();
        return true;
    default:
        return false;
    }
}

} // namespace gui
