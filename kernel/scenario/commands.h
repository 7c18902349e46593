// The commands of the language, one function each: it takes all its arguments before it changes anything.
#pragma once

#include <span>

#include "kernel/scenario/interpreter.h"

namespace uvm {

struct command {
    std::string_view name;
    outcome (*run)(interpreter& in, arguments& args);
};

// All of the language.
[[nodiscard]] std::span<const command> scenario_commands();

// commands_space.cc: spaces and objects
outcome run_space(interpreter& in, arguments& args);
outcome run_object(interpreter& in, arguments& args);
outcome run_fork(interpreter& in, arguments& args);
outcome run_share(interpreter& in, arguments& args);
outcome run_unshare(interpreter& in, arguments& args);
outcome run_exec(interpreter& in, arguments& args);
outcome run_exit(interpreter& in, arguments& args);

// commands_place.cc: what finds, takes or gives back room in a map
outcome run_map(interpreter& in, arguments& args);
outcome run_unmap(interpreter& in, arguments& args);
outcome run_extract(interpreter& in, arguments& args);
outcome run_reserve(interpreter& in, arguments& args);
outcome run_findspace(interpreter& in, arguments& args);

// commands_range.cc: attributes, wiring and contents of a range
outcome run_protect(interpreter& in, arguments& args);
outcome run_inherit(interpreter& in, arguments& args);
outcome run_advise(interpreter& in, arguments& args);
outcome run_wire(interpreter& in, arguments& args);
outcome run_unwire(interpreter& in, arguments& args);
outcome run_wireall(interpreter& in, arguments& args);
outcome run_unwireall(interpreter& in, arguments& args);
outcome run_clean(interpreter& in, arguments& args);
outcome run_lookup(interpreter& in, arguments& args);
outcome run_checkprot(interpreter& in, arguments& args);
outcome run_trymerge(interpreter& in, arguments& args);
outcome run_read(interpreter& in, arguments& args);
outcome run_write(interpreter& in, arguments& args);

// commands_memory.cc: memory pressure and swap
outcome run_memory(interpreter& in, arguments& args);
outcome run_pagedaemon(interpreter& in, arguments& args);
outcome run_uvmexp(interpreter& in, arguments& args);
outcome run_swapfail(interpreter& in, arguments& args);
// commands_swap.cc: swap devices in memory
outcome run_swapon(interpreter& in, arguments& args);
outcome run_swapoff(interpreter& in, arguments& args);
outcome run_swaps(interpreter& in, arguments& args);
// Swaps to a new device in memory. Fails: EBUSY (the name is taken), ENOSPC (too many), ENOMEM. / The
// scenario's devices go. Needs: no slot of them used.
[[nodiscard]] errno_t scenario_swap_on(std::string_view name, uint32_t slots, int32_t priority);
void scenario_swap_reset();
// The machine's memory as it is outside scenarios. Needs: nothing of the scenario is left.
void scenario_memory_reset();

// commands_churn.cc: a space that changes all the time
outcome run_churn(interpreter& in, arguments& args);

// commands_mremap.cc: resizing and moving
outcome run_mremap(interpreter& in, arguments& args);

// commands_loan.cc: loans
outcome run_loan(interpreter& in, arguments& args);
outcome run_loanpages(interpreter& in, arguments& args);
outcome run_loanmap(interpreter& in, arguments& args);
outcome run_unloan(interpreter& in, arguments& args);
outcome run_loans(interpreter& in, arguments& args);

// commands_kernel.cc: the kernel's own memory
outcome run_kalloc(interpreter& in, arguments& args);
outcome run_kfree(interpreter& in, arguments& args);
outcome run_kread(interpreter& in, arguments& args);
outcome run_kwrite(interpreter& in, arguments& args);
outcome run_klist(interpreter& in, arguments& args);
outcome run_kdrain(interpreter& in, arguments& args);
outcome run_kcache(interpreter& in, arguments& args);
// For check: null, or the name of the kernel map that is wrong and what is. Locks: takes each map.
[[nodiscard]] const char* check_kernel_maps(uvm_map_violation* violation);

// listing.cc and check.cc: what only looks
outcome run_dump(interpreter& in, arguments& args);
outcome run_anons(interpreter& in, arguments& args);
outcome run_pmap(interpreter& in, arguments& args);
outcome run_check(interpreter& in, arguments& args);
// The same for who is no scenario: 0, or the invariant that does not hold, with a line. The tables must be
// empty.
[[nodiscard]] uint32_t check_and_tell(interpreter& in);

// commands_instruments.cc: what disturbs or measures
outcome run_failalloc(interpreter& in, arguments& args);
outcome run_counters(interpreter& in, arguments& args);
outcome run_damage(interpreter& in, arguments& args);

// commands_history.cc: what happened, out of the ring of probes
outcome run_history(interpreter& in, arguments& args);
outcome show_history(interpreter& in, arguments& args); // behind the words "show history"
// Nothing is recorded for a scenario any more.
void scenario_history_reset();

// commands_show.cc: the debugger's printers
outcome run_show(interpreter& in, arguments& args);
outcome run_whatis(interpreter& in, arguments& args);

} // namespace uvm
