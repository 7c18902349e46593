#include "tests/vm/slow_disk.h"

#include "kernel/base/kassert.h"

namespace uvm::test {

namespace {
slow_disk* the_disk;
} // namespace

constinit const uvm_blockdev_ops slow_disk::ops{read, write};

slow_disk::slow_disk(uint32_t npages) : dev_{"slow", &ops, npages}, memory_(uvm_ramdisk_create(npages)) {
    kassert(memory_ && !the_disk, "test: one slow disk at a time");
    the_disk = this;
}

slow_disk::~slow_disk() {
    uvm_ramdisk_destroy(*memory_);
    the_disk = nullptr;
}

void slow_disk::hold() {
    std::lock_guard const guard(lock_);
    held_ = true;
}

void slow_disk::let_go() {
    std::lock_guard const guard(lock_);
    held_ = false;
    changed_.notify_all();
}

void slow_disk::fail_reads() {
    std::lock_guard const guard(lock_);
    failing_ = true;
}

bool slow_disk::wait_for_readers(uint32_t count) {
    std::unique_lock hold(lock_);
    return changed_.wait_for(hold, std::chrono::seconds(10), [&] { return readers_ == count; });
}

uint32_t slow_disk::reads() {
    std::lock_guard const guard(lock_);
    return reads_;
}

errno_t slow_disk::read(uvm_blockdev&, uint32_t first, std::span<const paddr_t> frames) {
    slow_disk& disk = *the_disk;
    std::unique_lock hold(disk.lock_);
    ++disk.reads_;
    ++disk.readers_;
    disk.changed_.notify_all();
    disk.changed_.wait(hold, [&] { return !disk.held_; });
    --disk.readers_;
    return disk.failing_ ? errno_t::eio : disk.memory_->ops->read(*disk.memory_, first, frames);
}

errno_t slow_disk::write(uvm_blockdev&, uint32_t first, std::span<const paddr_t> frames) {
    return the_disk->memory_->ops->write(*the_disk->memory_, first, frames);
}

} // namespace uvm::test
