// fuzz SEED ROUNDS: random system calls with words that are nearly right, in children that may die of it. The
// machine has to stay up; what it says at the end is how many calls there were and how the children ended.
#include "kernel/user/lib/libc.h"

namespace {

uint64_t state;
uint32_t random_word() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return uint32_t(state >> 16);
}
uint32_t below(uint32_t n) { return uint32_t(uint64_t(random_word()) * n >> 32); }

struct area_t {
    char* at;
    size_t size;
};
area_t areas[8];
char scratch[4096];

long some_address() {
    switch (below(10)) {
    case 0:
        return long(scratch + below(sizeof scratch));
    case 1:
        return long(uintptr_t(random_word()) << (below(2) ? 0 : (sizeof(void*) == 8 ? 16 : 0)));
    case 2: {
        uintptr_t const edges[] = {0,
                                   1,
                                   page,
                                   ~uintptr_t{0},
                                   ~uintptr_t{0xfff},
                                   0xbfbff000,
                                   0xc0000000,
                                   uintptr_t{1} << (sizeof(void*) * 8 - 1),
                                   0x400000,
                                   0x401000};
        return long(edges[below(sizeof edges / sizeof *edges)]);
    }
    case 3:
        return long(brk(nullptr)) + long(below(8 * page)) - long(4 * page);
    default: {
        area_t const& a = areas[below(8)];
        long const at = long(a.at) + long(below(uint32_t(a.size) + 2 * page)) - long(page);
        return below(3) ? at & ~long(page - 1) : at;
    }
    }
}

long some_length() {
    switch (below(6)) {
    case 0:
        return long(below(3));
    case 1:
        return long(random_word());
    case 2:
        return -long(below(3 * page));
    default:
        return long(below(40) * page + (below(3) ? 0 : below(page)));
    }
}

long some_small() { return below(20) ? long(below(12)) : long(random_word()); }

// A word for the n-th argument of a call.
long some_word(uint32_t n) {
    switch (below(8)) {
    case 0:
        return some_small();
    case 1:
        return some_address();
    case 2:
        return some_length();
    default:
        return n == 0   ? (below(3) ? some_address() : some_small())
               : n == 1 ? (below(4) ? some_length() : some_address())
                        : (below(2) ? some_small() : some_address());
    }
}

bool is_left_out(call c) {
    // These end the machine, or only make the run long.
    return c == call::halt || c == call::scenario || c == call::kill || c == call::nanosleep ||
           c == call::word_wait || c == call::wait || c == call::write;
}

void one_call() {
    auto const c = call(below(uint32_t(call::count) + 2));
    if (is_left_out(c))
        return;
    if (c == call::exit || c == call::exec || c == call::thread_exit || c == call::sigreturn ||
        c == call::vfork)
        if (below(20))
            return; // seldom: a child that ends does nothing more
    long words[6];
    for (uint32_t n = 0; n < 6; ++n)
        words[n] = some_word(n);
    if (c == call::read)
        words[0] = 3 + long(below(6)); // not the console, nor a pipe that nobody fills
    if (c == call::fork || c == call::vfork) {
        int const pid = fork();
        if (pid == 0)
            exit(0);
        if (pid > 0)
            wait(pid, nullptr);
        return;
    }
    if (c == call::pipe) {
        int ends[2];
        if (pipe(ends) == 0) {
            close(ends[0]);
            close(ends[1]);
        }
        return;
    }
    if (c == call::thread_create) {
        ask(c, &thread_join, 0, below(2) ? words[0] : long(scratch + 2048));
        return;
    }
    if (c == call::mmap) {
        area_t& a = areas[below(8)];
        uint32_t const flags = (below(2) ? abi::map_private : abi::map_shared) |
                               (below(3) ? abi::map_anon : 0) | (below(3) ? 0 : abi::map_fixed) |
                               (below(16) ? 0 : abi::map_wired);
        size_t const size = (below(24) + 1) * page;
        bool const anon = flags & abi::map_anon;
        char* const at = mmap((void*)(below(2) ? 0 : words[0] & ~long(page - 1)), size, below(8), flags,
                              anon ? -1 : int(3 + below(3)), below(4));
        if (!failed(at))
            a = {at, size};
        return;
    }
    system_call(long(c), words[0], words[1], words[2], words[3], words[4], words[5]);
}

void touch_something() {
    volatile char* const at = (volatile char*)some_address();
    if (below(2))
        (void)*at;
    else
        *at = 1;
}

void life(uint32_t calls) {
    for (area_t& a : areas)
        a = {map_anon(8 * page), 8 * page};
    for (int i = 0; i < 3; ++i) {
        char name[8] = {'f', 'u', 'z', char('0' + i), 0};
        open(name, abi::open_read_write | abi::open_create);
        ftruncate(3 + i, below(6) * page + below(page));
    }
    for (uint32_t i = 0; i < calls; ++i) {
        if (below(6) == 0 && fork() == 0) {
            touch_something();
            exit(0);
        }
        one_call();
        while (wait(-1, nullptr, abi::wait_no_hang) > 0) {
        }
    }
    exit(0);
}

uint32_t parse(const char* text, uint32_t otherwise) {
    if (!text)
        return otherwise;
    uint32_t n = 0;
    for (; *text; ++text)
        n = n * 10 + uint32_t(*text - '0');
    return n;
}

} // namespace

int main(int argc, char** argv) {
    uint32_t const seed = parse(argc > 1 ? argv[1] : nullptr, 1);
    uint32_t const rounds = parse(argc > 2 ? argv[2] : nullptr, 60);
    uint32_t exits = 0, signals = 0;
    for (uint32_t round = 0; round < rounds; ++round) {
        state = (uint64_t(seed) << 32) + round * 2654435761u + 88172645463325252ull;
        int const pid = fork();
        if (pid == 0)
            life(150);
        int status = 0;
        if (pid < 0 || wait(pid, &status) != pid) {
            printf("fuzz: round %u: no child: %d\n", round, pid);
            return 1;
        }
        (abi::exited(status) ? exits : signals) += 1;
    }
    printf("fuzz: seed %u: %u rounds, %u ended by themselves, %u by a signal\n", seed, rounds, exits,
           signals);
    print("PASS fuzz\n");
    return 0;
}
