// Which page the page daemon takes next, behind one table so that a policy can be replaced.
#pragma once

#include "kernel/vm/uvm_page.h"

namespace uvm {

// Whether a policy spares kinds of pages of which there are few (uvm_page_kind).
enum class uvm_pd_limits : uint8_t { kept, ignored };

struct uvm_pdpolicy {
    const char* name;
    // A scan begins. True when it will spare pages that it would not with limits ignored. Locks: pageqlock.
    bool (*begin)(uvm_pd_limits limits);
    // The page to try next, moved behind the others so that the next call gives another; null when there is
    // none. Locks: pageqlock.
    vm_page* (*select)();
    // Moves pages from active to inactive until enough of them are there. Locks: pageqlock.
    void (*balance)();

    // What only some policies need; the others do nothing.
    //
    // Before it is used: takes the memory that it needs, so that the daemon never has to. Calling it again
    // changes nothing. Locks: none. Fails: ENOMEM.
    errno_t (*prepare)() = [] { return errno_t::ok; };
    // After it was used: gives that memory back. Locks: none.
    void (*retire)() = [] {};
    // The page that select gave has left memory, and what it held is in swap or in its file alone. It may be
    // nobody's by now: the policy goes by its frame, and by what it noted in select. Locks: takes pageqlock.
    void (*evicted)(const vm_page&) = [](const vm_page&) {};
};

// Second chance: the oldest inactive page goes unless it was referenced since it became inactive. A third of
// the pages is kept inactive. Anonymous, file and executable pages each are spared while they are few, and
// those that are not many while another kind is:
//
//   kind        few at   many above   of the pages on the queues and free
//   ----------  -------  -----------
//   anonymous   10 %     80 %
//   file        10 %     50 %
//   executable   5 %     30 %
//
// Where that would spare all kinds, or files and executables while swap is full, none is spared.
extern const uvm_pdpolicy uvm_pdpolicy_clock;
// The page that is longest on a queue goes, referenced or not.
extern const uvm_pdpolicy uvm_pdpolicy_fifo;
// By how soon pages are used again, also those that went meanwhile: uvm_clockpro.h. Takes a 64th of the
// machine's memory, in one run, while it is in use.
extern const uvm_pdpolicy uvm_pdpolicy_clockpro;

} // namespace uvm
