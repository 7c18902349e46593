#include "gui/models/changes.h"

#include <algorithm>

#include "gui/layout/page_facts.h"
#include "gui/models/names.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::Map;
using gdbbridge::none;
using gdbbridge::Snapshot;

namespace {

template <class T>
uint32_t idAt(const std::vector<T>& values, int index) {
    return index >= 0 && size_t(index) < values.size() ? values[size_t(index)].id : 0;
}

// What makes a page look the way it does.
struct PageFace {
    uint32_t anon = 0, object = 0;
    uint64_t pa = 0;
    Hardware hardware = Hardware::NotEntered;
    uint8_t bits = 0;
    std::array<uint8_t, 16> bytes{};
    bool operator==(const PageFace&) const = default;
};

PageFace faceOf(const Snapshot& snapshot, const PageFact& fact) {
    PageFace face;
    face.anon = idAt(snapshot.anons, fact.anon);
    face.object = fact.page == none ? 0 : idAt(snapshot.objects, fact.object);
    face.hardware = fact.hardware;
    face.bits = fact.entered.bits;
    if (fact.page >= 0 && size_t(fact.page) < snapshot.pages.size()) {
        face.pa = snapshot.pages[size_t(fact.page)].pa;
        face.bytes = snapshot.pages[size_t(fact.page)].firstBytes;
    }
    return face;
}

const Entry* entryWithId(const Map& map, uint32_t id) {
    const auto it =
        std::find_if(map.entries.begin(), map.entries.end(), [id](const Entry& e) { return e.id == id; });
    return it == map.entries.end() ? nullptr : &*it;
}

bool sameRangeAndRights(const Entry& a, const Entry& b) {
    return a.start == b.start && a.end == b.end && a.protection == b.protection &&
           a.maxProtection == b.maxProtection && a.inheritance == b.inheritance && a.advice == b.advice;
}

QString pageLine(const QString& who, uint64_t va, const PageFace& before, const PageFace& after,
                 const Snapshot& b, const Snapshot& a, const PageFact& factBefore,
                 const PageFact& factAfter) {
    const auto text = [](const PageFact& fact) { return QString::fromStdString(fact.entered.text()); };
    const bool had = factBefore.page != none, has = factAfter.page != none;
    const bool wasEntered = before.hardware != Hardware::NotEntered,
               isEntered = after.hardware != Hardware::NotEntered;
    QStringList parts;
    if (after.anon && before.anon && after.anon != before.anon)
        parts << QStringLiteral("n%1 is a copy of n%2, %3")
                     .arg(after.anon)
                     .arg(before.anon)
                     .arg(sizeText(a.pageSize));
    else if (after.anon && !before.anon)
        parts << (before.object ? QStringLiteral("n%1 is a private copy of %2's page")
                                      .arg(after.anon)
                                      .arg(QString::fromStdString(b.objects[size_t(factBefore.object)].name))
                                : QStringLiteral("n%1 is new").arg(after.anon));
    const bool isOther = !parts.isEmpty();
    // That a new page is entered goes without saying.
    if (!wasEntered && isEntered && !isOther)
        parts << QStringLiteral("entered %1").arg(text(factAfter));
    else if (wasEntered && !isEntered)
        parts << QStringLiteral("no longer entered");
    else if (wasEntered && isEntered && before.bits != after.bits)
        parts << QStringLiteral("%1 became %2").arg(text(factBefore), text(factAfter));
    // A page that was thrown out or came back has the content that it had.
    if (had && !has)
        parts << QStringLiteral("out of memory");
    else if (!had && has && !isOther && !isEntered)
        parts << QStringLiteral("in memory");
    else if (had && has && !isOther && parts.isEmpty())
        parts << (before.bytes != after.bytes ? QStringLiteral("content changed")
                  : before.pa != after.pa     ? QStringLiteral("in another frame")
                                              : QStringLiteral("changed"));
    if (parts.isEmpty())
        parts << QStringLiteral("changed");
    return QStringLiteral("%1 %2: %3").arg(who, plainAddress(va), parts.join(QStringLiteral(", ")));
}

} // namespace

Changes::Changes(const Snapshot* before, const Snapshot& after) {
    if (!before)
        return;
    compareProcesses(*before, after);
    compareMemory(*before, after);
}

bool Changes::empty() const {
    return m_pages.empty() && m_entries.empty() && m_anons.empty() && m_amaps.empty() &&
           m_processes.empty() && m_goneChips.empty() && m_newChips.empty() && m_lines.isEmpty();
}

QStringList Changes::goneChips(uint32_t entryId) const {
    const auto it = m_goneChips.find(entryId);
    return it == m_goneChips.end() ? QStringList() : it->second;
}

QStringList Changes::notes(uint32_t pid) const {
    QStringList result;
    for (auto [it, end] = m_notes.equal_range(pid); it != end; ++it)
        result << it->second;
    return result;
}

void Changes::say(uint32_t pid, const QString& line) {
    m_lines << line;
    const qsizetype colon = line.indexOf(QStringLiteral(": "));
    m_notes.emplace(pid, colon < 0 ? line : line.mid(line.indexOf(u' ') + 1));
}

void Changes::compareProcesses(const Snapshot& before, const Snapshot& after) {
    for (size_t p = 0; p < after.processes.size(); ++p) {
        const auto& process = after.processes[p];
        const int old = processWithPid(before, process.pid);
        if (old == none) {
            m_processes.insert(process.pid);
            m_lines << QStringLiteral("%1 is new").arg(QString::fromStdString(process.name));
            continue;
        }
        const Map* mapBefore = mapOf(before, old);
        const Map* mapAfter = mapOf(after, int(p));
        if (mapBefore && mapAfter)
            compareEntries(before, *mapBefore, after, *mapAfter, QString::fromStdString(process.name));
        comparePages(before, old, after, int(p));
    }
    for (const auto& process : before.processes)
        if (processWithPid(after, process.pid) == none)
            m_lines << QStringLiteral("%1 is gone").arg(QString::fromStdString(process.name));
}

void Changes::comparePages(const Snapshot& before, int processBefore, const Snapshot& after,
                           int processAfter) {
    const auto& process = after.processes[size_t(processAfter)];
    std::set<uint64_t> pages;
    for (uint64_t va : notablePages(before, processBefore))
        pages.insert(va);
    for (uint64_t va : notablePages(after, processAfter))
        pages.insert(va);
    for (uint64_t va : pages) {
        const PageFact factBefore = pageFact(before, processBefore, va);
        const PageFact factAfter = pageFact(after, processAfter, va);
        const PageFace faceBefore = faceOf(before, factBefore), faceAfter = faceOf(after, factAfter);
        if (faceBefore == faceAfter || factAfter.entry == none)
            continue;
        m_pages.insert({process.pid, va});
        say(process.pid, pageLine(QString::fromStdString(process.name), va, faceBefore, faceAfter, before,
                                  after, factBefore, factAfter));
    }
}

void Changes::compareEntries(const Snapshot& before, const Map& mapBefore, const Snapshot& after,
                             const Map& mapAfter, const QString& name) {
    for (const Entry& entry : mapAfter.entries) {
        const Entry* old = entryWithId(mapBefore, entry.id);
        const QString where = QStringLiteral("%1 entry %2: ").arg(name, plainAddress(entry.start));
        if (!old || !sameRangeAndRights(*old, entry)) {
            m_entries.insert(entry.id);
            m_lines << where + (old ? QStringLiteral("changed") : QStringLiteral("new"));
        }
        if (!old)
            continue;
        if (old->color != entry.color || old->maxgap != entry.maxgap)
            m_nodes.insert(entry.id);
        const QStringList chipsBefore = entryChips(before, *old), chipsAfter = entryChips(after, entry);
        for (const QString& chip : chipsAfter)
            if (!chipsBefore.contains(chip)) {
                m_newChips.insert({entry.id, chip});
                m_lines << where + chip;
            }
        for (const QString& chip : chipsBefore)
            if (!chipsAfter.contains(chip) && !chip.startsWith(QStringLiteral("amap"))) {
                m_goneChips[entry.id] << chip;
                m_lines << where + QStringLiteral("no longer %1").arg(chip);
            }
    }
    for (const Entry& entry : mapBefore.entries)
        if (!entryWithId(mapAfter, entry.id))
            m_lines << QStringLiteral("%1 entry %2: gone").arg(name, plainAddress(entry.start));
}

void Changes::compareMemory(const Snapshot& before, const Snapshot& after) {
    std::map<uint32_t, int32_t> amapsBefore, anonsBefore;
    for (const auto& amap : before.amaps)
        amapsBefore[amap.id] = amap.refs;
    for (const auto& anon : before.anons)
        anonsBefore[anon.id] = anon.refs;
    for (const auto& amap : after.amaps) {
        const auto it = amapsBefore.find(amap.id);
        if (it == amapsBefore.end() || it->second != amap.refs)
            m_amaps.insert(amap.id);
    }
    for (const auto& anon : after.anons) {
        const auto it = anonsBefore.find(anon.id);
        if (it == anonsBefore.end())
            m_anons.insert(anon.id);
        else if (it->second != anon.refs)
            m_lines << QStringLiteral("n%1 references: %2 → %3").arg(anon.id).arg(it->second).arg(anon.refs);
    }
    for (const auto& anon : before.anons)
        if (std::none_of(after.anons.begin(), after.anons.end(),
                         [&](const auto& a) { return a.id == anon.id; }))
            m_lines << QStringLiteral("n%1 is gone").arg(anon.id);
}

} // namespace gui
