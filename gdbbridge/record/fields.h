// The fields of each kind of thing, named once for both directions: a class with the members of FieldWriter
// goes over them by describe(). Part of thing.cc.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

#include "gdbbridge/session/moment.h"

namespace gdbbridge {

// The words of an enum's values, in their order.
template <class E>
inline constexpr std::array<const char*, 0> fieldWords{};
template <>
inline constexpr std::array fieldWords<Inheritance>{"share", "copy", "none", "zero"};
template <>
inline constexpr std::array fieldWords<Advice>{"normal", "random", "sequential"};
template <>
inline constexpr std::array fieldWords<NodeColor>{"red", "black"};
template <>
inline constexpr std::array fieldWords<PageQueue>{"none", "free", "active", "inactive"};
template <>
inline constexpr std::array fieldWords<ObjectKind>{"anonymous", "file", "device", "kernel"};

// T or const T: what is read into, and what is written from.
template <class T, class Of>
concept Field = std::same_as<std::remove_const_t<T>, Of>;

// Names of the things that indexes point to, by the vector they point into.
enum class FieldTarget : uint8_t { Space, KernelMap, Entry, Amap, Anon, Object, Page };

void describe(auto& f, Field<Entry> auto& e) {
    f.address("address", e.address);
    f.number("id", e.id);
    f.address("start", e.start);
    f.address("end", e.end);
    f.address("gap", e.gap);
    f.address("maxgap", e.maxgap);
    f.reference("left", e.left, FieldTarget::Entry);
    f.reference("right", e.right, FieldTarget::Entry);
    f.reference("parent", e.parent, FieldTarget::Entry);
    f.word("color", e.color);
    f.truth("object_backed", e.objectBacked);
    f.reference("object", e.object, FieldTarget::Object);
    f.address("offset", e.offset);
    f.reference("amap", e.amap, FieldTarget::Amap);
    f.number("amap_page", e.amapPage);
    f.truth("copy_on_write", e.copyOnWrite);
    f.truth("needs_copy", e.needsCopy);
    f.truth("submap", e.submap);
    f.truth("no_merge", e.noMerge);
    f.rights("protection", e.protection);
    f.rights("max_protection", e.maxProtection);
    f.word("inheritance", e.inheritance);
    f.word("advice", e.advice);
    f.number("wired_count", e.wiredCount);
    f.optionalReference("kernel_map", e.kernelMap, FieldTarget::KernelMap);
}

void describe(auto& f, Field<Mapping> auto& m) {
    f.address("va", m.va);
    f.address("pa", m.pa);
    f.rights("protection", m.protection);
    f.truth("wired", m.wired);
    f.truth("referenced", m.referenced);
    f.truth("modified", m.modified);
    f.address("word", m.word);
}

// Entries and mappings are things of their own.
void describeMap(auto& f, Field<Map> auto& m) {
    f.address("map", m.address);
    f.address("min", m.min);
    f.address("max", m.max);
    f.address("size", m.size);
    f.number("entry_count", m.entryCount);
    f.number("timestamp", m.timestamp);
    f.truth("top_down", m.topDown);
    f.truth("wire_future", m.wireFuture);
    f.reference("root", m.root, FieldTarget::Entry);
    f.reference("hint", m.hint, FieldTarget::Entry);
    f.reference("first_free", m.firstFree, FieldTarget::Entry);
    f.address("first_gap", m.firstGap);
}

void describe(auto& f, Field<KernelMap> auto& k) {
    describeMap(f, k.map);
    f.text("name", k.name);
    f.truth("intrsafe", k.intrsafe);
    f.truth("chunked", k.chunked);
    f.number("chunks", k.chunks);
    f.number("chunk_pages", k.chunkPages);
    f.number("chunk_entries", k.chunkEntries);
    f.number("free_entries", k.freeEntries);
    f.number("merged", k.merged);
    f.number("merged_listed", k.mergedListed);
}

void describe(auto& f, Field<Vmspace> auto& v) {
    f.address("address", v.address);
    f.number("id", v.id);
    f.number("refs", v.refs);
    describeMap(f, v.map);
    f.address("pmap", v.pageTables.address);
    f.address("page_table_root", v.pageTables.root);
    f.number("page_table_levels", v.pageTables.levels);
    f.number("page_table_index_bits", v.pageTables.indexBits);
    f.list("page_tables", v.pageTables.tables, [](auto& each, auto& table) {
        each.address("pa", table.pa);
        each.address("va", table.va);
        each.address("word", table.word);
        each.number("level", table.level);
        each.number("present", table.present);
    });
    f.number("resident_count", v.pageTables.residentCount);
    f.number("wired_count", v.pageTables.wiredCount);
}

void describe(auto& f, Field<Process> auto& p) {
    f.address("address", p.address);
    f.number("pid", p.pid);
    f.text("name", p.name);
    f.reference("space", p.vmspace, FieldTarget::Space);
}

void describe(auto& f, Field<Amap> auto& a) {
    f.address("address", a.address);
    f.number("id", a.id);
    f.number("refs", a.refs);
    f.truth("shared", a.shared);
    f.number("slot_count", a.slotCount);
    f.number("room", a.room);
    f.number("used", a.used);
    f.list("slots", a.slots, [](auto& each, auto& slot) {
        each.number("slot", slot.slot);
        each.reference("anon", slot.anon, FieldTarget::Anon);
    });
    f.numbers("per_page_refs", a.perPageRefs);
}

void describe(auto& f, Field<Anon> auto& a) {
    f.address("address", a.address);
    f.number("id", a.id);
    f.number("refs", a.refs);
    f.number("loans", a.loans);
    f.reference("page", a.page, FieldTarget::Page);
    f.number("swap_slot", a.swapSlot);
}

void describe(auto& f, Field<Object> auto& o) {
    f.address("address", o.address);
    f.number("id", o.id);
    f.text("name", o.name);
    f.word("kind", o.kind);
    f.number("refs", o.refs);
    f.address("size", o.size);
    f.list("pages", o.pages, [](auto& each, auto& page) {
        each.address("offset", page.offset);
        each.reference("page", page.page, FieldTarget::Page);
    });
}

void describe(auto& f, Field<Page> auto& p) {
    f.address("address", p.address);
    f.address("pa", p.pa);
    f.word("queue", p.queue);
    f.truth("of_anon", p.ofAnon);
    f.truth("of_object", p.ofObject);
    f.truth("busy", p.busy);
    f.truth("clean", p.clean);
    f.truth("referenced", p.referenced);
    f.truth("modified", p.modified);
    f.number("wire_count", p.wireCount);
    f.number("loan_count", p.loanCount);
    f.bytes("first_bytes", p.firstBytes);
}

void describe(auto& f, Field<Finding> auto& v) {
    f.number("invariant", v.invariant);
    f.address("address", v.address);
    f.text("where", v.where);
    f.text("what", v.what);
    f.text("expected", v.expected);
    f.text("found", v.found);
    f.optionalNumber("since_event", v.sinceEvent);
}

// What belongs to no other thing.
void describe(auto& f, Field<Snapshot> auto& s) {
    f.number("event", s.eventSequence);
    f.number("pointer_size", s.pointerSize);
    f.number("page_size", s.pageSize);
    f.number("free_pages", s.freePages);
    f.number("total_pages", s.totalPages);
    f.number("wired_pages", s.wiredPages);
    f.number("owned_pages", s.ownedPages);
    f.number("owned_limit", s.ownedLimit);
    f.references("active", s.active, FieldTarget::Page);
    f.references("inactive", s.inactive, FieldTarget::Page);
    f.list("findings", s.findings, [](auto& each, auto& finding) { describe(each, finding); });
}

void describe(auto& f, Field<CodePlace> auto& p) {
    f.text("function", p.function);
    f.text("file", p.file);
    f.number("line", p.line);
    f.address("address", p.address);
    f.optionalText("folder", p.folder);
}

} // namespace gdbbridge
