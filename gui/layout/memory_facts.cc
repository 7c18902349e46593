#include "gui/layout/memory_facts.h"

#include <algorithm>
#include <unordered_map>

namespace gui {

using gdbbridge::none;
using gdbbridge::PageQueue;

namespace {

class Facts {
public:
    explicit Facts(const Snapshot& now) : m_now(now), m_pages(now.pages.size()) {
        std::unordered_map<uint64_t, size_t> byFrame;
        for (size_t i = 0; i < m_pages.size(); ++i) {
            byFrame.emplace(now.pages[i].pa, i);
            m_pages[i].page = int(i);
            m_pages[i].used = now.pages[i].referenced;
            m_pages[i].dirty = now.pages[i].modified || !now.pages[i].clean;
            m_pages[i].backing = now.pages[i].ofAnon ? Backing::Anon : Backing::AnonObject;
        }
        for (size_t o = 0; o < now.objects.size(); ++o)
            for (const auto& resident : now.objects[o].pages)
                if (MemoryPage* const page = at(resident.page)) {
                    page->object = int(o);
                    page->offset = resident.offset;
                    page->backing = backingOf(now.objects[o].kind);
                }
        // A page that an anon has borrowed is the object's all the same.
        for (size_t a = 0; a < now.anons.size(); ++a)
            if (MemoryPage* const page = at(now.anons[a].page)) {
                page->anon = int(a);
                if (page->object == none)
                    page->backing = Backing::Anon;
            }
        for (const auto& space : now.vmspaces)
            for (const auto& mapping : space.pageTables.mappings)
                if (const auto found = byFrame.find(mapping.pa); found != byFrame.end()) {
                    m_pages[found->second].used |= mapping.referenced;
                    m_pages[found->second].dirty |= mapping.modified;
                }
    }

    void markMoved(const Snapshot& before) {
        std::unordered_map<uint64_t, PageQueue> then;
        for (const auto& page : before.pages)
            then.emplace(page.pa, page.queue);
        for (MemoryPage& page : m_pages) {
            const auto& now = m_now.pages[size_t(page.page)];
            const auto found = then.find(now.pa);
            page.moved = found == then.end() || found->second != now.queue;
        }
    }

    std::vector<MemoryPage> of(const std::vector<int>& queue) const {
        std::vector<MemoryPage> pages;
        for (int index : queue)
            if (index >= 0 && size_t(index) < m_pages.size())
                pages.push_back(m_pages[size_t(index)]);
        return pages;
    }
    std::vector<MemoryPage> wired() const {
        std::vector<MemoryPage> pages;
        for (const MemoryPage& page : m_pages)
            if (m_now.pages[size_t(page.page)].wireCount > 0)
                pages.push_back(page);
        return pages;
    }

private:
    MemoryPage* at(int page) {
        return page >= 0 && size_t(page) < m_pages.size() ? &m_pages[size_t(page)] : nullptr;
    }

    const Snapshot& m_now;
    std::vector<MemoryPage> m_pages;
};

std::vector<SwapSlot> swapOf(const Snapshot& now, const Snapshot* before) {
    std::vector<int32_t> had;
    for (size_t a = 0; before && a < before->anons.size(); ++a)
        had.push_back(before->anons[a].swapSlot);
    std::sort(had.begin(), had.end());
    std::vector<SwapSlot> slots;
    for (size_t a = 0; a < now.anons.size(); ++a)
        if (const auto& anon = now.anons[a]; anon.swapSlot > 0)
            slots.push_back({anon.swapSlot, int(a), anon.page == none,
                             before && !std::binary_search(had.begin(), had.end(), anon.swapSlot)});
    std::sort(slots.begin(), slots.end(),
              [](const SwapSlot& a, const SwapSlot& b) { return a.slot < b.slot; });
    return slots;
}

} // namespace

MemoryFacts memoryFacts(const Snapshot& now, const Snapshot* before) {
    Facts facts(now);
    if (before)
        facts.markMoved(*before);
    MemoryFacts out;
    out.inactive = facts.of(now.inactive);
    out.active = facts.of(now.active);
    out.wired = facts.wired();
    out.limited = now.ownedLimit != 0;
    const uint32_t allowed = now.ownedLimit > now.ownedPages ? now.ownedLimit - now.ownedPages : 0;
    out.free = out.limited ? std::min(allowed, now.freePages) : now.freePages;
    out.onlyInSwap = uint32_t(std::count_if(now.anons.begin(), now.anons.end(), [](const auto& anon) {
        return anon.page == none && anon.swapSlot > 0;
    }));
    out.swap = swapOf(now, before);
    return out;
}

} // namespace gui
