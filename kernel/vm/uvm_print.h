// Printing of the VM's structures for debuggers, on a console or anywhere else that takes text. Nothing is
// changed, nothing allocated, and nothing printed that is a pointer, so the text of one scenario is the same
// on every machine. What is printed may be damaged: a walk ends after as many steps as the structure says it
// has and says so.
//
// Locks: none is taken. Either the machine stands still, or the caller holds what the structure is guarded
// by.
#pragma once

#include "kernel/base/text_sink.h"
#include "kernel/vm/uvm_map.h"

namespace uvm {

enum class uvm_print_detail : uint8_t { brief, full };

// uvm_print_map.cc

// A map in a line; full: and each entry, with gaps and what backs it. Cost: O(entries).
void uvm_map_printit(const vm_map& map, uvm_print_detail detail, text_sink& out);
// What an address of the map is: the entry that contains it and what backs the page, through submaps; or
// between which entries it lies.
void uvm_whatis(const vm_map& map, vaddr_t va, text_sink& out);

// uvm_print_page.cc

// An object in a line; full: and each resident page. Cost: O(pages).
void uvm_object_printit(const uvm_object& obj, uvm_print_detail detail, text_sink& out);
// A page in a line, and a line for each disagreement with its owner or its queue. Cost: O(pages of the
// queue).
void uvm_page_printit(const vm_page& page, text_sink& out);
// What is counted of the machine and of the maps; these numbers differ from machine to machine.
void uvmexp_print(text_sink& out);

// uvm_print_words.cc

void uvm_print_prot(vm_prot_t prot, text_sink& out);
// "copy", "normal"; "?" for a value that is none.
const char* uvm_inherit_word(vm_inherit_t inherit);
const char* uvm_advice_word(vm_advice_t advice);
// The object's name, or # and its serial number.
void uvm_print_name(const uvm_object& obj, text_sink& out);

} // namespace uvm
