// Who pays: what was foreseen of each step's accesses, and whether it held; beside the grid or below it.
#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"
#include "gui/views/sharing_scene.h"

namespace gui {

using gdbbridge::none;
using Verdict = Payment::Verdict;

namespace {

// Lengths at a base of 15 px.
constexpr double headHeight = 34, stepHeight = 72, lineHeight = 22, sumHeight = 20;

struct VerdictLook {
    QString text;
    Role role;
};

VerdictLook lookOf(const PaidStep& step) {
    switch (step.verdict()) {
    case Verdict::Held:
        return {QStringLiteral("held ✓"), Role::Free};
    case Verdict::Broken:
        return {QStringLiteral("did not hold ✕"), Role::Violation};
    case Verdict::ToCome:
        return {QStringLiteral("to come"), Role::Ink3};
    case Verdict::NotJudged:
        break;
    }
    return {QStringLiteral("not judged"), Role::Ink3};
}

// "and 3 more: 2 held, 1 did not".
QString moreText(const PaidStep& step) {
    if (step.payments.size() < 2)
        return {};
    QStringList parts;
    for (const auto& [verdict, words] :
         {std::pair(Verdict::Held, "held"), std::pair(Verdict::Broken, "did not hold"),
          std::pair(Verdict::ToCome, "to come"), std::pair(Verdict::NotJudged, "not judged")})
        if (const size_t count = step.count(verdict) - (step.verdict() == verdict ? 1 : 0); count > 0)
            parts << QStringLiteral("%1 %2").arg(count).arg(QLatin1String(words));
    return QStringLiteral("and %1").arg(parts.join(QStringLiteral(", ")));
}

QString foundText(const Payment& payment) {
    if (payment.verdict == Verdict::NotJudged)
        return payment.why;
    return payment.found.isEmpty() ? QString() : QStringLiteral("the kernel: ") + payment.found;
}

QString oneLine(const PaidStep& step) {
    const Payment& payment = step.first();
    const QString found = foundText(payment);
    return QStringLiteral("predicted: %1%2")
        .arg(payment.expected, found.isEmpty() ? QString() : QStringLiteral("; ") + found);
}

// What the picture says of a step, for who cannot see it, and for tests.
QString sceneWords(const PaidStep& step) {
    QStringList parts{QStringLiteral("paid step %1: %2").arg(step.step).arg(step.first().title),
                      oneLine(step)};
    if (const QString more = moreText(step); !more.isEmpty())
        parts << more;
    // Without the mark.
    parts << lookOf(step).text.section(QStringLiteral(" ✓"), 0, 0).section(QStringLiteral(" ✕"), 0, 0);
    return parts.join(QStringLiteral("; "));
}

// The part of the steps that fits, so that a step keeps its place: as in a book, a page of them.
std::pair<size_t, size_t> pageOf(const std::vector<PaidStep>& steps, size_t rows, bool fromTheEnd) {
    if (rows == 0 || steps.empty())
        return {0, 0};
    if (steps.size() <= rows)
        return {0, steps.size()};
    if (fromTheEnd)
        return {steps.size() - rows, steps.size()};
    size_t current = 0;
    for (size_t i = 0; i < steps.size(); ++i)
        if (steps[i].verdict() != Verdict::ToCome || steps[i].current)
            current = i;
    const size_t first = current / rows * rows;
    return {first, std::min(steps.size(), first + rows)};
}

Identity identityOf(const Payment& payment) {
    return {.process = payment.process, .va = payment.va, .hasVa = true};
}

void drawStep(Canvas& canvas, const PaidStep& step, const QRectF& rect) {
    const double u = canvas.px(1);
    const Payment& payment = step.first();
    const VerdictLook look = lookOf(step);
    canvas.begin({QStringLiteral("paid-%1").arg(step.step), sceneWords(step), rect, identityOf(payment)});
    if (step.verdict() == Verdict::Broken)
        canvas.rect(rect.adjusted(-6 * u, 2 * u, 6 * u, -2 * u),
                    {.fill = Role::ViolationWash, .line = Role::Violation, .width = 1.6}, 4 * u);
    else if (step.current)
        canvas.rect(rect.adjusted(-6 * u, 2 * u, 6 * u, -2 * u), {.fill = Role::ChangedWash}, 4 * u);
    const double top = rect.top();
    const double width = canvas.textWidth(look.text, type::note.asBold());
    const QString number = QStringLiteral("step %1").arg(step.step);
    double x = rect.left() + canvas.text({rect.left(), top + 21 * u}, number, type::note, Role::Ink2) + 8 * u;
    canvas.text({rect.right(), top + 21 * u}, look.text, type::note.asBold(), look.role, Align::Right);
    canvas.text({x, top + 21 * u},
                canvas.elided(payment.title, type::title, rect.right() - width - 10 * u - x), type::title,
                Role::Ink);
    const QString expected = QStringLiteral("predicted: ") + payment.expected;
    const QString found = foundText(payment), more = moreText(step);
    canvas.text({rect.left(), top + 41 * u}, canvas.elided(expected, type::note, rect.width()), type::note,
                Role::Ink2);
    const QString last =
        found.isEmpty() || more.isEmpty() ? found + more : found + QStringLiteral("; ") + more;
    canvas.text({rect.left(), top + 60 * u}, canvas.elided(last, type::note, rect.width()), type::note,
                step.verdict() == Verdict::Broken ? Role::Violation : Role::Ink2);
    canvas.end();
}

void drawLine(Canvas& canvas, const PaidStep& step, const QRectF& rect) {
    const double u = canvas.px(1), y = rect.top() + 15.5 * u;
    const VerdictLook look = lookOf(step);
    canvas.begin(
        {QStringLiteral("paid-%1").arg(step.step), sceneWords(step), rect, identityOf(step.first())});
    if (step.verdict() == Verdict::Broken)
        canvas.rect(rect.adjusted(-4 * u, 0, 4 * u, 0),
                    {.fill = Role::ViolationWash, .line = Role::Violation, .width = 1.4}, 3 * u);
    const double width = canvas.textWidth(look.text, type::note.asBold());
    canvas.text({rect.right(), y}, look.text, type::note.asBold(), look.role, Align::Right);
    const double room = rect.width() - width - 10 * u;
    const QString long_ = QStringLiteral("%1: %2").arg(step.first().title, oneLine(step));
    const QString text =
        firstFitting(canvas, {long_, oneLine(step), foundText(step.first())}, type::note, room);
    canvas.text({rect.left(), y}, text.isEmpty() ? canvas.elided(oneLine(step), type::note, room) : text,
                type::note, step.verdict() == Verdict::Broken ? Role::Violation : Role::Ink2);
    canvas.end();
}

// What one process would pay if it wrote to every page that the rows stand for.
struct Sum {
    uint64_t copies = 0, faults = 0, none = 0;
};

Sum sumOf(const SharingGrid& grid, size_t column, uint64_t pageSize) {
    Sum sum;
    for (const SharingRow& row : grid.rows) {
        const uint64_t pages = (row.range.end - row.range.va) / std::max<uint64_t>(1, pageSize);
        switch (costMarkOf(row.cells[column].next)) {
        case CostMark::Copies:
            sum.copies += pages;
            break;
        case CostMark::FaultsOnly:
            sum.faults += pages;
            break;
        case CostMark::Nothing:
            sum.none += pages;
            break;
        case CostMark::Refused:
            break;
        }
    }
    return sum;
}

} // namespace

// "If it wrote to all its pages": a line a process.
double SharingPicture::drawSums(Canvas& canvas, const Scene& scene, const QRectF& room) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    std::vector<size_t> shown;
    for (size_t c = 0; c < scene.grid.columns.size(); ++c)
        if (scene.grid.columns[c].process != none)
            shown.push_back(c);
    const double height = (double(shown.size()) * sumHeight + 34) * u;
    if (shown.empty() || height > room.height() / 2)
        return room.bottom();
    double y = room.bottom() - height;
    canvas.line({room.left(), y}, {room.right(), y}, {.line = Role::Rule, .width = 1.4});
    y += 22 * u;
    canvas.text({room.left(), y}, QStringLiteral("A write to every page that it has would"), type::note,
                Role::Ink2);
    for (const size_t c : shown) {
        y += sumHeight * u;
        const Sum sum = sumOf(scene.grid, c, snapshot.pageSize);
        const QString copies =
            sum.copies > 0 ? QStringLiteral("copy %1").arg(countText(sum.copies, QStringLiteral("page")))
                           : QStringLiteral("copy nothing");
        const QString rest =
            sum.faults > 0
                ? QStringLiteral(", %1 without a copy").arg(countText(sum.faults, QStringLiteral("fault")))
                : QString();
        const QString who = scene.nameOf(state(), c);
        canvas.note({QStringLiteral("sum-%1").arg(who),
                     QStringLiteral("sum %1: %2%3").arg(who, copies, rest),
                     QRectF(room.left(), y - 14 * u, room.width(), sumHeight * u),
                     {.process = scene.grid.columns[c].pid}});
        const QString name = canvas.elided(who, type::note.asBold(), room.width() * 0.4);
        const double x =
            room.left() + canvas.text({room.left(), y}, name, type::note.asBold(), Role::Ink) + 7 * u;
        canvas.text({x, y}, canvas.elided(copies + rest, type::note, room.right() - x), type::note,
                    sum.copies > 0 ? Role::Pays : Role::Free);
    }
    return room.bottom() - height;
}

void SharingPicture::drawPaid(Canvas& canvas, const Scene& scene) const {
    if (scene.paid.isEmpty())
        return;
    const double u = canvas.px(1);
    const auto& steps = state().paid;
    if (!scene.paidBeside) {
        const auto rows = size_t(scene.paid.height() / (lineHeight * u) + 0.01);
        const auto [first, last] = pageOf(steps, rows, state().frames.empty());
        for (size_t i = first; i < last; ++i)
            drawLine(canvas, steps[i],
                     {scene.paid.left(), scene.paid.top() + double(i - first) * lineHeight * u,
                      scene.paid.width(), (lineHeight - 2) * u});
        return;
    }
    const double head = scene.paid.top() + 20 * u;
    const double width =
        canvas.text({scene.paid.left(), head}, QStringLiteral("Who pays next"), type::title, Role::Ink);
    const QString note = canvas.elided(QStringLiteral("predicted, then checked"), type::note,
                                       scene.paid.width() - width - 12 * u);
    canvas.text({scene.paid.left() + width + 12 * u, head}, note, type::note, Role::Ink3);
    const QRectF room = scene.paid.adjusted(0, headHeight * u, 0, 0);
    const double bottom = drawSums(canvas, scene, room);
    const auto rows = size_t(std::max(0.0, (bottom - room.top()) / (stepHeight * u)));
    const auto [first, last] = pageOf(steps, rows, state().frames.empty());
    for (size_t i = first; i < last; ++i) {
        const double y = room.top() + double(i - first) * stepHeight * u;
        canvas.line({room.left(), y}, {room.right(), y}, {.line = Role::Grid});
        drawStep(canvas, steps[i], {room.left(), y, room.width(), stepHeight * u});
    }
}

} // namespace gui
