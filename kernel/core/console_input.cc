#include "kernel/core/console_input.h"

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
constexpr char backspace = '\b', rubout = 0x7f;

// Positions count up for ever. [read, done) are whole lines; [done, end) is being typed.
struct input_state {
    spinlock lock{"console input"};
    char ring[ring_size]{};
    uint32_t read{}, done{}, end{};
    uint32_t lines{}; // a reader sleeps on it: counts changes of `done`
};
constinit input_state input;
constinit bool debugger_wanted = false; // interrupts off

void take(char c) {
    if (c == debugger_key) {
        debugger_wanted = true;
        return;
    }
    if (c == '\r')
        c = '\n';
    if (c == backspace || c == rubout) {
        if (input.end == input.done)
            return;
        --input.end;
        console().text("\b \b");
        return;
    }
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
    uint32_t before, after;
    {
        spin_guard const guard(input.lock);
        before = input.lines;
        // What comes behind the debugger's key is for the debugger.
        for (int c = 0; !debugger_wanted && (c = machine::console_read()) >= 0;)
            take(char(c));
        after = input.lines;
    }
    if (before != after)
        wakeup(input.lines);
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
            seen = input.lines;
        }
        // Told and asleep in one step: who hears it finds the reader asleep.
        machine::interrupt_state const before = machine::interrupts_disable();
        tell_first_wait();
        sleep_end const end = sleep_interruptibly(input.lines, seen, "a line from the console", 0);
        machine::interrupts_restore(before);
        if (end == sleep_end::interrupted)
            return errno_t::eintr;
    }
}

} // namespace uvm
