// The small vocabulary of UVM: protections, inheritance, advice, flags, limits.
//
// Classic spelling → ours:  UVM_PROT_RW → vm_prot_t::read | vm_prot_t::write;  UVM_INH_COPY →
// vm_inherit_t::copy; UVM_ADV_RANDOM → vm_advice_t::random;  UVM_FLAG_FIXED → uvm_flag::fixed (and so on, one
// word each); UVM_ET_NEEDSCOPY → uvm_etype::needs_copy;  VM_MAP_TOPDOWN → vm_map_flag::topdown;
// UVM_EXTRACT_QREF → uvm_extract::qref;  PGO_CLEANIT → pgo::cleanit;  UVM_UNKNOWN_OFFSET →
// uvm_unknown_offset.
#pragma once

#include <cstddef>
#include <cstdint>

#include <machine/param.h>

#include "kernel/base/address.h"
#include "kernel/base/enum_flags.h"
#include "kernel/base/result.h"

namespace uvm {

inline constexpr uintptr_t page_size = uintptr_t{1} << machine::page_shift;
inline constexpr uintptr_t page_mask = page_size - 1;
constexpr vaddr_t trunc_page(vaddr_t va) { return round_down(va, page_size); }
constexpr vaddr_t round_page(vaddr_t va) { return round_up(va, page_size); }
constexpr vsize_t round_page(vsize_t s) { return round_up(s, page_size); }
constexpr vsize_t pages_to_bytes(uintptr_t n) { return vsize_t(n << machine::page_shift); }
constexpr uint32_t bytes_to_pages(vsize_t s) { return uint32_t(s.value >> machine::page_shift); }

// Rights of an access or a mapping.
enum class vm_prot_t : uint8_t { none = 0, read = 1, write = 2, execute = 4, all = 7 };
template <>
inline constexpr bool is_flag_enum<vm_prot_t> = true;

// What a forked child gets of an entry. zero: memory of its own that nobody has written.
enum class vm_inherit_t : uint8_t { share, copy, none, zero };

// Expected access pattern of an entry; sets the fault-ahead window.
enum class vm_advice_t : uint8_t { normal, random, sequential };

// Kind of an entry. needs_copy implies copy_on_write.
enum class uvm_etype : uint8_t { none = 0, object = 1, submap = 2, copy_on_write = 4, needs_copy = 8 };
template <>
inline constexpr bool is_flag_enum<uvm_etype> = true;

// Flags of an entry. kernel: from a kernel entry chunk; chunk_header: describes such a chunk's page;
// quantum: may be split without allocating; first: first of a chunk.
enum class uvm_entry_flag : uint8_t {
    none = 0,
    kernel = 1,
    chunk_header = 2,
    nomerge = 4,
    quantum = 8,
    first = 16
};
template <>
inline constexpr bool is_flag_enum<uvm_entry_flag> = true;

// Flags of a map.
enum class vm_map_flag : uint16_t {
    none = 0,
    pageable = 1,
    intrsafe = 2,
    wirefuture = 4,
    topdown = 8,
    wantva = 16,
    dying = 32,
};
template <>
inline constexpr bool is_flag_enum<vm_map_flag> = true;

// Flags of uvm_map and its kin.
enum class uvm_flag : uint16_t {
    none = 0,
    fixed = 1,     // exactly there or fail
    overlay = 2,   // allocate an amap now
    nomerge = 4,   // do not merge with neighbours, now or later
    copyonw = 8,   // copy-on-write (and needs-copy, without overlay)
    amappad = 16,  // spare amap slots for a region that will grow
    trylock = 32,  // EAGAIN instead of waiting for the map's lock
    nowait = 64,   // never sleep for memory
    quantum = 128, // kernel maps: taken away as it was made, so its entry is kept when it merges
    waitva = 256,  // sleep until there is room
    vaonly = 512,  // unmap: leave the hardware mappings alone
    unmap = 1024,  // with fixed, in uvm_map: what lies there goes, in one step with the new mapping
    wantva = 2048, // inside waitva: no room is `restart`, and the map is marked as waited for
};
template <>
inline constexpr bool is_flag_enum<uvm_flag> = true;

// Flags of uvm_map_extract.
enum class uvm_extract : uint8_t { none = 0, remove = 1, contig = 2, qref = 4, fixprot = 8, reserved = 16 };
template <>
inline constexpr bool is_flag_enum<uvm_extract> = true;

// Flags of pager operations and uvm_map_clean.
enum class pgo : uint16_t {
    none = 0,
    cleanit = 1,
    syncio = 2,
    deactivate = 4,
    free = 8,
    allpages = 16, // put: the whole object, whatever range is given
    locked = 32,   // get: resident, idle pages only; never sleeps, never unlocks
};
template <>
inline constexpr bool is_flag_enum<pgo> = true;

inline constexpr voff_t uvm_unknown_offset{~uint64_t{0}};
// No object is longer, and no mapping of one ends further behind its start.
inline constexpr uint64_t uvm_largest_offset = ~uint64_t{0} >> 1;

// Attributes of a new mapping (BSD packs them into one flag word with UVM_MAPFLAG).
struct uvm_mapping {
    vm_prot_t prot{vm_prot_t::none};
    vm_prot_t max{vm_prot_t::none};
    vm_inherit_t inherit{vm_inherit_t::copy};
    vm_advice_t advice{vm_advice_t::normal};
    uvm_flag flags{uvm_flag::none};
};

} // namespace uvm
