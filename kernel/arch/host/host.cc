#include "kernel/arch/host/host.h"

#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include <sys/mman.h>

#include <machine/memory.h>
#include <machine/mmu.h>
#include <machine/thread.h>

#include "kernel/base/kassert.h"
#include "kernel/base/panic.h"
#include "kernel/vm/uvm_init.h"
#include "kernel/vm/uvm_types.h"

namespace uvm {

namespace machine {

std::byte* arena_base;
vsize_t arena_size;

namespace {
// As on a PC, the lowest memory is not handed out; so physical address 0 is no page and stands for "none".
constexpr paddr_t first_frame{uintptr_t{1} << 20};
physical_range free_frames[1];
} // namespace

std::span<const physical_range> physical_memory() { return free_frames; }

} // namespace machine

namespace {

std::atomic<host_panic> panic_action{host_panic::abort};

void map_arena(vsize_t size) {
    using namespace machine;
    void* memory =
        mmap(nullptr, size.value, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    kassert(memory != MAP_FAILED, "host: no memory for the arena");
    arena_base = static_cast<std::byte*>(memory);
    arena_size = size;
    free_frames[0] = {first_frame, paddr_t(size.value)};
}

} // namespace

void host_boot(vsize_t size) {
    kassert(is_aligned(size.value, page_size), "host: arena size is not whole pages");
    kassert(size.value > machine::first_frame.value * 2, "host: arena too small");
    kassert(!machine::arena_base, "host: booted twice");
    machine::current_thread();
    map_arena(size);
    uvm_init();
}

void host_set_panic(host_panic what) { panic_action = what; }

void machine_panic() {
    panic_record const& record = uvm_panic_record;
    fflush(stdout);
    fprintf(stderr, "panic: %s at %s:%" PRIu32 "\n", record.message, record.file, record.line);
    if (record.invariant)
        fprintf(stderr, "  invariant %" PRIu32 ": expected %#" PRIx64 ", found %#" PRIx64 ", at %p\n",
                record.invariant, record.expected, record.found, record.subject);
    if (panic_action == host_panic::exit_3)
        _Exit(3);
    abort();
}

} // namespace uvm
