// Error numbers in words.
#include "kernel/user/lib/libc.h"

const char* error_text(long error) {
    static constexpr struct {
        int number;
        const char* text;
    } words[] = {{EPERM, "not allowed"},
                 {ENOENT, "no such file"},
                 {ESRCH, "no such process"},
                 {EINTR, "interrupted"},
                 {E2BIG, "too many words"},
                 {ENOEXEC, "no program"},
                 {EBADF, "not open"},
                 {ECHILD, "no child"},
                 {ENOMEM, "no memory"},
                 {EACCES, "no rights"},
                 {EFAULT, "a bad address"},
                 {EBUSY, "in use"},
                 {EEXIST, "it is there already"},
                 {EINVAL, "wrong arguments"},
                 {EMFILE, "too many open files"},
                 {EFBIG, "too large"},
                 {ENOSPC, "no room"},
                 {EAGAIN, "too many at a time"}};
    for (auto const& w : words)
        if (w.number == error || w.number == -error)
            return w.text;
    return "an error";
}
