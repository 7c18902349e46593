#include "kernel/vm/uvm_cluster.h"

namespace uvm {

namespace {

using transfer = errno_t (*)(uvm_blockdev& dev, uint32_t first, std::span<const paddr_t> frames);

errno_t move(transfer operation, uvm_blockdev& dev, uint32_t first, std::span<vm_page* const> pages) {
    paddr_t frames[uvm_cluster_pages];
    kassert(pages.size() <= uvm_cluster_pages, "transfer of more than a cluster");
    for (size_t i = 0; i < pages.size(); ++i)
        frames[i] = pages[i]->phys_addr;
    return operation(dev, first, {frames, pages.size()});
}

} // namespace

errno_t uvm_cluster_write(uvm_blockdev& dev, uint32_t first, std::span<vm_page* const> pages) {
    ++uvmexp.cluster_writes;
    uvmexp.cluster_pages += pages.size();
    return move(dev.ops->write, dev, first, pages);
}

errno_t uvm_cluster_read(uvm_blockdev& dev, uint32_t first, std::span<vm_page* const> pages) {
    return move(dev.ops->read, dev, first, pages);
}

} // namespace uvm
