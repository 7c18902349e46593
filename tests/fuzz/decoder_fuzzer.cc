// The fuzz target: a kernel's memory with some of what the decoder reads overwritten. Wrong is: a finding of
// a sanitizer, more time or memory than the limits of the program allow, lists beyond their bounds, a
// snapshot that depends on how memory is read, an index that points nowhere.
//
// An input is the number of an image, then edits of 12 bytes: which place the decoder looked at, where in it,
// how wide, and a value: raw, the address of another such place or close to it, a place in the window, or a
// small one.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "gdbbridge/check/check.h"
#include "gdbbridge/diff/diff.h"
#include "gdbbridge/snapshot/decoder.h"
#include "gdbbridge/snapshot/transcript.h"
#include "tests/fuzz/memory_image.h"

namespace {

using namespace gdbbridge;

constexpr size_t editSize = 12, mostEdits = 64, mostFindings = 201;

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "decoder_fuzzer: %s\n", what);
    std::abort();
}

// Smaller than a real viewer's, so that running into them takes no seconds.
constexpr DecodeLimits limits{.processes = 256,
                              .entries = 1u << 14,
                              .amapSlots = 1u << 16,
                              .objectPages = 1u << 14,
                              .mappings = 1u << 14};

struct Kernel {
    explicit Kernel(const std::string& path)
        : image(fuzz::loadImage(path)), reader(image), decoder(image.layout, limits) {
        reader.setNoting(true);
        good = decoder.decode(reader);
        reader.setNoting(false);
        if (!good.findings.empty() || !allViolations(good).empty() || good.vmspaces.size() < 3 ||
            good.anons.size() < 4 || good.objects.empty())
            fail("the image is not what it should be");
    }
    fuzz::MemoryImage image;
    fuzz::ImageReader reader;
    Decoder decoder;
    Snapshot good;
};

std::vector<std::unique_ptr<Kernel>> kernels;

class Bytes {
public:
    explicit Bytes(const uint8_t* at) : m_at(at) {}
    template <class T>
    T take() {
        T value;
        std::memcpy(&value, m_at, sizeof value);
        m_at += sizeof value;
        return value;
    }

private:
    const uint8_t* m_at;
};

void edit(Kernel& kernel, const uint8_t* data) {
    auto const& places = kernel.reader.places();
    Bytes bytes(data);
    auto const& place = places[bytes.take<uint16_t>() % places.size()];
    auto const where = bytes.take<uint8_t>();
    auto const how = bytes.take<uint8_t>();
    auto const value = bytes.take<uint64_t>();
    size_t const width = size_t{1} << (how & 3);
    if (place.size < width)
        return;
    uint64_t what = value;
    switch (how >> 2 & 3) {
    case 1:
        what = places[value % places.size()].address + int64_t(int8_t(value >> 56));
        break;
    case 2:
        what = kernel.image.window.vaBase + value % kernel.image.window.size;
        break;
    case 3:
        what = uint64_t(int64_t(int8_t(value)));
        break;
    default:
        break;
    }
    kernel.reader.write(place.address + where % (place.size / width) * width, what, width);
}

void isIndex(int index, size_t size) {
    if (index != none && (index < 0 || size_t(index) >= size))
        fail("an index points nowhere");
}

// What the views rely on.
void checkShape(const Snapshot& s) {
    for (Process const& process : s.processes)
        isIndex(process.vmspace, s.vmspaces.size());
    for (Vmspace const& space : s.vmspaces) {
        size_t const entries = space.map.entries.size();
        for (int const index : {space.map.root, space.map.hint, space.map.firstFree})
            isIndex(index, entries);
        for (Entry const& entry : space.map.entries) {
            for (int const index : {entry.left, entry.right, entry.parent})
                isIndex(index, entries);
            isIndex(entry.amap, s.amaps.size());
            isIndex(entry.object, s.objects.size());
        }
    }
    for (Amap const& amap : s.amaps)
        for (AmapSlot const& slot : amap.slots)
            isIndex(slot.anon, s.anons.size());
    for (Anon const& anon : s.anons)
        isIndex(anon.page, s.pages.size());
    for (Object const& object : s.objects)
        for (ObjectPage const& page : object.pages)
            isIndex(page.page, s.pages.size());
    if (s.findings.size() > mostFindings)
        fail("more findings than there may be");
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char*** argv) {
    std::string const folder = std::string((*argv)[0]).substr(0, std::string((*argv)[0]).rfind('/'));
    kernels.push_back(std::make_unique<Kernel>(folder + "/fuzz/image-64"));
    // Where 32-bit programs do not run, nothing can make it.
    if (std::string const narrow = folder + "/fuzz/image-32"; std::filesystem::exists(narrow))
        kernels.push_back(std::make_unique<Kernel>(narrow));
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0)
        return 0;
    Kernel& kernel = *kernels[data[0] % kernels.size()];
    size_t edits = 0;
    for (size_t at = 1; at + editSize <= size && edits < mostEdits; at += editSize, ++edits)
        edit(kernel, data + at);
    Snapshot const inPlace = kernel.decoder.decode(kernel.reader);
    kernel.reader.setInPlace(false);
    Snapshot const copied = kernel.decoder.decode(kernel.reader);
    kernel.reader.setInPlace(true);
    kernel.reader.restore();
    if (!(inPlace == copied))
        fail("in place and by copies the snapshots differ");
    checkShape(inPlace);
    if (checkInvariants(inPlace).size() > mostFindings || checkMappings(inPlace).size() > mostFindings)
        fail("more violations than there may be");
    (void)dumpText(inPlace, {});
    (void)anonsText(inPlace, {});
    (void)pmapText(inPlace, {});
    (void)difference(kernel.good, inPlace);
    return 0;
}
