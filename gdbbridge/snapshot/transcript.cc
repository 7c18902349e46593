#include "gdbbridge/snapshot/transcript.h"

#include <map>

#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

namespace {

// Numbers things 1, 2, … in order of first appearance.
class Numbering {
public:
    int of(int index) { return m_numbers.try_emplace(index, int(m_numbers.size()) + 1).first->second; }

private:
    std::map<int, int> m_numbers;
};

// Calls f(process, vmspace) for each space that is asked for.
template <class F>
void eachSpace(const Snapshot& snapshot, std::span<const std::string> names, F&& f) {
    auto const visit = [&](const Process& process) {
        if (process.vmspace != none)
            f(process, snapshot.vmspaces[size_t(process.vmspace)]);
    };
    if (names.empty())
        for (Process const& process : snapshot.processes)
            visit(process);
    for (std::string const& name : names)
        for (Process const& process : snapshot.processes)
            if (process.name == name)
                visit(process);
}

std::string flagsText(const Entry& entry) {
    std::string out;
    auto const add = [&](bool set, const char* name) {
        if (set)
            out += (out.empty() ? "" : ",") + std::string(name);
    };
    add(entry.copyOnWrite, "cow");
    add(entry.needsCopy, "nc");
    add(entry.submap, "submap");
    add(entry.noMerge, "nomerge");
    return out.empty() ? "-" : out;
}

std::string entryText(const Snapshot& snapshot, const Entry& entry, Numbering& amaps) {
    std::string out = hexRange(entry.start, entry.end) + " " + entry.protection.text() + "/" +
                      entry.maxProtection.text() + " " + text(entry.inheritance) + " " + text(entry.advice) +
                      " " + flagsText(entry);
    out += " amap=";
    if (entry.amap == none) {
        out += "-";
    } else {
        Amap const& amap = snapshot.amaps[size_t(entry.amap)];
        out += "a" + std::to_string(amaps.of(entry.amap)) + ":" + std::to_string(amap.refs) +
               (amap.shared ? "s" : "");
    }
    out += " obj=";
    if (entry.object == none)
        out += "-";
    else
        out += snapshot.objects[size_t(entry.object)].name + "+" + hex(entry.offset);
    return out + " wired=" + std::to_string(entry.wiredCount);
}

std::string firstByte(const Snapshot& snapshot, const Anon& anon) {
    if (anon.page == none)
        return "??";
    static constexpr char digits[] = "0123456789abcdef";
    uint8_t const byte = snapshot.pages[size_t(anon.page)].firstBytes[0];
    return {digits[byte >> 4], digits[byte & 15]};
}

} // namespace

std::string dumpText(const Snapshot& snapshot, std::span<const std::string> names) {
    std::string out;
    Numbering amaps;
    eachSpace(snapshot, names, [&](const Process& process, const Vmspace& vmspace) {
        Map const& map = vmspace.map;
        out += process.name + " " + hexRange(map.min, map.max) +
               " entries=" + std::to_string(map.entryCount) + " size=" + hex(map.size) + "\n";
        for (Entry const& entry : map.entries)
            out += entryText(snapshot, entry, amaps) + "\n";
    });
    return out;
}

std::string anonsText(const Snapshot& snapshot, std::span<const std::string> names) {
    std::string out;
    Numbering anons;
    eachSpace(snapshot, names, [&](const Process& process, const Vmspace& vmspace) {
        for (Entry const& entry : vmspace.map.entries) {
            if (entry.amap == none)
                continue;
            uint64_t const pages = (entry.end - entry.start) / snapshot.pageSize;
            for (AmapSlot const& slot : snapshot.amaps[size_t(entry.amap)].slots) {
                if (slot.anon == none || slot.slot < entry.amapPage || slot.slot - entry.amapPage >= pages)
                    continue;
                Anon const& anon = snapshot.anons[size_t(slot.anon)];
                out += process.name + " " +
                       hex(entry.start + (slot.slot - entry.amapPage) * snapshot.pageSize) + " n" +
                       std::to_string(anons.of(slot.anon)) + " refs=" + std::to_string(anon.refs) +
                       " byte=" + firstByte(snapshot, anon) + "\n";
            }
        }
    });
    return out;
}

std::string pmapText(const Snapshot& snapshot, std::span<const std::string> names) {
    std::string out;
    eachSpace(snapshot, names, [&](const Process& process, const Vmspace& vmspace) {
        for (Mapping const& mapping : vmspace.pageTables.mappings)
            out += process.name + " " + hex(mapping.va) + " " + mapping.protection.text() + "\n";
    });
    return out;
}

} // namespace gdbbridge
