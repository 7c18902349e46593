// Signals of faults with code and address, handlers, masks, and going on behind them.
#include "kernel/user/lib/check.h"

namespace {

abi::signal_info seen;
volatile int handled = 0;
place back;

void note_and_jump(int, abi::signal_info* info, void*) {
    seen = *info;
    handled = handled + 1;
    restore_place(&back, 1);
}
void note(int, abi::signal_info* info, void*) {
    seen = *info;
    handled = handled + 1;
}
char* repaired;
void repair(int, abi::signal_info* info, void*) {
    seen = *info;
    handled = handled + 1;
    mprotect(repaired, page, abi::prot_read | abi::prot_write);
}

// f() must cause this signal with this code at this address.
template <class F>
void expect_fault(F&& f, uint32_t signal, uint32_t code, const volatile void* address, const char* what,
                  int line = __builtin_LINE()) {
    seen = {};
    uint32_t const all = 0;
    if (save_place(&back) == 0) {
        f();
        expect(false, what, line);
    }
    sigprocmask(abi::sig_set_mask, &all, nullptr);
    expect(seen.signal == signal && seen.code == code && seen.address == uintptr_t(address), what, line);
}

} // namespace

int main(int, char**) {
    on_signal(abi::sig_segv, note_and_jump);
    on_signal(abi::sig_bus, note_and_jump);
    char* const area = map_anon(4 * page);
    char* const hole = area + page;
    munmap(hole, page);
    expect_fault([&] { touch(hole + 5); }, abi::sig_segv, abi::segv_maperr, hole + 5, "a load of a hole");
    expect_fault([&] { *(volatile char*)(hole + 7) = 1; }, abi::sig_segv, abi::segv_maperr, hole + 7,
                 "a store");
    expect_fault([&] { touch((char*)16); }, abi::sig_segv, abi::segv_maperr, (char*)16, "null");
    char* const kernel = (char*)~uintptr_t{0xfff};
    expect_fault([&] { touch(kernel); }, abi::sig_segv, abi::segv_maperr, kernel, "the kernel's memory");
    mprotect(area, page, abi::prot_read);
    expect_fault([&] { *(volatile char*)(area + 9) = 1; }, abi::sig_segv, abi::segv_accerr, area + 9,
                 "a store to a read-only page");
    mprotect(area, page, abi::prot_none);
    expect_fault([&] { touch(area); }, abi::sig_segv, abi::segv_accerr, area,
                 "a load of a page without rights");
    int const file = make_file("short", 100, 's');
    char* const map = mmap(nullptr, 3 * page, abi::prot_read, abi::map_shared, file, 0);
    expect(map[0] == 's' && map[100] == 0, "the file's page, zero behind its end");
    expect_fault([&] { touch(map + 2 * page); }, abi::sig_bus, abi::bus_adrerr, map + 2 * page,
                 "V078 behind the last page of a file");
    // A handler that mends the cause: the instruction is done again.
    repaired = area + 2 * page;
    mprotect(repaired, page, abi::prot_read);
    on_signal(abi::sig_segv, repair);
    handled = 0;
    repaired[3] = 'r';
    expect(handled == 1 && repaired[3] == 'r', "the store is made again behind the handler");
    // kill, masks, and one signal at a time.
    on_signal(abi::sig_usr1, note);
    handled = 0;
    expect_is(kill(getpid(), abi::sig_usr1), 0, "kill");
    expect(handled == 1 && seen.signal == abi::sig_usr1, "the handler ran before kill came back");
    uint32_t const mask = abi::sig_bit(abi::sig_usr1);
    uint32_t old = 1;
    sigprocmask(abi::sig_block, &mask, &old);
    expect_is(old, 0, "nothing was blocked");
    kill(getpid(), abi::sig_usr1);
    kill(getpid(), abi::sig_usr1);
    expect_is(handled, 1, "it waits while it is blocked");
    sigprocmask(abi::sig_unblock, &mask, nullptr);
    expect_is(handled, 2, "and comes once");
    expect_is(kill(99999, abi::sig_usr1), -ESRCH, "nobody there");
    expect_is(kill(getpid(), 77), -EINVAL, "no such signal");
    expect_is(on_signal(abi::sig_kill, note), -EINVAL, "SIGKILL cannot be caught");
    // Without a handler each ends the program.
    expect_is(signal_in_child([] {
                  on_signal(abi::sig_segv, nullptr);
                  touch(nullptr);
              }),
              abi::sig_segv, "SIGSEGV");
    expect_is(signal_in_child([] { asm volatile("ud2"); }), abi::sig_ill, "an instruction that there is not");
    expect_is(signal_in_child([] { asm volatile("int3"); }), abi::sig_trap, "a breakpoint");
    expect_is(signal_in_child([] {
                  asm volatile("xorl %%edx, %%edx; xorl %%ecx, %%ecx; divl %%ecx" ::: "eax", "ecx", "edx");
              }),
              abi::sig_fpe, "a division by zero");
    expect_is(signal_in_child([] {
                  on_signal(abi::sig_segv, nullptr);
                  asm volatile("hlt");
              }),
              abi::sig_segv, "an instruction of the kernel");
    expect_is(signal_in_child([] {
                  on_signal(abi::sig_segv, nullptr);
                  asm volatile("outb %%al, $0xf4" : : "a"(0));
              }),
              abi::sig_segv, "a port");
    expect_is(signal_in_child([] { asm volatile("fldz"); }), abi::sig_ill,
              "floating point, which is not there");
    expect_is(signal_in_child([] {
                  on_signal(abi::sig_segv, (handler)~uintptr_t{0});
                  touch(nullptr);
              }),
              abi::sig_segv, "a handler that is nowhere");
    expect_is(signal_in_child([] {
                  on_signal(abi::sig_segv, note);
                  char* const stack = map_anon(page, abi::prot_read);
#if defined(__x86_64__)
                  asm volatile("movq %0, %%rsp; pushq %%rax" : : "r"(stack + 512));
#else
                  asm volatile("movl %0, %%esp; pushl %%eax" : : "r"(stack + 512));
#endif
              }),
              abi::sig_segv, "no room for the handler's frame");
    expect_is(abi::end_signal(in_child([] { ask(call::sigreturn, 0); })), 0,
              "sigreturn to nowhere is an error");
    expect_is(signal_in_child([] {
                  static char nonsense[512];
                  memset(nonsense, 0xff, sizeof nonsense);
                  on_signal(abi::sig_segv, nullptr);
                  ask(call::sigreturn, nonsense);
              }),
              abi::sig_segv, "sigreturn to nonsense ends the program, not the kernel");
    unlink("short");
    return outcome("signals");
}
