// Error numbers in words.
#include "kernel/user/lib/libc.h"

const char* error_text(long error) {
    switch (static_cast<enum error>(error < 0 ? -error : error)) {
    case EPERM:
        return "not allowed";
    case ENOENT:
        return "no such file";
    case ESRCH:
        return "no such process";
    case EINTR:
        return "interrupted";
    case EIO:
        return "the disk failed";
    case E2BIG:
        return "too many words";
    case ENOEXEC:
        return "no program";
    case EBADF:
        return "not open";
    case ECHILD:
        return "no child";
    case ENOMEM:
        return "no memory";
    case EACCES:
        return "no rights";
    case EFAULT:
        return "a bad address";
    case EBUSY:
        return "in use";
    case EEXIST:
        return "it is there already";
    case ENODEV:
        return "not for this kind of file";
    case EINVAL:
        return "wrong arguments";
    case EMFILE:
        return "too many open files";
    case EFBIG:
        return "too large";
    case ENOSPC:
        return "no room";
    case ESPIPE:
        return "a pipe has no places";
    case EPIPE:
        return "nobody reads it";
    case EAGAIN:
        return "too many at a time";
    case ENOSYS:
        return "no such call";
    case EOVERFLOW:
        return "a number that is too large";
    }
    return "an error";
}
