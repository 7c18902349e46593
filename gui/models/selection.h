// What is selected, and which things it lights up. A selection is an identity with some fields set; a thing
// is linked when it is that thing or stands for it.
#pragma once

#include <cstdint>

namespace gui {

struct Selection {
    enum class Kind : uint8_t { Nothing, Process, Entry, Amap, Anon, Address };
    Kind kind = Kind::Nothing;
    uint32_t process = 0; // pid, of an address and where it is known
    uint32_t entry = 0;   // serial numbers
    uint32_t amap = 0, anon = 0;
    uint64_t va = 0;

    bool operator==(const Selection&) const = default;
    bool isProcess(uint32_t pid) const { return kind == Kind::Process && process == pid; }
    // Entries of different processes have different numbers.
    bool isEntry(uint32_t id) const { return kind == Kind::Entry && entry == id; }
    bool isAnon(uint32_t id) const { return kind == Kind::Anon && anon == id; }
    bool isAddress(uint32_t pid, uint64_t address) const {
        return kind == Kind::Address && process == pid && va == address;
    }
};

} // namespace gui
