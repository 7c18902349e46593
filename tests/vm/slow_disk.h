// A swap device in memory whose reads take as long as a test wants: what others do meanwhile can be told
// apart from what they do afterwards.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "kernel/vm/uvm_blockdev.h"

namespace uvm::test {

// One at a time: a device's operations know their device by its address alone.
class slow_disk {
public:
    explicit slow_disk(uint32_t npages);
    ~slow_disk();
    slow_disk(const slow_disk&) = delete;
    slow_disk& operator=(const slow_disk&) = delete;

    uvm_blockdev& device() { return dev_; }

    // Reads that begin from now on stand still / all that stand still go on, and with them every later one.
    void hold();
    void let_go();
    // Reads that were let go after this end in EIO.
    void fail_reads();
    // Returns once `count` reads stand still; false when that does not come to pass in ten seconds.
    [[nodiscard]] bool wait_for_readers(uint32_t count);
    // How many reads have begun so far.
    [[nodiscard]] uint32_t reads();

private:
    static errno_t read(uvm_blockdev& dev, uint32_t first, std::span<const paddr_t> frames);
    static errno_t write(uvm_blockdev& dev, uint32_t first, std::span<const paddr_t> frames);
    static const uvm_blockdev_ops ops;

    uvm_blockdev dev_;
    uvm_blockdev* memory_;
    std::mutex lock_;
    std::condition_variable changed_;
    bool held_{}, failing_{};
    uint32_t readers_{}, reads_{};
};

} // namespace uvm::test
