// Swap devices that come and go while pages lie on them (docs/scenario-language.md).
#include "kernel/scenario/commands.h"

#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

constexpr uint64_t slots_limit = 1u << 20;
constexpr uint64_t priority_limit = 1000;

// The devices that are the scenario's: the machine may have others. Null: a free place.
constinit uvm_blockdev* devices[8]{};

uvm_blockdev** place_of(const uvm_blockdev* dev) {
    for (uvm_blockdev*& place : devices)
        if (place == dev)
            return &place;
    return nullptr;
}

} // namespace

errno_t scenario_swap_on(std::string_view name, uint32_t slots, int32_t priority) {
    if (uvm_swap_find(name))
        return errno_t::ebusy;
    uvm_blockdev** const place = place_of(nullptr);
    if (!place)
        return errno_t::enospc;
    uvm_blockdev* const disk = uvm_ramdisk_create(slots, name);
    if (!disk)
        return errno_t::enomem;
    errno_t const error = uvm_swap_add(*disk, priority);
    if (error == errno_t::ok)
        *place = disk;
    else
        uvm_ramdisk_destroy(*disk);
    return error;
}

void scenario_swap_reset() {
    for (uvm_blockdev*& disk : devices) {
        if (!disk)
            continue;
        if (errno_t const error = uvm_swap_off(*disk); error != errno_t::ok)
            panic("a scenario's swap device is used after its end");
        uvm_ramdisk_destroy(*disk);
        disk = nullptr;
    }
}

outcome run_swapon(interpreter&, arguments& args) {
    std::string_view const name = args.new_name("NAME");
    uint64_t const slots = args.number_value(args.word("SLOTS"));
    uint64_t priority = 0;
    for (std::string_view word = args.option(); !word.empty(); word = args.option()) {
        std::string_view value;
        if (take_key(word, "prio=", &value))
            priority = args.number_value(value);
        else
            args.complain("not understood", word);
    }
    if (!args.finished())
        return outcome::unparsed();
    if (slots == 0 || slots > slots_limit || priority > priority_limit)
        return outcome::failed(errno_t::einval);
    return outcome::of(scenario_swap_on(name, uint32_t(slots), int32_t(priority)));
}

outcome run_swapoff(interpreter&, arguments& args) {
    std::string_view const name = args.word("NAME");
    if (!args.finished())
        return outcome::unparsed();
    uvm_blockdev* const disk = uvm_swap_find(name);
    uvm_blockdev** const place = disk ? place_of(disk) : nullptr;
    if (!place)
        return outcome::failed(errno_t::enodev);
    errno_t const error = uvm_swap_off(*disk);
    if (error == errno_t::ok) {
        uvm_ramdisk_destroy(*disk);
        *place = nullptr;
    }
    return outcome::of(error);
}

outcome run_swaps(interpreter& in, arguments& args) {
    if (!args.finished())
        return outcome::unparsed();
    mutex_guard const guard(uvm_swap.lock);
    for (uvm_swapdev const* at = uvm_swap.devices; at; at = at->next) {
        in.out.text("  ").text(at->dev->name).text(" prio=").dec(at->priority);
        in.out.text(" slots=").dec(at->first).text("-").dec(at->first + at->npages - 1);
        in.out.text(" used=").dec(at->npginuse).text(" bad=").dec(at->npgbad).text("\n");
    }
    return outcome::printed();
}

} // namespace uvm
