#include "gui/views/compare_picture.h"

#include <algorithm>
#include <set>

#include "gui/models/names.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::none;
using Kind = PlaceDifference::Kind;

namespace {

// Lengths at a base of 15 px.
constexpr double margin = 18, gutter = 30, header = 38, row = 24, baseline = 17;
constexpr double twoColumns = 860, transcriptShare = 0.54; // from which width on, and of what
constexpr double cellMost = 120, cellHeight = 84, pagesLabel = 112, pagesRow = 112, tick = 18;
constexpr double countColumn = 92;
constexpr size_t mostPages = 5, mostPlaces = 8, mostEvents = 24;
constexpr Type code{0.9, false, true};

// The first page that differs with its neighbours, of the process that it is of.
std::vector<uint64_t> pagesAround(const gdbbridge::Snapshot& snapshot, const PlaceDifference& first,
                                  const std::set<uint64_t>& differing) {
    const int process = processWithPid(snapshot, first.pid);
    const auto* map = mapOf(snapshot, process);
    const int entry = map ? entryAt(*map, first.va) : none;
    if (entry == none)
        return {first.va};
    const auto& e = map->entries[size_t(entry)];
    const uint64_t size = snapshot.pageSize;
    std::vector<uint64_t> pages;
    uint64_t va = first.va - std::min<uint64_t>((first.va - e.start) / size, 1) * size;
    for (; va < e.end && pages.size() < mostPages; va += size)
        pages.push_back(va);
    // Those that differ, even where they lie far behind.
    for (uint64_t other : differing)
        if (pages.size() < mostPages && std::find(pages.begin(), pages.end(), other) == pages.end())
            pages.push_back(other);
    return pages;
}

// A panel's name and, where there is room, a half-line about it.
void panelTitle(Canvas& canvas, double left, double right, double y, const QString& title,
                const QString& note) {
    const double u = canvas.px(1);
    const double end = left + canvas.text({left, y}, title, type::title, Role::Ink) + 10 * u;
    if (end + canvas.textWidth(note, type::note) <= right)
        canvas.text({end, y}, note, type::note, Role::Ink3);
}

} // namespace

struct ComparePicture::Columns {
    double left, leftEnd, right, rightEnd; // of the transcript, and of what stands beside or below it
    bool beside;
};

ComparePicture::Columns ComparePicture::columns(const Look& look, double width) const {
    const double u = look.metrics.px(1);
    if (width < twoColumns * u)
        return {margin * u, width - margin * u, margin * u, width - margin * u, false};
    const double middle = width * transcriptShare;
    return {margin * u, middle - gutter / 2 * u, middle + gutter / 2 * u, width - margin * u, true};
}

QString ComparePicture::note() const {
    return state().comparison ? QStringLiteral("%1 and %2, in step")
                                    .arg(state().comparison->one().name, state().comparison->two().name)
                              : QStringLiteral("two kernels on one scenario");
}

QSizeF ComparePicture::sizeFor(const Look& look, QSizeF offered) const {
    if (!state().comparison)
        return offered;
    const double u = look.metrics.px(1);
    const Comparison& comparison = *state().comparison;
    const double transcript =
        header + row * double(transcriptRows(comparison, state().comparedStep).size() + 1);
    const auto places = comparison.places(state().comparedStep);
    double beside = 2 * header + row * double(std::min(places.size(), mostPlaces) + 3);
    if (std::any_of(places.begin(), places.end(), [](const auto& p) { return p.kind == Kind::Page; }))
        beside += 2 * pagesRow + tick;
    beside +=
        header + row * double(std::min(eventRows(comparison, state().comparedStep).size(), mostEvents) + 2);
    const double height =
        columns(look, offered.width()).beside ? std::max(transcript, beside) : transcript + beside;
    return {offered.width(), std::max(offered.height(), height * u)};
}

void ComparePicture::draw(Canvas& canvas, QSizeF size) const {
    const double u = canvas.px(1);
    if (!state().comparison) {
        drawEmpty(canvas, size, QStringLiteral("Nothing is compared."),
                  QStringLiteral("A second run of this scenario to hold beside it:  Ctrl+D"));
        return;
    }
    const Columns at = columns(canvas.look(), size.width());
    const double below = drawTranscript(canvas, at.left, at.leftEnd);
    if (at.beside)
        canvas.line({(at.leftEnd + at.right) / 2, 12 * u},
                    {(at.leftEnd + at.right) / 2, size.height() - 12 * u}, {.line = Role::Rule});
    const double y = drawPlaces(canvas, at.right, at.rightEnd, at.beside ? 0 : below);
    drawEvents(canvas, at.right, at.rightEnd, y);
}

double ComparePicture::drawTranscript(Canvas& canvas, double left, double right) const {
    const Comparison& comparison = *state().comparison;
    const double u = canvas.px(1), number = left + 34 * u, first = left + 44 * u;
    const double half = (right - first) / 2, second = first + half;
    canvas.text({first, 24 * u}, canvas.elided(comparison.one().name, type::title, half - 8 * u), type::title,
                Role::Ink);
    canvas.text({second, 24 * u}, canvas.elided(comparison.two().name, type::title, half - 8 * u),
                type::title, Role::Ink);
    double y = header * u;
    int count = 0;
    for (const TranscriptRow& each : transcriptRows(comparison, state().comparedStep)) {
        const QRectF rect(left, y, right - left, row * u);
        const QString marks = !each.differs      ? QString()
                              : each.consequence ? QStringLiteral(" differs, a consequence")
                                                 : QStringLiteral(" differs first");
        canvas.begin({QStringLiteral("compared-%1").arg(++count),
                      QStringLiteral("%1: %2 | %3%4")
                          .arg(each.step + 1)
                          .arg(each.one.trimmed(), each.two.trimmed(), marks),
                      rect,
                      {}});
        const bool current = each.kind == TranscriptRow::Kind::Command && each.step == state().comparedStep;
        const bool output = each.kind == TranscriptRow::Kind::Output;
        if (each.differs && (output || each.one != each.two))
            canvas.rect(rect.adjusted(u, u, -u, -u),
                        each.consequence
                            ? Ink{.line = Role::Violation, .width = 1.2, .dash = {3, 2}}
                            : Ink{.fill = Role::ViolationWash, .line = Role::Violation, .width = 1.8},
                        4 * u);
        else if (current)
            canvas.rect(rect.adjusted(u, u, -u, -u),
                        each.differs ? Ink{.fill = Role::ViolationWash, .line = Role::Violation, .width = 1.8}
                                     : Ink{.fill = Role::SelectedWash},
                        4 * u);
        const double base = y + baseline * u;
        if (each.kind == TranscriptRow::Kind::Folded) {
            canvas.line({first, y + row * u / 2}, {first + 22 * u, y + row * u / 2}, {.line = Role::Rule});
            canvas.text({first + 30 * u, base}, each.one, {0.87, false, false, true}, Role::Ink3);
        } else {
            if (!output) {
                canvas.text({number, base}, QString::number(each.step + 1), type::note.asMono(),
                            each.differs ? Role::Violation : Role::Ink3, Align::Right);
                if (each.differs)
                    cross(canvas, {left + 9 * u, y + row * u / 2}, 4 * u, 2);
            }
            const double indent = output ? 14 * u : 0;
            const Type face = each.differs && output ? code.asBold() : code;
            const auto cell = [&](double x, const QString& text, bool other) {
                canvas.text({x + indent, base}, canvas.elided(text.trimmed(), face, half - indent - 10 * u),
                            face,
                            each.differs && output && other ? Role::Violation
                            : output || other               ? Role::Ink2
                                                            : Role::Ink);
            };
            cell(first, each.one, false);
            cell(second, each.two, true);
        }
        canvas.end();
        y += row * u;
    }
    return y + row * u;
}

double ComparePicture::drawPlaces(Canvas& canvas, double left, double right, double y) const {
    const Comparison& comparison = *state().comparison;
    const double u = canvas.px(1);
    const int step = state().comparedStep;
    const auto places = comparison.places(step);
    panelTitle(canvas, left, right, y + 24 * u, QStringLiteral("The state behind command %1").arg(step + 1),
               places.empty() ? QString() : QStringLiteral("where the machines differ"));
    y += header * u;
    if (places.empty()) {
        const bool known =
            size_t(step) < comparison.one().steps.size() && size_t(step) < comparison.two().steps.size() &&
            comparison.one().steps[size_t(step)].moment && comparison.two().steps[size_t(step)].moment;
        canvas.text({left, y + baseline * u},
                    known ? QStringLiteral("Both machines are in the same state.")
                          : QStringLiteral("One of the machines cannot be looked into here."),
                    type::body, Role::Ink2);
        return y + 2 * row * u;
    }
    y = drawPages(canvas, left, right, y, places);
    const double second = right - countColumn * u, first = second - countColumn * u;
    canvas.text({first, y + baseline * u},
                canvas.elided(comparison.one().name, type::note, (countColumn - 6) * u), type::note,
                Role::Ink3);
    canvas.text({second, y + baseline * u}, canvas.elided(comparison.two().name, type::note, countColumn * u),
                type::note, Role::Ink3);
    y += row * u;
    for (size_t i = 0; i < places.size() && i < mostPlaces; ++i, y += row * u) {
        const PlaceDifference& place = places[i];
        const QString words =
            place.field.isEmpty() ? placeText(place) : placeText(place) + QStringLiteral(", ") + place.field;
        canvas.begin({QStringLiteral("difference-%1").arg(i + 1),
                      QStringLiteral("%1: %2 | %3").arg(words, place.one, place.two),
                      QRectF(left, y, right - left, row * u),
                      {}});
        canvas.richText({left, y + baseline * u}, canvas.elided(words, type::body, first - left - 10 * u),
                        type::body, Role::Ink);
        canvas.text({first, y + baseline * u}, canvas.elided(place.one, code, (countColumn - 6) * u), code,
                    Role::Ink2);
        canvas.text({second, y + baseline * u}, canvas.elided(place.two, code.asBold(), countColumn * u),
                    code.asBold(), Role::Violation);
        canvas.end();
    }
    if (const QString broken = comparison.brokenOnlyIn(step); !broken.isEmpty()) {
        canvas.begin({QStringLiteral("broken"), broken, QRectF(left, y, right - left, row * u), {}});
        cross(canvas, {left + 5 * u, y + row * u / 2}, 4 * u, 2);
        canvas.text({left + 16 * u, y + baseline * u},
                    canvas.elided(broken, type::note.asBold(), right - left - 16 * u), type::note.asBold(),
                    Role::Violation);
        canvas.end();
        y += row * u;
    }
    if (places.size() > mostPlaces) {
        canvas.text({left, y + baseline * u}, QStringLiteral("and %1 more").arg(places.size() - mostPlaces),
                    type::note, Role::Ink3);
        y += row * u;
    }
    return y + row / 2 * u;
}

double ComparePicture::drawPages(Canvas& canvas, double left, double right, double y,
                                 const std::vector<PlaceDifference>& places) const {
    const auto first =
        std::find_if(places.begin(), places.end(), [](const auto& p) { return p.kind == Kind::Page; });
    if (first == places.end())
        return y;
    std::set<uint64_t> differing;
    for (const PlaceDifference& place : places)
        if (place.kind == Kind::Page && place.pid == first->pid)
            differing.insert(place.va);
    const Comparison& comparison = *state().comparison;
    const double u = canvas.px(1);
    const std::vector<uint64_t> pages = pagesAround(
        *comparison.one().steps[size_t(state().comparedStep)].moment->snapshot, *first, differing);
    const double cell =
        std::min(cellMost * u, (right - left - pagesLabel * u) / double(std::max<size_t>(pages.size(), 1)));
    for (const ComparedRun* run : {&comparison.one(), &comparison.two()}) {
        const auto& snapshot = *run->steps[size_t(state().comparedStep)].moment->snapshot;
        const int process = processWithPid(snapshot, first->pid);
        canvas.text({left, y + 28 * u}, canvas.elided(run->name, type::title, (pagesLabel - 8) * u),
                    type::title, Role::Ink);
        canvas.text({left, y + 48 * u}, canvas.elided(first->process, type::note, (pagesLabel - 8) * u),
                    type::note, Role::Ink2);
        const QStringList labels = shortAddresses(pages);
        for (size_t i = 0; i < pages.size(); ++i) {
            const QRectF rect(left + pagesLabel * u + double(i) * cell, y, cell, cellHeight * u);
            const QRectF inner = rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u);
            const PageFact fact = pageFact(snapshot, process, pages[i]);
            const bool differs = differing.contains(pages[i]);
            canvas.begin({QStringLiteral("page-%1-%2").arg(run == &comparison.one() ? 1 : 2).arg(i),
                          QStringLiteral("page %1 in %2: %3%4")
                              .arg(plainAddress(pages[i]), run->name, pageWords(snapshot, fact),
                                   differs ? QStringLiteral(", differs") : QString()),
                          rect,
                          {}});
            if (fact.entry != none)
                pageCell(canvas, inner, pageLookOf(snapshot, process, fact));
            if (differs && run == &comparison.two()) {
                canvas.rect(inner, {.line = Role::Violation, .width = 3, .dash = {3, 1.5}}, 3 * u);
                cross(canvas, inner.topRight() + QPointF(-10 * u, 10 * u), 5 * u, 2.4);
            }
            canvas.end();
            if (canvas.textWidth(labels[qsizetype(i)], type::address) < cell - 4 * u)
                canvas.text({rect.center().x(), rect.bottom() + 15 * u}, labels[qsizetype(i)], type::address,
                            Role::Ink2, Align::Center);
        }
        y += pagesRow * u;
    }
    return y + tick * u;
}

double ComparePicture::drawEvents(Canvas& canvas, double left, double right, double y) const {
    const Comparison& comparison = *state().comparison;
    const double u = canvas.px(1);
    const int step = state().comparedStep;
    const std::vector<EventRow> rows = eventRows(comparison, step);
    if (rows.empty())
        return y;
    canvas.line({left, y}, {right, y}, {.line = Role::Rule});
    const bool all =
        std::all_of(rows.begin(), rows.end(), [](const auto& each) { return each.inOne && each.inTwo; });
    panelTitle(canvas, left, right, y + 24 * u, QStringLiteral("What it did"),
               all ? QStringLiteral("the same events in both") : QStringLiteral("events in step"));
    y += header * u;
    const double two = right - countColumn / 2 * u, one = two - countColumn * u;
    for (size_t i = 0; i < rows.size() && i < mostEvents; ++i, y += row * u) {
        const EventRow& each = rows[i];
        const bool differs = !each.inOne || !each.inTwo;
        const QRectF rect(left - 6 * u, y, right - left + 6 * u, row * u);
        canvas.begin({QStringLiteral("event-%1").arg(i + 1),
                      QStringLiteral("event: %1%2")
                          .arg(each.words, !each.inOne   ? QStringLiteral(", only in the second")
                                           : !each.inTwo ? QStringLiteral(", only in the first")
                                                         : QString()),
                      rect,
                      {}});
        if (differs)
            canvas.rect(rect.adjusted(u, u, -u, -u),
                        {.fill = Role::ViolationWash, .line = Role::Violation, .width = 1.8}, 4 * u);
        const Type face = each.folded ? Type{0.87, false, false, true} : type::note;
        canvas.richText({left, y + baseline * u},
                        canvas.elided(each.words, face, one - left - countColumn / 2 * u), face,
                        each.folded ? Role::Ink3 : Role::Ink);
        const auto mark = [&](double x, bool there) {
            if (there)
                canvas.circle({x, y + row * u / 2}, 4 * u, {.fill = each.folded ? Role::Ink3 : Role::Ink});
            else
                canvas.text({x, y + baseline * u}, QStringLiteral("missing"), type::note.asBold(),
                            Role::Violation, Align::Center);
        };
        mark(one, each.inOne);
        mark(two, each.inTwo);
        canvas.end();
    }
    if (rows.size() > mostEvents) {
        canvas.text({left, y + baseline * u}, QStringLiteral("and %1 more").arg(rows.size() - mostEvents),
                    type::note, Role::Ink3);
        y += row * u;
    }
    return y;
}

} // namespace gui
