// Words for system calls, nearly right or wild: what the fuzzer makes its calls of.
#pragma once

#include <initializer_list>

#include "kernel/user/lib/libc.h"

namespace {

// --- chance
uint64_t state;
uint32_t random_word() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return uint32_t(state >> 16);
}
uint32_t below(uint32_t n) { return uint32_t(uint64_t(random_word()) * n >> 32); }
template <class T, size_t N>
T one_of(const T (&choices)[N]) {
    return choices[below(N)];
}

// --- what a call takes: a letter for each word.
//   a address of a mapping  l length        p protection   m mmap's flags  f file       o offset in pages
//   b buffer                n small number  t path         v arguments     s signal     i process
//   c code                  k stack         h shared memory's number       e the break  w random word
//   z ticks, few            g other flags   x time span    d descriptor or -1
struct signature {
    call number;
    const char* words;
};
constexpr signature signatures[] = {
    {call::none, ""},           {call::exit, "n"},        {call::fork, ""},
    {call::vfork, ""},          {call::exec, "tv"},       {call::wait, "ibn"},
    {call::getpid, ""},         {call::getppid, ""},      {call::sched_yield, ""},
    {call::getrlimit, "nb"},    {call::setrlimit, "nb"},  {call::mmap, "alpmdo"},
    {call::munmap, "al"},       {call::mprotect, "alp"},  {call::minherit, "aln"},
    {call::brk, "e"},           {call::madvise, "aln"},   {call::mincore, "alb"},
    {call::msync, "alg"},       {call::mlock, "al"},      {call::munlock, "al"},
    {call::mlockall, "g"},      {call::munlockall, ""},   {call::shmget, "nlg"},
    {call::shmat, "hag"},       {call::shmdt, "a"},       {call::shmctl, "hnb"},
    {call::open, "tg"},         {call::close, "f"},       {call::read, "fbl"},
    {call::write, "fbl"},       {call::lseek, "fwnnb"},   {call::ftruncate, "fwn"},
    {call::unlink, "t"},        {call::pipe, "b"},        {call::file_info, "nb"},
    {call::kill, "is"},         {call::sigaction, "sbb"}, {call::sigprocmask, "nbb"},
    {call::sigreturn, "b"},     {call::nanosleep, "x"},   {call::thread_create, "cwk"},
    {call::thread_exit, ""},    {call::word_wait, "bwz"}, {call::word_wake, "b"},
    {call::process_info, "nb"}, {call::memory_info, "b"}, {call::scenario, "t"},
    {call::halt, "n"},          {call::mremap, "alalg"},  {call::process_memory, "ibbln"},
    {call::policy, "n"},        {call::check, ""},
};
constexpr uint32_t calls = uint32_t(call::count);
constexpr bool in_order() {
    for (uint32_t i = 0; i < calls; ++i)
        if (uint32_t(signatures[i].number) != i)
            return false;
    return true;
}
static_assert(sizeof signatures / sizeof *signatures == calls && in_order(), "a row for each call, in order");

constexpr bool is_address(char kind) {
    for (char const c : {'a', 'b', 't', 'v', 'c', 'k', 'e', 'x'})
        if (c == kind)
            return true;
    return false;
}

// --- words
struct area_t {
    char* at;
    size_t size;
};
area_t areas[8];
char scratch[4096];
uint32_t shared_numbers[4];
uint32_t first_own_pid; // those below are not ours to harm

long wild_address() {
    static constexpr uintptr_t edges[] = {0,
                                          1,
                                          page - 1,
                                          page,
                                          0x400000,
                                          0x401000,
                                          0xbfbfefff,
                                          0xbfbff000,
                                          0xbffffffc,
                                          0xc0000000,
                                          0xc0100000,
                                          uintptr_t(0x7fffffffefffull),
                                          uintptr_t(0x800000000000ull),
                                          uintptr_t(0xffffffff80100000ull),
                                          ~uintptr_t{0} >> 1,
                                          ~(~uintptr_t{0} >> 1),
                                          ~uintptr_t{0xfff},
                                          ~uintptr_t{3},
                                          ~uintptr_t{0}};
    if (below(3))
        return long(one_of(edges));
    return long(uintptr_t(random_word()) << (sizeof(void*) == 8 ? below(33) : 0));
}

long mapped_address() {
    area_t const& a = areas[below(8)];
    long const at = long(a.at) + long(below(uint32_t(a.size) + 2 * page)) - long(page);
    return below(4) ? at & ~long(page - 1) : at;
}

long buffer() { return below(4) ? long(scratch + below(sizeof scratch - 512)) : mapped_address(); }

long some_length() {
    switch (below(8)) {
    case 0:
        return long(below(3));
    case 1:
        return long(random_word());
    case 2:
        return -long(below(3 * page));
    default:
        return long(below(24) * page + (below(3) ? 0 : below(page)));
    }
}

// Itself, its children, nobody; never who watches.
long some_process() {
    long const pid = below(3) ? getpid() + long(below(4)) : long(random_word());
    return uint32_t(pid) < first_own_pid ? -1 : pid;
}

const char* some_path() {
    static const char* const paths[] = {"fuz0",      "fuz1",      "fuz2", "hello", "nobody",
                                        "/dev/zero", "/dev/null", "",     "/",     "./fuz0"};
    return one_of(paths);
}

void nothing(void*) { ask(call::thread_exit); }

long nearly_right(char kind) {
    static constexpr uint32_t map_flags[] = {abi::map_shared, abi::map_private, abi::map_fixed, abi::map_anon,
                                             abi::map_wired,  abi::map_excl,    abi::map_stack};
    static const char* const words[] = {"fuz0", "x", nullptr};
    static abi::time_span span;
    switch (kind) {
    case 'a':
        return below(4) ? mapped_address() : 0;
    case 'l':
        return some_length();
    case 'p':
        return long(below(8));
    case 'm': {
        uint32_t flags = below(2) ? abi::map_shared : abi::map_private;
        if (below(3))
            flags |= abi::map_anon;
        return long(below(3) ? flags : flags | one_of(map_flags));
    }
    case 'd':
        return below(2) ? -1 : long(below(8));
    case 'f':
        return long(below(10));
    case 'o':
        return below(8) ? long(below(8)) : long(random_word());
    case 't':
        return long(some_path());
    case 'v':
        return long(words);
    case 's':
        return long(below(abi::sig_count + 2));
    case 'i':
        return some_process();
    case 'c':
        return long(&nothing);
    case 'k':
        return long(scratch + 2048 + below(1024));
    case 'h':
        return below(4) ? long(one_of(shared_numbers)) : long(below(64));
    case 'e':
        return long(brk(nullptr)) + long(below(8 * page)) - long(4 * page);
    case 'w':
        return below(2) ? long(below(5 * page)) : long(random_word());
    case 'z':
        return long(1 + below(4));
    case 'g':
        return below(2) ? long(1u << below(16)) : long(below(16));
    case 'x':
        span = {below(8) ? 0 : random_word(), below(20'000'000), 0};
        return long(&span);
    case 'b':
        return buffer();
    default:
        return below(20) ? long(below(12)) : long(random_word());
    }
}

} // namespace
