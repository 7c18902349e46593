// Threads of one space: preemption, one memory, waiting for a word, mapping under each other, the end of all.
#include "kernel/user/lib/check.h"

namespace {

constexpr int workers = 4, rounds = 2000;
uint32_t lock_word = 0;
int counter = 0;

void take() {
    while (__atomic_exchange_n(&lock_word, 1, __ATOMIC_SEQ_CST) != 0)
        ask(call::word_wait, &lock_word, 1, 0);
}
void give() {
    __atomic_store_n(&lock_word, 0, __ATOMIC_SEQ_CST);
    ask(call::word_wake, &lock_word);
}
void count(void*) {
    for (int i = 0; i < rounds; ++i) {
        take();
        int const seen = counter;
        if (i % 128 == 0)
            sched_yield();
        counter = seen + 1;
        give();
    }
}

volatile uint32_t spins[2];
volatile bool stop = false;
void spin(void* which) {
    auto const me = uintptr_t(which);
    while (!stop)
        spins[me] = spins[me] + 1;
}

// V009: one maps and unmaps what is free, the other replaces a place of its own.
volatile int wrong_places = 0;
constexpr uint32_t rw = abi::prot_read | abi::prot_write;
void map_and_unmap(void*) {
    while (!stop) {
        char* const at = map_anon(13 * page);
        if (!failed(at))
            munmap(at, 13 * page);
    }
}
void replace(void*) {
    for (int i = 0; i < 500; ++i) {
        char* const at = map_anon(13 * page, abi::prot_none);
        char* const again = mmap(at, 13 * page, rw, abi::map_anon | abi::map_private | abi::map_fixed, -1, 0);
        if (failed(at) || again != at || munmap(at, 13 * page) != 0)
            wrong_places = wrong_places + 1;
    }
}

} // namespace

int main(int, char**) {
    int handles[workers];
    for (int& h : handles)
        expect((h = thread_start(count, nullptr)) >= 0, "start");
    for (int const h : handles)
        thread_join(h);
    expect_is(counter, workers * rounds, "no count is lost");
    int const a = thread_start(spin, nullptr), b = thread_start(spin, (void*)1);
    uint32_t const first[2] = {spins[0], spins[1]};
    sleep_milliseconds(200);
    expect(spins[0] != first[0] && spins[1] != first[1], "both run, though neither gives way");
    stop = true;
    thread_join(a);
    thread_join(b);
    stop = false;
    int const mapper = thread_start(map_and_unmap, nullptr), replacer = thread_start(replace, nullptr);
    thread_join(replacer);
    stop = true;
    thread_join(mapper);
    expect_is(wrong_places, 0, "V009 replacing never fails");
    stop = false;
    // exit ends all threads; a fault in one, too; fork takes only the one that calls it.
    expect_is(abi::exit_status(in_child([] {
                  thread_start(spin, nullptr);
                  thread_start(
                      [](void*) {
                          sleep_milliseconds(20);
                          exit(44);
                      },
                      nullptr);
                  for (;;)
                      sleep_milliseconds(1000);
              })),
              44, "any thread ends the process");
    expect_is(signal_in_child([] {
                  thread_start([](void*) { touch(nullptr); }, nullptr);
                  for (;;)
                      sched_yield();
              }),
              abi::sig_segv, "a fault of one ends all");
    expect_is(abi::exit_status(in_child([] {
                  thread_start(spin, nullptr);
                  thread_start(spin, (void*)1);
                  static const char* const arguments[] = {"hello", nullptr};
                  exec("hello", arguments);
                  exit(1);
              })),
              7, "exec ends the others");
    uint32_t word = 5;
    expect_is(ask(call::word_wait, &word, 4, 0), -EAGAIN, "another value");
    expect_is(ask(call::word_wait, &word, 5, 3), -EAGAIN, "time runs out");
    expect_is(ask(call::word_wait, (char*)&word + 1, 5, 3), -EINVAL, "misaligned");
    return outcome("threads");
}
