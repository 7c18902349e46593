// make_memory_image FILE: runs a scenario on the host kernel that is linked in, and writes its memory as it
// is behind the last command.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "kernel/scenario/scenario.h"
#include "kernel/vm/uvm_probe.h"
#include "tests/fuzz/memory_image.h"
#include "tests/support/host_layout.h"
#include "tests/support/host_machine.h"

namespace {

// Related processes with trees of some depth, shared and private pages, a file, wired memory, pages on both
// queues.
constexpr std::string_view scenario =
    "object F 0x8000\n"
    "space A 0x1000 0x1000000\n"
    "map A 0x10000 0x4000 cow fixed nomerge\n"
    "map A 0x20000 0x4000 overlay inh=share fixed nomerge\n"
    "map A 0x30000 0x4000 obj=F fixed nomerge\n"
    "map A 0x40000 0x4000 obj=F+0x4000 cow fixed nomerge\n"
    "map A 0x60000 0x20000 cow fixed nomerge\n"
    "map A 0x90000 0x1000 cow fixed nomerge\n"
    "write A 0x10000 01\nwrite A 0x20000 03\nread A 0x31000\nwrite A 0x41000 04\n"
    "write A 0x60000 05\nwrite A 0x7f000 06\nunmap A 0x70000 0x1000\n"
    "wire A 0x90000 0x1000\nclean A 0x60000 0x1000 deactivate\nfork A B\n"
    "write B 0x10000 11\nwrite B 0x7f000 16\nread B 0x20000\nfork B C\n"
    "churn C 300\ncheck\n";
constexpr uint32_t lastLine = 24;
constexpr uint64_t arenaBytes = uint64_t{8} << 20; // from its beginning: structures lie there

const char* target;

void writeImage() {
    fuzz::MemoryImage image;
    image.layout = testsupport::hostLayout();
    image.window = testsupport::hostWindow();
    image.window.size = std::min(image.window.size, arenaBytes);
    std::vector<testsupport::MemoryRange> ranges = testsupport::hostVariables();
    ranges.push_back({image.window.vaBase, image.window.vaBase + image.window.size});
    for (auto const& range : ranges) {
        fuzz::MemoryRegion region{range.start, std::vector<uint8_t>(size_t(range.end - range.start))};
        if (testsupport::copyProcessMemory(region.start, region.bytes.data(), region.bytes.size()))
            image.regions.push_back(std::move(region));
    }
    if (!fuzz::saveImage(image, target)) {
        std::fprintf(stderr, "cannot write %s\n", target);
        std::exit(1);
    }
    target = nullptr;
}

} // namespace

extern "C" void uvm_probe_stop(const uvm::uvm_probe_record* record) {
    if (uvm::uvm_event(record->event) == uvm::uvm_event::command_end && record->arg(0) == lastLine && target)
        writeImage();
}

int main(int argc, char** argv) {
    if (argc != 2)
        return 2;
    target = argv[1];
    testsupport::bootHost();
    uvm::uvm_probe_control.record_mask = uvm::uvm_event_class(~uint32_t{0});
    uvm::uvm_probe_control.stop_mask = uvm::uvm_event_class::operation;
    uvm::uvm_probe_control.quick_until = nullptr;
    uvm::scenario_output const nowhere{[](void*, std::string_view) {}, nullptr};
    uvm::scenario_output const errors{
        [](void*, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }, nullptr};
    int const status = uvm::scenario_run(scenario, "image", nowhere, errors);
    return status == 0 && !target ? 0 : 1;
}
