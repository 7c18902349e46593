// System calls on processes.
#include "kernel/core/system_calls.h"
#include "kernel/core/user_memory.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

namespace {

// The arguments of exec, as strings one behind the other. No more than a page: several in a row may not be
// there when memory is short.
class argument_buffer {
public:
    argument_buffer() : bytes_(static_cast<char*>(uvm_kmem_alloc(abi::argument_bytes_limit))) {}
    ~argument_buffer() {
        if (bytes_)
            uvm_kmem_free(bytes_, abi::argument_bytes_limit);
    }
    argument_buffer(const argument_buffer&) = delete;
    argument_buffer& operator=(const argument_buffer&) = delete;
    explicit operator bool() const { return bytes_ != nullptr; }
    [[nodiscard]] std::span<char> room() const {
        return {bytes_ + length_, abi::argument_bytes_limit - length_};
    }
    // A string of that length has been put into the room.
    void add(size_t length) {
        length_ += length + 1;
        ++count_;
    }
    [[nodiscard]] std::string_view text() const { return {bytes_, length_}; }
    [[nodiscard]] uint32_t count() const { return count_; }

private:
    char* bytes_;
    size_t length_{};
    uint32_t count_{};
};

// Reads a null-terminated table of strings; no table is no arguments.
errno_t copy_in_arguments(vaddr_t table, argument_buffer& text) {
    for (; table != vaddr_t(0); table += vsize_t(sizeof(uintptr_t))) {
        uintptr_t string;
        if (errno_t const error = copy_in(table, string); error != errno_t::ok)
            return error;
        if (string == 0)
            break;
        if (text.count() == abi::argument_limit)
            return errno_t::e2big;
        size_t length = 0;
        std::span<char> const room = text.room();
        errno_t const error = copy_in_string(vaddr_t(string), room.data(), room.size(), &length);
        if (error != errno_t::ok)
            return error;
        text.add(length);
    }
    return errno_t::ok;
}

} // namespace

call_result sys_exit(call_arguments& call) { user_process_exit(int(call.number(0) & 0xff) << 8); }

call_result sys_fork(call_arguments& call) {
    result<uint32_t> const child = user_process_fork(call.frame);
    return child ? call_result(*child) : child.error();
}

call_result sys_vfork(call_arguments& call) {
    result<uint32_t> const child = user_process_vfork(call.frame);
    return child ? call_result(*child) : child.error();
}

call_result sys_exec(call_arguments& call) {
    char path[abi::path_limit];
    size_t length = 0;
    errno_t error = copy_in_string(call.address(0), path, sizeof path, &length);
    if (error != errno_t::ok)
        return error == errno_t::e2big ? errno_t::enoent : error;
    argument_buffer text;
    if (!text)
        return errno_t::enomem;
    error = copy_in_arguments(call.address(1), text);
    if (error == errno_t::ok)
        error = user_process_exec({path, length}, text.text(), text.count(), call.frame);
    return error == errno_t::ok ? errno_t::restart : error;
}

call_result sys_wait(call_arguments& call) {
    uint32_t const flags = call.number(2);
    if (flags & ~abi::wait_no_hang)
        return errno_t::einval;
    int status = 0;
    result<uint32_t> const pid = user_process_wait(int32_t(call.word(0)), flags & abi::wait_no_hang, &status);
    if (!pid)
        return pid.error();
    if (*pid != 0 && call.word(1) != 0) {
        if (errno_t const error = copy_out(status, call.address(1)); error != errno_t::ok)
            return error;
    }
    return uintptr_t(*pid);
}

call_result sys_getpid(call_arguments&) { return uintptr_t(current_user_process().pid); }

call_result sys_getppid(call_arguments&) {
    mutex_guard const guard(user_process_lock);
    user_process const* const parent = current_user_process().parent;
    return uintptr_t(parent ? parent->pid : 0);
}

call_result sys_sched_yield(call_arguments&) {
    thread_yield();
    return uintptr_t{0};
}

call_result sys_getrlimit(call_arguments& call) {
    uint32_t const which = call.number(0);
    if (which >= abi::limit_count)
        return errno_t::einval;
    abi::rlimit limit;
    {
        mutex_guard const guard(user_process_lock);
        limit = current_user_process().limits[which];
    }
    return done(copy_out(limit, call.address(1)));
}

call_result sys_setrlimit(call_arguments& call) {
    uint32_t const which = call.number(0);
    abi::rlimit limit{};
    if (errno_t const error = copy_in(call.address(1), limit); error != errno_t::ok)
        return error;
    if (which >= abi::limit_count || limit.current > limit.maximum)
        return errno_t::einval;
    mutex_guard const guard(user_process_lock);
    abi::rlimit& own = current_user_process().limits[which];
    if (limit.maximum > own.maximum)
        return errno_t::eperm;
    own = limit;
    return uintptr_t{0};
}

} // namespace uvm
