// Open files and their descriptors: made, shared, given back.
#include "kernel/core/open_file.h"

#include <algorithm>
#include <utility>

#include "kernel/vm/uvm_pool.h"

namespace uvm {

constinit mutex files_lock{"files"};

namespace {

constinit object_pool<open_file> file_pool{"open file"};

} // namespace

open_file* file_create(file_kind kind, uint32_t flags) {
    open_file* const file = file_pool.create();
    if (file) {
        file->kind = kind;
        file->flags = flags;
        file->refs = 1;
    }
    return file;
}

void file_release(open_file& file) {
    {
        mutex_guard const guard(files_lock);
        if (--file.refs != 0)
            return;
    }
    if (file.ram)
        ram_file_release(*file.ram);
    if (file.pipe)
        pipe_close(*file.pipe, file.kind);
    file_pool.destroy(file);
}

result<open_file*> file_get(uint32_t descriptor) {
    mutex_guard const guard(files_lock);
    open_file* const file =
        descriptor < descriptor_limit ? current_user_process().files[descriptor] : nullptr;
    if (!file)
        return errno_t::ebadf;
    ++file->refs;
    return file;
}

result<uint32_t> file_install(open_file& file) {
    user_process& p = current_user_process();
    auto const limit = uint32_t(std::min<uint64_t>(descriptor_limit, p.limits[abi::limit_files].current));
    mutex_guard const guard(files_lock);
    for (uint32_t d = 0; d < limit; ++d) {
        if (!p.files[d]) {
            p.files[d] = &file;
            return d;
        }
    }
    return errno_t::emfile;
}

errno_t file_close(uint32_t descriptor) {
    open_file* file = nullptr;
    {
        mutex_guard const guard(files_lock);
        if (descriptor < descriptor_limit)
            file = std::exchange(current_user_process().files[descriptor], nullptr);
    }
    if (!file)
        return errno_t::ebadf;
    file_release(*file);
    return errno_t::ok;
}

errno_t files_open_console(user_process& p) {
    open_file* const file = file_create(file_kind::console, abi::open_read_write);
    if (!file)
        return errno_t::enomem;
    mutex_guard const guard(files_lock);
    file->refs = 3;
    p.files[0] = p.files[1] = p.files[2] = file;
    return errno_t::ok;
}

void files_share(const user_process& from, user_process& to) {
    mutex_guard const guard(files_lock);
    for (uint32_t d = 0; d < descriptor_limit; ++d) {
        to.files[d] = from.files[d];
        if (to.files[d])
            ++to.files[d]->refs;
    }
}

void files_close_all(user_process& p) {
    for (open_file*& place : p.files) {
        open_file* file;
        {
            mutex_guard const guard(files_lock);
            file = std::exchange(place, nullptr);
        }
        if (file)
            file_release(*file);
    }
}

} // namespace uvm
