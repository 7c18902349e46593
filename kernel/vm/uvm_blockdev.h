// Block devices as swap sees them: numbered pages that are written and read in runs.
#pragma once

#include <span>
#include <string_view>

#include "kernel/vm/uvm_types.h"

namespace uvm {

struct uvm_blockdev;

// What a kind of device does. `frames` are physical pages; frames[i] belongs to page first + i of the device,
// and first + frames.size() is at most npages. Locks: may be called with any sleeping lock below the swap's.
// Sleeps: for I/O. Fails: EIO; what was transferred is unknown then. write also ENOMEM, nothing written.
struct uvm_blockdev_ops {
    errno_t (*read)(uvm_blockdev& dev, uint32_t first, std::span<const paddr_t> frames);
    errno_t (*write)(uvm_blockdev& dev, uint32_t first, std::span<const paddr_t> frames);
};

struct uvm_blockdev {
    const char* name{};
    const uvm_blockdev_ops* ops{};
    uint32_t npages{};
};

// What is in page i of a device before it is first written: zeros, or byte 0xa0 + i mod 16 all over.
enum class uvm_blank : uint8_t { zeros, numbered };
// A device of `npages` pages of the kernel's own memory, taken when first written. Its name is copied, cut to
// 31 characters. Null without memory. / Gives one back with all that it holds.
[[nodiscard]] uvm_blockdev* uvm_ramdisk_create(uint32_t npages, std::string_view name = "ram",
                                               uvm_blank blank = uvm_blank::zeros);
void uvm_ramdisk_destroy(uvm_blockdev& dev);

} // namespace uvm
