// Transfers of the virtio disk.
//
// Whoever transfers takes a request, gives its chain to the device and sleeps until the interrupt says that
// it is done. As many transfers can be under way as there are requests; more wait for one.
//
// A disk that does not answer in time is silent: the transfer fails, and others fail at once until it answers
// again. What it was asked to do it may still do, whenever that is. So its chain stays with it; what it reads
// into is the driver's own memory; and what it writes may be anything by then: a write that failed is EIO,
// the place is not used again. While it is silent a write is ENOMEM, nothing has been written.
#include <algorithm>
#include <cstring>

#include <machine/memory.h>

#include "kernel/arch/x86/pc/ports.h"
#include "kernel/arch/x86/virtio/virtio_blk.h"
#include "kernel/core/machine_calls.h"

namespace uvm::machine {

namespace {

constexpr uint32_t pages_per_request = virtio_ring::chain_length - 2;

constexpr uint32_t type_read = 0, type_write = 1;
constexpr uint32_t answer_ticks = 10 * ticks_per_second;
constexpr uint8_t outcome_ok = 0, outcome_pending = 0xff;

// What each request reads into.
alignas(1u << page_shift) constinit std::byte read_pages[virtio_ring::most_chains][1u << page_shift]{};

constexpr uint32_t no_request = ~0u;

// A request for the caller alone. Sleeps: until there is one. no_request: the disk is silent.
uint32_t take_request() {
    uint64_t const deadline = timer_ticks() + answer_ticks;
    for (;;) {
        uint32_t seen;
        {
            spin_guard const guard(virtio_disk.lock);
            if (virtio_disk.silent)
                return no_request;
            for (uint32_t i = 0; i < virtio_disk.ring.chains(); ++i) {
                if (virtio_disk.requests[i].in_use)
                    continue;
                virtio_disk.requests[i].in_use = true;
                return i;
            }
            seen = virtio_disk.given_back;
        }
        // Who has the requests has waited longer, and says so.
        if (!device_wait(virtio_disk.given_back, seen, "a request of the disk", deadline))
            return no_request;
    }
}

void give_back(uint32_t number) {
    {
        spin_guard const guard(virtio_disk.lock);
        virtio_disk.requests[number].in_use = false;
        ++virtio_disk.given_back;
    }
    wakeup(virtio_disk.given_back);
}

// Whether the disk has answered; else the request is the disk's from now on.
bool wait_for_answer(virtio_blk_request& r) {
    uint64_t const deadline = timer_ticks() + answer_ticks;
    while (atomic::load(r.done) == 0 && device_wait(r.done, 0, "the disk", deadline)) {
    }
    spin_guard const guard(virtio_disk.lock);
    r.abandoned = r.done == 0;
    virtio_disk.silent = virtio_disk.silent || r.abandoned;
    return !r.abandoned;
}

// Up to pages_per_request pages to write, one to read.
errno_t transfer_run(uint32_t type, uint32_t first, std::span<const paddr_t> frames) {
    bool const reads = type == type_read;
    uint32_t const number = take_request();
    if (number == no_request)
        return reads ? errno_t::eio : errno_t::enomem;
    virtio_blk_request& r = virtio_disk.requests[number];
    r.header = {type, 0, uint64_t{first} * sectors_per_page};
    r.outcome = outcome_pending;
    {
        spin_guard const guard(virtio_disk.lock);
        virtio_ring& ring = virtio_disk.ring;
        auto const access = reads ? ring_access::device_writes : ring_access::device_reads;
        uint32_t place = 0;
        r.done = 0;
        ring.put(number, place++, ptr_to_phys(&r.header), sizeof r.header, ring_access::device_reads, false);
        for (paddr_t const frame : frames)
            ring.put(number, place++, reads ? ptr_to_phys(read_pages[number]) : frame, 1u << page_shift,
                     access, false);
        ring.put(number, place, ptr_to_phys(&r.outcome), 1, ring_access::device_writes, true);
        ring.offer(number);
        out16(uint16_t(virtio_disk.ports + queue_notify), 0);
    }
    if (!wait_for_answer(r)) {
        device_report(virtio_disk.dev.name, reads ? "has not answered a read for 10 s: an I/O error"
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

} // namespace

constinit const uvm_blockdev_ops virtio_blk_ops{read, write};

// The device has done something.
void virtio_blk_interrupted() {
    // Reading it also takes the interrupt back.
    if (!(in8(uint16_t(virtio_disk.ports + interrupt_status)) & 1))
        return;
    for (;;) {
        uint32_t number;
        bool abandoned, was_silent;
        {
            spin_guard const guard(virtio_disk.lock);
            if (!virtio_disk.ring.take(&number))
                return;
            was_silent = virtio_disk.silent;
            virtio_disk.silent = false;
            abandoned = virtio_disk.requests[number].abandoned;
            virtio_disk.requests[number].abandoned = false;
            virtio_disk.requests[number].done = 1;
        }
        if (was_silent)
            device_report(virtio_disk.dev.name, "answers again");
        if (abandoned)
            give_back(number);
        else
            wakeup(virtio_disk.requests[number].done);
    }
}

} // namespace uvm::machine
