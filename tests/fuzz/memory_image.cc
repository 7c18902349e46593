#include "tests/fuzz/memory_image.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "gdbbridge/layout/names.h"

namespace fuzz {

namespace {

constexpr const char* magic = "uvmscope memory image 1";
constexpr uint64_t largestRegion = uint64_t{64} << 20;

[[noreturn]] void fail(const std::string& why) {
    std::fprintf(stderr, "memory image: %s\n", why.c_str());
    std::abort();
}

} // namespace

// A line a fact, "end", then the regions' bytes.
bool saveImage(const MemoryImage& image, const std::string& path) {
    std::ofstream out(path, std::ios::binary);
    out << magic << '\n';
    gdbbridge::Layout const& layout = image.layout;
    for (auto const name : gdbbridge::requiredTypes())
        out << "size " << name << ' ' << layout.size(name).value() << '\n';
    for (auto const name : gdbbridge::requiredFields())
        out << "field " << name << ' ' << layout.field(name)->offset << ' ' << layout.field(name)->size
            << '\n';
    for (auto const name : gdbbridge::requiredSymbols())
        out << "symbol " << name << ' ' << layout.symbol(name).value() << '\n';
    for (auto const name : gdbbridge::requiredEnumerators())
        out << "enumerator " << name << ' ' << layout.enumerator(name).value() << '\n';
    for (size_t i = 0; i < layout.eventNames().size(); ++i)
        if (!layout.eventNames()[i].empty())
            out << "event " << layout.eventNames()[i] << ' ' << i << '\n';
    out << "window . " << image.window.vaBase << ' ' << image.window.paBase << ' ' << image.window.size
        << '\n';
    for (MemoryRegion const& region : image.regions)
        out << "region . " << region.start << ' ' << region.bytes.size() << '\n';
    out << "end\n";
    for (MemoryRegion const& region : image.regions)
        out.write(reinterpret_cast<const char*>(region.bytes.data()), std::streamsize(region.bytes.size()));
    return bool(out.flush());
}

MemoryImage loadImage(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string line;
    if (!std::getline(in, line) || line != magic)
        fail(path + " is none");
    MemoryImage image;
    while (std::getline(in, line) && line != "end") {
        std::istringstream words(line);
        std::string kind, name;
        uint64_t first = 0, second = 0, third = 0;
        words >> kind >> name >> first >> second >> third;
        if (kind == "size")
            image.layout.setSize(name, first);
        else if (kind == "field")
            image.layout.setField(name, {uint32_t(first), uint32_t(second)});
        else if (kind == "symbol")
            image.layout.setSymbol(name, first);
        else if (kind == "enumerator")
            image.layout.setEnumerator(name, first);
        else if (kind == "event")
            image.layout.setEventName(uint16_t(first), name);
        else if (kind == "window")
            image.window = {first, second, third};
        else if (kind == "region" && second <= largestRegion)
            image.regions.push_back({first, std::vector<uint8_t>(second)});
        else
            fail(path + ": " + line);
    }
    for (MemoryRegion& region : image.regions)
        if (!in.read(reinterpret_cast<char*>(region.bytes.data()), std::streamsize(region.bytes.size())))
            fail(path + " is cut short");
    if (auto const missing = image.layout.missing(); !missing.empty())
        fail(path + ": " + missing.front() + "; make it anew");
    return image;
}

uint8_t* ImageReader::find(uint64_t address, size_t size) {
    for (MemoryRegion& region : m_image.regions)
        if (address >= region.start && address - region.start <= region.bytes.size() &&
            size <= region.bytes.size() - (address - region.start))
            return region.bytes.data() + (address - region.start);
    return nullptr;
}

bool ImageReader::read(uint64_t address, void* out, size_t size) {
    if (m_noting)
        m_places.push_back({address, size});
    const uint8_t* const from = find(address, size);
    if (from)
        std::memcpy(out, from, size);
    return from != nullptr;
}

const uint8_t* ImageReader::span(uint64_t address, size_t size) {
    if (!m_inPlace)
        return nullptr;
    if (m_noting)
        m_places.push_back({address, size});
    return find(address, size);
}

void ImageReader::write(uint64_t address, uint64_t value, size_t size) {
    uint8_t* const to = find(address, size);
    for (size_t i = 0; to && i < size; ++i) {
        m_undo.push_back({to + i, to[i]});
        to[i] = uint8_t(value >> 8 * i);
    }
}

void ImageReader::restore() {
    for (; !m_undo.empty(); m_undo.pop_back())
        *m_undo.back().at = m_undo.back().old;
}

} // namespace fuzz
