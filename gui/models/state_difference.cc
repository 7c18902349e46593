#include "gui/models/state_difference.h"

#include <QStringList>

#include <algorithm>
#include <set>

#include "gdbbridge/snapshot/text.h"
#include "gui/layout/page_facts.h"
#include "gui/models/names.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;
using Kind = PlaceDifference::Kind;

namespace {

using Field = std::pair<const char*, QString>;
using Fields = std::vector<Field>;

QString words(const std::string& text) { return QString::fromStdString(text); }
QString yesNo(bool value) { return value ? QStringLiteral("yes") : QStringLiteral("no"); }

// One machine, with what is asked of it at each place.
class Side {
public:
    explicit Side(const Snapshot& snapshot) : m_snapshot(snapshot) {}

    int process(uint32_t pid) const { return processWithPid(m_snapshot, pid); }
    const gdbbridge::Map* map(int process) const { return mapOf(m_snapshot, process); }
    std::vector<uint64_t> pages(int process) const { return notablePages(m_snapshot, process); }

    static Fields mapFields(const gdbbridge::Map& map) {
        const QString lowestGap = map.firstFree == none
                                      ? QStringLiteral("before the first entry")
                                      : plainAddress(map.entries[size_t(map.firstFree)].end);
        return {{"bounds", words(gdbbridge::hexRange(map.min, map.max))},
                {"size", sizeText(map.size)},
                {"entries", QString::number(map.entryCount)},
                {"lowest gap", lowestGap},
                {"top-down", yesNo(map.topDown)},
                {"wires what comes", yesNo(map.wireFuture)}};
    }

    Fields entryFields(const Entry& e) const {
        QString object = QStringLiteral("none"), amap = QStringLiteral("none");
        if (e.object != none)
            object = words(gdbbridge::objectName(m_snapshot.objects[size_t(e.object)])) + u'+' +
                     plainAddress(e.offset);
        if (e.amap != none) {
            const auto& a = m_snapshot.amaps[size_t(e.amap)];
            amap = countText(uint64_t(std::max(0, a.refs)), QStringLiteral("reference")) +
                   (a.shared ? QStringLiteral(", shared") : QString());
        }
        return {{"end", plainAddress(e.end)},
                {"protection", words(e.protection.text())},
                {"maximum protection", words(e.maxProtection.text())},
                {"inheritance", words(gdbbridge::text(e.inheritance))},
                {"advice", words(gdbbridge::text(e.advice))},
                {"copy-on-write", yesNo(e.copyOnWrite)},
                {"needs-copy", yesNo(e.needsCopy)},
                {"wiring count", QString::number(e.wiredCount)},
                {"no-merge", yesNo(e.noMerge)},
                {"object", object},
                {"amap", amap}};
    }

    Fields pageFields(int process, uint64_t va) const {
        static constexpr const char* backings[] = {"nothing", "an anon", "an object", "a file", "a device"};
        const PageFact fact = pageFact(m_snapshot, process, va);
        const gdbbridge::Mapping* mapping = mappingAt(m_snapshot, process, va);
        Fields fields{{"belongs to", QLatin1String(backings[size_t(fact.backing)])}};
        if (fact.anon != none)
            fields.emplace_back("references", QString::number(m_snapshot.anons[size_t(fact.anon)].refs));
        fields.emplace_back("lies in", fact.page != none ? QStringLiteral("memory")
                                       : fact.swapped    ? QStringLiteral("swap")
                                                         : QStringLiteral("no place yet"));
        fields.emplace_back("entered", mapping ? words(mapping->protection.text()) : QStringLiteral("no"));
        fields.emplace_back("wired by the hardware", yesNo(mapping && mapping->wired));
        if (fact.page != none)
            fields.emplace_back("content", contentText(m_snapshot.pages[size_t(fact.page)]));
        return fields;
    }

private:
    const Snapshot& m_snapshot;
};

class Search {
public:
    Search(const Snapshot& one, const Snapshot& two, size_t most) : m_one(one), m_two(two), m_most(most) {}

    std::vector<PlaceDifference> run(const std::vector<const gdbbridge::Process*>& processes) {
        for (const auto* process : processes)
            if (!full())
                compare(*process);
        return std::move(m_out);
    }

private:
    bool full() const { return m_out.size() >= m_most; }

    void add(Kind kind, uint64_t va, const char* field, const QString& one, const QString& two) {
        if (one != two && !full())
            m_out.push_back({kind, m_pid, m_name, va, QLatin1String(field), one, two});
    }
    void presence(Kind kind, uint64_t va, bool one, bool two) {
        const auto text = [](bool is) { return is ? QStringLiteral("there") : QStringLiteral("not there"); };
        add(kind, va, "", text(one), text(two));
    }
    // A field that only one side has follows from another one.
    void fields(Kind kind, uint64_t va, const Fields& one, const Fields& two) {
        for (const Field& field : one)
            for (const Field& other : two)
                if (std::string_view(field.first) == other.first)
                    add(kind, va, field.first, field.second, other.second);
    }

    void compare(const gdbbridge::Process& process) {
        m_pid = process.pid;
        m_name = QString::fromStdString(process.name);
        const int one = m_one.process(m_pid), two = m_two.process(m_pid);
        const auto *mapOne = m_one.map(one), *mapTwo = m_two.map(two);
        presence(Kind::Process, 0, mapOne != nullptr, mapTwo != nullptr);
        if (!mapOne || !mapTwo)
            return;
        fields(Kind::Process, 0, Side::mapFields(*mapOne), Side::mapFields(*mapTwo));
        entries(*mapOne, *mapTwo);
        std::set<uint64_t> pages;
        for (const auto& some : {m_one.pages(one), m_two.pages(two)})
            pages.insert(some.begin(), some.end());
        for (uint64_t va : pages)
            if (!full())
                fields(Kind::Page, va, m_one.pageFields(one, va), m_two.pageFields(two, va));
    }

    // Both ascend by their starts.
    void entries(const gdbbridge::Map& one, const gdbbridge::Map& two) {
        auto a = one.entries.begin();
        auto b = two.entries.begin();
        while ((a != one.entries.end() || b != two.entries.end()) && !full()) {
            if (b == two.entries.end() || (a != one.entries.end() && a->start < b->start)) {
                presence(Kind::Entry, a->start, true, false);
                ++a;
            } else if (a == one.entries.end() || b->start < a->start) {
                presence(Kind::Entry, b->start, false, true);
                ++b;
            } else {
                fields(Kind::Entry, a->start, m_one.entryFields(*a), m_two.entryFields(*b));
                ++a;
                ++b;
            }
        }
    }

    const Side m_one, m_two;
    const size_t m_most;
    std::vector<PlaceDifference> m_out;
    uint32_t m_pid = 0;
    QString m_name;
};

} // namespace

std::vector<PlaceDifference> placeDifferences(const Snapshot& one, const Snapshot& two, size_t most) {
    std::vector<const gdbbridge::Process*> processes;
    for (const Snapshot* snapshot : {&one, &two})
        for (const auto& process : snapshot->processes)
            if (std::none_of(processes.begin(), processes.end(),
                             [&](const auto* known) { return known->pid == process.pid; }))
                processes.push_back(&process);
    return Search(one, two, most).run(processes);
}

QString placeText(const PlaceDifference& difference) {
    switch (difference.kind) {
    case Kind::Process:
        return difference.process;
    case Kind::Entry:
        return QStringLiteral("entry %1 of %2").arg(plainAddress(difference.va), difference.process);
    case Kind::Page:
        return QStringLiteral("page %1 of %2").arg(plainAddress(difference.va), difference.process);
    }
    return {};
}

} // namespace gui
