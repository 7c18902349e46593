// The directory: names of files in memory, the boot archive's first.
#include "kernel/core/boot_archive.h"
#include "kernel/core/console.h"
#include "kernel/core/open_file.h"

namespace uvm {

namespace {

constinit ram_file* first = nullptr;

std::string_view plain_name(std::string_view path) {
    while (path.starts_with('/') || path.starts_with("./"))
        path.remove_prefix(path.starts_with('/') ? 1 : 2);
    return path;
}

// The place of a name in the list, or the list's end. Locks: needs files_lock.
ram_file** place_of(std::string_view name) {
    ram_file** at = &first;
    while (*at && (*at)->name != name)
        at = &(*at)->next;
    return at;
}

} // namespace

void directory_init(std::span<const std::byte> archive) {
    mutex_guard const guard(files_lock);
    errno_t const error = archive_for_each(archive, [](const archive_file& entry) {
        if (entry.name.size() >= abi::path_limit) {
            console().text("kernel: warning: the name of a file of the boot archive is too long: ");
            console().text(entry.name).text("\n");
            return;
        }
        ram_file** const at = place_of(entry.name);
        if (!*at)
            *at = ram_file_create(entry.name, entry.content);
        if (!*at)
            console().text("kernel: warning: no memory for the file ").text(entry.name).text("\n");
    });
    if (error != errno_t::ok)
        console().text("kernel: warning: the boot archive is damaged; what lies behind that is not there\n");
}

ram_file* directory_find(std::string_view path) {
    mutex_guard const guard(files_lock);
    ram_file* const file = *place_of(plain_name(path));
    if (file)
        ram_file_reference(*file);
    return file;
}

result<ram_file*> directory_create(std::string_view path) {
    std::string_view const name = plain_name(path);
    if (name.empty() || name.size() >= abi::path_limit)
        return errno_t::einval;
    mutex_guard const guard(files_lock);
    ram_file** const at = place_of(name);
    if (*at)
        return errno_t::eexist;
    *at = ram_file_create(name, {});
    if (!*at)
        return errno_t::enomem;
    ram_file_reference(**at);
    return *at;
}

errno_t directory_remove(std::string_view path) {
    ram_file* gone;
    {
        mutex_guard const guard(files_lock);
        ram_file** const at = place_of(plain_name(path));
        gone = *at;
        if (!gone)
            return errno_t::enoent;
        *at = gone->next;
        gone->next = nullptr;
    }
    ram_file_release(*gone);
    return errno_t::ok;
}

errno_t directory_entry(uint32_t index, abi::file_info* info) {
    mutex_guard const guard(files_lock);
    for (ram_file* file = first; file; file = file->next) {
        if (index-- != 0)
            continue;
        *info = {.size = ram_file_size(*file), .name = {}};
        std::string_view(file->name).copy(info->name, sizeof info->name - 1);
        return errno_t::ok;
    }
    return errno_t::enoent;
}

} // namespace uvm
