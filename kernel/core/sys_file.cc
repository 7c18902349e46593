// System calls on files.
#include <array>

#include "kernel/core/open_file.h"
#include "kernel/core/signal.h"
#include "kernel/core/system_calls.h"
#include "kernel/core/user_memory.h"

namespace uvm {

namespace {

constexpr uint32_t known_flags =
    abi::open_access | abi::open_append | abi::open_create | abi::open_truncate | abi::open_exclusive;

// A file of the calling process for the length of a call.
class file_use {
public:
    explicit file_use(uint32_t descriptor) : file_(file_get(descriptor)) {}
    ~file_use() {
        if (file_)
            file_release(**file_);
    }
    file_use(const file_use&) = delete;
    file_use& operator=(const file_use&) = delete;
    explicit operator bool() const { return bool(file_); }
    open_file& operator*() const { return **file_; }
    open_file* operator->() const { return *file_; }
    [[nodiscard]] errno_t error() const { return file_.error(); }

private:
    result<open_file*> file_;
};

// Lengths that a signed result could not tell are wrong arguments.
bool length_is_wrong(uintptr_t length) { return length > ~uintptr_t{0} >> 1; }

errno_t copy_in_path(vaddr_t from, std::array<char, abi::path_limit>& path, std::string_view* name) {
    size_t length = 0;
    errno_t const error = copy_in_string(from, path.data(), path.size(), &length);
    *name = {path.data(), length};
    return error == errno_t::e2big ? errno_t::enoent : error;
}

call_result install(open_file& file) {
    result<uint32_t> const descriptor = file_install(file);
    if (descriptor)
        return uintptr_t(*descriptor);
    file_release(file);
    return descriptor.error();
}

result<ram_file*> find_or_create(std::string_view name, uint32_t flags) {
    bool const create = flags & abi::open_create, exclusive = flags & abi::open_exclusive;
    if (ram_file* const file = directory_find(name)) {
        if (!(create && exclusive))
            return file;
        ram_file_release(*file);
        return errno_t::eexist;
    }
    return create ? directory_create(name) : errno_t::enoent;
}

struct device {
    std::string_view name;
    file_kind kind;
};
constexpr device devices[] = {
    {"/dev/zero", file_kind::zero}, {"/dev/null", file_kind::null}, {"/dev/console", file_kind::console}};

call_result open_path(std::string_view name, uint32_t flags) {
    for (device const& d : devices) {
        if (d.name != name)
            continue;
        open_file* const file = file_create(d.kind, flags);
        return file ? install(*file) : errno_t::enomem;
    }
    result<ram_file*> const ram = find_or_create(name, flags);
    if (!ram)
        return ram.error();
    open_file* const file = file_create(file_kind::ram, flags);
    if (!file) {
        ram_file_release(**ram);
        return errno_t::enomem;
    }
    file->ram = *ram;
    if ((flags & abi::open_truncate) && file->writable()) {
        if (errno_t const error = ram_file_truncate(**ram, 0); error != errno_t::ok) {
            file_release(*file);
            return error;
        }
    }
    return install(*file);
}

} // namespace

call_result sys_open(call_arguments& call) {
    std::array<char, abi::path_limit> path;
    std::string_view name;
    if (errno_t const error = copy_in_path(call.address(0), path, &name); error != errno_t::ok)
        return error;
    uint32_t const flags = call.number(1);
    if ((flags & ~known_flags) || (flags & abi::open_access) == abi::open_access)
        return errno_t::einval;
    return open_path(name, flags);
}

call_result sys_close(call_arguments& call) { return done(file_close(call.number(0))); }

call_result sys_read(call_arguments& call) {
    file_use const file(call.number(0));
    if (!file)
        return file.error();
    if (length_is_wrong(call.word(2)))
        return errno_t::einval;
    result<size_t> const got = file_read(*file, call.address(1), call.word(2));
    return got ? call_result(*got) : got.error();
}

call_result sys_write(call_arguments& call) {
    file_use const file(call.number(0));
    if (!file)
        return file.error();
    if (length_is_wrong(call.word(2)))
        return errno_t::einval;
    result<size_t> const put = file_write(*file, call.address(1), call.word(2));
    if (put)
        return call_result(*put);
    if (put.error() == errno_t::epipe) {
        mutex_guard const guard(user_process_lock);
        user_process& self = current_user_process();
        signal_process(self, {.signal = abi::sig_pipe, .code = abi::code_kernel, .pid = self.pid});
    }
    return put.error();
}

call_result sys_lseek(call_arguments& call) {
    file_use const file(call.number(0));
    if (!file)
        return file.error();
    if (file->kind != file_kind::ram)
        return errno_t::espipe;
    uint64_t result_offset;
    {
        mutex_guard const guard(file->lock);
        uint64_t base = 0;
        switch (call.number(3)) {
        case abi::seek_set:
            break;
        case abi::seek_current:
            base = file->offset;
            break;
        case abi::seek_end:
            base = ram_file_size(*file->ram);
            break;
        default:
            return errno_t::einval;
        }
        // As signed numbers: the sum of two that are below 2^63 cannot wrap to something that looks right.
        result_offset = base + call.offset(1);
        if (int64_t(result_offset) < 0)
            return errno_t::einval;
        file->offset = result_offset;
    }
    return done(copy_out(result_offset, call.address(4)));
}

call_result sys_ftruncate(call_arguments& call) {
    file_use const file(call.number(0));
    if (!file)
        return file.error();
    if (file->kind != file_kind::ram || !file->writable())
        return errno_t::einval;
    uint64_t const size = call.offset(1);
    return int64_t(size) < 0 ? errno_t::einval : done(ram_file_truncate(*file->ram, size));
}

call_result sys_unlink(call_arguments& call) {
    std::array<char, abi::path_limit> path;
    std::string_view name;
    if (errno_t const error = copy_in_path(call.address(0), path, &name); error != errno_t::ok)
        return error;
    return done(directory_remove(name));
}

call_result sys_pipe(call_arguments& call) {
    open_file *read_end, *write_end;
    if (errno_t const error = pipe_create(&read_end, &write_end); error != errno_t::ok)
        return error;
    call_result const first = install(*read_end);
    if (!first) {
        file_release(*write_end);
        return first.error();
    }
    call_result const second = install(*write_end);
    if (!second) {
        (void)file_close(uint32_t(*first));
        return second.error();
    }
    int32_t const descriptors[2] = {int32_t(*first), int32_t(*second)};
    errno_t const error = copy_out(descriptors, call.address(0));
    if (error != errno_t::ok) {
        (void)file_close(uint32_t(*first));
        (void)file_close(uint32_t(*second));
    }
    return done(error);
}

call_result sys_file_info(call_arguments& call) {
    abi::file_info info{};
    if (errno_t const error = directory_entry(call.number(0), &info); error != errno_t::ok)
        return error;
    return done(copy_out(info, call.address(1)));
}

} // namespace uvm
