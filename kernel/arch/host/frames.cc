// Clearing and copying page frames with the C library's vector loops.
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

// Up to this length the C library takes its vector loop. For a whole page it takes a string instruction, of
// which callgrind counts every byte: 4,096 instructions for what the reference, vectorised, does in about
// 200. This file is compiled with -fno-builtin, or the compiler would put such an instruction here itself.
constexpr size_t piece = 2048;
static_assert(page_size % piece == 0);

#ifdef __SANITIZE_THREAD__
// A program may store to a page while another program's copy of it is made: what the copy then holds is
// between the two programs, as on hardware. So the thread sanitizer, for which that is a race of the
// kernel's, does not look while the page is read; where its copy goes it looks.
void copy_piece(std::byte* to, std::byte const* from) {
    std::byte between[piece];
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    memcpy(between, from, piece);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    memcpy(to, between, piece);
}
#else
void copy_piece(std::byte* to, std::byte const* from) { memcpy(to, from, piece); }
#endif

} // namespace

void zero_frame(paddr_t pa) {
    std::byte* const frame = arena_base + pa.value;
    for (size_t at = 0; at < page_size; at += piece)
        memset(frame + at, 0, piece);
}

void copy_frame(paddr_t from, paddr_t to) {
    std::byte const* const source = arena_base + from.value;
    std::byte* const frame = arena_base + to.value;
    for (size_t at = 0; at < page_size; at += piece)
        copy_piece(frame + at, source + at);
}

} // namespace uvm::machine
