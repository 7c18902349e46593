// V120: one thread maps, writes and unmaps at one address again and again; another reads there without any
// lock. What it reads is of a generation that was there during the read, or there is nothing and it is told
// so.
#include "kernel/user/lib/check.h"

namespace {

constexpr uint32_t rounds = 500;
constexpr size_t words = page / sizeof(uint32_t);

// The generation that is being made, and the last that was taken away.
uint32_t begun, gone;
uint32_t* shared_place;
bool over;
place before_read;
uint32_t faults, values, wrong;

void missed(int, abi::signal_info* info, void*) {
    ++faults;
    // Only the place that comes and goes may be missing.
    if (info->address - uintptr_t(shared_place) >= page)
        exit(3);
    restore_place(&before_read, 1);
}

uint32_t load(const uint32_t& word) { return __atomic_load_n(&word, __ATOMIC_SEQ_CST); }

void read_on(void*) {
    for (uint32_t turn = 0; !__atomic_load_n(&over, __ATOMIC_SEQ_CST); ++turn) {
        if (save_place(&before_read) != 0)
            continue;
        uint32_t const oldest = load(gone);
        uint32_t const value = load(shared_place[turn * 37 % words]);
        uint32_t const newest = load(begun);
        ++values;
        // 0: mapped, and not written yet.
        wrong += value != 0 && (value <= oldest || value > newest);
    }
}

} // namespace

int main(int, char**) {
    constexpr uint32_t flags = abi::map_anon | abi::map_private | abi::map_fixed;
    shared_place = (uint32_t*)0x20000000; // far from where others are mapped without being told where
    on_signal(abi::sig_segv, missed, abi::action_no_defer);
    int const reader = thread_start(read_on, nullptr);
    expect(reader >= 0, "the reader");
    uint32_t failures = 0;
    for (uint32_t generation = 1; generation <= rounds || (values < 100 || faults < 20); ++generation) {
        if (generation == 4 * rounds)
            break;
        __atomic_store_n(&begun, generation, __ATOMIC_SEQ_CST);
        failures +=
            mmap(shared_place, page, abi::prot_read | abi::prot_write, flags, -1, 0) != (char*)shared_place;
        for (size_t i = 0; i < words; ++i)
            __atomic_store_n(&shared_place[i], generation, __ATOMIC_RELAXED);
        if (generation % 7 == 0)
            sched_yield();
        failures += munmap(shared_place, page) != 0;
        __atomic_store_n(&gone, generation, __ATOMIC_SEQ_CST);
        if (generation % 5 == 0)
            sched_yield();
    }
    __atomic_store_n(&over, true, __ATOMIC_SEQ_CST);
    thread_join(reader);
    expect_is(long(failures), 0, "V120 calls that failed");
    expect_is(long(wrong), 0, "V120 values of another generation");
    expect(values >= 100 && faults >= 20, "V120 both were met: a value, and nothing");
    printf("%u values, %u times nothing\n", values, faults);
    return outcome("generations");
}
