// The page queues, from the oldest page on.
#include <unordered_set>

#include "gdbbridge/snapshot/decode_pass.h"
#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

void DecodePass::decodeQueues() {
    struct Queue {
        FieldLayout head, count;
        PageQueue which;
        const char* where;
        std::vector<int>& pages;
    };
    for (Queue const& queue : {Queue{m_fields.active.head, m_fields.active.count, PageQueue::Active,
                                     "active page queue", m_out.active},
                               Queue{m_fields.inactive.head, m_fields.inactive.count, PageQueue::Inactive,
                                     "inactive page queue", m_out.inactive}}) {
        uint64_t head = 0, count = 0;
        if (!readValue(m_fields.uvmPages, queue.head, head) ||
            !readValue(m_fields.uvmPages, queue.count, count))
            report(0, m_fields.uvmPages, queue.where, "it cannot be read");
        else
            walkQueue(head, count, queue.which, queue.where, queue.pages);
    }
}

void DecodePass::walkQueue(uint64_t head, uint64_t count, PageQueue which, const char* where,
                           std::vector<int>& queue) {
    std::unordered_set<uint64_t> seen;
    for (uint64_t at = head; at != 0;) {
        if (!seen.insert(at).second) {
            report(0, at, where, "it runs in a circle: it comes to page " + hex(at) + " twice");
            return;
        }
        if (++m_queuedCount > m_limits.queuedPages) {
            report(0, at, where, "it is too long; the rest is left out");
            return;
        }
        uint64_t next = 0;
        if (!readValue(at, m_fields.page.queueNext, next)) {
            report(0, at, where, "there is no memory at its page " + hex(at));
            return;
        }
        if (int const page = pageAt(at, where); page != none) {
            if (m_out.pages[size_t(page)].queue != which)
                report(0, at, where, "a page of it says that it is on another queue", {},
                       hex(m_out.pages[size_t(page)].pa));
            queue.push_back(page);
            // No map may show its object any more; it has its name and the page's place all the same.
            uint64_t owner = 0;
            if (m_out.pages[size_t(page)].ofObject && readValue(at, m_fields.page.uobject, owner))
                objectAt(owner, where);
        }
        at = next;
    }
    if (queue.size() != count)
        report(0, m_fields.uvmPages, where, "its count is not the number of its pages",
               std::to_string(queue.size()), std::to_string(count));
}

} // namespace gdbbridge
