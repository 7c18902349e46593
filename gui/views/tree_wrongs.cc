// Notes below the tree: what is wrong, what was expected and what was found.
#include <algorithm>

#include "gui/views/look_of.h"
#include "gui/views/tree_scene.h"

namespace gui {

namespace {

// Where the notes of what is wrong lie, as many as there is room for.
std::vector<QRectF> noteBoxes(const TreeScene& scene, double u) {
    std::vector<QRectF> boxes;
    const double height = 52 * u;
    for (double y = scene.notes.top() + 10 * u;
         boxes.size() < scene.wrongs.size() && y + height <= scene.notes.bottom() + u; y += height + 10 * u)
        boxes.emplace_back(scene.notes.left(), y, std::min(scene.notes.width(), 760 * u), height);
    return boxes;
}

// A line from the node that a note is about.
void drawLeader(Canvas& canvas, const TreeScene& scene, const std::vector<QRectF>& nodes, uint64_t address,
                const QRectF& box) {
    const double u = canvas.px(1);
    for (size_t e = 0; e < scene.map.entries.size(); ++e)
        if (scene.map.entries[e].address == address && nodes[e].isValid()) {
            const double x = std::clamp(nodes[e].center().x(), box.left() + 12 * u, box.right() - 12 * u);
            canvas.line({nodes[e].center().x(), nodes[e].bottom() + 6 * u}, {x, box.top()},
                        {.line = Role::Violation, .width = 2});
        }
}

} // namespace

void drawTreeWrongs(Canvas& canvas, const TreeScene& scene, const std::vector<QRectF>& nodes) {
    if (scene.wrongs.empty())
        return;
    const double u = canvas.px(1);
    const auto boxes = noteBoxes(scene, u);
    // All of them first: a note lies over the lines of those below it.
    for (size_t i = 0; i < boxes.size(); ++i)
        drawLeader(canvas, scene, nodes, scene.wrongs[i]->address, boxes[i]);
    for (size_t i = 0; i < boxes.size(); ++i) {
        const auto& finding = *scene.wrongs[i];
        const QRectF box = boxes[i];
        const QString where = QString::fromStdString(finding.where),
                      what = QString::fromStdString(finding.what);
        canvas.begin({QStringLiteral("wrong-%1").arg(i + 1),
                      QStringLiteral("wrong %1: %2, expected %3, found %4")
                          .arg(where, what, QString::fromStdString(finding.expected),
                               QString::fromStdString(finding.found)),
                      box,
                      {}});
        canvas.rect(box, {.fill = Role::ViolationWash, .line = Role::Violation, .width = 2}, 4 * u);
        cross(canvas, {box.left() + 18 * u, box.top() + 19 * u}, 6 * u, 3);
        double x = box.left() + 36 * u;
        const QString rule =
            finding.invariant > 0 ? QStringLiteral("invariant %1").arg(finding.invariant) : QString();
        const QString more = i + 1 == boxes.size() && i + 1 < scene.wrongs.size()
                                 ? QStringLiteral("and %1 more").arg(scene.wrongs.size() - i - 1)
                                 : QString();
        const QString right =
            rule.isEmpty() || more.isEmpty() ? rule + more : rule + QStringLiteral(", ") + more;
        const double rightWidth = canvas.textWidth(right, type::note);
        canvas.text({box.right() - 12 * u, box.top() + 21 * u}, right, type::note, Role::Ink2, Align::Right);
        canvas.text({x, box.top() + 21 * u},
                    // Whose map it is stands at the top.
                    canvas.elided(where.section(QStringLiteral(" of "), 0, 0) + QStringLiteral(": ") + what,
                                  type::title, box.right() - x - rightWidth - 24 * u),
                    type::title, Role::Violation);
        const double line = box.top() + 42 * u;
        const QString expected = QString::fromStdString(finding.expected),
                      found = QString::fromStdString(finding.found);
        const Type value{0.95, true, true};
        x += canvas.text({x, line}, QStringLiteral("expected "), type::note, Role::Ink2);
        x += canvas.text({x, line}, expected, value, Role::Ink) + 16 * u;
        x += canvas.text({x, line}, QStringLiteral("found "), type::note, Role::Ink2);
        canvas.text({x, line}, canvas.elided(found, value, box.right() - x - 8 * u), value, Role::Violation);
        canvas.end();
    }
}

} // namespace gui
