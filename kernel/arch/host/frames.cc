// Clearing and copying page frames with vectors as wide as the processor has.
#include <cstring>

#include <machine/memory.h>

#include "kernel/vm/uvm_types.h"

#ifdef __SANITIZE_THREAD__
// The thread sanitizer's own, in its library but in no header.
extern "C" void AnnotateIgnoreReadsBegin(const char* file, int line);
extern "C" void AnnotateIgnoreReadsEnd(const char* file, int line);
#endif

namespace uvm::machine {

namespace {

#ifdef __SANITIZE_THREAD__

void clear(std::byte* frame) { memset(frame, 0, page_size); }

// A program may store to a page while another program's copy of it is made: what the copy then holds is
// between the two programs, as on hardware. So the thread sanitizer, for which that is a race of the
// kernel's, does not look while the page is read; where its copy goes it looks.
void copy(std::byte* to, std::byte const* from) {
    std::byte between[page_size];
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    memcpy(between, from, page_size);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    memcpy(to, between, page_size);
}

#else

// Frames are aligned, so there is nothing to ask at the beginning and at the end as there is in the C
// library, whose loops take 110 to 160 instructions more a page; and above 2 KiB it takes a string
// instruction, of which callgrind counts every byte. Vectors may alias everything: a frame is memory without
// a type.
using wide [[gnu::vector_size(32), gnu::may_alias]] = long long;
using narrow [[gnu::vector_size(16), gnu::may_alias]] = long long;

template <class Vector>
[[gnu::always_inline]] inline void clear_by(std::byte* frame) {
    constexpr size_t in_turn = 64;
    auto* const to = reinterpret_cast<Vector*>(frame);
    for (size_t at = 0; at < page_size / sizeof(Vector); at += in_turn)
#pragma GCC unroll 64
        for (size_t i = 0; i < in_turn; ++i)
            to[at + i] = Vector{};
}

template <class Vector>
[[gnu::always_inline]] inline void copy_by(std::byte* frame, std::byte const* source) {
    constexpr size_t in_turn = 64;
    auto* const to = reinterpret_cast<Vector*>(frame);
    auto const* const from = reinterpret_cast<Vector const*>(source);
    for (size_t at = 0; at < page_size / sizeof(Vector); at += in_turn)
#pragma GCC unroll 64
        for (size_t i = 0; i < in_turn; ++i)
            to[at + i] = from[at + i];
}

[[gnu::target("avx")]] void clear_wide(std::byte* frame) { clear_by<wide>(frame); }
[[gnu::target("avx")]] void copy_wide(std::byte* to, std::byte const* from) { copy_by<wide>(to, from); }

bool has_wide() { return __builtin_cpu_supports("avx") != 0; }

void clear(std::byte* frame) {
    if (has_wide())
        clear_wide(frame);
    else
        clear_by<narrow>(frame);
}

void copy(std::byte* to, std::byte const* from) {
    if (has_wide())
        copy_wide(to, from);
    else
        copy_by<narrow>(to, from);
}

#endif

} // namespace

void zero_frame(paddr_t pa) { clear(arena_base + pa.value); }

void copy_frame(paddr_t from, paddr_t to) { copy(arena_base + to.value, arena_base + from.value); }

} // namespace uvm::machine
