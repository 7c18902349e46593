// The system call of debuggers: another process's memory, whatever its rights.
#include <algorithm>

#include "kernel/core/system_calls.h"
#include "kernel/core/user_memory.h"
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

namespace {

// A reference on the space of the caller or of one of its children. Fails: ESRCH, EPERM.
result<vmspace*> take_space(uint32_t pid) {
    mutex_guard const guard(user_process_lock);
    user_process const& self = current_user_process();
    user_process const* const p = user_process_find(pid);
    if (!p || p->zombie || !p->proc)
        return errno_t::esrch;
    if (p != &self && p->parent != &self)
        return errno_t::eperm;
    uvmspace_addref(*p->proc->p_vmspace);
    return p->proc->p_vmspace;
}

// One page of a space as it is seen in a space of its own, with all the rights that it may have: what is
// copy-on-write there is so here, too.
class page_view {
public:
    page_view(vmspace& of, vaddr_t page)
        : space_(uvmspace_alloc(vaddr_t(machine::user_min), vaddr_t(machine::user_max),
                                vmspace_direction::bottom_up)) {
        if (!space_)
            return;
        uvm_change const change;
        errno_t const error = uvm_map_extract(of.vm_map, page, vsize_t(page_size), space_->vm_map, start_,
                                              uvm_extract::contig | uvm_extract::fixprot);
        error_ = error == errno_t::einval ? errno_t::efault : error;
    }
    ~page_view() {
        if (space_)
            uvmspace_free(*space_);
    }
    page_view(const page_view&) = delete;
    page_view& operator=(const page_view&) = delete;

    [[nodiscard]] errno_t read(size_t offset, std::span<std::byte> to) {
        return error_ == errno_t::ok ? access_error(machine::user_read(*space_, start_ + vsize_t(offset), to))
                                     : error_;
    }
    [[nodiscard]] errno_t write(size_t offset, std::span<const std::byte> from) {
        return error_ == errno_t::ok
                   ? access_error(machine::user_write(*space_, start_ + vsize_t(offset), from))
                   : error_;
    }

private:
    vmspace* space_;
    vaddr_t start_{machine::user_min};
    errno_t error_{errno_t::enomem};
};

struct transfer_request {
    vmspace& other;
    vaddr_t address, buffer;
    size_t length;
    bool write;
};

// The part in one page.
errno_t transfer_piece(const transfer_request& r, size_t done, std::span<std::byte> bytes) {
    vaddr_t const at = r.address + vsize_t(done), mine = r.buffer + vsize_t(done);
    page_view view(r.other, trunc_page(at));
    size_t const offset = at.value & page_mask;
    errno_t const error = r.write ? copy_in_bytes(mine, bytes) : view.read(offset, bytes);
    if (error != errno_t::ok)
        return error;
    return r.write ? view.write(offset, bytes) : copy_out_bytes(bytes, mine);
}

result<size_t> transfer(const transfer_request& r) {
    auto* const bytes = static_cast<std::byte*>(uvm_kmem_alloc(page_size));
    errno_t error = bytes ? errno_t::ok : errno_t::enomem;
    size_t done = 0;
    while (done < r.length && error == errno_t::ok) {
        size_t const in_page = (r.address.value + done) & page_mask;
        size_t const piece = std::min<size_t>(r.length - done, page_size - in_page);
        error = transfer_piece(r, done, {bytes, piece});
        if (error == errno_t::ok)
            done += piece;
    }
    if (bytes)
        uvm_kmem_free(bytes, page_size);
    return done > 0 || error == errno_t::ok ? result<size_t>(done) : error;
}

} // namespace

call_result sys_process_memory(call_arguments& call) {
    uintptr_t const length = call.word(3);
    if (call.number(4) > 1 || length > machine::user_max)
        return errno_t::einval;
    if (call.word(1) >= machine::user_max || length > machine::user_max - call.word(1))
        return errno_t::efault;
    result<vmspace*> const other = take_space(call.number(0));
    if (!other)
        return other.error();
    result<size_t> const moved =
        transfer({**other, call.address(1), call.address(2), length, call.number(4) == 1});
    uvmspace_free(**other);
    return moved ? call_result(*moved) : moved.error();
}

} // namespace uvm
