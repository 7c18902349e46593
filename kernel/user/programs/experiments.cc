// What `uvmscope bench experiments` runs in the guest: what virtual memory costs a program. Prints a line a
// row, "row TABLE;LABEL;NUMBER...". Costs are steps of the time stamp counter, which are instructions where
// the emulator counts them. Each row is measured in a process of its own.
#include "kernel/user/lib/check.h"

namespace {

uint64_t now() { return __builtin_ia32_rdtsc(); }

void print_row(const char* table, const char* label, std::initializer_list<uint64_t> numbers) {
    printf("row %s;%s", table, label);
    for (uint64_t const number : numbers)
        printf(";%llu", (unsigned long long)number);
    print("\n");
}

[[noreturn]] void give_up(const char* what, long error) {
    printf("experiments: %s: %s\n", what, error_text(error));
    exit(1);
}
char* needed(char* memory, const char* what) {
    if (failed(memory))
        give_up(what, error_of(memory));
    return memory;
}
long needed(long result, const char* what) {
    if (result < 0)
        give_up(what, result);
    return result;
}

// Runs f in a child; ends when that does not end well.
template <class F>
void apart(F&& f) {
    int const status = in_child(f);
    if (status != 0) {
        printf("experiments: a child ended with %d\n", status);
        exit(1);
    }
}

void touch_pages(char* at, size_t pages) {
    for (size_t i = 0; i < pages; ++i)
        touch(at + i * page);
}
void write_pages(char* at, size_t pages, char value) {
    for (size_t i = 0; i < pages; ++i)
        *(volatile char*)(at + i * page) = value;
}

// --- map entries

bool find_process(uint32_t pid, abi::process_info* info) {
    for (uint32_t i = 0; ask(call::process_info, i, info) == 0; ++i)
        if (info->pid == pid)
            return true;
    return false;
}

uint64_t own_entries() {
    abi::process_info info{};
    return find_process(uint32_t(getpid()), &info) ? info.entries : 0;
}

// Of another program, once it sleeps, or, with state 'R', once it is there.
void entries_of_program(const char* name, char state) {
    int const pid = int(needed(fork(), "fork"));
    if (pid == 0) {
        const char* const words[] = {name, nullptr};
        give_up(name, exec(name, words));
    }
    abi::process_info info{};
    while (!find_process(uint32_t(pid), &info) || strcmp(info.name, name) != 0 || info.state != state)
        sleep_milliseconds(10);
    print("\n"); // behind what it has printed
    print_row("entries", name, {info.entries});
    kill(pid, abi::sig_kill);
    wait(pid, nullptr);
}

// Of this program after f.
template <class F>
void entries_after(const char* label, F&& f) {
    apart([&] {
        f();
        print_row("entries", label, {own_entries()});
    });
}

void idle(void* forever) {
    while (*(volatile bool*)forever)
        sleep_milliseconds(10);
}

void count_entries() {
    entries_of_program("forever", 'R');
    entries_of_program("sh", 'S');
    entries_after("this program", [] {});
    entries_after("with a heap of 1 MiB", [] { memset(malloc(1 << 20), 1, 1 << 20); });
    entries_after("with eight mappings of a page each", [] {
        for (int i = 0; i < 8; ++i)
            needed(map_anon(page), "mmap");
    });
    entries_after("with a file of 16 pages", [] {
        int const file = int(needed(make_file("of-entries", 16 * page, 'f'), "file"));
        needed(mmap(nullptr, 16 * page, abi::prot_read, abi::map_shared, file, 0), "mmap");
    });
    entries_after("with four threads", [] {
        static bool forever = true;
        for (int i = 0; i < 4; ++i)
            needed(thread_start(idle, &forever), "thread");
    });
    entries_after("with a page of 16 locked", [] {
        char* const at = needed(map_anon(16 * page), "mmap");
        needed(mlock(at + 8 * page, page), "mlock");
    });
    entries_after("with that page unlocked again", [] {
        char* const at = needed(map_anon(16 * page), "mmap");
        needed(mlock(at + 8 * page, page), "mlock");
        needed(munlock(at + 8 * page, page), "munlock");
    });
    entries_after("with every other page of 16 read-only", [] {
        char* const at = needed(map_anon(16 * page), "mmap");
        for (size_t i = 0; i < 16; i += 2)
            needed(mprotect(at + i * page, page, abi::prot_read), "mprotect");
    });
}

// --- faults of whole programs, with the fault-ahead that the kernel was booted with

// Those that need no machine of their own, race with nobody, and end soon. Not exec: where it damages a copy
// of its own file depends on how long that is, and so on the name of the folder in which it was built.
constexpr const char* programs[] = {
    "hello",           "brk",       "cow",         "errors",       "file_map",
    "files",           "fork",      "keys",        "leak",         "madvise",
    "minherit",        "mlock",     "mremap",      "mprotect",     "pipes",
    "mincore_msync",   "more_maps", "mmap_errors", "shm",          "shared_anon",
    "signals",         "stack",     "threads",     "thread_stack", "vfork",
    "write_or_execute"};

uint64_t faults_so_far() {
    abi::memory_info info{};
    needed(ask(call::memory_info, &info), "memory_info");
    return info.faults;
}

void count_faults() {
    for (const char* const name : programs) {
        uint64_t const faults = faults_so_far();
        int const pid = vfork();
        if (pid == 0) {
            const char* const words[] = {name, nullptr};
            exec(name, words);
            exit(127);
        }
        int status = -1;
        wait(pid, &status);
        // hello ends with 7.
        if (!abi::exited(status) || (abi::exit_status(status) != 0 && abi::exit_status(status) != 7))
            printf("experiments: %s ended with %d\n", name, status);
        else
            print_row("faults", name, {faults_so_far() - faults});
    }
}

// --- fork against memory that was written

uint64_t fork_cost(size_t pages, bool child_writes) {
    char* const at = pages > 0 ? needed(map_anon(pages * page), "mmap") : nullptr;
    write_pages(at, pages, 'p');
    uint64_t const start = now();
    int const pid = int(needed(fork(), "fork"));
    if (pid == 0) {
        if (child_writes)
            write_pages(at, pages, 'c');
        exit(0);
    }
    wait(pid, nullptr);
    return now() - start;
}

void measure_fork() {
    for (size_t const mebibytes : {0, 1, 2, 4, 8, 16}) {
        int results[2];
        needed(pipe(results), "pipe");
        for (bool const child_writes : {false, true})
            apart([&] {
                uint64_t const cost = fork_cost(mebibytes << 20 >> 12, child_writes);
                write(results[1], &cost, sizeof cost);
            });
        uint64_t costs[2]{};
        read(results[0], costs, sizeof costs);
        close(results[0]);
        close(results[1]);
        char const label[] = {char('0' + mebibytes / 10), char('0' + mebibytes % 10), '\0'};
        print_row("fork", label + (mebibytes < 10), {costs[0], costs[1]});
    }
}

// --- a page is mapped, touched, unmapped

void measure_map(const char* label, uint32_t flags, int file, bool writes) {
    constexpr uint64_t rounds = 100;
    uint32_t const prot = writes ? abi::prot_read | abi::prot_write : abi::prot_read;
    uint64_t start = 0;
    for (uint64_t i = 0; i <= rounds; ++i) {
        if (i == 1) // the first one is not counted: it makes the page table
            start = now();
        char* const at = mmap(nullptr, page, prot, flags, file, 0);
        if (writes)
            *(volatile char*)at = 1;
        else
            touch(at);
        munmap(at, page);
    }
    print_row("map", label, {(now() - start) / rounds});
}

void measure_maps() {
    int const file = int(needed(make_file("of-maps", page, 'm'), "file"));
    constexpr uint32_t anon = abi::map_private | abi::map_anon;
    measure_map("read, shared file", abi::map_shared, file, false);
    measure_map("read, private file", abi::map_private, file, false);
    measure_map("write, private file", abi::map_private, file, true);
    measure_map("read, zero fill", anon, -1, false);
    measure_map("write, zero fill", anon, -1, true);
    close(file);
}

// --- pages come from one place of the address space to another, and are read there

constexpr size_t word = sizeof(uintptr_t);
void copy_words(char* to, const char* from, size_t bytes) {
    size_t words = bytes / word;
    if constexpr (word == 8)
        asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    else
        asm volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

const char* count_text(size_t number) {
    static char text[4];
    text[0] = char('0' + number / 10);
    text[1] = char('0' + number % 10);
    text[2] = '\0';
    return text + (number < 10);
}

char* written(size_t pages) {
    char* const at = needed(map_anon(pages * page), "mmap");
    memset(at, 's', pages * page);
    return at;
}
// Room that nobody uses.
char* free_room(size_t pages) {
    char* const at = needed(map_anon(pages * page), "mmap");
    munmap(at, pages * page);
    return at;
}

uint64_t by_copying(size_t pages) {
    char* const from = written(pages);
    uint64_t const start = now();
    char* const to = map_anon(pages * page);
    copy_words(to, from, pages * page);
    touch_pages(to, pages);
    return now() - start;
}
// Also moves the entry away (move) or leaves both places mapped (keep).
uint64_t by_extract(size_t pages, uint32_t keep) {
    char* const from = written(pages);
    char* const room = free_room(pages);
    uint64_t const start = now();
    char* const to = mremap(from, pages * page, room, pages * page, abi::map_fixed | keep);
    touch_pages(needed(to, "mremap"), pages);
    return now() - start;
}

// Through a pipe: `piece` bytes at a time are written and read again.
uint64_t by_pipe(size_t pages, size_t piece) {
    char* const from = written(pages);
    char* const to = written(pages);
    int ends[2];
    needed(pipe(ends), "pipe");
    uint64_t const start = now();
    for (size_t sent = 0, come = 0; come < pages * page;) {
        if (sent == come) // the pipe is empty: it takes a piece without waiting
            sent += size_t(needed(write(ends[1], from + sent, piece), "write"));
        come += size_t(needed(read(ends[0], to + come, sent - come), "read"));
    }
    return now() - start;
}

template <class... F>
void measure_apart(const char* table, size_t pages, F... f) {
    apart([&] { print_row(table, count_text(pages), {f(pages)...}); });
}

void measure_moves() {
    for (size_t const pages : {1, 2, 4, 8, 16, 32, 64})
        measure_apart(
            "move", pages, by_copying, [](size_t n) { return by_extract(n, 0); },
            [](size_t n) { return by_extract(n, abi::remap_keep); });
    for (size_t const pages : {1, 2, 4, 8})
        measure_apart(
            "loan", pages, [](size_t n) { return by_pipe(n, 2048); },
            [](size_t n) { return by_pipe(n, n * page); });
}

} // namespace

int main(int, char**) {
    count_entries();
    count_faults();
    measure_fork();
    measure_maps();
    measure_moves();
    print("row end;experiments\n");
    return 0;
}
