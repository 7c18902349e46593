// Memory runs out: who asks for too much is killed or refused, everybody else goes on, and all of it comes
// back.
#include "kernel/user/lib/check.h"

namespace {
uint64_t free_pages() {
    abi::memory_info info{};
    ask(call::memory_info, &info);
    return info.free;
}
// Everything that runs memory out, once.
void run_out(const char* own) {
    expect_is(signal_in_child([] {
                  char* const all = map_anon(size_t{512} << 20);
                  for (size_t at = 0; at < size_t{512} << 20; at += page)
                      all[at] = 1;
              }),
              abi::sig_kill, "who takes everything is killed");
    expect(all_are(own, 16 * page, 'o'), "memory of others is untouched");
    expect_is(in_child([] {
                  int const file = make_file("full", 0, 0);
                  static char chunk[64 << 10];
                  memset(chunk, 1, sizeof chunk);
                  long written = 0;
                  for (int i = 0; i < 10000 && written >= 0; ++i)
                      written = write(file, chunk, sizeof chunk);
                  expect_is(written, -ENOMEM, "a file that fills all memory");
                  expect_is(in_child([] {}), 0, "there is still memory to fork");
              }),
              0, "child");
    unlink("full");
}

} // namespace

int main(int, char**) {
    char* const own = map_anon(16 * page);
    memset(own, 'o', 16 * page);
    run_out(own); // from here on, this program itself has all that it needs
    uint64_t const before = free_pages();
    run_out(own);
    run_out(own);
    expect_is(long(before - free_pages()), 0, "all of it is back");
    return outcome("memory_full");
}
