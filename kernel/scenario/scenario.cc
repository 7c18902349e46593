#include "kernel/scenario/scenario.h"

#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constexpr command commands[] = {
    {"space", run_space},         {"object", run_object},     {"fork", run_fork},
    {"share", run_share},         {"unshare", run_unshare},   {"exec", run_exec},
    {"exit", run_exit},           {"map", run_map},           {"unmap", run_unmap},
    {"extract", run_extract},     {"reserve", run_reserve},   {"findspace", run_findspace},
    {"protect", run_protect},     {"inherit", run_inherit},   {"advise", run_advise},
    {"wire", run_wire},           {"unwire", run_unwire},     {"wireall", run_wireall},
    {"unwireall", run_unwireall}, {"clean", run_clean},       {"lookup", run_lookup},
    {"checkprot", run_checkprot}, {"read", run_read},         {"write", run_write},
    {"dump", run_dump},           {"anons", run_anons},       {"pmap", run_pmap},
    {"check", run_check},         {"memory", run_memory},     {"pagedaemon", run_pagedaemon},
    {"uvmexp", run_uvmexp},       {"swapfail", run_swapfail}, {"failalloc", run_failalloc},
    {"counters", run_counters},   {"trymerge", run_trymerge}, {"show", run_show},
    {"whatis", run_whatis},       {"mremap", run_mremap},     {"churn", run_churn},
    {"swapon", run_swapon},       {"swapoff", run_swapoff},   {"swaps", run_swaps},
    {"history", run_history},     {"loan", run_loan},         {"loanpages", run_loanpages},
    {"loanmap", run_loanmap},     {"unloan", run_unloan},     {"loans", run_loans},
    {"kalloc", run_kalloc},       {"kfree", run_kfree},       {"kread", run_kread},
    {"kwrite", run_kwrite},       {"klist", run_klist},       {"kdrain", run_kdrain},
    {"kcache", run_kcache},       {"damage", run_damage},
};

// Too large for a kernel stack; one run at a time.
constinit interpreter state;

const command* find_command(std::string_view word) {
    for (command const& c : scenario_commands())
        if (c.name == word)
            return &c;
    return nullptr;
}

// Writes the command as the transcript has it, blanks folded to one, and leaves it where the probes' reader
// finds it.
void echo(interpreter& in, line_words words) {
    text_buffer<sizeof uvm_probe_command - 1> shown;
    std::string_view separator;
    for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
        in.out.text(separator).text(word);
        shown.text(separator).text(word);
        separator = " ";
    }
    in.out.text("\n");
    uvm_probe_command[shown.view().copy(uvm_probe_command, shown.size())] = '\0';
}

outcome run_command(interpreter& in, arguments& args) {
    std::string_view const word = args.option();
    command const* const found = find_command(word);
    if (!found) {
        args.complain("unknown command", word);
        return outcome::unparsed();
    }
    in.amaps.clear();
    in.anons.clear();
    outcome const result = found->run(in, args);
    if (result.is_ok())
        in.out.text("  = ok\n");
    else if (result.is_failed())
        in.out.text("  ! ").text(errno_name(result.error())).text("\n");
    return result;
}

struct place_in_file {
    std::string_view file;
    uint32_t line;
};

// Runs one line; false when it does not parse.
bool run_line(interpreter& in, std::string_view line, place_in_file where, scenario_output errors) {
    line_words const words(line);
    if (line_words(words).next().empty())
        return true;
    echo(in, words);
    uvm_probe(uvm_event::command_begin, where.line);
    arguments args(in, words);
    outcome const result = run_command(in, args);
    in.out.flush();
    uvm_probe(uvm_event::command_end, where.line, uint32_t(result.error()));
    uvm_probe_command[0] = '\0';
    if (!result.is_unparsed())
        return true;
    text_writer message;
    message.open(errors);
    message.text(where.file).text(":").dec(where.line).text(": error: ").text(args.complaint()).text("\n");
    message.flush();
    return false;
}

bool run_lines(interpreter& in, std::string_view text, std::string_view file_name, scenario_output errors) {
    for (uint32_t number = 1; !text.empty(); ++number) {
        size_t const end = text.find('\n');
        if (!run_line(in, text.substr(0, end), {file_name, number}, errors))
            return false;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return true;
}

} // namespace

std::span<const command> scenario_commands() { return commands; }

int scenario_run(std::string_view text, std::string_view file_name, scenario_output transcript,
                 scenario_output errors, scenario_rights rights, uint64_t lent_elsewhere) {
    kassert(allproc == nullptr, "scenario_run: processes of somebody else");
    interpreter& in = state;
    in.out.open(transcript);
    in.rights = rights;
    in.lent_elsewhere = lent_elsewhere;
    in.check_failed = false;
    in.counters.reset();
    bool const parsed = run_lines(in, text, file_name, errors);
    int const status = !parsed ? scenario_parse_error : in.check_failed ? scenario_check_failed : scenario_ok;
    uvm_probe(uvm_event::scenario_end, uint32_t(status));
    uvm_fail_allocation(0);
    in.loans.clear();
    uvm_loan_forget_zeros();
    while (allproc)
        process_exit(*allproc);
    in.objects.clear();
    in.kernel.clear();
    in.amaps.clear();
    in.anons.clear();
    scenario_memory_reset();
    scenario_history_reset();
    return status;
}

uint32_t scenario_check(scenario_output out, uint64_t lent_elsewhere) {
    interpreter& in = state;
    in.out.open(out);
    in.lent_elsewhere = lent_elsewhere;
    in.amaps.clear();
    in.anons.clear();
    uint32_t const broken = check_and_tell(in);
    in.out.flush();
    return broken;
}

} // namespace uvm
