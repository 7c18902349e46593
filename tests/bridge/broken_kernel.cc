#include "tests/bridge/broken_kernel.h"

#include "gdbbridge/check/check.h"
#include "gdbbridge/snapshot/transcript.h"
#include "tests/support/host_layout.h"
#include "tests/support/host_moments.h"

using gdbbridge::Entry;
using gdbbridge::Finding;
using gdbbridge::none;
using testsupport::FrozenMemory;

namespace {

// Two related processes with a tree of some depth, shared and private pages, a file, wired memory.
constexpr auto scenario = "object F 0x8000\n"
                          "space A 0x1000 0x1000000\n"
                          "map A 0x10000 0x4000 cow fixed nomerge\n"
                          "map A 0x20000 0x4000 overlay inh=share fixed nomerge\n"
                          "map A 0x30000 0x4000 obj=F fixed nomerge\n"
                          "map A 0x40000 0x4000 obj=F+0x4000 cow fixed nomerge\n"
                          "map A 0x44000 0x1000 cow prot=r-- max=rw- fixed nomerge\n"
                          "map A 0x60000 0x20000 cow fixed nomerge\n"
                          "map A 0x90000 0x1000 cow fixed nomerge\n"
                          "map A 0xa0000 0x1000 cow fixed nomerge\n"
                          "map A 0xb0000 0x1000 cow fixed nomerge\n"
                          "write A 0x10000 01\n"
                          "write A 0x11000 02\n"
                          "write A 0x20000 03\n"
                          "read A 0x31000\n"
                          "read A 0x33000\n"
                          "write A 0x41000 04\n"
                          "write A 0x60000 05\n"
                          "write A 0x7f000 06\n"
                          "unmap A 0x70000 0x1000\n"
                          "wire A 0x90000 0x1000\n"
                          "fork A B\n"
                          "write B 0x10000 11\n"
                          "write B 0x7f000 16\n"
                          "read B 0x20000\n"
                          "inherit A 0x10000 0x1000 none\n"
                          "kalloc k kmem 0x1000 wired\n"
                          "kalloc l kmem 0x2000 wired\n"
                          "kalloc p kernel 0x4000 pageable\n"
                          "kwrite p 0x1000 01\n";

} // namespace

BrokenKernel::BrokenKernel() : decoder(std::make_unique<gdbbridge::Decoder>(testsupport::hostLayout())) {
    size_t commands = 0, failed = 0;
    testsupport::HostRun const run =
        testsupport::runOnHost(scenario, testsupport::MomentsAt::CommandEnds, [&](gdbbridge::MemoryReader&) {
            memory = std::make_unique<FrozenMemory>();
            ++commands;
        });
    for (auto const& moment : run.moments)
        failed += moment->error != 0 ? 1 : 0;
    if (run.status != 0 || failed != 0 || commands < 20)
        qFatal("the scenario to be broken did not run");
    good = decoder->decode(*memory);
}

Looked BrokenKernel::look() {
    Looked out;
    out.snapshot = decoder->decode(*memory);
    out.broken = out.snapshot.findings;
    for (Finding& finding : gdbbridge::allViolations(out.snapshot))
        out.broken.push_back(std::move(finding));
    out.textSize = gdbbridge::dumpText(out.snapshot, {}).size() +
                   gdbbridge::anonsText(out.snapshot, {}).size() +
                   gdbbridge::pmapText(out.snapshot, {}).size();
    return out;
}

uint64_t BrokenKernel::at(uint64_t structure, const char* path) const {
    return structure + testsupport::hostLayout().field(path).value().offset;
}

uint64_t BrokenKernel::symbol(const char* name) const {
    return testsupport::hostLayout().symbol(name).value();
}

size_t BrokenKernel::sizeOf(const char* path) const {
    return testsupport::hostLayout().field(path).value().size;
}

void BrokenKernel::set(uint64_t structure, const char* path, uint64_t value) {
    QVERIFY(memory->write(at(structure, path), value, sizeOf(path)));
}

uint64_t BrokenKernel::get(uint64_t structure, const char* path) {
    return memory->value(at(structure, path), sizeOf(path));
}

const Entry& BrokenKernel::entry(uint64_t start, size_t space) const {
    for (Entry const& e : map(space).entries)
        if (e.start == start)
            return e;
    qFatal("no entry %#llx", static_cast<unsigned long long>(start));
}

const gdbbridge::KernelMap& BrokenKernel::kernelMap(const char* name) const {
    for (auto const& each : good.kernelMaps)
        if (each.name == name)
            return each;
    qFatal("no kernel map %s", name);
}

uint64_t BrokenKernel::submapEntry() const {
    for (Entry const& e : kernelMap("kernel").map.entries)
        if (e.submap)
            return e.address;
    qFatal("kernel_map has no submap");
}

int BrokenKernel::leaf() const {
    for (size_t i = 0; i < map().entries.size(); ++i)
        if (map().entries[i].left == none && map().entries[i].right == none)
            return int(i);
    qFatal("a tree without a leaf");
}

std::vector<BrokenKernel::Target> BrokenKernel::targets() {
    auto const size = [](const char* type) { return testsupport::hostLayout().size(type).value(); };
    std::vector<Target> out;
    for (auto const& p : good.processes)
        out.push_back({p.address, size("process")});
    for (auto const& space : good.vmspaces) {
        out.push_back({space.address, size("vmspace")});
        out.push_back({space.pageTables.address, size("pmap")});
        out.push_back({memory->window().vaBase + space.pageTables.root, 4096});
        for (Entry const& e : space.map.entries)
            out.push_back({e.address, size("vm_map_entry")});
    }
    for (auto const& each : good.kernelMaps) {
        out.push_back({each.map.address, size("vm_map")});
        out.push_back({get(each.map.address, "vm_map.kernel"), size("uvm_map_kernel")});
        for (Entry const& e : each.map.entries)
            out.push_back({e.address, size("vm_map_entry")});
    }
    for (auto const& amap : good.amaps) {
        out.push_back({amap.address, size("vm_amap")});
        uint64_t const directory = memory->value(at(amap.address, "vm_amap.am_chunk"), sizeof(void*));
        out.push_back({directory, sizeof(void*)});
        out.push_back({memory->value(directory, sizeof(void*)), size("amap_chunk")});
    }
    for (auto const& anon : good.anons)
        out.push_back({anon.address, size("vm_anon")});
    for (auto const& object : good.objects)
        out.push_back({object.address, size("uvm_object")});
    for (auto const& page : good.pages)
        out.push_back({page.address, size("vm_page")});
    return out;
}
