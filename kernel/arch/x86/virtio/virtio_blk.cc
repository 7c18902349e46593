// A disk: virtio-blk over PCI, through its legacy interface (Virtual I/O Device specification 1.1, 4.1.4.8
// and 5.2), which QEMU's virtio-blk-pci offers on a PC.
//
// Whoever transfers takes a request, gives its chain to the device and sleeps until the interrupt says that
// it is done. As many transfers can be under way as there are requests; more wait for one.
//
// A disk that does not answer in time is silent: the transfer fails, and others fail at once until it answers
// again. What it was asked to do it may still do, whenever that is. So its chain stays with it; what it reads
// into is the driver's own memory; and what it writes may be anything by then: a write that failed is EIO,
// the place is not used again. While it is silent a write is ENOMEM, nothing has been written.
#include <algorithm>
#include <cstddef>
#include <cstring>

#include <machine/disk.h>
#include <machine/memory.h>
#include <machine/param.h>

#include "kernel/arch/x86/pc/devices.h"
#include "kernel/arch/x86/pc/ports.h"
#include "kernel/arch/x86/virtio/pci.h"
#include "kernel/arch/x86/virtio/virtio_ring.h"
#include "kernel/base/kassert.h"
#include "kernel/core/machine_calls.h"
#include "kernel/sync/lock.h"

namespace uvm::machine {

namespace {

constexpr uint16_t virtio_vendor = 0x1af4, legacy_block = 0x1001, modern_block = 0x1042;

// Registers, as distances from the first port.
constexpr uint16_t device_features = 0, guest_features = 4, queue_frame = 8, queue_size = 12,
                   queue_select = 14, queue_notify = 16, device_status = 18, interrupt_status = 19,
                   capacity = 20;
constexpr uint8_t status_acknowledge = 1, status_driver = 2, status_ready = 4, status_failed = 128;
constexpr uint32_t feature_read_only = 1u << 5;

constexpr uint32_t sector_bytes = 512, sectors_per_page = (1u << page_shift) / sector_bytes;
constexpr uint32_t pages_per_request = virtio_ring::chain_length - 2;

struct request_header {
    uint32_t type, reserved;
    uint64_t sector;
};
constexpr uint32_t type_read = 0, type_write = 1;
constexpr uint32_t answer_ticks = 10 * ticks_per_second;
constexpr uint8_t outcome_ok = 0, outcome_pending = 0xff;

struct request {
    request_header header{};
    uint8_t outcome{}; // written by the device
    bool in_use{};     // [d]
    bool abandoned{};  // [d] nobody waits for it any more: it is free once the device is done with it
    uint32_t done{};   // [d] who transfers sleeps on it
};

// Field tags: [d] the disk's lock, [I] set by disk_find.
struct disk {
    spinlock lock{"disk"};
    uvm_blockdev dev;
    uint16_t ports{}; // [I]
    virtio_ring ring; // [d]
    request requests[virtio_ring::most_chains]{};
    uint32_t given_back{}; // [d] counts requests given back: who wants one sleeps on it
    bool silent{};         // [d] it has not answered in time, and nothing since
};
constinit disk the_disk{};
// What each request reads into.
alignas(1u << page_shift) constinit std::byte read_pages[virtio_ring::most_chains][1u << page_shift]{};

constexpr uint32_t no_request = ~0u;

// A request for the caller alone. Sleeps: until there is one. no_request: the disk is silent.
uint32_t take_request() {
    uint64_t const deadline = timer_ticks() + answer_ticks;
    for (;;) {
        uint32_t seen;
        {
            spin_guard const guard(the_disk.lock);
            if (the_disk.silent)
                return no_request;
            for (uint32_t i = 0; i < the_disk.ring.chains(); ++i) {
                if (the_disk.requests[i].in_use)
                    continue;
                the_disk.requests[i].in_use = true;
                return i;
            }
            seen = the_disk.given_back;
        }
        // Who has the requests has waited longer, and says so.
        if (!device_wait(the_disk.given_back, seen, "a request of the disk", deadline))
            return no_request;
    }
}

void give_back(uint32_t number) {
    {
        spin_guard const guard(the_disk.lock);
        the_disk.requests[number].in_use = false;
        ++the_disk.given_back;
    }
    wakeup(the_disk.given_back);
}

// Whether the disk has answered; else the request is the disk's from now on.
bool wait_for_answer(request& r) {
    uint64_t const deadline = timer_ticks() + answer_ticks;
    while (atomic::load(r.done) == 0 && device_wait(r.done, 0, "the disk", deadline)) {
    }
    spin_guard const guard(the_disk.lock);
    r.abandoned = r.done == 0;
    the_disk.silent = the_disk.silent || r.abandoned;
    return !r.abandoned;
}

// Up to pages_per_request pages to write, one to read.
errno_t transfer_run(uint32_t type, uint32_t first, std::span<const paddr_t> frames) {
    bool const reads = type == type_read;
    uint32_t const number = take_request();
    if (number == no_request)
        return reads ? errno_t::eio : errno_t::enomem;
    request& r = the_disk.requests[number];
    r.header = {type, 0, uint64_t{first} * sectors_per_page};
    r.outcome = outcome_pending;
    {
        spin_guard const guard(the_disk.lock);
        virtio_ring& ring = the_disk.ring;
        auto const access = reads ? ring_access::device_writes : ring_access::device_reads;
        uint32_t place = 0;
        r.done = 0;
        ring.put(number, place++, ptr_to_phys(&r.header), sizeof r.header, ring_access::device_reads, false);
        for (paddr_t const frame : frames)
            ring.put(number, place++, reads ? ptr_to_phys(read_pages[number]) : frame, 1u << page_shift,
                     access, false);
        ring.put(number, place, ptr_to_phys(&r.outcome), 1, ring_access::device_writes, true);
        ring.offer(number);
        out16(uint16_t(the_disk.ports + queue_notify), 0);
    }
    if (!wait_for_answer(r)) {
        device_report(the_disk.dev.name, reads ? "has not answered a read for 10 s: an I/O error"
                                               : "has not answered a write for 10 s: an I/O error");
        return errno_t::eio;
    }
    bool const ok = *static_cast<volatile uint8_t*>(&r.outcome) == outcome_ok;
    if (ok && reads)
        memcpy(phys_to_ptr(frames.front()), read_pages[number], sizeof read_pages[number]);
    give_back(number);
    return ok ? errno_t::ok : errno_t::eio;
}

errno_t transfer(uint32_t type, uint32_t first, std::span<const paddr_t> frames) {
    while (!frames.empty()) {
        size_t const count = type == type_read ? 1 : std::min<size_t>(frames.size(), pages_per_request);
        if (errno_t const error = transfer_run(type, first, frames.first(count)); error != errno_t::ok)
            return error;
        first += uint32_t(count);
        frames = frames.subspan(count);
    }
    return errno_t::ok;
}

errno_t read(uvm_blockdev&, uint32_t first, std::span<const paddr_t> frames) {
    return transfer(type_read, first, frames);
}
errno_t write(uvm_blockdev&, uint32_t first, std::span<const paddr_t> frames) {
    return transfer(type_write, first, frames);
}

constinit const uvm_blockdev_ops disk_ops{read, write};

// The device has done something.
void interrupted() {
    // Reading it also takes the interrupt back.
    if (!(in8(uint16_t(the_disk.ports + interrupt_status)) & 1))
        return;
    for (;;) {
        uint32_t number;
        bool abandoned, was_silent;
        {
            spin_guard const guard(the_disk.lock);
            if (!the_disk.ring.take(&number))
                return;
            was_silent = the_disk.silent;
            the_disk.silent = false;
            abandoned = the_disk.requests[number].abandoned;
            the_disk.requests[number].abandoned = false;
            the_disk.requests[number].done = 1;
        }
        if (was_silent)
            device_report(the_disk.dev.name, "answers again");
        if (abandoned)
            give_back(number);
        else
            wakeup(the_disk.requests[number].done);
    }
}

uint64_t sectors() {
    uint64_t const low = in32(uint16_t(the_disk.ports + capacity));
    return low | uint64_t{in32(uint16_t(the_disk.ports + capacity + 4))} << 32;
}

// Brings the device up; what is wrong with it, or null.
const char* start(const pci_device& device) {
    the_disk.ports = pci_ports(device, 0);
    if (device.id == modern_block || the_disk.ports == 0)
        return "has no legacy interface";
    pci_enable(device);
    auto const set_status = [](uint8_t status) { out8(uint16_t(the_disk.ports + device_status), status); };
    auto const refuse = [&](const char* why) {
        set_status(status_failed);
        return why;
    };
    set_status(0); // reset
    set_status(status_acknowledge);
    set_status(status_acknowledge | status_driver);
    uint32_t const features = in32(uint16_t(the_disk.ports + device_features));
    out32(uint16_t(the_disk.ports + guest_features), 0); // plain reads and writes are all that is needed
    if (features & feature_read_only)
        return refuse("cannot be written");
    uint64_t const size = sectors();
    if (size == 0)
        return refuse("has no size");
    if (size % sectors_per_page != 0)
        return refuse("has a size that is no whole number of pages");
    if (size / sectors_per_page > 0x7fffffff)
        return refuse("is too large");
    out16(uint16_t(the_disk.ports + queue_select), 0);
    if (!the_disk.ring.setup(in16(uint16_t(the_disk.ports + queue_size))))
        return refuse("has a queue of a size that the driver cannot use");
    out32(uint16_t(the_disk.ports + queue_frame), the_disk.ring.frame());
    if (!interrupt_attach(pci_interrupt_line(device), &interrupted))
        return refuse("has no interrupt line of its own");
    set_status(status_acknowledge | status_driver | status_ready);
    the_disk.dev = {"virtio disk", &disk_ops, uint32_t(size / sectors_per_page)};
    return nullptr;
}

} // namespace

disk_search disk_find() {
    kassert(!the_disk.dev.ops, "disk: looked for twice");
    pci_device device;
    if (!pci_find(
            virtio_vendor, [](uint16_t id) { return id == legacy_block || id == modern_block; }, &device))
        return {};
    if (const char* const complaint = start(device))
        return {nullptr, complaint};
    return {&the_disk.dev, nullptr};
}

} // namespace uvm::machine
