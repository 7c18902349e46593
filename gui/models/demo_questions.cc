#include "gui/models/demo_questions.h"

#include <algorithm>
#include <functional>

#include "gui/layout/free_search.h"
#include "gui/layout/page_facts.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::Map;
using gdbbridge::none;

namespace {

DemoValue word(const QString& text) { return {text, {}}; }
DemoValue number(int64_t value) { return {QString::number(value), {}}; }
DemoValue address(uint64_t value) { return {QStringLiteral("0x%1").arg(value, 0, 16), {}}; }
DemoValue truth(bool value) { return word(value ? QStringLiteral("yes") : QStringLiteral("no")); }
DemoValue noAnswer(const QString& why) { return {{}, why}; }

const Snapshot& after(const DemoStep& step) { return *step.after->snapshot; }

int processNamed(const Snapshot& snapshot, const QString& name) {
    const auto& all = snapshot.processes;
    const auto it = std::find_if(all.begin(), all.end(), [&](const gdbbridge::Process& process) {
        return QString::fromStdString(process.name) == name;
    });
    return it == all.end() ? none : int(it - all.begin());
}

DemoValue noSpace(const QString& name) { return noAnswer(QStringLiteral("there is no space %1").arg(name)); }

// One page of a space, as an argument pair names it.
struct Place {
    const Map* map = nullptr;
    const Entry* entry = nullptr;
    int process = none;
    uint64_t va = 0;
};

// Asks about a place that has to be mapped.
DemoValue atEntry(const DemoStep& step, const QString& space, const QString& at,
                  const std::function<DemoValue(const Place&)>& ask) {
    Place place;
    place.process = processNamed(after(step), space);
    place.map = mapOf(after(step), place.process);
    if (!place.map)
        return noSpace(space);
    place.va = *scenarioNumber(at);
    const int index = entryAt(*place.map, place.va);
    if (index == none)
        return noAnswer(QStringLiteral("nothing is mapped at %1 in %2").arg(at, space));
    place.entry = &place.map->entries[size_t(index)];
    return ask(place);
}

DemoValue atMap(const DemoStep& step, const QString& space, const std::function<DemoValue(const Map&)>& ask) {
    const Map* const map = mapOf(after(step), processNamed(after(step), space));
    return map ? ask(*map) : noSpace(space);
}

// --- events

DemoValue countEvents(const DemoStep& step, const QStringList& arguments) {
    const EventKind kind = gdbbridge::eventKindOf(arguments[0].toStdString());
    const auto isKind = [&](const Event& event) { return event.kind == kind; };
    if (arguments.size() == 1)
        return number(std::count_if(step.events.begin(), step.events.end(), isKind));
    return atMap(step, arguments[1], [&](const Map& map) {
        return number(std::count_if(step.events.begin(), step.events.end(), [&](const Event& event) {
            return isKind(event) && gdbbridge::eventMap(event) == map.address;
        }));
    });
}

// Whose map the first such event was about.
DemoValue whoseEvent(const DemoStep& step, const QStringList& arguments) {
    const EventKind kind = gdbbridge::eventKindOf(arguments[0].toStdString());
    for (const Event& event : step.events) {
        const auto map = gdbbridge::eventMap(event);
        if (event.kind != kind || !map)
            continue;
        for (const auto& process : after(step).processes)
            if (process.vmspace != none && after(step).vmspaces[size_t(process.vmspace)].map.address == *map)
                return word(QString::fromStdString(process.name));
    }
    return word(QStringLiteral("nobody"));
}

// "= 0x10000" and "! EFAULT" as the last command printed them.
DemoValue lastResult(const DemoStep& step, const QStringList&) {
    QString result;
    for (const QString& line : QString::fromUtf8(step.output).split(u'\n')) {
        const QString trimmed = line.trimmed();
        if (trimmed.startsWith(QLatin1String("= ")) || trimmed.startsWith(QLatin1String("! ")))
            result = trimmed.mid(2);
    }
    return result.isEmpty() ? noAnswer(QStringLiteral("no command printed a result")) : word(result);
}

// --- maps and their trees

DemoValue entryCount(const DemoStep& step, const QStringList& arguments) {
    return atMap(step, arguments[0], [](const Map& map) { return number(int64_t(map.entries.size())); });
}

DemoValue entryRange(const DemoStep& step, const QStringList& arguments) {
    return atEntry(step, arguments[0], arguments[1], [](const Place& place) {
        return word(QStringLiteral("0x%1-0x%2").arg(place.entry->start, 0, 16).arg(place.entry->end, 0, 16));
    });
}

DemoValue treeHeight(const DemoStep& step, const QStringList& arguments) {
    return atMap(step, arguments[0], [](const Map& map) {
        // Bounded, for a broken tree may lead round and round.
        const std::function<int(int, size_t)> below = [&](int node, size_t depth) {
            if (node == none || depth > map.entries.size())
                return 0;
            const Entry& entry = map.entries[size_t(node)];
            return 1 + std::max(below(entry.left, depth + 1), below(entry.right, depth + 1));
        };
        return number(below(map.root, 0));
    });
}

DemoValue treeRoot(const DemoStep& step, const QStringList& arguments) {
    return atMap(step, arguments[0], [](const Map& map) {
        return map.root == none ? word(QStringLiteral("none")) : address(map.entries[size_t(map.root)].start);
    });
}

DemoValue largestGap(const DemoStep& step, const QStringList& arguments) {
    return atEntry(step, arguments[0], arguments[1],
                   [](const Place& place) { return address(place.entry->maxgap); });
}

DemoValue ownGap(const DemoStep& step, const QStringList& arguments) {
    return atEntry(step, arguments[0], arguments[1],
                   [](const Place& place) { return address(place.entry->gap); });
}

// Gaps that the last search for room tried, and subtrees that it cut off.
DemoValue gapsTried(const DemoStep& step, const QStringList&) {
    const FreeSearch search = lastSearch(step.events);
    return search.happened() ? number(int64_t(search.visited.size()))
                             : noAnswer(QStringLiteral("nothing was searched"));
}

DemoValue subtreesCut(const DemoStep& step, const QStringList&) {
    int64_t cut = 0;
    for (const Event& event : step.events)
        if (event.kind == EventKind::FindspaceBegin)
            cut = 0;
        else
            cut += event.kind == EventKind::FindspaceVisit && !isLook(event);
    return lastSearch(step.events).happened() ? number(cut)
                                              : noAnswer(QStringLiteral("nothing was searched"));
}

// --- amaps, anons, pages

DemoValue needsCopy(const DemoStep& step, const QStringList& arguments) {
    return atEntry(step, arguments[0], arguments[1],
                   [](const Place& place) { return truth(place.entry->needsCopy); });
}

DemoValue amapReferences(const DemoStep& step, const QStringList& arguments) {
    return atEntry(step, arguments[0], arguments[1], [&](const Place& place) {
        return number(place.entry->amap == none ? 0 : after(step).amaps[size_t(place.entry->amap)].refs);
    });
}

DemoValue sameAmap(const DemoStep& step, const QStringList& arguments) {
    return atEntry(step, arguments[0], arguments[1], [&](const Place& one) {
        return atEntry(step, arguments[2], arguments[3], [&](const Place& other) {
            return truth(one.entry->amap != none && one.entry->amap == other.entry->amap);
        });
    });
}

DemoValue atPage(const DemoStep& step, const QStringList& arguments,
                 const std::function<DemoValue(const PageFact&)>& ask) {
    return atEntry(step, arguments[0], arguments[1],
                   [&](const Place& place) { return ask(pageFact(after(step), place.process, place.va)); });
}

DemoValue anonReferences(const DemoStep& step, const QStringList& arguments) {
    return atPage(step, arguments, [&](const PageFact& fact) {
        return number(fact.anon == none ? 0 : after(step).anons[size_t(fact.anon)].refs);
    });
}

// How many ways lead to the anon, also those through an amap that is shared until the next write.
DemoValue sharerCount(const DemoStep& step, const QStringList& arguments) {
    return atEntry(step, arguments[0], arguments[1], [&](const Place& place) {
        const int anon = anonAt(after(step), *place.entry, place.va);
        return number(anon == none ? 0 : sharersOf(after(step), *place.entry, anon));
    });
}

DemoValue backingWord(const DemoStep& step, const QStringList& arguments) {
    return atPage(step, arguments, [](const PageFact& fact) {
        switch (fact.backing) {
        case Backing::None:
            return word(QStringLiteral("none"));
        case Backing::Anon:
            return word(QStringLiteral("anon"));
        case Backing::AnonObject:
            return word(QStringLiteral("object"));
        case Backing::File:
            return word(QStringLiteral("file"));
        case Backing::Device:
            return word(QStringLiteral("device"));
        }
        return word(QStringLiteral("none"));
    });
}

DemoValue samePage(const DemoStep& step, const QStringList& arguments) {
    return atPage(step, arguments, [&](const PageFact& one) {
        return atPage(step, arguments.mid(2), [&](const PageFact& other) {
            return truth(one.page != none && one.page == other.page);
        });
    });
}

DemoValue isSwapped(const DemoStep& step, const QStringList& arguments) {
    return atPage(step, arguments, [](const PageFact& fact) { return truth(fact.swapped); });
}

DemoValue pageLoans(const DemoStep& step, const QStringList& arguments) {
    return atPage(step, arguments, [&](const PageFact& fact) {
        return number(fact.page == none ? 0 : int64_t(after(step).pages[size_t(fact.page)].loanCount));
    });
}

DemoValue wireCount(const DemoStep& step, const QStringList& arguments) {
    return atEntry(step, arguments[0], arguments[1],
                   [](const Place& place) { return number(int64_t(place.entry->wiredCount)); });
}

// What the hardware lets the space do there; with no address how many pages it has at all.
DemoValue entered(const DemoStep& step, const QStringList& arguments) {
    const int process = processNamed(after(step), arguments[0]);
    if (!mapOf(after(step), process))
        return noSpace(arguments[0]);
    if (arguments.size() == 1) {
        const auto& space = after(step).vmspaces[size_t(after(step).processes[size_t(process)].vmspace)];
        return number(int64_t(space.pageTables.mappings.size()));
    }
    const auto* const mapping = mappingAt(after(step), process, *scenarioNumber(arguments[1]));
    return word(mapping ? QString::fromStdString(mapping->protection.text()) : QStringLiteral("no"));
}

DemoValue writeCost(const DemoStep& step, const QStringList& arguments) {
    static const char* const words[] = {"nothing", "fault",   "zero-fill", "copy",   "promotion",
                                        "page-in", "refused", "refused",   "refused"};
    const int process = processNamed(after(step), arguments[0]);
    if (!mapOf(after(step), process))
        return noSpace(arguments[0]);
    const PageFact fact = pageFact(after(step), process, *scenarioNumber(arguments[1]));
    return word(QString::fromLatin1(words[size_t(nextWrite(after(step), process, fact))]));
}

// --- the whole machine

DemoValue anonCount(const DemoStep& step, const QStringList&) {
    return number(int64_t(after(step).anons.size()));
}

DemoValue swappedCount(const DemoStep& step, const QStringList&) {
    const auto& anons = after(step).anons;
    return number(std::count_if(anons.begin(), anons.end(), [](const gdbbridge::Anon& anon) {
        return anon.page == none && anon.swapSlot != 0;
    }));
}

DemoValue activeCount(const DemoStep& step, const QStringList&) {
    return number(int64_t(after(step).active.size()));
}
DemoValue inactiveCount(const DemoStep& step, const QStringList&) {
    return number(int64_t(after(step).inactive.size()));
}
DemoValue ownedCount(const DemoStep& step, const QStringList&) { return number(after(step).ownedPages); }
DemoValue brokenCount(const DemoStep& step, const QStringList&) {
    return number(int64_t(step.after->violations.size()));
}

} // namespace

std::optional<uint64_t> scenarioNumber(const QString& text) {
    bool ok = false;
    const bool hex = text.startsWith(QLatin1String("0x"));
    const uint64_t value = hex ? text.mid(2).toULongLong(&ok, 16) : text.toULongLong(&ok, 10);
    return ok ? std::optional(value) : std::nullopt;
}

std::span<const DemoQuestionKind> demoQuestionKinds() {
    using enum DemoArgument;
    static const std::vector<DemoQuestionKind> kinds{
        {"count", {Event, Space}, 1, countEvents},
        {"who", {Event}, 1, whoseEvent},
        {"result", {}, 0, lastResult},
        {"entries", {Space}, 1, entryCount},
        {"entry", {Space, Address}, 2, entryRange},
        {"height", {Space}, 1, treeHeight},
        {"root", {Space}, 1, treeRoot},
        {"gap", {Space, Address}, 2, ownGap},
        {"maxgap", {Space, Address}, 2, largestGap},
        {"tried", {}, 0, gapsTried},
        {"cut", {}, 0, subtreesCut},
        {"needs_copy", {Space, Address}, 2, needsCopy},
        {"amap_refs", {Space, Address}, 2, amapReferences},
        {"same_amap", {Space, Address, Space, Address}, 4, sameAmap},
        {"refs", {Space, Address}, 2, anonReferences},
        {"sharers", {Space, Address}, 2, sharerCount},
        {"backing", {Space, Address}, 2, backingWord},
        {"same_page", {Space, Address, Space, Address}, 4, samePage},
        {"swapped", {Space, Address}, 2, isSwapped},
        {"loans", {Space, Address}, 2, pageLoans},
        {"wired", {Space, Address}, 2, wireCount},
        {"entered", {Space, Address}, 1, entered},
        {"write_cost", {Space, Address}, 2, writeCost},
        {"anons", {}, 0, anonCount},
        {"swapped_out", {}, 0, swappedCount},
        {"active", {}, 0, activeCount},
        {"inactive", {}, 0, inactiveCount},
        {"owned", {}, 0, ownedCount},
        {"broken", {}, 0, brokenCount},
    };
    return kinds;
}

} // namespace gui
