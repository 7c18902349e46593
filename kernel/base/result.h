// Error numbers and a value-or-error type (std::expected is not in C++20).
#pragma once

#include <cstdint>

#include "kernel/base/kassert.h"

namespace uvm {

// Classic error numbers, with BSD's values. `restart` never leaves the kernel: "look again from the start".
enum class errno_t : int16_t {
    ok = 0,
    eperm = 1,
    enoent = 2,
    esrch = 3,
    eintr = 4,
    eio = 5,
    e2big = 7,
    enoexec = 8,
    ebadf = 9,
    echild = 10,
    edeadlk = 11,
    enomem = 12,
    eacces = 13,
    efault = 14,
    ebusy = 16,
    eexist = 17,
    enodev = 19,
    enotdir = 20,
    eisdir = 21,
    einval = 22,
    enfile = 23,
    emfile = 24,
    efbig = 27,
    enospc = 28,
    espipe = 29,
    epipe = 32,
    erange = 34,
    eagain = 35,
    enosys = 78,
    eoverflow = 84,
    enotsup = 86,
    restart = -1,
};

// The classic spelling, e.g. "ENOMEM"; "EUNKNOWN" for a value that is not in the enum. Never null.
const char* errno_name(errno_t error);

// Either a value of T or an error other than ok.
template <class T>
class [[nodiscard]] result {
public:
    constexpr result(T value) : value_(value) {}
    constexpr result(errno_t error) : error_(error) { kassert(error != errno_t::ok, "result: error is ok"); }
    constexpr explicit operator bool() const { return error_ == errno_t::ok; }
    [[nodiscard]] constexpr errno_t error() const { return error_; }
    constexpr const T& operator*() const {
        kassert(error_ == errno_t::ok, "result: no value");
        return value_;
    }

private:
    T value_{};
    errno_t error_{errno_t::ok};
};

} // namespace uvm
