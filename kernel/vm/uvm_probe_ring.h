// The ring of probe records as it lies in memory, for who writes it (uvm_probe.h) and whoever reads it from
// outside.
//
// There is one processor, and nobody else writes while a record is written (<machine/probe.h>): first all of
// it, then `next` goes on to the place behind, in one store. So all records before `next` are whole, in order
// and without a gap, whenever somebody looks; of the place that `next` points to nobody knows. A record does
// not carry its number: it is told by its place.
//
//   records    [0]    [1]    [2]   …  [size - 1]
//   number    first  first+1                        next points behind the last that is written
//
// A round begins again at [0]. The number of the first record of a round stands twice, for `next` inside the
// ring and for `next` at its end: each is changed while the other one counts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/base/enum_flags.h"

#ifndef UVM_PROBES
#define UVM_PROBES 1
#endif

namespace uvm {

// Classes of events, as bits of the masks.
enum class uvm_event_class : uint32_t {
    none = 0,
    operation = 1,
    process = 2,
    map = 4,
    tree = 8,
    amap = 16,
    object = 32,
    page = 64,
    pmap = 128,
    fault = 256,
    swap = 512,
    call = 1024,
};
template <>
inline constexpr bool is_flag_enum<uvm_event_class> = true;

// Arguments have 64 bits each; with this bit they are words of a 32-bit machine, and bit i says that argument
// i is to be extended by its sign.
inline constexpr uint8_t uvm_probe_words_form = 0x80;
inline constexpr size_t uvm_probe_most_args = 5;

struct uvm_probe_record {
    uint64_t time;  // the processor's time stamp counter; under the bridge instructions
    uint16_t event; // uvm_event
    uint8_t nargs;
    uint8_t form;    // of the arguments: uvm_probe_words_form and the bits below it, or 0
    uint32_t thread; // id of the thread
    alignas(8) std::byte
        args[uvm_probe_most_args * sizeof(uint64_t)]; // those behind nargs are what an older event left

    // The argument with this number, below uvm_probe_most_args.
    [[nodiscard]] uint64_t arg(size_t index) const;
};
static_assert(sizeof(uvm_probe_record) == 56);

inline uint64_t uvm_probe_record::arg(size_t index) const {
    if ((form & uvm_probe_words_form) == 0) {
        uint64_t value;
        __builtin_memcpy(&value, args + index * sizeof value, sizeof value);
        return value;
    }
    uint32_t word;
    __builtin_memcpy(&word, args + index * sizeof word, sizeof word);
    return (form >> index & 1) != 0 ? uint64_t(int64_t(int32_t(word))) : word;
}

inline constexpr uint32_t uvm_probe_ring_size = 1u << 14;

struct uvm_probe_ring_t {
    uvm_probe_record* next; // null: no record was written yet
    uint64_t first;         // number of the record at [0], where next is not at the end
    uint64_t first_at_end;  // where it is
    // That the machine has stood in uvm_probe_stop: a debugger's time, not the kernel's. A reader takes it
    // from the time of records behind the last stop.
    uint64_t stopped_cycles;
    uvm_probe_record records[uvm_probe_ring_size];
};

struct uvm_probe_control_t {
    uvm_event_class record_mask; // written to the ring
    uvm_event_class stop_mask;   // stops as well; without effect where record_mask has no bit
    uint32_t
        stop_except; // an event that does not stop although its class does; uvm_event::none for all that do
    alignas(8) uint64_t stop_from; // no event before this number stops
    // The last event that may be written: the reader of the ring keeps it behind what it has read by one less
    // than the ring holds, and who would write more waits. 0: nobody waits, the oldest records are
    // overwritten.
    alignas(8) uint64_t write_limit;
    uint32_t waiting; // written by the kernel: 1 while somebody waits for the limit to be moved
    // Written by the kernel: up to here in the ring there is nothing to stop or to wait for, nor does the
    // round end. Whoever changes stop_mask, stop_except or stop_from, or moves write_limit back, sets it to
    // null behind that, and does so only while the machine stands.
    alignas(8) uvm_probe_record* quick_until;
};

// Read and (control) written by the debugger, by these names.
extern uvm_probe_ring_t uvm_probe_ring;
extern uvm_probe_control_t uvm_probe_control;

// The number of the last record, 0 for none. The record with a number is at (number - 1) % size.
uint64_t uvm_probe_last();
// One record as it was at one moment; false when it is overwritten, or not written yet.
bool uvm_probe_take(uint64_t number, uvm_probe_record* record);

} // namespace uvm
