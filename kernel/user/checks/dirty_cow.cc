// V124: a file that may only be read, mapped privately, is written by the debugger's way while others give
// the pages up again and again: the file never changes.
#include "kernel/user/lib/check.h"

namespace {

constexpr size_t pages = 4;
char* mapped;
bool over;
uint32_t written, given_up, failures;

bool is_over() { return __atomic_load_n(&over, __ATOMIC_SEQ_CST); }

void write_on(void*) {
    char const text[] = "overwritten";
    while (!is_over()) {
        for (size_t i = 0; i < pages; ++i)
            failures +=
                process_memory_write(getpid(), mapped + i * page + 100, text, sizeof text) != sizeof text;
        ++written;
    }
}
void give_up_on(void* advice) {
    while (!is_over()) {
        failures += madvise(mapped, pages * page, uint32_t(uintptr_t(advice))) != 0;
        ++given_up;
        if (given_up % 16 == 0)
            sched_yield();
    }
}

bool file_is_as_it_was(int fd) {
    static char buffer[page];
    for (size_t i = 0; i < pages; ++i) {
        uint64_t place;
        lseek(fd, i * page, abi::seek_set, &place);
        if (read(fd, buffer, page) != long(page) || !all_are(buffer, page, 'f'))
            return false;
    }
    return true;
}

void race(int fd) {
    int const handles[] = {thread_start(write_on, nullptr),
                           thread_start(give_up_on, (void*)uintptr_t(abi::adv_free)),
                           thread_start(give_up_on, (void*)uintptr_t(abi::adv_dontneed))};
    uint32_t changes = 0;
    for (int i = 0; i < 100; ++i) {
        sleep_milliseconds(10);
        changes += file_is_as_it_was(fd) ? 0 : 1;
    }
    __atomic_store_n(&over, true, __ATOMIC_SEQ_CST);
    for (int const h : handles)
        thread_join(h);
    expect_is(long(changes), 0, "V124 looks that found the file changed");
    expect_is(long(failures), 0, "V124 calls that failed");
    expect(written > 10 && given_up > 10, "V124 both went on");
    printf("%u times written, %u times given up\n", written, given_up);
}

// What the call does when nobody is in its way, and what it refuses.
void alone(int fd) {
    char text[8] = "";
    expect_is(process_memory_write(getpid(), mapped + page - 3, "abcdef", 6), 6, "over the end of a page");
    expect(memcmp(mapped + page - 3, "abcdef", 6) == 0, "the program has it");
    expect_is(process_memory_read(getpid(), mapped + page - 3, text, 6), 6, "read");
    expect(memcmp(text, "abcdef", 6) == 0, "the same");
    expect(file_is_as_it_was(fd), "V124 the file has not");
    char* const shared = mmap(nullptr, page, abi::prot_read, abi::map_shared, fd, 0);
    expect_is(process_memory_write(getpid(), shared, "x", 1), -EFAULT, "not what the file's rights forbid");
    expect(file_is_as_it_was(fd), "V124 nor that way");
    munmap(shared, page);
    expect_is(process_memory_read(getpid(), shared, text, 1), -EFAULT, "nothing there");
    expect_is(process_memory_read(1000, mapped, text, 1), -ESRCH, "nobody");
    expect_is(process_memory_read(getpid(), (char*)~uintptr_t{0}, text, 4), -EFAULT, "beyond memory");
    expect_is(process_memory_read(getpid(), mapped, (char*)16, 4), -EFAULT, "to nowhere");
    char* const hidden = map_anon(page);
    memset(hidden, 'h', page);
    int const child = fork();
    if (child == 0) {
        expect_is(process_memory_read(getppid(), mapped, text, 1), -EPERM,
                  "a child does not look into its parent");
        mprotect(hidden, page, abi::prot_none);
        for (;;)
            sleep_milliseconds(1000);
    }
    sleep_milliseconds(50);
    expect_is(process_memory_write(child, hidden + 1, "X", 1), 1, "into a child, which has no right there");
    expect_is(process_memory_read(child, hidden, text, 3), 3, "out of it");
    expect(memcmp(text, "hXh", 3) == 0, "what is there");
    expect(all_are(hidden, page, 'h'), "and not in the parent");
    kill(child, abi::sig_kill);
    wait(child, nullptr);
}

} // namespace

int main(int, char**) {
    close(make_file("victim", pages * page, 'f'));
    int const fd = open("victim", abi::open_read);
    mapped = mmap(nullptr, pages * page, abi::prot_read, abi::map_private, fd, 0);
    if (expect(!failed(mapped), "V124 mapped")) {
        alone(fd);
        race(fd);
    }
    return outcome("dirty_cow");
}
