// What the words of a debugger's line mean.
#include "kernel/core/console.h"
#include "kernel/core/debugger/commands.h"
#include "kernel/core/user_process.h"

namespace uvm {

bool debug_number(std::string_view word, uint64_t* number) {
    bool const hex = word.starts_with("0x");
    if (hex)
        word.remove_prefix(2);
    if (word.empty() || word.size() > 16)
        return false;
    uint64_t value = 0;
    for (char const c : word) {
        uint64_t const digit = c >= '0' && c <= '9'          ? uint64_t(c - '0')
                               : hex && c >= 'a' && c <= 'f' ? uint64_t(c - 'a' + 10)
                               : hex && c >= 'A' && c <= 'F' ? uint64_t(c - 'A' + 10)
                                                             : 99;
        if (digit == 99)
            return false;
        value = value * (hex ? 16 : 10) + digit;
    }
    *number = value;
    return true;
}

process* debug_process(std::string_view word) {
    if (word.empty()) {
        user_thread const* const user = thread_running().user;
        if (user && user->owner && user->owner->proc)
            return user->owner->proc;
        return allproc && !allproc->p_next ? allproc : nullptr;
    }
    uint64_t pid = 0;
    bool const by_number = debug_number(word, &pid);
    for (process* p = allproc; p; p = p->p_next)
        if (by_number ? p->p_pid == pid : word == p->p_name)
            return p;
    return nullptr;
}

text_sink debug_sink() {
    return {[](void*, std::string_view text) { machine::console_write(text); }, nullptr};
}

} // namespace uvm
