#include "gui/views/page_table_picture.h"

#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::none;
using gdbbridge::PageTable;

namespace {

// Lengths at a base of 15 px.
constexpr double left = 18, bitsTop = 44, levelsTop = 128, wordRow = 22, wordRowMost = 34;
constexpr double squareMost = 180, between = 40, sideLeast = 250, narrowBelow = 760;
constexpr unsigned pageBits = 12;

// As the processor's manual calls them.
const char* levelName(unsigned level, unsigned levels) {
    static constexpr const char* two[] = {"page table", "page directory"};
    static constexpr const char* four[] = {"PT", "PD", "PDPT", "PML4"};
    return levels == 2 ? two[level - 1] : four[level - 1];
}

// The width of the pages beside the walk.
double sideOf(double width, double u) { return std::max(sideLeast * u, width * 0.27); }

QString hexWord(uint64_t word, unsigned bytes) {
    return QStringLiteral("%1").arg(word, int(2 * bytes), 16, QLatin1Char('0'));
}

} // namespace

struct PageTablePicture::Step {
    unsigned level = 0;
    uint64_t slot = 0;
    const PageTable* table = nullptr; // null: there is none, the walk ends above
    uint64_t word = 0;                // the slot's entry, 0 when it is not present
};

struct PageTablePicture::Scene {
    int process = none;
    const gdbbridge::PageTables* tables = nullptr;
    unsigned wordBytes = 4;
    uint64_t va = 0;
    std::vector<Step> walk; // from the top table down
    const gdbbridge::Mapping* mapping = nullptr;
};

PageTablePicture::Scene PageTablePicture::makeScene() const {
    Scene scene;
    scene.process = state().subject();
    if (scene.process == none)
        return scene;
    const auto& snapshot = *state().now;
    const int vmspace = snapshot.processes[size_t(scene.process)].vmspace;
    if (vmspace < 0 || size_t(vmspace) >= snapshot.vmspaces.size())
        return scene;
    scene.tables = &snapshot.vmspaces[size_t(vmspace)].pageTables;
    scene.wordBytes = snapshot.pointerSize;
    // The selected page, else the one that the last fault wanted, else one that the step changed, else the
    // first.
    const Selection& selection = state().selection;
    const uint32_t pid = pidOf(snapshot, scene.process);
    const std::vector<uint64_t> pages = notablePages(snapshot, scene.process);
    const auto changed = std::find_if(pages.begin(), pages.end(),
                                      [&](uint64_t page) { return state().changes.page(pid, page); });
    const auto selected = std::find_if(pages.begin(), pages.end(), [&](uint64_t page) {
        return pageSelected(selection, snapshot, scene.process, pageFact(snapshot, scene.process, page));
    });
    if (selection.kind == Selection::Kind::Address && selection.process == pid)
        scene.va = selection.va;
    else if (selected != pages.end())
        scene.va = *selected;
    else if (state().fault.number > 0 && state().fault.process == pid)
        scene.va = state().fault.va;
    else if (changed != pages.end())
        scene.va = *changed;
    else if (!pages.empty())
        scene.va = pages.front();
    else if (const auto* map = mapOf(snapshot, scene.process); map && !map->entries.empty())
        scene.va = map->entries.front().start;
    scene.mapping = mappingAt(snapshot, scene.process, scene.va);
    const gdbbridge::PageTables& tables = *scene.tables;
    const uint64_t mask = (uint64_t{1} << tables.indexBits) - 1;
    for (unsigned level = tables.levels; level > 0; --level) {
        Step step;
        step.level = level;
        const unsigned shift = pageBits + tables.indexBits * (level - 1);
        step.slot = scene.va >> shift & mask;
        const uint64_t from = scene.va >> (shift + tables.indexBits) << (shift + tables.indexBits);
        const uint64_t next = scene.va >> shift << shift;
        for (const PageTable& table : tables.tables) {
            if (table.level == level && table.va == from)
                step.table = &table;
            if (table.level + 1 == level && table.va == next)
                step.word = table.word;
        }
        if (level == 1 && scene.mapping)
            step.word = scene.mapping->word;
        scene.walk.push_back(step);
    }
    return scene;
}

QSizeF PageTablePicture::sizeFor(const Look& look, QSizeF offered) const {
    if (!hasState())
        return offered;
    const Scene scene = makeScene();
    const double u = look.metrics.px(1);
    const double rows = double(scene.walk.size()) + 1;
    const bool narrow = offered.width() < narrowBelow * u;
    double height = levelsTop + squareMost + 100 + rows * wordRow;
    if (narrow)
        height += pagesHeight(offered.width() / u);
    else
        height = std::max(height, pagesHeight(sideOf(offered.width(), u) / u));
    return {offered.width(), std::max(offered.height(), scene.tables ? height * u : 0)};
}

void PageTablePicture::draw(Canvas& canvas, QSizeF size) const {
    const Scene scene = hasState() ? makeScene() : Scene();
    if (!scene.tables || scene.walk.empty()) {
        drawEmpty(canvas, size, QStringLiteral("There are no page tables yet."),
                  QStringLiteral("space A 0x1000 0xbfbff000  would make some"));
        return;
    }
    const double u = canvas.px(1);
    const bool narrow = size.width() < narrowBelow * u;
    const double side = narrow ? 0 : sideOf(size.width(), u);
    const double width = size.width() - side;
    double x = left * u;
    x += canvas.text({x, 24 * u}, subjectText(processName(*state().now, scene.process)), type::step,
                     Role::Ink) +
         10 * u;
    const QString words = QStringLiteral("%1 levels · %2 entered, %3")
                              .arg(scene.tables->levels)
                              .arg(countText(scene.tables->mappings.size(), QStringLiteral("page")),
                                   countText(scene.tables->tables.size(), QStringLiteral("table")));
    if (x + canvas.textWidth(words, type::note) < width)
        canvas.text({x, 24 * u}, words, type::note, Role::Ink3);
    drawBits(canvas, scene, width);
    // What room is left the squares take, and then the rows of the table.
    const double rows = double(scene.walk.size()) + 1.5;
    const double most = narrow
                            ? squareMost * u
                            : std::max(squareMost * u, size.height() - (levelsTop + 82 + rows * wordRow) * u);
    const double square = drawLevels(canvas, scene, levelsTop * u, width, most);
    const double table = levelsTop * u + square + 82 * u;
    const double row =
        narrow ? wordRow * u : std::clamp((size.height() - table) / rows, wordRow * u, wordRowMost * u);
    drawWords(canvas, scene, {left * u, table, width - 2 * left * u, row});
    if (narrow)
        drawPages(canvas, scene.process, scene.va,
                  {0, table + rows * row, size.width(), pagesHeight(size.width() / u) * u});
    else
        drawPages(canvas, scene.process, scene.va, {width, 0, side, size.height() - 16 * u});
}

// The address, cut into the index of each level and the byte in the page.
void PageTablePicture::drawBits(Canvas& canvas, const Scene& scene, double width) const {
    const double u = canvas.px(1);
    const size_t parts = scene.walk.size() + 1;
    const double room = (width - 2 * left * u - double(parts - 1) * 12 * u) / double(parts);
    double x = left * u;
    for (size_t i = 0; i < parts; ++i) {
        const bool offset = i == scene.walk.size();
        const unsigned bits = offset ? pageBits : scene.tables->indexBits;
        const uint64_t value = offset ? scene.va & 0xfff : scene.walk[i].slot;
        QString digits;
        for (unsigned bit = bits; bit-- > 0;)
            digits += QLatin1Char(value >> bit & 1 ? '1' : '0');
        const QRectF box(x, bitsTop * u, room, 26 * u);
        const QString label = offset ? QStringLiteral("byte in the page") : QStringLiteral("slot");
        canvas.begin(
            {QStringLiteral("bits-%1").arg(i),
             QStringLiteral("bits %1: %2 %3")
                 .arg(digits, offset ? label
                                     : QLatin1String(levelName(scene.walk[i].level, scene.tables->levels)) +
                                           QStringLiteral(" slot"))
                 .arg(value),
             box,
             {}});
        canvas.rect(box, {.fill = Role::Sunken, .line = Role::Ink2, .width = 1.2}, 3 * u);
        const Type mono{0.8, false, true};
        if (canvas.textWidth(digits, mono) < room - 6 * u)
            canvas.text({box.center().x(), box.center().y() + 5 * u}, digits, mono, Role::Ink, Align::Center);
        const QString number = QString::number(value);
        const double numberWidth = canvas.textWidth(number, type::body.asBold());
        const QString words =
            canvas.textWidth(label, type::note) + numberWidth + 8 * u < room ? label : QString();
        const double used =
            words.isEmpty() ? 0
                            : canvas.text({x, bitsTop * u + 44 * u}, words, type::note, Role::Ink2) + 6 * u;
        if (used + numberWidth < room)
            canvas.text({x + used, bitsTop * u + 44 * u}, number, type::body.asBold(), Role::Visited);
        canvas.end();
        x += room + 12 * u;
    }
}

double PageTablePicture::drawLevels(Canvas& canvas, const Scene& scene, double top, double width,
                                    double most) const {
    const double u = canvas.px(1);
    const size_t parts = scene.walk.size() + 1;
    const double gap = std::min(between * u, (width - 2 * left * u) * 0.06);
    const double room = (width - 2 * left * u - double(parts - 1) * gap) / double(parts);
    const double side = std::min(room, most);
    const unsigned columns = scene.tables->levels == 2 ? 32 : 16;
    const unsigned slots = 1u << scene.tables->indexBits;
    const double cellWidth = side / columns, cellHeight = side / double(slots / columns);
    double x = left * u;
    bool reached = true;
    for (size_t i = 0; i < scene.walk.size(); ++i) {
        const Step& step = scene.walk[i];
        const QRectF square(x, top + 40 * u, side, side);
        const QString name = QLatin1String(levelName(step.level, scene.tables->levels));
        reached = reached && step.table;
        canvas.begin({QStringLiteral("level-%1").arg(step.level),
                      reached ? QStringLiteral("%1 at %2: %3 present, slot %4 %5")
                                    .arg(name, plainAddress(step.table->pa))
                                    .arg(step.table->present)
                                    .arg(step.slot)
                                    .arg(step.word ? QStringLiteral("= ") + plainAddress(step.word)
                                                   : QStringLiteral("empty"))
                              : QStringLiteral("no %1").arg(name),
                      square,
                      {}});
        canvas.text({x, top + 16 * u}, canvas.elided(name, type::title, room), type::title,
                    reached ? Role::Ink : Role::Ink3);
        canvas.text({x, top + 33 * u},
                    canvas.elided(reached ? QStringLiteral("%1 of %2").arg(step.table->present).arg(slots)
                                          : QStringLiteral("is not there"),
                                  type::note, room),
                    type::note, Role::Ink3);
        canvas.rect(square, reached ? Ink{.fill = Role::Sunken, .line = Role::Ink3, .width = 1.2}
                                    : Ink{.line = Role::AbsentLine, .width = 1.4, .dash = {2, 3}});
        const auto cell = [&](uint64_t slot) {
            return QRectF(square.left() + double(slot % columns) * cellWidth,
                          square.top() + double(slot / columns) * cellHeight, cellWidth, cellHeight);
        };
        if (reached) {
            QPainterPath present;
            const unsigned shift = pageBits + scene.tables->indexBits * (step.level - 1);
            const uint64_t mask = slots - 1;
            if (step.level == 1) {
                for (const auto& mapping : scene.tables->mappings)
                    if (mapping.va >> (pageBits + scene.tables->indexBits) ==
                        scene.va >> (pageBits + scene.tables->indexBits))
                        present.addRect(
                            cell(mapping.va >> shift & mask).adjusted(0.5 * u, 0.5 * u, -0.5 * u, -0.5 * u));
            } else {
                for (const PageTable& below : scene.tables->tables)
                    if (below.level + 1 == step.level && below.va >> (shift + scene.tables->indexBits) ==
                                                             scene.va >> (shift + scene.tables->indexBits))
                        present.addRect(
                            cell(below.va >> shift & mask).adjusted(0.5 * u, 0.5 * u, -0.5 * u, -0.5 * u));
            }
            canvas.path(present, {.fill = Role::AnonLine});
            const QRectF mine = cell(step.slot);
            const double least = 8 * u;
            canvas.rect(QRectF(mine.center().x() - std::max(mine.width() + 4 * u, least) / 2,
                               mine.center().y() - std::max(mine.height() + 4 * u, least) / 2,
                               std::max(mine.width() + 4 * u, least), std::max(mine.height() + 4 * u, least)),
                        {.line = Role::Visited, .width = 2.6}, 2 * u);
            canvas.text({x, square.bottom() + 18 * u},
                        canvas.elided(i == 0 ? QStringLiteral("CR3 ") + plainAddress(step.table->pa)
                                             : QStringLiteral("at ") + plainAddress(step.table->pa),
                                      type::address, room),
                        type::address, Role::Ink2);
        }
        canvas.end();
        // On to the next.
        if (reached && step.word && i + 1 <= scene.walk.size()) {
            const double y = square.top() + side * 0.22;
            const double from = square.right() + 2 * u, to = x + room + gap - 4 * u;
            canvas.line({from, y}, {to, y}, {.line = Role::Visited, .width = 2});
            canvas.line({to - 6 * u, y - 4 * u}, {to, y}, {.line = Role::Visited, .width = 2});
            canvas.line({to - 6 * u, y + 4 * u}, {to, y}, {.line = Role::Visited, .width = 2});
            if (to - from > 26 * u)
                visitedDisc(canvas, {(from + to) / 2, y}, int(i) + 1);
        }
        x += room + gap;
    }
    // The frame, as far as its bytes are known.
    const QRectF frame(x, top + 40 * u, side, side);
    const PageFact fact = pageFact(*state().now, scene.process, scene.va);
    const gdbbridge::Page* page = fact.page == none ? nullptr : &state().now->pages[size_t(fact.page)];
    canvas.begin({QStringLiteral("frame"),
                  scene.mapping ? QStringLiteral("frame %1: %2")
                                      .arg(plainAddress(scene.mapping->pa), pageWords(*state().now, fact))
                                : QStringLiteral("no frame: %1").arg(pageWords(*state().now, fact)),
                  frame, pageIdentity(*state().now, scene.process, fact)});
    canvas.text({x, top + 16 * u},
                canvas.elided(scene.mapping ? QStringLiteral("frame") : QStringLiteral("no frame"),
                              type::title, room),
                type::title, scene.mapping ? Role::Ink : Role::Ink3);
    canvas.text({x, top + 33 * u},
                canvas.elided(scene.mapping ? plainAddress(scene.mapping->pa)
                                            : QStringLiteral("the next touch faults"),
                              type::note, room),
                type::note, Role::Ink3);
    if (scene.mapping) {
        const Hue hue = hueOf(fact);
        canvas.rect(frame, {.fill = fillOf(hue), .line = lineOf(hue), .width = 2}, 2 * u);
        const Type mono{0.8, false, true};
        const double row = 20 * u, column = side / 4.4;
        for (size_t i = 0; page && i < page->firstBytes.size(); ++i) {
            const QPointF at(frame.left() + (0.35 + double(i % 4)) * column,
                             frame.top() + 24 * u + double(i / 4) * row);
            if (canvas.textWidth(QStringLiteral("00"), mono) < column * 0.9)
                canvas.text(at, QStringLiteral("%1").arg(page->firstBytes[i], 2, 16, QLatin1Char('0')), mono,
                            onOf(hue));
        }
        if (page && side > 130 * u)
            canvas.text({frame.center().x(), frame.bottom() - 12 * u},
                        canvas.elided(contentText(*page), type::body, side - 12 * u), type::body.asBold(),
                        onOf(hue), Align::Center);
    } else {
        canvas.rect(frame, {.line = Role::AbsentLine, .width = 1.4, .dash = {2, 3}});
    }
    canvas.end();
    return side;
}

// The words of the walk with their bits.
void PageTablePicture::drawWords(Canvas& canvas, const Scene& scene, const QRectF& head) const {
    const double u = canvas.px(1), top = head.top(), width = head.right() + left * u, row = head.height();
    struct Bit {
        const char *name, *shorter;
        uint64_t mask;
        bool inverted, soft; // soft: the kernel's own, in entries of pages
    };
    std::vector<Bit> bits{{"present", "pres.", 1, false, false},
                          {"write", "write", 2, false, false},
                          {"user", "user", 4, false, false},
                          {"accessed", "acc.", 32, false, false},
                          {"dirty", "dirty", 64, false, false}};
    if (scene.tables->levels == 4)
        bits.push_back({"execute", "exec.", uint64_t{1} << 63, true, false});
    const double nameWidth = (scene.tables->levels == 2 ? 150 : 80) * u,
                 wordWidth = (scene.wordBytes == 8 ? 160 : 96) * u;
    const double first = left * u + nameWidth + wordWidth;
    std::vector<Bit> withSoft = bits;
    withSoft.push_back({"soft wired", "s.wired", 0x200, false, true});
    withSoft.push_back({"soft execute", "s.exec.", 0x400, false, true});
    withSoft.push_back({"soft managed", "s.man.", 0x800, false, true});
    const auto columnOf = [&](const std::vector<Bit>& list) {
        return (width - first - left * u) / double(list.size());
    };
    const auto fits = [&](const std::vector<Bit>& list, const char* Bit::*name) {
        return std::all_of(list.begin(), list.end(), [&](const Bit& bit) {
            return canvas.textWidth(QLatin1String(bit.*name), type::note) + 5 * u < columnOf(list);
        });
    };
    // The kernel's own bits where there is room for them; letters where there is none for words.
    const char* Bit::*words = nullptr;
    for (const bool soft : {true, false})
        for (const char* Bit::*each : {&Bit::name, &Bit::shorter})
            if (!words && fits(soft ? withSoft : bits, each)) {
                words = each;
                bits = soft ? withSoft : bits;
            }
    const double column = columnOf(bits);
    canvas.line({left * u, top - 6 * u}, {width - left * u, top - 6 * u}, {.line = Role::Rule});
    const bool lettered = column > canvas.textWidth(QStringLiteral("W"), type::note) + 4 * u;
    canvas.text({left * u, top + 14 * u}, QStringLiteral("entry"), type::note, Role::Ink3);
    canvas.text({left * u + nameWidth, top + 14 * u}, QStringLiteral("value"), type::note, Role::Ink3);
    for (size_t b = 0; b < bits.size() && lettered; ++b)
        canvas.text({first + (double(b) + 0.5) * column, top + 14 * u},
                    words ? QString(QLatin1String(bits[b].*words))
                          : QString(QLatin1Char(bits[b].name[0])).toUpper(),
                    type::note, Role::Ink3, Align::Center);
    double y = top + row;
    for (const Step& step : scene.walk) {
        const QString name = QStringLiteral("%1 %2")
                                 .arg(QLatin1String(levelName(step.level, scene.tables->levels)))
                                 .arg(step.slot);
        const QRectF rect(left * u, y, width - 2 * left * u, row);
        QStringList set;
        for (const Bit& bit : bits)
            if (step.word && (!bit.soft || step.level == 1) && ((step.word & bit.mask) != 0) != bit.inverted)
                set << QLatin1String(bit.name);
        canvas.begin({QStringLiteral("word-%1").arg(step.level),
                      QStringLiteral("entry %1: %2")
                          .arg(name, step.word ? hexWord(step.word, scene.wordBytes) + u' ' + set.join(u' ')
                                               : QStringLiteral("not present")),
                      rect,
                      {}});
        const bool last = step.level == 1;
        canvas.text({left * u, y + 16 * u},
                    canvas.elided(name, last ? type::title : type::body, nameWidth - 8 * u),
                    last ? type::title : type::body, Role::Ink);
        canvas.text({left * u + nameWidth, y + 16 * u},
                    step.word ? hexWord(step.word, scene.wordBytes) : QStringLiteral("–"),
                    last ? type::address.asBold() : type::address, Role::Ink);
        for (size_t b = 0; b < bits.size() && step.word; ++b) {
            if (bits[b].soft && step.level != 1)
                continue; // a table has none
            const bool on = ((step.word & bits[b].mask) != 0) != bits[b].inverted;
            canvas.circle({first + (double(b) + 0.5) * column, y + 11 * u}, 5 * u,
                          on ? Ink{.fill = Role::Ink} : Ink{.line = Role::Ink3, .width = 1.4});
        }
        canvas.end();
        y += row;
    }
}

} // namespace gui
