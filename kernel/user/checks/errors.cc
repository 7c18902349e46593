// What each system call says about wrong arguments, as far as no other check has it: the standard's numbers.
#include "kernel/user/lib/check.h"

namespace {

void of_processes() {
    int status = 0;
    expect_is(wait(getpid(), &status), -ECHILD, "wait for nobody's child");
    expect_is(wait(-1, &status, 0x80), -EINVAL, "wait with unknown flags");
    int const child = fork();
    if (child == 0)
        exit(0);
    expect_is(wait(child, (int*)16), -EFAULT, "a status to nowhere");
    abi::rlimit limit{};
    expect_is(getrlimit(abi::limit_count, &limit), -EINVAL, "no such limit");
    expect_is(getrlimit(abi::limit_files, (abi::rlimit*)16), -EFAULT, "a limit to nowhere");
    limit = {1, 2};
    expect_is(setrlimit(abi::limit_count, &limit), -EINVAL, "no such limit to set");
    limit = {2, 1};
    expect_is(setrlimit(abi::limit_files, &limit), -EINVAL, "more than its maximum");
    expect_is(setrlimit(abi::limit_files, (abi::rlimit*)16), -EFAULT, "a limit from nowhere");
    static char long_word[abi::argument_bytes_limit + 1];
    memset(long_word, 'x', sizeof long_word - 1);
    const char* const words[] = {"errors", long_word, nullptr};
    expect_is(exec("errors", words), -E2BIG, "an argument as long as all may be");
    expect_is(exec(long_word, words), -ENOENT, "a path longer than any");
    expect_is(ask(call::process_info, 10000, long_word), -ESRCH, "no such process");
    expect_is(in_child([] { expect_is(ask(call::halt, 0), -EPERM, "halt"); }), 0,
              "a child cannot end the machine");
}

void of_signals() {
    abi::signal_action action{abi::sig_default, 0, 0, 0x80};
    expect_is(ask(call::sigaction, 0, nullptr, nullptr), -EINVAL, "signal 0");
    expect_is(ask(call::sigaction, abi::sig_count, nullptr, nullptr), -EINVAL, "no such signal");
    expect_is(ask(call::sigaction, abi::sig_usr1, &action, nullptr), -EINVAL, "unknown flags");
    expect_is(ask(call::sigaction, abi::sig_usr1, nullptr, 16), -EFAULT, "the old one to nowhere");
    uint32_t const mask = 0;
    expect_is(sigprocmask(9, &mask, nullptr), -EINVAL, "no such way to change a mask");
    expect_is(sigprocmask(abi::sig_block, (uint32_t*)16, nullptr), -EFAULT, "a mask from nowhere");
    expect_is(ask(call::sigreturn, 16), -EFAULT, "back to nowhere");
    expect_is(ask(call::nanosleep, 16), -EFAULT, "a time from nowhere");
}

void of_files() {
    uint64_t at;
    char byte = 0;
    expect_is(read(20, &byte, 1), -EBADF, "read what is not open");
    expect_is(write(-1, &byte, 1), -EBADF, "write what is not open");
    expect_is(lseek(20, 0, abi::seek_set, &at), -EBADF, "seek in what is not open");
    expect_is(ftruncate(20, 0), -EBADF, "truncate what is not open");
    int const file = make_file("errors.tmp", 10, 'e');
    close(file);
    int const reading = open("errors.tmp", abi::open_read);
    expect_is(write(reading, &byte, 1), -EBADF, "write what is open for reading");
    expect_is(ftruncate(reading, 0), -EINVAL, "truncate what is open for reading");
    expect_is(lseek(reading, 0, abi::seek_set, (uint64_t*)16), -EFAULT, "a place to nowhere");
    expect_is(open("errors.tmp", abi::open_access), -EINVAL, "neither reading nor writing");
    expect_is(open("", abi::open_read), -ENOENT, "no name");
    expect_is(unlink("errors.tmp/x"), -ENOENT, "unlink what is not there");
    expect_is(unlink((const char*)16), -EFAULT, "unlink from nowhere");
    expect_is(ask(call::file_info, 10000, &byte), -ENOENT, "no such file in the directory");
    int ends[2];
    pipe(ends);
    expect_is(error_of(mmap(nullptr, page, abi::prot_read, abi::map_shared, ends[0], 0)), ENODEV,
              "map a pipe");
    expect_is(write(ends[0], &byte, 1), -EBADF, "write to a pipe's end for reading");
    expect_is(read(ends[1], &byte, 1), -EBADF, "read from its other end");
    int last = ends[1];
    for (int fd = last; fd >= 0; fd = open("/dev/null", abi::open_read))
        last = fd;
    close(last);
    expect_is(pipe(ends), -EMFILE, "room for one end only");
    expect_is(open("/dev/null", abi::open_read), last, "which is free again");
    for (int fd = reading; fd <= last; ++fd)
        close(fd);
    unlink("errors.tmp");
}

void of_memory() {
    constexpr uint32_t rw = abi::prot_read | abi::prot_write;
    constexpr uint32_t how = abi::map_anon | abi::map_private | abi::map_fixed;
    void* const last = (void*)~uintptr_t{0xfff};
    expect_is(error_of(mmap(last, 2 * page, rw, how, -1, 0)), EOVERFLOW, "a place that wraps");
    expect_is(error_of(mmap((void*)(~uintptr_t{0} & ~uintptr_t{0xfffff}), page, rw, how, -1, 0)), EFBIG,
              "a place of the kernel's");
    expect_is(error_of(brk((void*)page)), ENOMEM, "a break below the program");
    expect_is(error_of(brk((void*)~uintptr_t{0})), ENOMEM, "V118 a break above all");
    int numbers[64], count = 0;
    long refused = 0;
    while (count < 64 && (refused = shmget(abi::shm_private, page, abi::shm_create)) >= 0)
        numbers[count++] = int(refused);
    expect_is(refused, -ENOSPC, "no number for shared memory is left");
    char* const taken = map_anon(page);
    expect_is(error_of(shmat(numbers[0], taken, 0)), ENOMEM, "in another's place");
    expect_is(error_of(shmat(numbers[0], taken + 1, 0)), EINVAL, "in a misaligned place");
    expect_is(error_of(shmat(-1, nullptr, 0)), EINVAL, "no such shared memory");
    expect_is(shmctl(numbers[0], 77, nullptr), -EINVAL, "no such command");
    expect_is(shmctl(numbers[0], abi::shm_stat, (abi::shm_info*)16), -EFAULT, "its state to nowhere");
    while (count > 0)
        expect_is(shmctl(numbers[--count], abi::shm_remove, nullptr), 0, "removed");
    munmap(taken, page);
}

void rest(void* word) {
    while (__atomic_load_n((uint32_t*)word, __ATOMIC_SEQ_CST) == 0)
        ask(call::word_wait, word, 0, 0);
    ask(call::thread_exit);
}

// As many as the machine has: then EAGAIN, and when they have ended it works again.
void of_threads() {
    static uint32_t word;
    expect_is(ask(call::thread_create, ~uintptr_t{0}, 0, 0), -EINVAL, "a thread that begins nowhere");
    expect_is(in_child([] {
                  char* const stacks = map_anon(256 * page);
                  long error = 0;
                  size_t count = 0;
                  while (count < 256 && error >= 0) {
                      ++count;
                      error = ask(call::thread_create, &rest, &word, stacks + count * page);
                  }
                  expect_is(error, -EAGAIN, "threads without end");
                  expect_is(fork(), -EAGAIN, "nor is there one for a process");
                  __atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
                  ask(call::word_wake, &word);
              }),
              0, "a child of many threads");
    expect_is(in_child([] {}), 0, "they are gone");
}

} // namespace

int main(int, char**) {
    of_processes();
    of_signals();
    of_files();
    of_memory();
    of_threads();
    return outcome("errors");
}
