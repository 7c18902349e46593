#include "kernel/core/debugger/debugger.h"

#include <machine/cpu.h>
#include <machine/thread.h>

#include "kernel/core/console.h"
#include "kernel/core/debugger/commands.h"

namespace uvm {

namespace {

enum class life : uint8_t { can_go_on, is_over };

struct command {
    std::string_view name;
    debug_complaint (*run)(const debug_line&);
    std::string_view help;
};
constexpr command commands[] = {
    {"map", debug_map, "map [PROCESS] [full]       a process's map; full: and its entries"},
    {"object", debug_object, "object NAME|#N [full]      an object; full: and its pages"},
    {"page", debug_page, "page PHYSICAL-ADDRESS      a page, checked against its owner and its queue"},
    {"pages", debug_pages,
     "pages [all|QUEUE]          pages that are in use, all of them, or those of a queue"},
    {"whatis", debug_whatis, "whatis ADDRESS [PROCESS]   what lies at an address"},
    {"uvmexp", debug_uvmexp, "uvmexp                     what is counted"},
    {"ps", debug_ps, "ps                         processes"},
    {"threads", debug_threads, "threads                    threads, and what they wait for"},
    {"locks", debug_locks, "locks                      locks that are held, and by whom"},
    {"events", debug_events, "events [EVENT] [COUNT]     the last events, all or of a kind"},
    {"history", debug_history, "history [map|pagedaemon] [COUNT] [full]  calls on maps, the page daemon"},
    {"record", debug_record, "record on|off              whether events are recorded"},
};
// These need more than their line.
constexpr std::string_view others_help = "bt [THREAD]                where a thread stands, with symbols\n"
                                         "continue                   goes on where it was stopped\n"
                                         "reboot                     resets the machine\n"
                                         "poweroff                   ends the machine\n";
constexpr uint8_t exit_ok = 0, exit_panic = 3;
constexpr size_t line_limit = 120;

// Where to go when a command fails; the debugger runs with interrupts off, so there is one.
void* prompt_place[5];
bool command_runs = false;

// A line as it is typed. Waits for it, and for nothing else.
std::string_view read_line(char (&buffer)[line_limit]) {
    constexpr char backspace = '\b', rubout = 0x7f;
    size_t length = 0;
    for (;;) {
        int const got = machine::console_read();
        if (got < 0) {
            machine::spin_pause();
            continue;
        }
        auto const c = char(got);
        if (c == '\r' || c == '\n') {
            console().text("\n");
            return {buffer, length};
        }
        if (c == backspace || c == rubout) {
            if (length > 0) {
                --length;
                console().text("\b \b");
            }
        } else if (c >= ' ' && length < line_limit) {
            buffer[length++] = c;
            console().text({&c, 1});
        }
    }
}

debug_line cut(std::string_view text) {
    debug_line line;
    while (!text.empty() && line.count < debug_line::limit) {
        size_t const length = text.find(' ') == std::string_view::npos ? text.size() : text.find(' ');
        if (length > 0)
            line.words[line.count++] = text.substr(0, length);
        text.remove_prefix(length < text.size() ? length + 1 : length);
    }
    return line;
}

void print_help() {
    for (command const& c : commands)
        console().text("  ").text(c.help).text("\n");
    for (std::string_view rest = others_help; !rest.empty();) {
        size_t const end = rest.find('\n');
        console().text("  ").text(rest.substr(0, end)).text("\n");
        rest.remove_prefix(end + 1);
    }
}

debug_complaint run_command(const debug_line& line, debugger_place stopped) {
    std::string_view const name = line.word(0);
    if (name == "bt")
        return debug_backtrace(line, stopped);
    if (name == "help") {
        print_help();
        return nullptr;
    }
    for (command const& c : commands)
        if (c.name == name)
            return c.run(line);
    return "no such command; `help` lists them";
}

// A function of its own: what is above it survives the way back from a failed command.
[[gnu::noinline]] void run_guarded(const debug_line& line, debugger_place stopped) {
    if (__builtin_setjmp(prompt_place) != 0)
        return;
    command_runs = true;
    if (debug_complaint const wrong = run_command(line, stopped))
        console().text("  ").text(wrong).text("\n");
    command_runs = false;
}

// Returns at `continue`.
void debug(debugger_place stopped, life state) {
    console().text("\ndebugger; `help` lists the commands\n");
    for (;;) {
        char buffer[line_limit];
        console().text("debug> ");
        debug_line const line = cut(read_line(buffer));
        std::string_view const name = line.word(0);
        if (name == "continue" && state == life::can_go_on)
            return;
        if (name == "continue")
            console().text("  after a panic there is no going on\n");
        else if (name == "reboot")
            machine::reboot();
        else if (name == "poweroff")
            machine::debug_exit(state == life::can_go_on ? exit_ok : exit_panic);
        else if (!name.empty())
            run_guarded(line, stopped);
    }
}

} // namespace

void debugger_enter() {
    machine::interrupt_state const before = machine::interrupts_disable();
    auto const* frame = static_cast<const uintptr_t*>(__builtin_frame_address(0));
    debug({frame[1], frame[0]}, life::can_go_on);
    machine::interrupts_restore(before);
}

void debugger_after_panic(debugger_place place) {
    debug(place, life::is_over);
    machine::halt_forever();
}

void debugger_command_failed(const char* why) {
    if (!command_runs)
        return;
    machine::interrupts_disable();
    command_runs = false;
    console().text("  the command failed: ").text(why).text("\n");
    __builtin_longjmp(prompt_place, 1);
}

} // namespace uvm
