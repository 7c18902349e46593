// churn: a space that changes all the time, for whoever watches from outside (docs/scenario-language.md).
#include <machine/user_access.h>

#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_vmspace.h"

namespace uvm {

namespace {

constexpr uint64_t count_limit = 100'000'000;
constexpr uint32_t part_pages = 64; // of the space, from its bottom
constexpr uint32_t longest = 6;     // pages that one change is about
constexpr std::string_view child_name = "churn";

// The same numbers on every machine (xorshift, Marsaglia 2003).
class numbers {
public:
    explicit numbers(uint32_t seed) : state_(seed * 2u + 1) {}
    uint32_t below(uint32_t limit) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 17;
        state_ ^= state_ << 5;
        return uint32_t(uint64_t(state_) * limit >> 32);
    }

private:
    uint32_t state_;
};

class churn {
public:
    churn(vmspace& vm, uint32_t seed, bool forks) : vm_(vm), map_(vm.vm_map), random_(seed), forks_(forks) {}

    // What does not work out (no room, nothing mapped there, no memory) is as good as what does.
    void step() {
        uint32_t const what = random_.below(64);
        vaddr_t const start = map_.min() + pages_to_bytes(random_.below(part_pages));
        vsize_t const size = pages_to_bytes(1 + random_.below(longest));
        if (what < 20)
            enter(start, size);
        else if (what < 32)
            (void)uvm_unmap(map_, start, start + size);
        else if (what < 38)
            (void)uvm_map_protect(map_, start, start + size,
                                  what < 36 ? vm_prot_t::read | vm_prot_t::write : vm_prot_t::read,
                                  uvm_protect_what::current);
        else if (what < 42)
            (void)uvm_map_inherit(map_, start, start + size,
                                  what < 40 ? vm_inherit_t::copy : vm_inherit_t::share);
        else if (what < 61 || !forks_)
            touch(vm_, start);
        else
            fork(start);
    }

private:
    void enter(vaddr_t start, vsize_t size) {
        uvm_flag const flags = uvm_flag::copyonw | (random_.below(2) ? uvm_flag::none : uvm_flag::overlay);
        uvm_mapping const how{
            .prot = vm_prot_t::read | vm_prot_t::write, .max = vm_prot_t::all, .flags = flags};
        vaddr_t const behind = map_.min() + pages_to_bytes(part_pages + longest);
        errno_t const error = uvm_map(map_, start, size, nullptr, uvm_unknown_offset, vsize_t(0), how);
        if (error == errno_t::ok && start >= behind) // or the space would fill up
            (void)uvm_unmap(map_, start, start + size);
    }
    void touch(vmspace& vm, vaddr_t at) {
        std::byte const one{uint8_t(random_.below(256))};
        (void)machine::user_write(vm, at, std::span(&one, 1));
    }
    // A child that writes once and is gone.
    void fork(vaddr_t at) {
        process* child = nullptr;
        {
            uvm_change const change; // until the child's space, which shares memory, is a process's or gone
            vmspace* const vm = uvmspace_fork(vm_);
            child = vm ? process_create(child_name, vm) : nullptr;
            if (vm && !child)
                uvmspace_free(*vm);
        }
        if (!child)
            return;
        touch(*child->p_vmspace, at);
        process_exit(*child);
    }

    vmspace& vm_;
    vm_map& map_;
    numbers random_;
    bool forks_;
};

} // namespace

outcome run_churn(interpreter&, arguments& args) {
    process* const p = args.space();
    uint64_t const count = args.number_value(args.word("COUNT"));
    uint64_t seed = 1;
    bool forks = true;
    for (std::string_view word = args.option(); !word.empty(); word = args.option())
        if (word == "noforks")
            forks = false;
        else
            seed = args.number_value(word);
    if (!args.finished())
        return outcome::unparsed();
    bool const wide =
        p->p_vmspace->vm_map.max() - p->p_vmspace->vm_map.min() >= pages_to_bytes(part_pages + longest);
    if (count > count_limit || seed > ~uint32_t{0} >> 1 || !wide)
        return outcome::failed(errno_t::einval);
    churn restless(*p->p_vmspace, uint32_t(seed), forks);
    for (uint64_t i = 0; i < count; ++i)
        restless.step();
    return outcome::ok();
}

} // namespace uvm
