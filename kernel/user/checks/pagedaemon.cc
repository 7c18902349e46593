// The page daemon's thread: it works while memory is short, in few and large steps, and wakes who waits; it
// rests otherwise. On a machine without swap there is nothing that it could do, and only its rest is looked
// at.
#include "kernel/user/lib/check.h"

namespace {

// What the counts of the kernel have grown by; `daemon_at_work` and `waiting` are as they are now.
abi::memory_info memory() {
    abi::memory_info info{};
    ask(call::memory_info, &info);
    return info;
}

long since(uint64_t before, uint64_t now) { return long(now - before); }

// Returns once the daemon has done what it was woken for.
void wait_for_rest() {
    for (int tries = 0; memory().daemon_at_work && tries < 1000; ++tries)
        sleep_milliseconds(10);
    expect_is(long(memory().daemon_at_work), 0, "the daemon comes to an end");
}

void rests_for_a_second() {
    wait_for_rest();
    abi::memory_info const before = memory();
    sleep_milliseconds(1000);
    abi::memory_info const after = memory();
    expect_is(since(before.daemon_woken, after.daemon_woken), 0, "times it was woken in an idle second");
    expect_is(since(before.daemon_scans, after.daemon_scans), 0, "scans in an idle second");
    expect_is(since(before.daemon_freed, after.daemon_freed), 0, "pages freed in an idle second");
    expect_is(long(after.waiting), 0, "threads that wait for memory in an idle second");
}

// Writes to each page of an area of its own, waits until the others have done so, and looks at them again.
[[noreturn]] void use_memory(size_t count, int written, int go_on) {
    char* const own = map_anon(count * page);
    if (failed(own))
        exit(2);
    for (size_t i = 0; i < count; ++i)
        own[i * page] = char('a' + i % 16);
    char byte = 0;
    write(written, &byte, 1);
    read(go_on, &byte, 1);
    for (size_t i = 0; i < count; ++i)
        if (own[i * page] != char('a' + i % 16))
            exit(1);
    exit(0);
}

// Three programs that have three times the machine's memory between them.
void under_pressure() {
    constexpr size_t programs = 3;
    abi::memory_info const before = memory();
    size_t const count = size_t(before.pages);
    int written_by[2], go_on[2], pids[programs];
    char bytes[programs]{};
    pipe(written_by);
    pipe(go_on);
    for (int& pid : pids)
        if (pid = fork(); pid == 0)
            use_memory(count, written_by[1], go_on[0]);
    for (char& byte : bytes)
        read(written_by[0], &byte, 1);
    write(go_on[1], bytes, programs);
    for (int const pid : pids) {
        int status = -1;
        expect(pid > 0 && wait(pid, &status) == pid, "a program ends");
        expect_is(status, 0, "a program finds what it has written");
    }
    wait_for_rest();
    abi::memory_info const after = memory();
    long const woken = since(before.daemon_woken, after.daemon_woken);
    long const scans = since(before.daemon_scans, after.daemon_scans);
    long const freed = since(before.daemon_freed, after.daemon_freed);
    long const writes = since(before.writes, after.writes);
    long const written = since(before.written, after.written);
    long const waits = since(before.waits, after.waits);
    printf("daemon: woken %ld times, %ld scans freed %ld pages, %ld writes of %ld pages; %ld waits\n", woken,
           scans, freed, writes, written, waits);
    expect(woken > 0 && scans > 0, "the daemon's thread works");
    expect(freed >= long(programs * count) - long(before.pages), "what did not fit went out");
    expect(written >= long(programs * count) - long(before.pages), "and was written");
    expect(freed >= 64 * scans, "a scan frees several clusters");
    expect(woken <= scans + waits, "it is not woken for nothing");
    expect(written >= 8 * writes, "writes are clusters");
    expect(waits > 0, "programs had to wait");
    expect_is(long(after.waiting), 0, "threads that still wait");
}

} // namespace

int main(int, char**) {
    rests_for_a_second();
    abi::memory_info const info = memory();
    if (info.swap > 4 * info.pages) {
        under_pressure();
        rests_for_a_second();
    }
    return outcome("pagedaemon");
}
