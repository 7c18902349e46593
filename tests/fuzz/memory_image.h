// The memory of a kernel in a file, with the layout of its structures: what the decoder's fuzzer corrupts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gdbbridge/layout/layout.h"
#include "gdbbridge/snapshot/memory_reader.h"

namespace fuzz {

struct MemoryRegion {
    uint64_t start = 0;
    std::vector<uint8_t> bytes;
};

struct MemoryImage {
    gdbbridge::Layout layout;
    gdbbridge::MemoryWindow window;
    std::vector<MemoryRegion> regions;
};

// false: the file cannot be written.
bool saveImage(const MemoryImage& image, const std::string& path);
// Ends the process with a message when the file is no image, or of a kernel that has not all that the decoder
// looks for.
MemoryImage loadImage(const std::string& path);

// Reads an image, which may be overwritten here and there and put right again.
class ImageReader final : public gdbbridge::MemoryReader {
public:
    explicit ImageReader(MemoryImage& image) : MemoryReader(image.window), m_image(image) {}
    bool read(uint64_t address, void* out, size_t size) override;
    const uint8_t* span(uint64_t address, size_t size) override;

    // Whether memory is read in place or by copies: the decoder must see the same.
    void setInPlace(bool inPlace) { m_inPlace = inPlace; }
    // Notes each place that is read from now on.
    void setNoting(bool noting) { m_noting = noting; }
    struct Place {
        uint64_t address;
        size_t size;
    };
    [[nodiscard]] const std::vector<Place>& places() const { return m_places; }

    // Nothing where there is no memory.
    void write(uint64_t address, uint64_t value, size_t size);
    void restore();

private:
    uint8_t* find(uint64_t address, size_t size);

    MemoryImage& m_image;
    bool m_inPlace = true, m_noting = false;
    std::vector<Place> m_places;
    struct Undo {
        uint8_t* at;
        uint8_t old;
    };
    std::vector<Undo> m_undo;
};

} // namespace fuzz
