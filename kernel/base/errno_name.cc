#include "kernel/base/result.h"

namespace uvm {

const char* errno_name(errno_t error) {
    switch (error) {
    case errno_t::ok:
        return "OK";
    case errno_t::eperm:
        return "EPERM";
    case errno_t::enoent:
        return "ENOENT";
    case errno_t::esrch:
        return "ESRCH";
    case errno_t::eintr:
        return "EINTR";
    case errno_t::eio:
        return "EIO";
    case errno_t::e2big:
        return "E2BIG";
    case errno_t::enoexec:
        return "ENOEXEC";
    case errno_t::ebadf:
        return "EBADF";
    case errno_t::echild:
        return "ECHILD";
    case errno_t::edeadlk:
        return "EDEADLK";
    case errno_t::enomem:
        return "ENOMEM";
    case errno_t::eacces:
        return "EACCES";
    case errno_t::efault:
        return "EFAULT";
    case errno_t::ebusy:
        return "EBUSY";
    case errno_t::eexist:
        return "EEXIST";
    case errno_t::enodev:
        return "ENODEV";
    case errno_t::enotdir:
        return "ENOTDIR";
    case errno_t::eisdir:
        return "EISDIR";
    case errno_t::einval:
        return "EINVAL";
    case errno_t::enfile:
        return "ENFILE";
    case errno_t::emfile:
        return "EMFILE";
    case errno_t::efbig:
        return "EFBIG";
    case errno_t::enospc:
        return "ENOSPC";
    case errno_t::espipe:
        return "ESPIPE";
    case errno_t::epipe:
        return "EPIPE";
    case errno_t::erange:
        return "ERANGE";
    case errno_t::eagain:
        return "EAGAIN";
    case errno_t::enosys:
        return "ENOSYS";
    case errno_t::eoverflow:
        return "EOVERFLOW";
    case errno_t::enotsup:
        return "ENOTSUP";
    case errno_t::restart:
        return "ERESTART";
    }
    return "EUNKNOWN";
}

} // namespace uvm
