// Printing a map, its entries, and what an address is.
#include "kernel/vm/uvm_print.h"

namespace uvm {

namespace {

// Submaps below submaps are not what a whole map has; a circle of them is what a damaged one may have.
constexpr uint32_t submap_limit = 4;

template <class Flags>
struct flag_word {
    Flags flag;
    const char* word;
};

template <class Flags, size_t N>
void print_flags(Flags flags, const flag_word<Flags> (&words)[N], text_sink& out) {
    const char* separator = "";
    for (flag_word<Flags> const& w : words)
        if (has(flags, w.flag)) {
            out.text(separator).text(w.word);
            separator = ",";
        }
    if (*separator == '\0')
        out.text("-");
}

constexpr flag_word<vm_map_flag> map_words[] = {
    {vm_map_flag::pageable, "pageable"},     {vm_map_flag::intrsafe, "intrsafe"},
    {vm_map_flag::wirefuture, "wirefuture"}, {vm_map_flag::topdown, "topdown"},
    {vm_map_flag::wantva, "wantva"},         {vm_map_flag::dying, "dying"}};
constexpr flag_word<uvm_etype> etype_words[] = {{uvm_etype::object, "object"},
                                                {uvm_etype::submap, "submap"},
                                                {uvm_etype::copy_on_write, "cow"},
                                                {uvm_etype::needs_copy, "needs-copy"}};
constexpr flag_word<uvm_entry_flag> entry_words[] = {{uvm_entry_flag::kernel, "kernel"},
                                                     {uvm_entry_flag::chunk_header, "chunk"},
                                                     {uvm_entry_flag::nomerge, "nomerge"},
                                                     {uvm_entry_flag::quantum, "quantum"},
                                                     {uvm_entry_flag::first, "first"}};

void print_range(const vm_map_entry& entry, text_sink& out) {
    out.hex(entry.start.value).text("-").hex(entry.end.value);
}

void print_place(const vm_map& map, const vm_map_entry* entry, text_sink& out) {
    if (!entry)
        out.text("nothing");
    else if (entry == &map.header)
        out.text("header");
    else
        print_range(*entry, out);
}

void print_lock(const vm_map& map, text_sink& out) {
    uint32_t const state = atomic::load_relaxed(map.lock.state);
    if (state == rwlock::exclusive)
        out.text(" locked by thread ").dec(atomic::load_relaxed(map.lock.holder));
    else if (state != 0)
        out.text(" read by ").dec(state);
    if (map.busy_owner != 0)
        out.text(" busy by thread ").dec(map.busy_owner);
    if (map.lock.waiters != 0)
        out.text(" waited for by ").dec(map.lock.waiters);
}

void print_amap(const vm_map_entry& entry, text_sink& out) {
    vm_amap const* const amap = entry.aref.ar_amap;
    if (!amap)
        return;
    out.text("    amap from slot ").dec(entry.aref.ar_pageoff).text(" of ").dec(amap->am_nslot);
    out.text(" used=").dec(amap->am_nused).text(" refs=").dec(uint32_t(amap->am_ref));
    if (has(amap->am_flags, amap_flag::shared))
        out.text(" shared");
    if (amap->am_ppref_state == ppref_state::array)
        out.text(" per-page references");
    out.text("\n");
}

void print_entry(const vm_map_entry& entry, text_sink& out) {
    out.text("  ");
    print_range(entry, out);
    out.text(" ");
    uvm_print_prot(entry.protection, out);
    out.text("/");
    uvm_print_prot(entry.max_protection, out);
    out.text(" ")
        .text(uvm_inherit_word(entry.inheritance))
        .text(" ")
        .text(uvm_advice_word(entry.advice))
        .text(" ");
    print_flags(entry.etype, etype_words, out);
    out.text(" ");
    print_flags(entry.flags, entry_words, out);
    out.text(" wired=").dec(entry.wired_count);
    out.text(" gap=").hex(entry.gap.value).text(" maxgap=").hex(entry.maxgap.value).text("\n");
    print_amap(entry, out);
    if (uvm_object const* const obj = entry.obj()) {
        out.text("    object ");
        uvm_print_name(*obj, out);
        out.text("+").hex(entry.offset.value).text("\n");
    }
}

// Calls f(entry) for each entry, in the order of the ring, until it returns false. False, and a line that
// says why, when the ring is not as it must be.
template <class F>
bool walk_ring(const vm_map& map, text_sink& out, F&& f) {
    vm_map_entry const* before = &map.header;
    for (uint32_t n = 0;; ++n) {
        vm_map_entry const* const entry = before->next;
        if (entry == &map.header)
            return true;
        bool const too_many = n == map.nentries;
        if (too_many || !entry || entry->prev != before) {
            out.text("  ! behind ");
            print_place(map, before, out);
            out.text(!entry     ? ": no entry, and not the end\n"
                     : too_many ? ": more entries than the map counts\n"
                                : ": the next entry does not point back\n");
            return false;
        }
        if (!f(*entry))
            return true;
        before = entry;
    }
}

void print_head(const vm_map& map, text_sink& out) {
    out.text("  map ").hex(map.min().value).text("-").hex(map.max().value);
    out.text(" entries=").dec(map.nentries).text(" size=").hex(map.size.value);
    out.text(" refs=").dec(uint32_t(map.ref_count)).text(" ");
    print_flags(map.flags, map_words, out);
    out.text(" hint=");
    print_place(map, map.hint, out);
    out.text(" first_free=");
    print_place(map, map.first_free, out);
    print_lock(map, out);
    out.text("\n");
}

void print_backing(const vm_map_entry& entry, vaddr_t va, text_sink& out) {
    uint32_t const page = bytes_to_pages(trunc_page(va) - entry.start);
    vm_amap const* const amap = entry.aref.ar_amap;
    uint32_t const slot = entry.aref.ar_pageoff + page;
    vm_anon const* anon = nullptr;
    if (amap && slot < amap->am_nslot)
        if (amap_chunk const* const chunk = amap->am_chunk[slot / uvm_amap_chunk_slots])
            anon = chunk->anon[slot % uvm_amap_chunk_slots];
    if (anon) {
        out.text("anon of slot ").dec(slot).text(", refs=").dec(uint32_t(anon->an_ref));
        out.text(anon->an_page ? ", resident" : ", not resident");
    } else if (uvm_object const* const obj = entry.obj()) {
        voff_t const offset = entry.offset + pages_to_bytes(page);
        out.text("object ");
        uvm_print_name(*obj, out);
        out.text("+").hex(offset.value);
    } else {
        out.text("nothing yet");
    }
}

void whatis(const vm_map& map, vaddr_t va, uint32_t depth, text_sink& out) {
    vm_map_entry const* below = &map.header;
    bool const whole = walk_ring(map, out, [&](const vm_map_entry& entry) {
        if (va < entry.start)
            return false;
        below = &entry;
        return va >= entry.end;
    });
    if (!whole)
        return;
    out.text("  ").hex(va.value);
    if (below == &map.header || va >= below->end) {
        out.text(va < map.min() || va >= map.max() ? " lies outside the map\n" : " lies in a gap, behind ");
        if (va < map.min() || va >= map.max())
            return;
        print_place(map, below, out);
        out.text("\n");
        return;
    }
    out.text(" lies in ");
    print_range(*below, out);
    out.text(", ").hex((va - below->start).value).text(" bytes in: ");
    if (!below->is_submap() || depth == submap_limit) {
        print_backing(*below, va, out);
        out.text("\n");
        return;
    }
    out.text("a submap\n");
    if (below->object.sub_map)
        whatis(*below->object.sub_map, va, depth + 1, out);
}

} // namespace

void uvm_map_printit(const vm_map& map, uvm_print_detail detail, text_sink& out) {
    print_head(map, out);
    if (detail == uvm_print_detail::brief)
        return;
    walk_ring(map, out, [&](const vm_map_entry& entry) {
        print_entry(entry, out);
        return true;
    });
}

void uvm_whatis(const vm_map& map, vaddr_t va, text_sink& out) { whatis(map, va, 0, out); }

} // namespace uvm
