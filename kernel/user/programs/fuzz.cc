// fuzz [SEED [SECONDS [FIRST]]]: random system calls in children that may die of it, for so many seconds. All
// calls of the table are made, most with words that are nearly right, and each that is an address with wild
// ones too. Each round has a child and a chance of its own: FIRST is the round to begin with.
//
// The machine has to stay up, every child has to die when it is killed, and the kernel's invariants have to
// hold at the end.
#include "kernel/user/programs/fuzz_words.h"

namespace {

// Of all children together.
struct record {
    uint32_t made[calls];       // how often
    uint32_t worked[calls];     // without an error
    uint32_t wild_words[calls]; // bits: which words have been wild addresses
    uint32_t others;            // numbers that are no call's
};
record* all;

// --- calls
void count(call c, long result) {
    if (uint32_t(c) >= calls) {
        all->others += 1;
        return;
    }
    all->made[uint32_t(c)] += 1;
    all->worked[uint32_t(c)] += result >= 0 || result < -long(page);
}

// What came of it may be of use for the next calls.
void keep(call c, const long* words, long result) {
    if (result < 0 && result > -long(page))
        return;
    if (c == call::mmap || c == call::mremap || c == call::shmat)
        areas[below(8)] = {(char*)result,
                           c == call::shmat ? 4 * page : size_t(words[c == call::mmap ? 1 : 3])};
    if (c == call::shmget)
        shared_numbers[below(4)] = uint32_t(result);
}

constexpr uint32_t none_wild = 6;

// `wild`: the number of a word that is to be a wild address.
void call_with_random_words(call c, uint32_t wild_word = none_wild) {
    const char* const kinds = uint32_t(c) < calls ? signatures[uint32_t(c)].words : "wwwwww";
    long words[6];
    bool const all_wild = below(16) == 0;
    bool over = false;
    for (uint32_t n = 0; n < 6; ++n) {
        over = over || !kinds[n];
        char const kind = over ? 'w' : kinds[n];
        bool const wild = all_wild || n == wild_word || below(10) == 0;
        words[n] = wild && kind != 'i' ? wild_address() : nearly_right(kind);
        if (!over && is_address(kind) && wild && uint32_t(c) < calls)
            __atomic_or_fetch(&all->wild_words[uint32_t(c)], 1u << n, __ATOMIC_RELAXED);
    }
    // Before the call, too: it may be the last.
    count(c, -1);
    long const result = system_call(long(c), words[0], words[1], words[2], words[3], words[4], words[5]);
    if (result >= 0 || result < -long(page)) {
        if (uint32_t(c) < calls)
            all->worked[uint32_t(c)] += 1;
        keep(c, words, result);
    }
}

void touch_something() {
    volatile char* const at = (volatile char*)(below(6) ? mapped_address() : wild_address());
    if (below(2))
        (void)*at;
    else
        *at = 1;
}

void one_call();

// These give somebody else a life of his own, and a stack.
void new_life(call c) {
    count(c, -1);
    if (c == call::vfork) {
        if (vfork() == 0) {
            // On the parent's stack, but below all that it needs.
            call_with_random_words(
                one_of<call>({call::close, call::mmap, call::write, call::getpid, call::check}));
            exit(0);
        }
    } else if (fork() == 0) {
        touch_something();
        for (uint32_t i = below(6); i > 0; --i)
            one_call();
        exit(0);
    }
    all->worked[uint32_t(c)] += 1;
}

// They end who makes them, mostly.
bool is_deadly(call c) {
    return c == call::exit || c == call::exec || c == call::thread_exit || c == call::sigreturn ||
           c == call::kill || c == call::wait || c == call::nanosleep || c == call::read;
}

void one_call() {
    auto const c = call(below(calls + 2));
    if (is_deadly(c) && below(8))
        return;
    if (c == call::fork || c == call::vfork)
        new_life(c);
    else
        call_with_random_words(c);
}

// One call in a child, of which nobody waits for long: it may sleep.
void call_in_child(call c, uint32_t wild_word) {
    int const pid = fork();
    if (pid == 0) {
        call_with_random_words(c, wild_word);
        exit(0);
    }
    for (int i = 0; i < 100 && wait(pid, nullptr, abi::wait_no_hang) == 0; ++i)
        sched_yield();
}

// Every call, and each of its addresses a wild one.
void tour() {
    for (uint32_t c = 1; c < calls; ++c) {
        if (call(c) == call::fork || call(c) == call::vfork) {
            new_life(call(c));
            continue;
        }
        const char* const words = signatures[c].words;
        call_in_child(call(c), none_wild);
        for (uint32_t n = 0; words[n]; ++n)
            if (is_address(words[n]))
                call_in_child(call(c), n);
    }
    call_in_child(call(calls), none_wild);
}

void wander() {
    for (uint32_t i = 0; i < 200; ++i) {
        one_call();
        while (wait(-1, nullptr, abi::wait_no_hang) > 0) {
        }
    }
}

void live(void (*way)()) {
    // What a child says to the console is not for anybody's terminal.
    for (int fd = 0; fd < 3; ++fd)
        close(fd);
    for (int fd = 0; fd < 3; ++fd)
        open("/dev/null", abi::open_read_write);
    for (area_t& a : areas)
        a = {map_anon(8 * page), 8 * page};
    for (int i = 0; i < 3; ++i) {
        char const name[] = {'f', 'u', 'z', char('0' + i), 0};
        ftruncate(open(name, abi::open_read_write | abi::open_create), below(6) * page + below(page));
    }
    way();
    exit(0);
}

// --- who watches
uint64_t now() {
    abi::memory_info info{};
    ask(call::memory_info, &info);
    return info.ticks;
}

// Kills everybody that came after this program. True when they are gone, in time.
bool end_all(uint64_t deadline) {
    for (;;) {
        bool any = false;
        abi::process_info info{};
        for (uint32_t i = 0; ask(call::process_info, i, &info) == 0; ++i) {
            if (info.pid <= uint32_t(getpid()))
                continue;
            any = true;
            kill(int(info.pid), abi::sig_kill);
        }
        while (wait(-1, nullptr, abi::wait_no_hang) > 0) {
        }
        if (!any)
            return true;
        if (now() > deadline)
            return false;
        sched_yield();
    }
}

struct ending_counts {
    uint32_t exits, signals;
};

// One child's life. False: no child, or it could not be ended.
bool one_round(uint32_t seed, uint32_t round, void (*way)(), uint64_t longest, ending_counts* ends) {
    constexpr uint64_t patience = 3000; // ticks, like `longest`
    state = (uint64_t(seed) << 32) + round * 2654435761u + 88172645463325252ull;
    int const pid = fork();
    if (pid == 0) {
        first_own_pid = uint32_t(getpid());
        live(way);
    }
    if (pid < 0) {
        printf("fuzz: round %u: no child: %d\n", round, pid);
        return false;
    }
    // Killed in the end, with its children: one that waits for what its vfork child does cannot go before
    // that.
    int status = int(abi::sig_kill);
    for (uint64_t const end = now() + longest; now() < end && wait(pid, &status, abi::wait_no_hang) == 0;)
        sleep_milliseconds(10);
    (abi::exited(status) ? ends->exits : ends->signals) += 1;
    if (end_all(now() + patience))
        return true;
    printf("fuzz: round %u: a process cannot be ended\n", round);
    return false;
}

// Says what was left out. True when nothing was.
bool is_complete() {
    uint32_t missing = 0, wild_missing = 0, never_worked = 0;
    for (uint32_t c = 1; c < calls; ++c) {
        missing += all->made[c] == 0;
        never_worked += all->worked[c] == 0;
        for (uint32_t n = 0; signatures[c].words[n]; ++n)
            if (is_address(signatures[c].words[n]) && !(all->wild_words[c] >> n & 1)) {
                printf("fuzz: word %u of call %u was never a wild address\n", n, c);
                ++wild_missing;
            }
    }
    printf("fuzz: %u calls, %u never made, %u addresses never wild, %u never without an error\n", calls - 1,
           missing, wild_missing, never_worked);
    return missing == 0 && wild_missing == 0 && all->others > 0;
}

// The invariants, once nobody is in the middle of something.
bool invariants_hold() {
    long broken = -EBUSY;
    for (uint64_t const end = now() + 1000; broken == -EBUSY && now() < end;) {
        broken = ask(call::check);
        if (broken == -EBUSY)
            sched_yield();
    }
    if (broken != 0)
        printf("fuzz: the kernel's invariants: %ld\n", broken);
    return broken == 0;
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
    uint32_t const seconds = parse(argc > 2 ? argv[2] : nullptr, 10);
    uint32_t round = parse(argc > 3 ? argv[3] : nullptr, 0);
    // Out of reach of what goes a little beyond an area.
    char* const room = map_anon(8 * page, abi::prot_read | abi::prot_write, abi::map_shared);
    if (failed(room))
        return 1;
    all = (record*)(room + 7 * page);
    static_assert(sizeof *all <= page);
    ending_counts ends{};
    uint64_t const end = now() + seconds * 100ull;
    bool good = one_round(seed, ~0u, tour, 2000, &ends);
    for (; good && now() < end; ++round)
        good = one_round(seed, round, wander, 50, &ends);
    printf("fuzz: seed %u: to round %u, %u ended by themselves, %u by a signal\n", seed, round, ends.exits,
           ends.signals);
    bool const complete = is_complete(), sound = invariants_hold();
    good = good && complete && sound;
    print(good ? "PASS fuzz\n" : "FAIL fuzz\n");
    return good ? 0 : 1;
}
