// Amaps: the layer of anonymous pages laid over a map entry.
//
// An amap is an array of slots, one a page, each empty or holding an anon. An entry refers to a window of it:
// entry.aref = {page offset, amap}. Slots live in chunks of 16, allocated when the first anon comes in, so a
// large region that is hardly touched costs a directory and nothing more:
//
//     am_chunk:   [0]      [1]  [2]                    slot 35 = chunk 2, place 3
//                  │        ·    │
//            a·b·············   ···c············       used: 0b101 and 0b1000;  am_nused 3
//
//   am_nslot <= am_maxslot; slots at and above am_nslot are empty and unmapped (room to grow).
//   am_nused = number of anons = sum of the bits of all `used` words.
//
// When entries cover different parts of one amap, am_ref alone cannot tell when a slot is no longer needed by
// anyone. am_ppref then counts the references of each slot, run-length coded: at the first slot of a run of
// length L with count c stands c+1 (L = 1) or -(c+1) followed by L. States: absent (every entry covers the
// whole), none (no memory for it: partial counts are lost, slots are freed with the whole amap), or the
// array.
//
// Idea: C. D. Cranor, "Design and Implementation of the UVM Virtual Memory System", 1998, ch. 4 and 5; the
// chunked slots follow the same need as OpenBSD's. Lock order: map → amap → object → anon → page queues.
// Field tags: [a] am_lock, [I] set once.
#pragma once

#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_anon.h"
#include "kernel/vm/uvm_types.h"

namespace uvm {

struct vm_map;
struct vm_map_entry;
struct vm_page;

inline constexpr uint32_t uvm_amap_chunk_slots = 16;
// From this many pages on, needs-copy is resolved chunk by chunk; an extension that needs this many slots
// fails.
inline constexpr uint32_t uvm_amap_large = 256;
// Spare slots that uvm_flag::amappad asks for.
inline constexpr uint32_t uvm_amap_pad = 16;

struct amap_chunk {
    uint16_t used{}; // bit i: anon[i] is set
    vm_anon* anon[uvm_amap_chunk_slots]{};
};

// swapoff: amap_swap_off is at it; who drops its last reference leaves it to that.
enum class amap_flag : uint8_t { none = 0, shared = 1, swapoff = 2 };
template <>
inline constexpr bool is_flag_enum<amap_flag> = true;

enum class ppref_state : uint8_t { absent, none, array };

struct vm_amap {
    mutex am_lock{"amap"};
    int32_t am_ref{};                                // [a] entries that refer to it; read by amap_is_sole
    amap_flag am_flags{amap_flag::none};             // [a]
    ppref_state am_ppref_state{ppref_state::absent}; // [a]
    uint32_t am_maxslot{};                           // [a] slots that there is room for
    uint32_t am_nslot{};                             // [a] slots in use by entries
    uint32_t am_nused{};                             // [a] slots with an anon
    uint32_t am_nchunk{};                            // [a] length of am_chunk
    amap_chunk** am_chunk{};                         // [a] owned; null = sixteen empty slots
    int32_t* am_ppref{};                             // [a] owned; am_maxslot long in state `array`
    uint16_t* am_wired{};    // [a] owned; am_maxslot long: entries that wire each slot; null: none does
    uint32_t am_id{};        // [I] serial number, never used again
    vm_amap* am_list_prev{}; // [amap list lock] all amaps
    vm_amap* am_list_next{}; // [amap list lock]
};

// An entry's reference: slot `ar_pageoff` of the amap stands for the entry's first page.
struct vm_aref {
    uint32_t ar_pageoff{};
    vm_amap* ar_amap{};
};

enum class amap_extend_dir : uint8_t { forwards, backwards };
// Whether amap_copy may clip a large entry to a chunk around the range and merge it with a neighbour
// (allowed), or has to give the entry as it is an amap of its own (forbidden).
enum class amap_chunking : uint8_t { allowed, forbidden };
// Whether a reference covers only the given range or the amap as a whole.
enum class amap_cover : uint8_t { range, all };
enum class amap_share : uint8_t { keep, mark_shared };
enum class amap_memory : uint8_t { may_wait, no_wait };

// A new amap of one reference with `size` bytes of slots, all empty, and room for `pad` bytes more, or null.
[[nodiscard]] vm_amap* amap_alloc(vsize_t size, vsize_t pad, amap_memory memory);

// One more reference for an entry that covers [offset, offset + len) slots (or everything); mark_shared flags
// the amap as shared. Locks: takes am_lock.
void amap_ref(vm_amap& amap, uint32_t offset, uint32_t len, amap_cover cover, amap_share share);
// The same for a part of what another entry holds: [offset, offset + len) may begin behind the holder's first
// slot, whose references are then counted from where the holder begins. Locks: takes am_lock.
void amap_ref_part(const vm_aref& holder, uint32_t offset, uint32_t len, amap_share share);
// One reference less; slots that nobody needs any more are wiped; the last one frees the amap. Locks: takes
// am_lock.
void amap_unref(vm_amap& amap, uint32_t offset, uint32_t len, amap_cover cover);

// True when the one reference of an entry is all there is. Locks: that entry's map, exclusively: then nobody
// can take another one. A reference that somebody is just giving up may count still.
inline bool amap_is_sole(const vm_amap& amap) { return __atomic_load_n(&amap.am_ref, __ATOMIC_RELAXED) == 1; }
// Adds to the count of references / takes from it. Returns the new count. Locks: am_lock.
inline int32_t amap_count(vm_amap& amap, int32_t change) {
    int32_t const now = amap.am_ref + change;
    __atomic_store_n(&amap.am_ref, now, __ATOMIC_RELAXED);
    return now;
}

// Makes the amap cover `add` more bytes behind or before the entry's range. Needs am_ref == 1.
// Fails: ENOMEM, E2BIG; the amap is unchanged. Locks: map exclusive; takes am_lock.
[[nodiscard]] errno_t amap_extend(vm_map_entry& entry, vsize_t add, amap_extend_dir dir, amap_memory memory);

// Resolves needs-copy of `entry`: allocates an amap, or copies the shared one's slot pointers (each anon gets
// a reference). With chunking a large entry without amap is first clipped to a chunk around [start, end), and
// may merge with a neighbour's amap instead of getting its own. With chunking forbidden start and end are not
// looked at. Fails: by leaving needs-copy set. Locks: the entry's map, exclusive, or nobody else knows it yet
// (a child's); takes am_lock.
void amap_copy(vm_map& map, vm_map_entry& entry, amap_chunking chunking, vaddr_t start, vaddr_t end,
               amap_memory memory = amap_memory::may_wait);
// Copies every shared anon of a freshly copied amap, which `entry` shows whole, now. The pages are wired by
// the parent, hence resident. Locks: the parent's map, exclusive; takes am_lock. Sleeps: for pages. Fails:
// ENOMEM when the page daemon finds none; what was copied so far stays.
[[nodiscard]] errno_t amap_cow_now(vm_map& map, vm_map_entry& entry);

// `split` takes over what lies `offset` bytes or more into the range of `orig`; one more reference.
void amap_splitref(vm_aref& orig, vm_aref& split, vsize_t offset, vsize_t orig_size);

// The anon `offset` bytes into the reference, or null. Takes no reference. Locks: am_lock.
inline vm_anon* amap_lookup(const vm_aref& aref, vsize_t offset) {
    uint32_t const slot = aref.ar_pageoff + bytes_to_pages(offset);
    kassert(slot < aref.ar_amap->am_nslot, "amap_lookup: beyond the amap");
    amap_chunk const* chunk = aref.ar_amap->am_chunk[slot / uvm_amap_chunk_slots];
    return chunk ? chunk->anon[slot % uvm_amap_chunk_slots] : nullptr;
}
// Which of the `n` pages from there, at most a chunk's number, have an anon: bit i stands for the i-th.
// Locks: am_lock. Cost: a look at one or two chunks, which know which of their slots are used; eight
// amap_lookup cost 110 instructions, to learn mostly that there is nothing.
[[nodiscard]] uint32_t amap_used(const vm_aref& aref, vsize_t offset, uint32_t n);
// Puts an anon into an empty slot / in the place of another, whose reference the caller takes over. Where the
// amap is flagged as shared, the page of an anon that is replaced loses its translations in all spaces: the
// sharers must fault to see the new one. Tells amap_slot_set. Fails: ENOMEM, only for an empty slot whose
// chunk cannot be allocated. Locks: am_lock.
enum class amap_slot : uint8_t { empty, replace };
[[nodiscard]] errno_t amap_add(vm_aref& aref, vsize_t offset, vm_anon& anon, amap_slot kind);
// Empties a slot; the anon's reference goes to the caller. Locks: am_lock.
void amap_unadd(vm_aref& aref, vsize_t offset);

// A page is wired once for each wired entry that shows it. Entries that share an amap show the page that
// their slot has, so when a fault of one gives the slot another page, the wires of all of them have to go
// along: the amap counts them. One wire more / less at the slot; the page is the caller's affair. Fails:
// ENOMEM. Locks: am_lock.
[[nodiscard]] errno_t amap_wire(vm_aref& aref, vsize_t offset);
void amap_unwire(vm_aref& aref, vsize_t offset);
// The slot shows `to` instead of `from` now: its wires move. Locks: am_lock. The second is its half for an
// amap that somebody has wired once.
void amap_move_some_wires(const vm_aref& aref, vsize_t offset, vm_page& from, vm_page& to);
inline void amap_move_wires(const vm_aref& aref, vsize_t offset, vm_page& from, vm_page& to) {
    if (aref.ar_amap->am_wired) [[unlikely]]
        amap_move_some_wires(aref, offset, from, to);
}

// Write-protects (or removes) every mapping of the resident anons in the entry's range, in all spaces.
// Locks: am_lock.
void amap_share_protect(vm_map_entry& entry, vm_prot_t prot);

// Calls f(slot, anon) for each anon in [first, first + count), ascending. f may empty the slot, and no slot
// behind it. Locks: am_lock.
template <class F>
void amap_for_each(const vm_amap& amap, uint32_t first, uint32_t count, F&& f) {
    uint32_t const end = first + count;
    for (uint32_t base = first & ~(uvm_amap_chunk_slots - 1); base < end; base += uvm_amap_chunk_slots) {
        amap_chunk const* const chunk = amap.am_chunk[base / uvm_amap_chunk_slots];
        if (!chunk)
            continue;
        uint32_t used = chunk->used;
        if (base < first)
            used &= ~uint32_t{0} << (first - base);
        if (end - base < uvm_amap_chunk_slots)
            used &= (uint32_t{1} << (end - base)) - 1;
        for (; used; used &= used - 1) {
            auto const place = uint32_t(__builtin_ctz(used));
            f(base + place, *chunk->anon[place]);
        }
    }
}

} // namespace uvm
