// The policy that what can be executed is never written, and the other way round: V042, V063.
#include "kernel/user/lib/check.h"

namespace {

constexpr uint32_t anon = abi::map_anon | abi::map_private;
constexpr uint32_t w = abi::prot_read | abi::prot_write, x = abi::prot_read | abi::prot_exec;

char* code_page() { return (char*)(uintptr_t(&getpid) & ~(page - 1)); }

void without_policy() {
    char* const at = mmap(nullptr, page, w | x, anon, -1, 0);
    expect(!failed(at), "without the policy memory may be both");
    expect_is(policy(abi::policy_write_or_execute), -EACCES, "then the policy comes too late");
    expect_is(policy(0), 0, "and there is none");
    munmap(at, page);
    expect_is(policy(2), -EINVAL, "no such policy");
}

void with_policy() {
    char* const before = map_anon(page);
    expect_is(policy(abi::policy_write_or_execute), 1, "the policy");
    for (uint32_t const prot : {abi::prot_none, abi::prot_read, w}) {
        char* const at = mmap(nullptr, page, prot, anon, -1, 0);
        expect(!failed(at), "V042 a page that is not to be executed");
        expect_is(mprotect(at, page, prot | abi::prot_exec), -EACCES, "V042 never is");
        expect_is(mprotect(at, page, w), 0, "V042 it may be written");
        expect_is(mprotect(at, page, x), -EACCES, "V042 and then not be executed");
        munmap(at, page);
    }
    expect_is(mprotect(before, page, x), -EACCES, "V042 nor one that was there before");
    expect_is(error_of(mmap(nullptr, page, w | x, anon, -1, 0)), EACCES, "V042 both at once");
    char* const code = mmap(nullptr, page, x, anon, -1, 0);
    expect(!failed(code), "one that is to be executed");
    expect_is(mprotect(code, page, w), -EACCES, "is never written");
    munmap(code, page);
    expect_is(mprotect(code_page(), page, w | x), -EACCES, "V063 the page of a system call's code");
    expect_is(getpid() > 0, 1, "V063 is as it was");
    expect_is(signal_in_child([] { *(volatile char*)code_page() = 0; }), abi::sig_segv,
              "V063 and not written");
    char* const end = brk(nullptr);
    expect(!failed(brk(end + page)), "the heap grows");
    expect_is(mprotect((char*)((uintptr_t(end) + page - 1) & ~(page - 1)), page, x), -EACCES,
              "V042 the heap");
    expect_is(policy(0), 1, "there is no way back");
}

} // namespace

int main(int argc, char**) {
    if (argc > 1) // the program that a child has executed
        exit(policy(0) == 1 && mprotect(code_page(), page, w) == -EACCES ? 0 : 1);
    without_policy();
    expect_is(in_child([] {
                  with_policy();
                  expect_is(in_child([] { expect_is(policy(0), 1, "a child has it"); }), 0, "child");
                  char const* const arguments[] = {"write_or_execute", "again", nullptr};
                  expect_is(exec("write_or_execute", arguments), 0, "exec");
              }),
              0, "a new program has it, too");
    expect_is(policy(0), 0, "the parent has not");
    return outcome("write_or_execute");
}
