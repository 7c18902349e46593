// A frozen kernel that a test may break in chosen places, and what the bridge then makes of it.
#pragma once

#include <QTest>

#include <functional>
#include <memory>
#include <vector>

#include "gdbbridge/snapshot/decoder.h"
#include "tests/support/frozen_memory.h"

// Everything that the bridge and the app do with a snapshot of a stopped machine.
struct Looked {
    gdbbridge::Snapshot snapshot;
    std::vector<gdbbridge::Finding> broken; // the decoder's and both checks'
    size_t textSize = 0;
};

class BrokenKernel {
public:
    // Runs a scenario on the host and freezes its memory at the end of the last command.
    BrokenKernel();

    Looked look();

    // A field of a structure, by the layout's path.
    uint64_t at(uint64_t structure, const char* path) const;
    void set(uint64_t structure, const char* path, uint64_t value);
    uint64_t get(uint64_t structure, const char* path);
    uint64_t symbol(const char* name) const;

    // Things of the state as it was frozen.
    const gdbbridge::Map& map(size_t space = 0) const { return good.vmspaces[space].map; }
    const gdbbridge::Entry& entry(uint64_t start, size_t space = 0) const;
    uint64_t addressOf(int index) const { return map().entries[size_t(index)].address; }
    uint64_t amapOf(const gdbbridge::Entry& e) const { return good.amaps[size_t(e.amap)].address; }
    uint64_t headerOf(size_t space = 0) const { return at(map(space).address, "vm_map.header"); }
    const gdbbridge::KernelMap& kernelMap(const char* name) const;
    uint64_t kernelPart(const char* name) { return get(kernelMap(name).map.address, "vm_map.kernel"); }
    // kernel_map's first entry that is a submap's.
    uint64_t submapEntry() const;
    // An entry without children in the tree.
    int leaf() const;

    // All structures that the decoder follows, for random damage.
    struct Target {
        uint64_t address;
        uint64_t size;
    };
    std::vector<Target> targets();

    std::unique_ptr<testsupport::FrozenMemory> memory;
    gdbbridge::Snapshot good;

private:
    size_t sizeOf(const char* path) const;
    std::unique_ptr<gdbbridge::Decoder> decoder;
};

// One way to break a kernel, and how the bridge must report it.
struct Damage {
    const char* name;
    uint32_t invariant;
    const char* words; // part of the finding's `what`
    std::function<void(BrokenKernel&)> breakIt;
};
std::vector<Damage> damages();
