// How the decoder sees guest memory: by kernel virtual address, from wherever the bytes come.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace gdbbridge {

// The part of the kernel's address space that maps physical memory one to one: [vaBase, vaBase + size) shows
// [paBase, paBase + size).
struct MemoryWindow {
    uint64_t vaBase = 0, paBase = 0, size = 0;
    bool operator==(const MemoryWindow&) const = default;
};

// Everything is little endian. A read never crosses into memory that is not there: it fails as a whole.
class MemoryReader {
public:
    virtual ~MemoryReader() = default;

    // Copies `size` bytes at a kernel virtual address. false: some of them cannot be had; `out` is
    // unspecified then.
    [[nodiscard]] virtual bool read(uint64_t address, void* out, size_t size) = 0;
    // The bytes in place where they are mapped here, else null. Valid until the reader changes or is
    // forgotten. In a running guest they change under the caller's hands.
    [[nodiscard]] virtual const uint8_t* span(uint64_t address, size_t size);

    // Physical memory through the window.
    [[nodiscard]] const MemoryWindow& window() const { return m_window; }
    [[nodiscard]] bool readPhysical(uint64_t pa, void* out, size_t size);
    [[nodiscard]] const uint8_t* spanPhysical(uint64_t pa, size_t size);

protected:
    MemoryReader() = default;
    explicit MemoryReader(MemoryWindow window) : m_window(window) {}

private:
    MemoryWindow m_window;
};

// Guest RAM that is mapped here: byte i of `ram` is physical address i.
class WindowReader final : public MemoryReader {
public:
    WindowReader(std::span<const uint8_t> ram, MemoryWindow window) : MemoryReader(window), m_ram(ram) {}
    [[nodiscard]] bool read(uint64_t address, void* out, size_t size) override;
    [[nodiscard]] const uint8_t* span(uint64_t address, size_t size) override;

private:
    std::span<const uint8_t> m_ram;
};

// The memory of this process; only what the process may read, as it was when the reader was made (or
// refreshed).
class ProcessReader final : public MemoryReader {
public:
    explicit ProcessReader(MemoryWindow window);
    [[nodiscard]] bool read(uint64_t address, void* out, size_t size) override;
    [[nodiscard]] const uint8_t* span(uint64_t address, size_t size) override;
    void refresh();

private:
    struct Range {
        uint64_t start, end;
    };
    std::vector<Range> m_ranges; // ascending, not touching
};

// Whole pages that somebody fetches (GDB), kept until forget(), that is for one stop.
//
// With a fetch function a page is fetched when it is first wanted. Without one, reads of absent pages fail
// and are noted: fetch what missing() lists, put() it, and decode again until nothing is missing.
class PageCacheReader final : public MemoryReader {
public:
    static constexpr uint64_t pageSize = 4096;
    using Page = std::array<uint8_t, pageSize>;
    // Fills in the page at a page-aligned address; false: not readable.
    using Fetch = std::function<bool(uint64_t address, std::span<uint8_t, pageSize> out)>;

    explicit PageCacheReader(MemoryWindow window, Fetch fetch = {});
    [[nodiscard]] bool read(uint64_t address, void* out, size_t size) override;
    // In place only where the bytes lie in one page.
    [[nodiscard]] const uint8_t* span(uint64_t address, size_t size) override;

    void put(uint64_t pageAddress, std::span<const uint8_t, pageSize> bytes);
    // The page cannot be read; it is not asked for again.
    void putUnreadable(uint64_t pageAddress);
    // Pages that were wanted since the last call and are not there, ascending, each once.
    [[nodiscard]] std::vector<uint64_t> takeMissing();
    void forget();
    [[nodiscard]] size_t pageCount() const { return m_pages.size(); }

private:
    const Page* page(uint64_t pageAddress);

    Fetch m_fetch;
    std::unordered_map<uint64_t, std::unique_ptr<Page>> m_pages; // null: unreadable
    std::vector<uint64_t> m_missing;
};

} // namespace gdbbridge
