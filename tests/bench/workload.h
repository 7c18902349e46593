// The operations that are measured, each as preparation (not measured) and a run (measured).
//
// What they do is what docs/performance.md says of each row: entries of one page, not mergeable, alternating
// with gaps of one page, made in random order. Random choices are drawn beforehand and from a fixed seed, so
// a run does the operation and a loop over the choices, and does the same in every program.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace uvm::bench {

class workload {
public:
    workload() = default;
    virtual ~workload() = default;
    workload(const workload&) = delete;
    workload& operator=(const workload&) = delete;
    // Makes everything ready for one run; the number of operations that it will make.
    virtual uint32_t prepare() = 0;
    virtual void run() = 0;
};

// A row of the table.
struct row {
    const char* name;
    const char* what;
    std::vector<uint32_t> sizes; // numbers of entries to measure it at; {0} when the row has none
    // How often it is prepared and run when instructions are counted: more than once where the first run of a
    // process differs from the rest.
    uint32_t (*runs)(uint32_t size);
    std::unique_ptr<workload> (*make)(uint32_t size);
};

std::span<const row> map_rows();
std::span<const row> fork_rows();
std::span<const row> fault_rows();

// Every row, in the order of the table. Needs a booted host with `memory_needed` bytes when it is run.
std::vector<row> all_rows();
inline constexpr uintptr_t memory_needed = uintptr_t{1} << 30;

} // namespace uvm::bench
