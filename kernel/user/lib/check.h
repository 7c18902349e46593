// What self-checking programs are made of: each prints a line for what is wrong, and one at the end, PASS or
// FAIL.
#pragma once

#include <initializer_list>

#include "kernel/user/lib/libc.h"

inline int check_failures = 0;

// A file's name without its folders.
inline const char* name_of_file(const char* path) {
    const char* name = path;
    for (; *path; ++path)
        if (*path == '/')
            name = path + 1;
    return name;
}

// Says so when `holds` is false, with file and line of the caller. Returns `holds`.
inline bool expect(bool holds, const char* what, int line = __builtin_LINE(),
                   const char* file = __builtin_FILE()) {
    if (!holds) {
        ++check_failures;
        printf("wrong: %s:%d: %s\n", name_of_file(file), line, what);
    }
    return holds;
}

// The same for a number that a call returned.
inline bool expect_is(long found, long expected, const char* what, int line = __builtin_LINE(),
                      const char* file = __builtin_FILE()) {
    if (found != expected) {
        ++check_failures;
        printf("wrong: %s:%d: %s: expected %ld, found %ld\n", name_of_file(file), line, what, expected,
               found);
    }
    return found == expected;
}

// The outcome as main returns it; the last line of a program.
inline int outcome(const char* name) {
    printf("%s %s\n", check_failures == 0 ? "PASS" : "FAIL", name);
    return check_failures == 0 ? 0 : 1;
}

// Runs f() in a child, and returns how it ended, as wait tells it. The child ends with status 0 when f
// returns, and with 1 when an expectation failed in it.
template <class F>
int in_child(F&& f) {
    int const pid = fork();
    if (pid == 0) {
        int const before = check_failures;
        f();
        exit(check_failures == before ? 0 : 1);
    }
    int status = -1;
    if (pid < 0 || wait(pid, &status) != pid)
        return -1;
    return status;
}
// The signal that ends f() in a child; 0 when none does.
template <class F>
int signal_in_child(F&& f) {
    return abi::end_signal(in_child(f));
}

inline void touch(volatile char* at) { (void)*at; }

// A file with `size` bytes of `fill`, open for reading and writing.
inline int make_file(const char* name, size_t size, char fill) {
    int const fd = open(name, abi::open_read_write | abi::open_create | abi::open_truncate);
    char buffer[256];
    memset(buffer, fill, sizeof buffer);
    for (size_t done = 0; fd >= 0 && done < size;) {
        size_t const piece = size - done < sizeof buffer ? size - done : sizeof buffer;
        if (write(fd, buffer, piece) != long(piece))
            return -1;
        done += piece;
    }
    return fd;
}
inline bool all_are(const volatile char* at, size_t bytes, char value) {
    for (size_t i = 0; i < bytes; ++i)
        if (at[i] != value)
            return false;
    return true;
}
// How many of the pages are in memory, or minus an error number.
inline int resident(const volatile void* at, size_t pages) {
    unsigned char seen[256];
    if (pages > sizeof seen)
        return -E2BIG;
    if (int const error = mincore(at, pages * page, seen); error < 0)
        return error;
    int count = 0;
    for (size_t i = 0; i < pages; ++i)
        count += seen[i];
    return count;
}
