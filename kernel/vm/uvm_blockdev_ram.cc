// A block device in memory: for the host, and for scenarios.
#include <machine/memory.h>

#include "kernel/vm/uvm_blockdev.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

namespace {

struct ramdisk {
    uvm_blockdev dev;
    void** pages{}; // dev.npages long; null: never written
    uvm_blank blank{};
    char name[32]{};
};
static_assert(offsetof(ramdisk, dev) == 0);

constinit object_pool<ramdisk> ramdisk_pool{"ramdisk"};

ramdisk& disk_of(uvm_blockdev& dev) { return reinterpret_cast<ramdisk&>(dev); }

errno_t read(uvm_blockdev& dev, uint32_t first, std::span<const paddr_t> frames) {
    ramdisk const& disk = disk_of(dev);
    for (uint32_t i = 0; i < frames.size(); ++i) {
        void* const to = machine::phys_to_ptr(frames[i]);
        if (void const* from = disk.pages[first + i])
            __builtin_memcpy(to, from, page_size);
        else
            __builtin_memset(to, disk.blank == uvm_blank::zeros ? 0 : int(0xa0 + (first + i) % 16),
                             page_size);
    }
    return errno_t::ok;
}

errno_t write(uvm_blockdev& dev, uint32_t first, std::span<const paddr_t> frames) {
    void** const pages = disk_of(dev).pages + first;
    for (uint32_t i = 0; i < frames.size(); ++i)
        if (!pages[i] && !(pages[i] = uvm_kmem_alloc(page_size)))
            return errno_t::enomem;
    for (uint32_t i = 0; i < frames.size(); ++i)
        __builtin_memcpy(pages[i], machine::phys_to_ptr(frames[i]), page_size);
    return errno_t::ok;
}

constinit const uvm_blockdev_ops ramdisk_ops{read, write};

} // namespace

uvm_blockdev* uvm_ramdisk_create(uint32_t npages, std::string_view name, uvm_blank blank) {
    ramdisk* const disk = ramdisk_pool.create();
    if (!disk)
        return nullptr;
    disk->pages = static_cast<void**>(uvm_kmem_alloc(npages * sizeof(void*)));
    if (!disk->pages) {
        ramdisk_pool.destroy(*disk);
        return nullptr;
    }
    size_t const length = name.size() < sizeof disk->name ? name.size() : sizeof disk->name - 1;
    __builtin_memcpy(disk->name, name.data(), length);
    disk->blank = blank;
    disk->dev = {disk->name, &ramdisk_ops, npages};
    return &disk->dev;
}

void uvm_ramdisk_destroy(uvm_blockdev& dev) {
    ramdisk& disk = disk_of(dev);
    for (uint32_t i = 0; i < dev.npages; ++i)
        if (disk.pages[i])
            uvm_kmem_free(disk.pages[i], page_size);
    uvm_kmem_free(disk.pages, dev.npages * sizeof(void*));
    ramdisk_pool.destroy(disk);
}

} // namespace uvm
