// The words that several printers share.
#include "kernel/vm/uvm_print.h"

namespace uvm {

void uvm_print_prot(vm_prot_t prot, text_sink& out) {
    out.text(has(prot, vm_prot_t::read) ? "r" : "-");
    out.text(has(prot, vm_prot_t::write) ? "w" : "-");
    out.text(has(prot, vm_prot_t::execute) ? "x" : "-");
}

const char* uvm_inherit_word(vm_inherit_t inherit) {
    switch (inherit) {
    case vm_inherit_t::share:
        return "share";
    case vm_inherit_t::copy:
        return "copy";
    case vm_inherit_t::none:
        return "none";
    case vm_inherit_t::zero:
        return "zero";
    }
    return "?";
}

const char* uvm_advice_word(vm_advice_t advice) {
    switch (advice) {
    case vm_advice_t::normal:
        return "normal";
    case vm_advice_t::random:
        return "random";
    case vm_advice_t::sequential:
        return "sequential";
    }
    return "?";
}

void uvm_print_name(const uvm_object& obj, text_sink& out) {
    size_t length = 0;
    while (length < sizeof obj.uo_name && obj.uo_name[length] != '\0')
        ++length;
    if (length == 0)
        out.text("#").dec(obj.uo_id);
    else
        out.text({obj.uo_name, length});
}

} // namespace uvm
