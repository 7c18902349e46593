// Mappings without end fill the kernel's own memory: the call that finds none fails, the program can still
// say so, and all of it comes back.
#include "kernel/user/lib/check.h"

namespace {

// Neighbours differ, so that each is an entry of its own. On a large machine it is enough at some time.
constexpr int most = 60000;

void fill() {
    static char many[2 * page];
    memset(many, '.', sizeof many);
    // A fault that finds no memory would end the program, which is another matter.
    expect_is(mlockall(abi::lock_current), 0, "what is there stays");
    int count = 0;
    long error = 0;
    for (; count < most && error == 0; ++count)
        error = error_of(map_anon(page, count % 2 ? abi::prot_read : abi::prot_write));
    const char words[] = "no memory is left, and this is said\n";
    bool const full = error != 0;
    // More than a page's worth, by way of a kernel that has no page for it.
    int const null = open("/dev/null", abi::open_write);
    expect(!full || error == ENOMEM, "what there is no memory for is ENOMEM");
    if (full)
        expect_is(write(1, words, sizeof words - 1), sizeof words - 1, "it can be said");
    expect(null == -ENOMEM || write(null, many, sizeof many) == long(sizeof many), "a long text, too");
    int const pid = fork();
    if (pid == 0)
        exit(0);
    expect(pid > 0 ? wait(pid, nullptr) == pid : pid == -ENOMEM || pid == -EAGAIN,
           "fork works or says why not");
    const char* const nothing[] = {"nothing", nullptr};
    int const no = exec("nothing", nothing);
    expect(no == -ENOENT || no == -ENOMEM, "exec says why not");
}

} // namespace

int main(int, char**) {
    for (int round = 0; round < 2; ++round) {
        expect_is(in_child(fill), 0, "a child of many mappings");
        expect_is(in_child([] { memset(map_anon(16 * page), 1, 16 * page); }), 0, "there is memory again");
    }
    return outcome("entries_full");
}
