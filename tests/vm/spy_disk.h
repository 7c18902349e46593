// A device in memory that notes the transfers it is asked for, and fails or does something else in them as a
// test wants.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "kernel/base/kassert.h"
#include "kernel/vm/uvm_blockdev.h"

namespace uvm::test {

struct spy_disk : uvm_blockdev {
    // One transfer: its first page and how many.
    struct transfer {
        uint32_t first, count;
        bool operator==(const transfer&) const = default;
    };

    explicit spy_disk(uint32_t pages)
        : uvm_blockdev{"spy", &spy_ops, pages}, memory(uvm_ramdisk_create(pages)) {
        kassert(memory, "test: no disk");
    }
    ~spy_disk() { uvm_ramdisk_destroy(*memory); }
    spy_disk(const spy_disk&) = delete;
    spy_disk& operator=(const spy_disk&) = delete;

    // The transfers since the last call.
    std::vector<transfer> new_writes() { return std::exchange(writes, {}); }
    std::vector<transfer> new_reads() { return std::exchange(reads, {}); }

    uvm_blockdev* memory;
    std::vector<transfer> writes, reads;
    std::function<void()> during_write; // before anything is transferred
    // What a write of so many pages ends in; other than ok, nothing is written.
    std::function<errno_t(uint32_t pages)> outcome;

private:
    static spy_disk& of(uvm_blockdev& dev) { return static_cast<spy_disk&>(dev); }
    static errno_t read(uvm_blockdev& dev, uint32_t first, std::span<const paddr_t> frames) {
        spy_disk& disk = of(dev);
        disk.reads.push_back({first, uint32_t(frames.size())});
        return disk.memory->ops->read(*disk.memory, first, frames);
    }
    static errno_t write(uvm_blockdev& dev, uint32_t first, std::span<const paddr_t> frames) {
        spy_disk& disk = of(dev);
        auto const count = uint32_t(frames.size());
        disk.writes.push_back({first, count});
        if (disk.during_write)
            disk.during_write();
        errno_t const error = disk.outcome ? disk.outcome(count) : errno_t::ok;
        return error == errno_t::ok ? disk.memory->ops->write(*disk.memory, first, frames) : error;
    }
    static constexpr uvm_blockdev_ops spy_ops{read, write};
};

} // namespace uvm::test
