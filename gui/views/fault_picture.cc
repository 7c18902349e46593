#include "gui/views/fault_picture.h"

#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::none;
using State = FaultStage::State;

namespace {

// Lengths at a base of 15 px.
constexpr double left = 18, disc = 11, textLeft = 54, header = 38;
constexpr double taken = 44, notTaken = 25;            // height of a stage
constexpr double costWidthMost = 110, costNumber = 74; // the bar, and the number behind it
constexpr double windowTop = 16, cellHeight = 74, cellMost = 96, windowHeight = 150;

double heightOf(const FaultStage& stage) { return stage.state == State::NotTaken ? notTaken : taken; }

} // namespace

QString FaultPicture::note() const {
    const FaultStages& fault = state().fault;
    return fault.number == 0 ? QStringLiteral("the stages of a page fault")
                             : QStringLiteral("%1; at the right instructions").arg(fault.title);
}

QSizeF FaultPicture::sizeFor(const Look& look, QSizeF offered) const {
    double height = header + 12;
    for (const FaultStage& stage : state().fault.stages)
        height += heightOf(stage);
    if (!state().fault.window.empty())
        height += windowTop + windowHeight;
    return {offered.width(), std::max(offered.height(), hasState() ? look.metrics.px(height) : 0)};
}

uint64_t FaultPicture::dearest() const {
    uint64_t most = 1;
    for (const FaultStage& stage : state().fault.stages)
        most = std::max(most, stage.cost);
    return most;
}

void FaultPicture::draw(Canvas& canvas, QSizeF size) const {
    const FaultStages& fault = state().fault;
    const double u = canvas.px(1);
    if (fault.number == 0) {
        drawEmpty(canvas, size, QStringLiteral("No page fault in this step."),
                  QStringLiteral("A first write to a page has one:  write A 0x10000 \"hello\""));
        return;
    }
    double x = left * u +
               canvas.text({left * u, 24 * u}, fault.title.left(1).toUpper() + fault.title.mid(1), type::step,
                           Role::Ink) +
               10 * u;
    const QString which =
        fault.count > 1 ? QStringLiteral("fault %1 of this step").arg(fault.number) : QString();
    if (x + canvas.textWidth(which, type::note) < size.width() - left * u)
        x += canvas.text({x, 24 * u}, which, type::note, Role::Ink3) + 10 * u;
    const QString total =
        QStringLiteral("%1 instructions%2")
            .arg(countNumber(fault.total), fault.ended ? QString() : QStringLiteral(" so far"));
    if (fault.total && x + canvas.textWidth(total, type::note) < size.width() - left * u)
        canvas.text({size.width() - left * u, 24 * u}, total, type::note, Role::Ink2, Align::Right);
    double y = header * u;
    // The line that the stages are strung on.
    double from = 0;
    for (size_t i = 0; i < fault.stages.size(); ++i) {
        const FaultStage& stage = fault.stages[i];
        const double middle = y + heightOf(stage) * u / 2;
        if (i > 0) {
            const bool solid = stage.state == State::Done || stage.state == State::Current;
            canvas.line({(left + disc) * u, from + disc * u}, {(left + disc) * u, middle - disc * u},
                        solid ? Ink{.line = Role::Ink, .width = 1.8}
                              : Ink{.line = Role::Ink3, .width = 1.2, .dash = {2, 3}});
        }
        from = middle;
        y += heightOf(stage) * u;
    }
    y = header * u;
    for (size_t i = 0; i < fault.stages.size(); ++i)
        y = drawStage(canvas, i, y, size.width());
    if (!fault.window.empty())
        drawWindow(canvas, y + windowTop * u, size.width());
}

double FaultPicture::drawStage(Canvas& canvas, size_t index, double y, double width) const {
    const FaultStage& stage = state().fault.stages[index];
    const double u = canvas.px(1), height = heightOf(stage) * u, middle = y + height / 2;
    const bool pale = stage.state == State::NotTaken || stage.state == State::ToCome;
    const bool current = stage.state == State::Current;
    const QRectF rect(left * u - 10 * u, y + u, width - 2 * left * u + 20 * u, height - 2 * u);
    static constexpr const char* words[] = {"", ", now", ", not taken", ", to come"};
    canvas.begin({QStringLiteral("stage-%1").arg(index),
                  QStringLiteral("stage %1 %2%3: %4%5")
                      .arg(stage.number, stage.title, QLatin1String(words[size_t(stage.state)]), stage.words,
                           stage.cost ? QStringLiteral(" (%1)").arg(stage.cost) : QString()),
                  rect,
                  {}});
    if (current)
        canvas.rect(rect, {.fill = Role::ChangedWash, .line = Role::ChangedLine, .width = 1.6}, 4 * u);
    const QPointF center((left + disc) * u, middle);
    canvas.circle(center, disc * u,
                  current ? Ink{.fill = Role::Changed, .line = Role::ChangedLine, .width = 1.6}
                  : stage.state == State::Done ? Ink{.fill = Role::Ink}
                  : stage.state == State::ToCome
                      ? Ink{.fill = Role::Panel, .line = Role::Ink2, .width = 1.6}
                      : Ink{.fill = Role::Panel, .line = Role::Ink3, .width = 1.2, .dash = {2, 2}});
    canvas.text(center + QPointF(0, 4 * u), stage.number, type::note.asBold(),
                current                                  ? Role::OnChanged
                : stage.state == State::Done             ? Role::Panel
                : pale && stage.state == State::NotTaken ? Role::Ink3
                                                         : Role::Ink,
                Align::Center);
    const double right = width - left * u, bar = right - (costWidthMost + costNumber) * u;
    const bool costs = stage.cost > 0;
    const double room = (costs ? bar : right) - textLeft * u - 14 * u;
    if (stage.state == State::NotTaken) {
        const double used =
            canvas.text({textLeft * u, middle + 5 * u}, stage.title, type::body, Role::Ink3) + 14 * u;
        const QString mark = QStringLiteral("not taken");
        const double markWidth = canvas.textWidth(mark, {0.87, false, false, true});
        canvas.text({textLeft * u + used, middle + 5 * u},
                    canvas.elided(stage.words, type::note, right - textLeft * u - used - markWidth - 14 * u),
                    type::note, Role::Ink3);
        canvas.text({right, middle + 5 * u}, mark, {0.87, false, false, true}, Role::Ink3, Align::Right);
    } else {
        canvas.text({textLeft * u, y + 18 * u}, stage.title, type::title, Role::Ink);
        canvas.richText({textLeft * u, y + 36 * u}, canvas.elided(stage.words, type::note, room), type::note,
                        Role::Ink2);
        if (stage.state == State::ToCome)
            canvas.text({right, y + 18 * u}, QStringLiteral("to come"), {0.87, false, false, true},
                        Role::Ink3, Align::Right);
    }
    if (costs) {
        const double length = std::max(2 * u, costWidthMost * u * double(stage.cost) / double(dearest()));
        canvas.rect(QRectF(bar, y + 10 * u, length, 8 * u),
                    {.fill = stage.cost == dearest() ? Role::Pays : Role::Ink2});
        canvas.text({right, y + 19 * u}, countNumber(stage.cost), type::body.asBold(), Role::Ink,
                    Align::Right);
    }
    canvas.end();
    return y + height;
}

// The pages around the one that is wanted, as they are now.
void FaultPicture::drawWindow(Canvas& canvas, double y, double width) const {
    const FaultStages& fault = state().fault;
    const double u = canvas.px(1);
    canvas.line({left * u, y}, {width - left * u, y}, {.line = Role::Rule});
    const double title =
        canvas.text({left * u, y + 24 * u}, QStringLiteral("Fault-ahead"), type::title, Role::Ink);
    canvas.text({left * u + title + 10 * u, y + 24 * u}, QStringLiteral("the window of this fault"),
                type::note, Role::Ink3);
    const int process = processWithPid(*state().now, fault.process);
    const double cell =
        std::min(cellMost * u, (width - 2 * left * u) / double(std::max<size_t>(fault.window.size(), 1)));
    const QStringList labels = shortAddresses(fault.window);
    for (size_t i = 0; i < fault.window.size(); ++i) {
        const uint64_t va = fault.window[i];
        const bool wanted = va == fault.va;
        const bool ahead = std::find(fault.ahead.begin(), fault.ahead.end(), va) != fault.ahead.end();
        const QRectF rect(left * u + double(i) * cell, y + 36 * u, cell, cellHeight * u);
        const QRectF inner = rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u);
        QString content = QStringLiteral("nobody's");
        if (process != none) {
            const PageFact fact = pageFact(*state().now, process, va);
            content = pageWords(*state().now, fact);
            canvas.begin({QStringLiteral("window-%1").arg(plainAddress(va)),
                          QStringLiteral("window %1: %2%3")
                              .arg(plainAddress(va), content,
                                   wanted  ? QStringLiteral(", wanted")
                                   : ahead ? QStringLiteral(", entered ahead")
                                           : QString()),
                          rect, pageIdentity(*state().now, process, fact)});
            pageCell(canvas, inner, pageLookOf(*state().now, process, fact));
            if (wanted)
                canvas.rect(inner, {.line = Role::Visited, .width = 3.4}, 3 * u);
            if (pageSelected(state().selection, *state().now, process, fact))
                selectedOutline(canvas, rect, 4);
            canvas.end();
        }
        const double below = rect.bottom() + 16 * u;
        if (canvas.textWidth(labels[qsizetype(i)], type::address) < cell - 4 * u)
            canvas.text({rect.center().x(), below}, labels[qsizetype(i)], type::address, Role::Ink2,
                        Align::Center);
        const QString role = wanted ? QStringLiteral("wanted") : ahead ? QStringLiteral("ahead") : QString();
        if (canvas.textWidth(role, type::note) < cell)
            canvas.text({rect.center().x(), below + 17 * u}, role, wanted ? type::note.asBold() : type::note,
                        wanted ? Role::Visited : Role::Ink3, Align::Center);
    }
}

} // namespace gui
