// The smallest machine that the tests of the bridge can drive: it says a line on each serial line, and then
// does what the last word of its command line says: end=N (leave QEMU), spin, panic, triple (fault), events.
#include <cstdint>

namespace {

struct multiboot_header {
    uint32_t magic = 0x1badb002, flags = 3, checksum = 0u - 0x1badb002u - 3u;
};
[[gnu::section(".multiboot"), gnu::used]] const multiboot_header header;

void out(uint16_t port, uint8_t value) { asm volatile("outb %0, %1" ::"a"(value), "Nd"(port)); }

uint8_t in(uint16_t port) {
    uint8_t value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

void say(uint16_t port, const char* text) {
    for (; *text; text++) {
        while (!(in(uint16_t(port + 5)) & 0x20)) {
        }
        out(port, uint8_t(*text));
    }
    while (!(in(uint16_t(port + 5)) & 0x40)) {
    }
}

constexpr uint16_t com1 = 0x3f8, com2 = 0x2f8, exit_port = 0xf4;

bool starts_with(const char* text, const char* what) {
    while (*what && *text == *what) {
        text++;
        what++;
    }
    return *what == 0;
}

const char* last_word(const char* text) {
    const char* word = text;
    for (; *text; text++) {
        if (*text == ' ')
            word = text + 1;
    }
    return word;
}

} // namespace

extern "C" {

volatile uint32_t tiny_counter = 41;

[[gnu::noinline]] void uvm_probe_stop(const void* record) { asm volatile("" ::"r"(record) : "memory"); }

[[gnu::noinline, gnu::noreturn]] void machine_panic(const char* message) {
    say(com1, message);
    for (;;)
        asm volatile("cli; hlt");
}

[[gnu::noreturn, gnu::used]] void tiny_main(const char* command_line) {
    const char* word = last_word(command_line);
    say(com1, "tiny guest\n");
    say(com2, "= ok\n");
    if (starts_with(word, "end="))
        out(exit_port, uint8_t(word[4] - '0'));
    if (starts_with(word, "panic"))
        machine_panic("panic: as asked at tiny_guest.cc:1\n");
    if (starts_with(word, "triple")) {
        struct [[gnu::packed]] {
            uint16_t limit = 0;
            uint32_t base = 0;
        } nowhere;
        asm volatile("lidt %0; int3" ::"m"(nowhere));
    }
    while (starts_with(word, "events")) {
        tiny_counter = tiny_counter + 1;
        uvm_probe_stop(&header);
    }
    for (;;)
        tiny_counter = tiny_counter + 1;
}

[[gnu::naked, gnu::noreturn]] void tiny_start() {
    asm volatile("mov $tiny_stack_top, %esp\n"
                 "push 16(%ebx)\n"
                 "call tiny_main\n");
}

alignas(16) char tiny_stack[4096];
asm(".global tiny_stack_top\n.set tiny_stack_top, tiny_stack + 4096");
}
