// The commands of the language, one function each: it takes all its arguments before it changes anything.
#pragma once

#include "kernel/scenario/interpreter.h"

namespace uvm {

struct command {
    std::string_view name;
    outcome (*run)(interpreter& in, arguments& args);
};

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
// The machine's memory as it is outside scenarios. Needs: nothing of the scenario is left.
void scenario_memory_reset();

// commands_churn.cc: a space that changes all the time
outcome run_churn(interpreter& in, arguments& args);

// commands_mremap.cc: resizing and moving
outcome run_mremap(interpreter& in, arguments& args);

// listing.cc and check.cc: what only looks
outcome run_dump(interpreter& in, arguments& args);
outcome run_anons(interpreter& in, arguments& args);
outcome run_pmap(interpreter& in, arguments& args);
outcome run_check(interpreter& in, arguments& args);

// commands_instruments.cc: what disturbs or measures
outcome run_failalloc(interpreter& in, arguments& args);
outcome run_counters(interpreter& in, arguments& args);

// commands_show.cc: the debugger's printers
outcome run_show(interpreter& in, arguments& args);
outcome run_whatis(interpreter& in, arguments& args);

} // namespace uvm
