#include "gdbbridge/check/check.h"
#include "gdbbridge/check/check_kernel_map.h"

#include <algorithm>

#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

namespace {

class MapCheck {
public:
    // `space` names it in words.
    MapCheck(const Map& map, std::string space, uint64_t pageSize, FindingList& out)
        : m_map(map), m_space(std::move(space)), m_pageSize(pageSize), m_out(out),
          m_seen(m_map.entries.size()), m_subtreeMaxgap(m_map.entries.size()) {}

    void run() {
        bounds();
        walkTree();
        sums();
        firstFree();
        for (Entry const& entry : m_map.entries)
            attributes(entry);
    }

private:
    const Entry& entry(int index) const { return m_map.entries[size_t(index)]; }
    uint64_t startAfter(size_t i) const {
        return i + 1 < m_map.entries.size() ? m_map.entries[i + 1].start : m_map.max;
    }
    void found(uint32_t invariant, const Entry& at, const char* what, std::string expected,
               std::string value) {
        m_out.add(
            {invariant, at.address, entryWhere(at, m_space), what, std::move(expected), std::move(value)});
    }
    void foundInMap(uint32_t invariant, const char* what, std::string expected, std::string value) {
        m_out.add(
            {invariant, m_map.address, "map of " + m_space, what, std::move(expected), std::move(value)});
    }

    void bounds() {
        uint64_t const inPage = m_pageSize - 1;
        uint64_t lowest = m_map.min;
        for (size_t i = 0; i < m_map.entries.size(); ++i) {
            Entry const& at = m_map.entries[i];
            if (at.start >= at.end)
                found(1, at, "start is not below end", "below " + hex(at.end), hex(at.start));
            if (((at.start | at.end) & inPage) != 0)
                found(1, at, "it is not page aligned", "multiples of " + hex(m_pageSize),
                      hexRange(at.start, at.end));
            if (at.start < lowest)
                found(1, at, i == 0 ? "it begins below the map" : "it overlaps the entry before it",
                      "at least " + hex(lowest), hex(at.start));
            if (at.end > m_map.max)
                found(1, at, "it ends above the map", "at most " + hex(m_map.max), hex(at.end));
            lowest = std::max(at.end, lowest);
        }
    }

    // In order, without recursion: a broken tree may be as deep as it has nodes.
    void walkTree() {
        if (m_map.root == none) {
            if (!m_map.entries.empty())
                foundInMap(2, "the tree is empty, the list is not",
                           std::to_string(m_map.entries.size()) + " nodes", "0");
            ownGaps();
            return;
        }
        if (entry(m_map.root).parent != none)
            found(2, entry(m_map.root), "the root of the tree has a parent", "none",
                  startOf(entry(m_map.root).parent));
        if (entry(m_map.root).color == NodeColor::Red)
            found(3, entry(m_map.root), "the root of the tree is red", "black", "red");
        struct Step {
            int node;
            uint32_t blacks; // above it and itself
            bool leftDone;
        };
        std::vector<Step> path;
        std::vector<int> postOrder, inOrder;
        auto const enter = [&](int node, uint32_t blacks) {
            if (m_seen[size_t(node)]) {
                found(2, entry(node), "the tree comes to it twice", "once", "twice");
                m_treeBroken = true;
                return;
            }
            m_seen[size_t(node)] = true;
            postOrder.push_back(node);
            path.push_back({node, blacks + (entry(node).color == NodeColor::Black ? 1 : 0), false});
        };
        enter(m_map.root, 0);
        while (!path.empty()) {
            Step& step = path.back();
            int const node = step.node;
            uint32_t const blacks = step.blacks;
            if (!step.leftDone) {
                step.leftDone = true;
                child(node, entry(node).left, "left", blacks);
                if (entry(node).left != none)
                    enter(entry(node).left, blacks);
                continue;
            }
            inOrder.push_back(node);
            path.pop_back();
            child(node, entry(node).right, "right", blacks);
            if (entry(node).right != none)
                enter(entry(node).right, blacks);
        }
        order(inOrder);
        ownGaps();
        if (!m_treeBroken)
            maxgaps(postOrder);
    }

    std::string startOf(int index) const {
        return index == none ? "none" : "entry " + hex(entry(index).start);
    }

    // What a node and one of its children (or the absence of it) show.
    void child(int node, int below, const char* side, uint32_t blacks) {
        if (below == none) {
            if (m_blackHeight == 0)
                m_blackHeight = blacks;
            else if (blacks != m_blackHeight)
                found(3, entry(node), "paths have different numbers of black nodes",
                      std::to_string(m_blackHeight), std::to_string(blacks));
            return;
        }
        if (entry(node).color == NodeColor::Red && entry(below).color == NodeColor::Red)
            found(3, entry(below), "a red node has a red child", "black", "red");
        if (entry(below).parent != node)
            found(2, entry(below), "its parent in the tree is not the node that has it as a child",
                  startOf(node), startOf(entry(below).parent));
        bool const isLeft = side[0] == 'l';
        if (isLeft ? entry(below).start >= entry(node).start : entry(below).start <= entry(node).start)
            found(2, entry(below), "it is on the wrong side of its parent",
                  (isLeft ? "below " : "above ") + hex(entry(node).start), hex(entry(below).start));
    }

    void order(const std::vector<int>& inOrder) {
        for (size_t i = 0; i < inOrder.size(); ++i)
            if (inOrder[i] != int(i) && !m_treeBroken) {
                found(2, entry(inOrder[i]), "tree and list have different orders",
                      "place " + std::to_string(inOrder[i]), "place " + std::to_string(i));
                break;
            }
        for (size_t i = 0; i < m_seen.size(); ++i)
            if (!m_seen[i]) {
                found(2, m_map.entries[i], "the list has it, the tree has not", "a node", "none");
                m_treeBroken = true;
            }
    }

    void ownGaps() {
        for (size_t i = 0; i < m_map.entries.size(); ++i) {
            Entry const& at = m_map.entries[i];
            uint64_t const expected = startAfter(i) - at.end;
            if (at.gap != expected)
                found(4, at, "gap is not the free space behind it", hex(expected), hex(at.gap));
        }
    }

    // Children before parents. Expected values come from the list, not from what the children claim.
    void maxgaps(const std::vector<int>& parentsFirst) {
        for (size_t i = 0; i < m_map.entries.size(); ++i)
            m_subtreeMaxgap[i] = startAfter(i) - m_map.entries[i].end;
        for (auto at = parentsFirst.rbegin(); at != parentsFirst.rend(); ++at) {
            uint64_t& largest = m_subtreeMaxgap[size_t(*at)];
            for (int below : {entry(*at).left, entry(*at).right})
                if (below != none)
                    largest = std::max(largest, m_subtreeMaxgap[size_t(below)]);
            if (entry(*at).maxgap != largest)
                found(4, entry(*at), "maxgap is not the largest gap in its subtree", hex(largest),
                      hex(entry(*at).maxgap));
        }
    }

    void sums() {
        uint64_t size = 0;
        for (Entry const& at : m_map.entries)
            size += at.end - at.start;
        if (m_map.entryCount != m_map.entries.size())
            foundInMap(5, "nentries is not the number of entries", std::to_string(m_map.entries.size()),
                       std::to_string(m_map.entryCount));
        if (m_map.size != size)
            foundInMap(5, "size is not the sum of the entries' lengths", hex(size), hex(m_map.size));
    }

    // first_free is the header or the entry before the lowest gap; with no gap at all it is the last one.
    void firstFree() {
        int expected = none;
        uint64_t reached = m_map.min;
        for (size_t i = 0; i < m_map.entries.size() && m_map.entries[i].start == reached; ++i) {
            expected = int(i);
            reached = m_map.entries[i].end;
        }
        if (m_map.firstFree == expected)
            return;
        auto const name = [&](int index) {
            return index == none ? std::string("the header") : startOf(index);
        };
        foundInMap(6, "first_free is not before the lowest gap", name(expected), name(m_map.firstFree));
    }

    void attributes(const Entry& at) {
        if (at.needsCopy && !at.copyOnWrite)
            found(7, at, "it needs a copy, but is not copy-on-write", "copy-on-write", "not");
        if (!at.objectBacked && at.offset != 0)
            found(7, at, "it has an offset, but no object", "0x0", hex(at.offset));
        if ((at.protection.bits & ~at.maxProtection.bits) != 0)
            found(7, at, "its protection exceeds its maximum", "within " + at.maxProtection.text(),
                  at.protection.text());
    }

    const Map& m_map;
    std::string m_space;
    uint64_t m_pageSize;
    FindingList& m_out;
    std::vector<bool> m_seen;
    std::vector<uint64_t> m_subtreeMaxgap;
    uint32_t m_blackHeight = 0;
    bool m_treeBroken = false;
};

// Of each amap, the entries that point to it.
std::vector<int64_t> entriesOfAmaps(const Snapshot& snapshot) {
    std::vector<int64_t> entries(snapshot.amaps.size());
    auto const count = [&](const Map& map) {
        for (Entry const& entry : map.entries)
            if (entry.amap != none)
                ++entries[size_t(entry.amap)];
    };
    for (Vmspace const& vmspace : snapshot.vmspaces)
        count(vmspace.map);
    for (KernelMap const& each : snapshot.kernelMaps)
        count(each.map);
    return entries;
}

void checkAmaps(const Snapshot& snapshot, FindingList& out) {
    auto const entries = entriesOfAmaps(snapshot);
    for (size_t i = 0; i < snapshot.amaps.size(); ++i) {
        Amap const& amap = snapshot.amaps[i];
        if (amap.refs < entries[i])
            out.add({8, amap.address, amapName(amap), "more entries point to it than it has references",
                     "at least " + std::to_string(entries[i]), std::to_string(amap.refs)});
        if (amap.used != amap.slots.size())
            out.add({0, amap.address, amapName(amap), "its count of used slots is wrong",
                     std::to_string(amap.slots.size()), std::to_string(amap.used)});
    }
}

void checkAnons(const Snapshot& snapshot, FindingList& out) {
    std::vector<int64_t> slots(snapshot.anons.size());
    for (Amap const& amap : snapshot.amaps)
        for (AmapSlot const& slot : amap.slots)
            if (slot.anon != none)
                ++slots[size_t(slot.anon)];
    for (size_t i = 0; i < snapshot.anons.size(); ++i) {
        Anon const& anon = snapshot.anons[i];
        int64_t const expected = slots[i] + anon.loans;
        if (anon.refs == expected)
            continue;
        out.add({8, anon.address, anonName(anon),
                 "its references are not the slots that hold it and its loans", std::to_string(expected),
                 std::to_string(anon.refs)});
    }
}

} // namespace

std::vector<Finding> checkInvariants(const Snapshot& snapshot) {
    FindingList out;
    for (size_t i = 0; i < snapshot.vmspaces.size() && !out.full(); ++i)
        MapCheck(snapshot.vmspaces[i].map, spaceName(snapshot, int(i)), snapshot.pageSize, out).run();
    for (size_t i = 0; i < snapshot.kernelMaps.size() && !out.full(); ++i) {
        KernelMap const& each = snapshot.kernelMaps[i];
        MapCheck(each.map, kernelSpaceName(each), snapshot.pageSize, out).run();
        checkKernelMap(snapshot, each, out);
    }
    checkAmaps(snapshot, out);
    checkAnons(snapshot, out);
    return out.take();
}

std::vector<Finding> checkAmapHolders(const Snapshot& snapshot) {
    FindingList out;
    if (!snapshot.findings.empty())
        return {}; // entries may be missing
    auto const entries = entriesOfAmaps(snapshot);
    for (size_t i = 0; i < snapshot.amaps.size(); ++i)
        if (Amap const& amap = snapshot.amaps[i]; amap.refs > entries[i])
            out.add({8, amap.address, amapName(amap), "its references are not the entries that show it",
                     std::to_string(entries[i]), std::to_string(amap.refs)});
    return out.take();
}

} // namespace gdbbridge
