#include "kernel/core/console_input.h"

#include <utility>

#include <machine/cpu.h>
#include <machine/memory.h>

#include "kernel/core/console.h"
#include "kernel/core/debugger/debugger.h"
#include "kernel/core/options.h"
#include "kernel/core/thread.h"
#include "kernel/sync/lock.h"

namespace uvm {

namespace {

constexpr uint32_t ring_size = 1024;
constexpr char backspace = '\b', rubout = 0x7f, escape = 0x1b;
constexpr char interrupt_key = 'C' - '@', end_key = 'D' - '@', kill_key = 'U' - '@';

// An arrow or another key that sends more than a character: ESC, or ESC [ and what follows up to a letter.
enum class key_state : uint8_t { plain, escaped, sequence };

// Positions count up for ever. [read, done) are whole lines; [done, end) is being typed.
struct input_state {
    spinlock lock{"console input"};
    char ring[ring_size]{};
    uint32_t read{}, done{}, end{};
    uint32_t lines{};      // a reader sleeps on it: counts changes of `done` and `over`
    uint32_t interrupts{}; // who passes interrupts on sleeps on it
    bool over{};           // the end key was hit where a line would begin
    key_state key{};
};
constinit input_state input;
constinit bool debugger_wanted = false; // interrupts off

// True for a part of a key's sequence, which means nothing here. What no sequence has ends it.
bool swallowed(char c) {
    key_state const before = input.key;
    input.key = c == escape ? key_state::escaped : key_state::plain;
    if (c == escape)
        return true;
    if (before == key_state::plain || uint8_t(c) < ' ')
        return false;
    bool const ends = before == key_state::escaped ? c != '[' && c != 'O' : c >= '@' && c <= '~';
    if (!ends)
        input.key = key_state::sequence;
    return true;
}

// Takes the last character back, of as many bytes as it has.
void rub_out() {
    auto const is_rest = [](char c) { return (uint8_t(c) & 0xc0) == 0x80; };
    while (input.end != input.done && is_rest(input.ring[--input.end % ring_size])) {
    }
    console().text("\b \b");
}

void add(char c) {
    // The last place is kept for the line's end.
    uint32_t const room = ring_size - (input.end - input.read);
    if (room == 0 || (room == 1 && c != '\n'))
        return;
    input.ring[input.end++ % ring_size] = c;
    console().text({&c, 1});
    if (c == '\n') {
        input.done = input.end;
        ++input.lines;
    }
}

void take(char c) {
    switch (c) {
    case debugger_key:
        debugger_wanted = true;
        return;
    case backspace:
    case rubout:
        if (input.end != input.done)
            rub_out();
        return;
    case kill_key:
        while (input.end != input.done)
            rub_out();
        return;
    case interrupt_key:
        input.end = input.done;
        console().text("^C\n");
        ++input.interrupts;
        return;
    case end_key:
        if (input.end == input.done) {
            input.over = true;
            ++input.lines;
        }
        return;
    case '\r':
        return add('\n');
    case '\t':
        return add(' ');
    default:
        if (c == '\n' || uint8_t(c) >= ' ')
            add(c);
    }
}

void tell_first_wait() {
    static bool told = false;
    if (!kernel_options.times || told)
        return;
    told = true;
    uint64_t const now = machine::cycle_count();
    console().text("time: ").dec(now).text(" at the first wait for input\n");
}

} // namespace

void console_input_poll() {
    bool lines, interrupts;
    {
        spin_guard const guard(input.lock);
        uint32_t const lines_before = input.lines, interrupts_before = input.interrupts;
        // What comes behind the debugger's key is for the debugger.
        for (int c = 0; !debugger_wanted && (c = machine::console_read()) >= 0;)
            if (!swallowed(char(c)))
                take(char(c));
        lines = input.lines != lines_before;
        interrupts = input.interrupts != interrupts_before;
    }
    if (lines)
        wakeup(input.lines);
    if (interrupts)
        wakeup(input.interrupts);
    if (debugger_wanted) {
        debugger_wanted = false;
        debugger_enter();
    }
}

result<size_t> console_input_read(std::span<std::byte> to) {
    for (;;) {
        uint32_t seen;
        {
            spin_guard const guard(input.lock);
            size_t count = 0;
            while (count < to.size() && input.read != input.done) {
                char const c = input.ring[input.read++ % ring_size];
                to[count++] = std::byte(c);
                if (c == '\n')
                    break;
            }
            if (count > 0 || to.empty())
                return count;
            if (std::exchange(input.over, false))
                return size_t{0};
            seen = input.lines;
        }
        // Told and asleep in one step: who hears it finds the reader asleep.
        machine::interrupt_state const before = machine::interrupts_disable();
        tell_first_wait();
        sleep_end const end =
            sleep_interruptibly(input.lines, seen, "a line from the console", 0, sleep_for::console);
        machine::interrupts_restore(before);
        if (end == sleep_end::interrupted)
            return errno_t::eintr;
    }
}

void console_interrupts_run(void (*tell)()) {
    for (uint32_t seen = 0;;) {
        thread_rest(input.interrupts, seen, "the interrupt key");
        seen = __atomic_load_n(&input.interrupts, __ATOMIC_RELAXED);
        tell();
    }
}

} // namespace uvm
