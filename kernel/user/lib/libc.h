// The library of user programs: system calls, text, memory, threads.
//
// A call that fails returns minus its error number (there is no errno: threads would share it). Names are
// those of POSIX where the meaning is.
#pragma once

#include "kernel/core/system_call_abi.h"

namespace abi = uvm::abi;
using abi::call;

// Error numbers, as far as programs look at them.
enum error : int {
    EPERM = 1,
    ENOENT = 2,
    ESRCH = 3,
    EINTR = 4,
    EIO = 5,
    E2BIG = 7,
    ENOEXEC = 8,
    EBADF = 9,
    ECHILD = 10,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    EBUSY = 16,
    EEXIST = 17,
    ENODEV = 19,
    EINVAL = 22,
    EMFILE = 24,
    EFBIG = 27,
    ENOSPC = 28,
    ESPIPE = 29,
    EPIPE = 32,
    EAGAIN = 35,
    ENOSYS = 78,
    EOVERFLOW = 84,
};

inline constexpr size_t page = 4096;

extern "C" {
long system_call(long number, long a, long b, long c, long d, long e, long f);
void* memcpy(void* __restrict to, const void* __restrict from, size_t bytes);
void* memmove(void* to, const void* from, size_t bytes);
void* memset(void* to, int value, size_t bytes);
int memcmp(const void* a, const void* b, size_t bytes);
size_t strlen(const char* text);
int strcmp(const char* a, const char* b);
int strncmp(const char* a, const char* b, size_t most);
char* strchr(const char* text, int c);

// A place in a function that has not returned, to go back to.
struct place {
    uintptr_t words[8];
};
[[gnu::returns_twice]] int vfork();
[[gnu::returns_twice]] int save_place(place* here);
[[noreturn]] void restore_place(const place* there, int value);
}

template <class... Words>
long ask(call number, Words... words) {
    long w[6] = {(long)words...};
    return system_call(long(number), w[0], w[1], w[2], w[3], w[4], w[5]);
}

// --- processes
[[noreturn]] void exit(int status);
inline int fork() { return int(ask(call::fork)); }
inline int exec(const char* path, const char* const* arguments) {
    return int(ask(call::exec, path, arguments));
}
inline int wait(int pid, int* status, uint32_t flags = 0) { return int(ask(call::wait, pid, status, flags)); }
inline int getpid() { return int(ask(call::getpid)); }
inline int getppid() { return int(ask(call::getppid)); }
inline int sched_yield() { return int(ask(call::sched_yield)); }
inline int getrlimit(uint32_t which, abi::rlimit* limit) { return int(ask(call::getrlimit, which, limit)); }
inline int setrlimit(uint32_t which, const abi::rlimit* limit) {
    return int(ask(call::setrlimit, which, limit));
}

// --- memory. An address or minus an error number: see failed().
inline bool failed(const void* result) { return uintptr_t(result) > ~uintptr_t{0} - page; }
inline int error_of(const void* result) { return failed(result) ? int(-(intptr_t)result) : 0; }
inline char* mmap(const volatile void* at, size_t length, uint32_t prot, uint32_t flags, int fd,
                  uint64_t page_offset) {
    return (char*)ask(call::mmap, at, length, prot, flags, fd, page_offset);
}
inline char* map_anon(size_t length, uint32_t prot = abi::prot_read | abi::prot_write,
                      uint32_t flags = abi::map_private) {
    return mmap(nullptr, length, prot, flags | abi::map_anon, -1, 0);
}
inline int munmap(const volatile void* at, size_t length) { return int(ask(call::munmap, at, length)); }
inline int mprotect(const volatile void* at, size_t length, uint32_t prot) {
    return int(ask(call::mprotect, at, length, prot));
}
inline int minherit(const volatile void* at, size_t length, uint32_t how) {
    return int(ask(call::minherit, at, length, how));
}
inline int madvise(const volatile void* at, size_t length, uint32_t advice) {
    return int(ask(call::madvise, at, length, advice));
}
inline int mincore(const volatile void* at, size_t length, void* vector) {
    return int(ask(call::mincore, at, length, vector));
}
inline int msync(const volatile void* at, size_t length, uint32_t flags) {
    return int(ask(call::msync, at, length, flags));
}
inline int mlock(const volatile void* at, size_t length) { return int(ask(call::mlock, at, length)); }
inline int munlock(const volatile void* at, size_t length) { return int(ask(call::munlock, at, length)); }
inline int mlockall(uint32_t flags) { return int(ask(call::mlockall, flags)); }
inline int munlockall() { return int(ask(call::munlockall)); }
inline char* mremap(const volatile void* at, size_t length, const volatile void* to, size_t new_length,
                    uint32_t flags) {
    return (char*)ask(call::mremap, at, length, to, new_length, flags);
}
// Another process's memory, whatever its rights: a debugger's way. Bytes moved, or minus an error number.
inline long process_memory_read(int pid, const volatile void* at, void* to, size_t bytes) {
    return ask(call::process_memory, pid, at, to, bytes, 0);
}
inline long process_memory_write(int pid, volatile void* at, const void* from, size_t bytes) {
    return ask(call::process_memory, pid, at, from, bytes, 1);
}
// Policies besides those before; all of them, or minus an error number.
inline int policy(uint32_t more) { return int(ask(call::policy, more)); }
inline char* brk(const void* end) { return (char*)ask(call::brk, end); }
inline int shmget(uint32_t key, size_t size, uint32_t flags) {
    return int(ask(call::shmget, key, size, flags));
}
inline char* shmat(int id, const void* at, uint32_t flags) { return (char*)ask(call::shmat, id, at, flags); }
inline int shmdt(const void* at) { return int(ask(call::shmdt, at)); }
inline int shmctl(int id, uint32_t command, abi::shm_info* info) {
    return int(ask(call::shmctl, id, command, info));
}
// From the heap, aligned to 16; null without memory. free takes the last piece back, others when all are
// free.
void* malloc(size_t bytes);
void free(void* memory);

// --- files
inline int open(const char* path, uint32_t flags) { return int(ask(call::open, path, flags)); }
inline int close(int fd) { return int(ask(call::close, fd)); }
inline long read(int fd, void* to, size_t bytes) { return ask(call::read, fd, to, bytes); }
inline long write(int fd, const void* from, size_t bytes) { return ask(call::write, fd, from, bytes); }
inline long lseek(int fd, uint64_t offset, uint32_t whence, uint64_t* result) {
    return ask(call::lseek, fd, uint32_t(offset), uint32_t(offset >> 32), whence, result);
}
inline int ftruncate(int fd, uint64_t size) {
    return int(ask(call::ftruncate, fd, uint32_t(size), uint32_t(size >> 32)));
}
inline int unlink(const char* path) { return int(ask(call::unlink, path)); }
inline int pipe(int* ends) { return int(ask(call::pipe, ends)); }

// --- signals
using handler = void (*)(int signal, abi::signal_info* info, void* block);
// Sets a handler (or abi::sig_default, abi::sig_ignore as addresses).
int on_signal(uint32_t signal, handler what, uint32_t flags = 0);
inline int kill(int pid, uint32_t signal) { return int(ask(call::kill, pid, signal)); }
inline int sigprocmask(uint32_t how, const uint32_t* mask, uint32_t* old) {
    return int(ask(call::sigprocmask, how, mask, old));
}

// --- time and threads
void sleep_milliseconds(uint32_t milliseconds);
// Runs f(argument) in a thread of its own with a stack that grows to nearly 1 MiB. Returns a handle or minus
// an error number.
int thread_start(void (*f)(void*), void* argument);
void thread_join(int handle);

// --- text
// Understands %d %u %x %lx %llu %s %c %p %%; writes to standard output at once.
[[gnu::format(printf, 1, 2)]] void printf(const char* format, ...);
void print(const char* text);
// What an error number means, in a few words. Minus an error number is understood, too.
const char* error_text(long error);
