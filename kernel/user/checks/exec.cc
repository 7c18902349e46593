// exec: another program in the same process; arguments arrive; what is no program is refused and harms
// nobody.
#include "kernel/user/lib/check.h"

namespace {

int exec_status(const char* path, const char* const* arguments) {
    return in_child([&] { exit(exec(path, arguments) == -ENOEXEC ? 101 : 102); });
}

// Writes an ELF file that is this program's own with some bytes changed.
void make_broken(size_t length, size_t at, const void* bytes, size_t count) {
    int const from = open("exec", abi::open_read);
    int const to = open("broken", abi::open_write | abi::open_create | abi::open_truncate);
    static char content[64 << 10];
    long const got = read(from, content, sizeof content);
    memcpy(content + at, bytes, count);
    write(to, content, size_t(got) < length ? size_t(got) : length);
    close(from);
    close(to);
}

} // namespace

int main(int argc, char** argv) {
    if (strcmp(argv[0], "x") == 0)
        return 0; // a broken copy that is not so broken
    if (argc == 4)
        return strcmp(argv[1], "one") == 0 && strcmp(argv[2], "") == 0 && strcmp(argv[3], "three") == 0 &&
                       !argv[4]
                   ? 33
                   : 1;
    const char* const three[] = {"exec", "one", "", "three", nullptr};
    expect_is(abi::exit_status(exec_status("/exec", three)), 33, "arguments arrive as they were given");
    const char* const none[] = {"x", nullptr};
    expect_is(exec("nothing", none), -ENOENT, "no such file");
    expect_is(exec((const char*)8, none), -EFAULT, "a path at a wild address");
    expect_is(exec("exec", (const char* const*)8), -EFAULT, "arguments at a wild address");
    const char* many[40];
    for (const char*& m : many)
        m = "x";
    many[39] = nullptr;
    expect_is(exec("exec", many), -E2BIG, "too many arguments");
    int const text = make_file("text", 5000, 'x');
    close(text);
    expect_is(abi::exit_status(exec_status("text", none)), 101, "text is ENOEXEC");
    uint32_t const wild = 0xfffffff0;
    struct {
        size_t length, at;
    } const cases[] = {{~size_t{0}, 0},  {40, 60},         {~size_t{0}, 4},
                       {~size_t{0}, 24}, {~size_t{0}, 28}, {~size_t{0}, 32},
                       {~size_t{0}, 42}, {~size_t{0}, 44}, {3000, 5000}};
    for (auto const& c : cases) {
        make_broken(c.length, c.at, &wild, sizeof wild);
        int const status = abi::exit_status(exec_status("broken", none));
        expect(status == 101 || status == 33 || status == 0 || status == 1, "a broken file is refused");
    }
    // Each byte of the header and the table of segments in turn: whatever comes of it, the kernel stays up.
    for (size_t at = 4; at < 200; at += 3) {
        unsigned char const odd = 0x5a;
        make_broken(~size_t{0}, at, &odd, 1);
        in_child([&] { exec("broken", none); });
    }
    unlink("broken");
    unlink("text");
    return outcome("exec");
}
