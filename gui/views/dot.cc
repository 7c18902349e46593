#include "gui/views/dot.h"

#include <set>

#include "gui/models/names.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::Map;
using gdbbridge::none;

namespace {

QByteArray quoted(const QString& text) {
    QByteArray out;
    for (const char c : text.toUtf8())
        if (c == '"' || c == '\\')
            out += QByteArray("\\") + c;
        else if (c == '\n')
            out += "\\n";
        else
            out += c;
    return '"' + out + '"';
}

struct Attribute {
    const char* name;
    QString value;
};

QByteArray attributes(const std::vector<Attribute>& list) {
    QByteArrayList parts;
    for (const Attribute& each : list)
        parts << QByteArray(each.name) + '=' + quoted(each.value);
    return " [" + parts.join(", ") + "];\n";
}

QByteArray node(const QString& id, const std::vector<Attribute>& list) {
    return "  " + quoted(id) + attributes(list);
}

QByteArray edge(const QString& from, const QString& to, const std::vector<Attribute>& list = {}) {
    return "  " + quoted(from) + " -> " + quoted(to) + (list.empty() ? QByteArray(";\n") : attributes(list));
}

QByteArray document(const char* name, const QString& label, const char* options, const QByteArray& body) {
    return "digraph " + QByteArray(name) + " {\n  graph [label=" + quoted(label) + ", " + options +
           "];\n  node [fontname=\"DejaVu Sans\", fontsize=11];\n"
           "  edge [fontname=\"DejaVu Sans\", fontsize=9];\n" +
           body + "}\n";
}

QString colour(Role role) { return Palette::of(ThemeName::Light)[role].name(); }

QString entryId(const Entry& entry) { return QStringLiteral("entry-%1").arg(entry.id); }

// --- tree

QByteArray treeDot(const ViewState& state) {
    const int process = state.subject();
    const Map* const map = process == none ? nullptr : mapOf(*state.now, process);
    if (!map || map->entries.empty())
        return {};
    QByteArray body;
    for (const Entry& entry : map->entries) {
        const bool red = entry.color == gdbbridge::NodeColor::Red;
        const auto* wrong = state.violationOf(entry);
        QString label =
            QStringLiteral("%1\n%2\nmaxgap %3")
                .arg(entryTitle(*state.now, entry), plainAddress(entry.start), sizeText(entry.maxgap));
        if (wrong)
            label += QStringLiteral("\nexpected %1\nfound %2")
                         .arg(QString::fromStdString(wrong->expected), QString::fromStdString(wrong->found));
        body += node(entryId(entry),
                     {{"label", label},
                      {"shape", QStringLiteral("box")},
                      {"style", red ? QStringLiteral("filled,rounded") : QStringLiteral("filled")},
                      {"fillcolor", colour(red ? Role::NodeRed : Role::NodeBlack)},
                      {"fontcolor", colour(red ? Role::OnNodeRed : Role::OnNodeBlack)},
                      {"color", colour(wrong ? Role::Violation
                                       : red ? Role::NodeRedLine
                                             : Role::NodeBlack)},
                      {"penwidth", QString::number(wrong ? 4 : 1)}});
    }
    const auto child = [&](const Entry& above, int below, const char* side) {
        if (below >= 0 && size_t(below) < map->entries.size())
            return edge(entryId(above), entryId(map->entries[size_t(below)]));
        // A place for the child that is not there, so that the other one hangs on its own side.
        const QString id = entryId(above) + QLatin1String(side);
        return node(id, {{"label", QString()},
                         {"shape", QStringLiteral("point")},
                         {"style", QStringLiteral("invis")}}) +
               edge(entryId(above), id, {{"style", QStringLiteral("invis")}});
    };
    for (const Entry& entry : map->entries)
        if (entry.left != none || entry.right != none)
            body += child(entry, entry.left, "-left") + child(entry, entry.right, "-right");
    return document("tree", QStringLiteral("the tree of %1's map").arg(processName(*state.now, process)),
                    "ordering=out", body);
}

// --- sharing

class Sharing {
public:
    explicit Sharing(const Snapshot& snapshot) : m_snapshot(snapshot) {}

    QByteArray build() {
        for (size_t p = 0; p < m_snapshot.processes.size(); ++p)
            if (const Map* map = mapOf(m_snapshot, int(p)))
                addProcess(m_snapshot.processes[p], *map);
        for (const int amap : m_amaps)
            addAmap(m_snapshot.amaps[size_t(amap)]);
        for (const int anon : m_anons)
            addAnon(m_snapshot.anons[size_t(anon)]);
        for (const int object : m_objects)
            addObject(m_snapshot.objects[size_t(object)]);
        for (const int page : m_pages)
            addPage(m_snapshot.pages[size_t(page)]);
        return m_body.isEmpty()
                   ? QByteArray()
                   : document("sharing", QStringLiteral("who shares which page"), "rankdir=LR", m_body);
    }

private:
    template <class T>
    static bool has(const std::vector<T>& values, int index) {
        return index >= 0 && size_t(index) < values.size();
    }
    QString amapId(int amap) const {
        return QStringLiteral("amap-%1").arg(m_snapshot.amaps[size_t(amap)].id);
    }
    QString anonId(int anon) const {
        return QStringLiteral("anon-%1").arg(m_snapshot.anons[size_t(anon)].id);
    }
    QString objectId(int object) const {
        return QStringLiteral("object-%1").arg(m_snapshot.objects[size_t(object)].id);
    }
    static QString pageId(const gdbbridge::Page& page) {
        return QStringLiteral("page-%1").arg(plainAddress(page.pa));
    }

    void addProcess(const gdbbridge::Process& process, const Map& map) {
        const QString name = QString::fromStdString(process.name),
                      id = QStringLiteral("process-%1").arg(process.pid);
        m_body +=
            node(id, {{"label", name}, {"shape", QStringLiteral("box")}, {"penwidth", QStringLiteral("2")}});
        for (const Entry& entry : map.entries) {
            // Two processes may have one space, and so the same entries.
            if (m_entries.insert(entry.id).second)
                addEntry(entry);
            m_body += edge(id, entryId(entry));
        }
    }

    void addEntry(const Entry& entry) {
        const Hue hue = hueOf(m_snapshot, entry);
        m_body += node(entryId(entry), {{"label", QStringLiteral("%1-%2\n%3 %4")
                                                      .arg(plainAddress(entry.start), plainAddress(entry.end),
                                                           QString::fromStdString(entry.protection.text()),
                                                           entryTitle(m_snapshot, entry))},
                                        {"shape", QStringLiteral("box")},
                                        {"style", QStringLiteral("filled")},
                                        {"fillcolor", colour(fillOf(hue))},
                                        {"fontcolor", colour(onOf(hue))},
                                        {"color", colour(lineOf(hue))}});
        if (has(m_snapshot.amaps, entry.amap)) {
            m_amaps.insert(entry.amap);
            m_body += edge(entryId(entry), amapId(entry.amap),
                           {{"label", QStringLiteral("%1from slot %2")
                                          .arg(entry.needsCopy ? QStringLiteral("needs-copy, ") : QString())
                                          .arg(entry.amapPage)},
                            {"style", entry.needsCopy ? QStringLiteral("dashed") : QStringLiteral("solid")}});
        }
        if (has(m_snapshot.objects, entry.object)) {
            m_objects.insert(entry.object);
            m_body += edge(entryId(entry), objectId(entry.object),
                           {{"label", QStringLiteral("+") + plainAddress(entry.offset)}});
        }
    }

    void addAmap(const gdbbridge::Amap& amap) {
        const QString id = QStringLiteral("amap-%1").arg(amap.id);
        m_body += node(id, {{"label", QStringLiteral("%1\n%2").arg(amapName(amap),
                                                                   countText(uint64_t(std::max(0, amap.refs)),
                                                                             QStringLiteral("ref")))},
                            {"shape", QStringLiteral("component")}});
        for (const auto& slot : amap.slots)
            if (has(m_snapshot.anons, slot.anon)) {
                m_anons.insert(slot.anon);
                m_body += edge(id, anonId(slot.anon), {{"label", QStringLiteral("slot %1").arg(slot.slot)}});
            }
    }

    void addAnon(const gdbbridge::Anon& anon) {
        const QString id = QStringLiteral("anon-%1").arg(anon.id);
        const bool swapped = anon.page == none && anon.swapSlot > 0;
        m_body += node(id, {{"label", QStringLiteral("%1\n%2").arg(anonName(anon),
                                                                   countText(uint64_t(std::max(0, anon.refs)),
                                                                             QStringLiteral("ref")))},
                            {"shape", QStringLiteral("ellipse")},
                            {"style", swapped ? QStringLiteral("dashed") : QStringLiteral("filled")},
                            {"fillcolor", colour(Role::Anon)},
                            {"peripheries", QString::number(anon.refs > 1 ? 2 : 1)}});
        if (has(m_snapshot.pages, anon.page)) {
            m_pages.insert(anon.page);
            m_body += edge(id, pageId(m_snapshot.pages[size_t(anon.page)]));
        } else if (swapped) {
            const QString slot = QStringLiteral("swap-%1").arg(anon.swapSlot);
            m_body += node(slot, {{"label", QStringLiteral("swap slot %1").arg(anon.swapSlot)},
                                  {"shape", QStringLiteral("note")}}) +
                      edge(id, slot, {{"style", QStringLiteral("dashed")}});
        }
    }

    void addObject(const gdbbridge::Object& object) {
        const QString id = QStringLiteral("object-%1").arg(object.id);
        const QString name = object.name.empty() ? QStringLiteral("object %1").arg(object.id)
                                                 : QString::fromStdString(object.name);
        m_body += node(
            id, {{"label", QStringLiteral("%1\n%2").arg(
                               name, countText(uint64_t(std::max(0, object.refs)), QStringLiteral("ref")))},
                 {"shape", QStringLiteral("folder")},
                 {"style", QStringLiteral("filled")},
                 {"fillcolor", colour(Role::File)}});
        for (const auto& page : object.pages)
            if (has(m_snapshot.pages, page.page)) {
                m_pages.insert(page.page);
                m_body += edge(id, pageId(m_snapshot.pages[size_t(page.page)]),
                               {{"label", QStringLiteral("+") + plainAddress(page.offset)}});
            }
    }

    void addPage(const gdbbridge::Page& page) {
        QString label = QStringLiteral("page %1\n%2").arg(plainAddress(page.pa), contentText(page));
        if (page.loanCount > 0)
            label += QStringLiteral("\n%1").arg(countText(page.loanCount, QStringLiteral("loan")));
        m_body += node(pageId(page), {{"label", label}, {"shape", QStringLiteral("box3d")}});
    }

    const Snapshot& m_snapshot;
    QByteArray m_body;
    std::set<uint32_t> m_entries;
    std::set<int> m_amaps, m_anons, m_objects, m_pages;
};

} // namespace

bool hasDot(const QString& picture) {
    return picture == QStringLiteral("tree") || picture == QStringLiteral("sharing") ||
           picture == QStringLiteral("amap");
}

QByteArray toDot(const Picture& picture) {
    if (!hasDot(picture.name()) || !picture.state().now)
        return {};
    return picture.name() == QStringLiteral("tree") ? treeDot(picture.state())
                                                    : Sharing(*picture.state().now).build();
}

} // namespace gui
