// Clusters: pages that go to neighbouring pages of a block device, or come from them, in one transfer.
//
// Pages are busy from when they join a cluster until their transfer has ended: they are the thread's that has
// the cluster, and their owners stay. Who has one waits for no busy page: it could be in another cluster
// whose thread waits for one of this.
#pragma once

#include <span>

#include "kernel/vm/uvm_blockdev.h"
#include "kernel/vm/uvm_page.h"

namespace uvm {

// The most pages of one transfer, 64 KiB.
inline constexpr uint32_t uvm_cluster_pages = 16;

class page_cluster {
public:
    // Makes an idle page busy and the last of the cluster. Needs: not full. Locks: the owner's.
    void add(vm_page& page) {
        page.flags |= pg_flag::busy;
        pages_[used_++] = &page;
    }
    [[nodiscard]] uint32_t count() const { return used_; }
    [[nodiscard]] bool empty() const { return used_ == 0; }
    [[nodiscard]] bool full() const { return used_ == uvm_cluster_pages; }
    [[nodiscard]] std::span<vm_page* const> pages() const { return {pages_, used_}; }

private:
    uint32_t used_{};
    vm_page* pages_[uvm_cluster_pages]{};
};

// Writes pages to / reads them from the device's pages `first` and on, at most a cluster. Needs: the pages
// are the caller's. Sleeps: for I/O. Fails: as the device's operations (uvm_blockdev.h).
[[nodiscard]] errno_t uvm_cluster_write(uvm_blockdev& dev, uint32_t first, std::span<vm_page* const> pages);
[[nodiscard]] errno_t uvm_cluster_read(uvm_blockdev& dev, uint32_t first, std::span<vm_page* const> pages);

} // namespace uvm
