// System V shared memory: objects with a number and a key.
#include <utility>

#include "kernel/core/new_mapping.h"
#include "kernel/core/system_calls.h"
#include "kernel/core/user_memory.h"
#include "kernel/core/user_range.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

constexpr uint32_t segment_limit = 32;
constexpr uint64_t segment_size_limit = uint64_t{64} << 20;

// [l] shm_lock. The object's references are the segment's own, while it is not removed, and one a mapping.
struct shm_segment {
    uvm_object* obj{}; // null: unused
    uint32_t key{};
    uint32_t use{}; // counts uses of this place, so that an old number finds nothing
    uint64_t size{};
};
constinit mutex shm_lock{"shared memory"};
constinit shm_segment segments[segment_limit]{};

uint32_t id_of(const shm_segment& s) { return uint32_t(&s - segments) + s.use * segment_limit; }

shm_segment* find(uint32_t id) {
    shm_segment& s = segments[id % segment_limit];
    return s.obj && id_of(s) == id ? &s : nullptr;
}

shm_segment* find_key(uint32_t key) {
    for (shm_segment& s : segments)
        if (s.obj && key != abi::shm_private && s.key == key)
            return &s;
    return nullptr;
}

call_result create(uint32_t key, uintptr_t size) {
    if (size == 0 || size > segment_size_limit)
        return errno_t::einval;
    for (shm_segment& s : segments) {
        if (s.obj)
            continue;
        s.obj = uao_create(round_page(vsize_t(size)).value, "shm");
        if (!s.obj)
            return errno_t::enomem;
        s.key = key;
        s.size = size;
        ++s.use;
        return id_of(s);
    }
    return errno_t::enospc;
}

// Takes away what of an attachment is mapped: the pieces of its object from `start` on, in place. Locks:
// takes map's.
bool detach(vm_map& map, vaddr_t start) {
    uvm_object* obj = nullptr;
    vaddr_t end = start;
    {
        map_shared_guard const guard(map);
        vm_map_entry* entry;
        if (!uvm_map_lookup_entry(map, start, &entry) || entry->start != start ||
            entry->offset != voff_t(0) || !entry->obj() ||
            entry->obj()->uo_kind != uvm_object_kind::anonymous)
            return false;
        obj = entry->obj();
        for (; entry != &map.header && entry->start == end && entry->obj() == obj &&
               entry->offset == voff_t((entry->start - start).value);
             entry = entry->next)
            end = entry->end;
    }
    uvm_unmap_whole(map, start, end);
    return true;
}

} // namespace

call_result sys_shmget(call_arguments& call) {
    uint32_t const key = call.number(0), flags = call.number(2);
    mutex_guard const guard(shm_lock);
    if (shm_segment const* const s = find_key(key)) {
        if ((flags & abi::shm_create) && (flags & abi::shm_exclusive))
            return errno_t::eexist;
        return call.word(1) > s->size ? call_result(errno_t::einval) : id_of(*s);
    }
    if (key != abi::shm_private && !(flags & abi::shm_create))
        return errno_t::enoent;
    return create(key, call.word(1));
}

call_result sys_shmat(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    uint32_t const flags = call.number(2);
    uvm_object* obj;
    vsize_t size(0);
    {
        mutex_guard const guard(shm_lock);
        shm_segment const* const s = find(call.number(0));
        if (!s)
            return errno_t::einval;
        obj = s->obj;
        size = round_page(vsize_t(uintptr_t(s->size)));
        obj->pgops->reference(*obj);
    }
    bool const read_only = flags & abi::shm_read_only;
    uvm_mapping how{.prot = read_only ? vm_prot_t::read : vm_prot_t::read | vm_prot_t::write,
                    .max = read_only ? vm_prot_t::read : vm_prot_t::read | vm_prot_t::write,
                    .inherit = vm_inherit_t::share,
                    .advice = usual_advice(),
                    // Others' mappings must not be taken for a part of this one.
                    .flags = uvm_flag::nomerge};
    vaddr_t at = call.address(1);
    mutex_guard const guard(mapping_lock);
    errno_t error = errno_t::ok;
    if (at == vaddr_t(0))
        at = default_address(size);
    else if (!is_aligned(at.value, page_size))
        error = errno_t::einval;
    else
        how.flags |= uvm_flag::fixed;
    if (error == errno_t::ok && map.size.value + uint64_t{size.value} > limit_of(abi::limit_space))
        error = errno_t::enomem;
    if (error == errno_t::ok)
        error = uvm_map(map, at, size, obj, voff_t(0), vsize_t(0), how);
    if (error == errno_t::ok)
        return at.value;
    obj->pgops->detach(*obj);
    return error;
}

call_result sys_shmdt(call_arguments& call) {
    mutex_guard const guard(mapping_lock);
    return done(detach(current_vmspace().vm_map, call.address(0)) ? errno_t::ok : errno_t::einval);
}

call_result sys_shmctl(call_arguments& call) {
    uint32_t const command = call.number(1);
    uvm_object* removed = nullptr;
    abi::shm_info info{};
    {
        mutex_guard const guard(shm_lock);
        shm_segment* const s = find(call.number(0));
        if (!s || (command != abi::shm_remove && command != abi::shm_stat))
            return errno_t::einval;
        if (command == abi::shm_stat)
            info = {.size = s->size, .attached = uint32_t(s->obj->uo_refs) - 1, .removed = 0};
        else
            removed = std::exchange(s->obj, nullptr);
    }
    if (removed) {
        removed->pgops->detach(*removed);
        return uintptr_t{0};
    }
    return done(copy_out(info, call.address(2)));
}

} // namespace uvm
