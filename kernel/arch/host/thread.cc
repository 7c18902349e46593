// Threads of the host: numbers, and sleeping on a word by the C++ library.
#include <machine/thread.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include <sched.h>

#include "kernel/base/kassert.h"
#include "kernel/sync/wait_queue.h"

namespace uvm {

namespace machine {

uint32_t host_number_thread() {
    static std::atomic<uint32_t> last{0};
    return host_thread_number = ++last;
}

void spin_pause() { sched_yield(); }

} // namespace machine

namespace {

// All words that fall into one bucket share a condition variable; a sleeper that was not meant goes back to
// sleep.
struct bucket {
    std::mutex lock;
    std::condition_variable changed;
};

bucket& bucket_of(const uint32_t& word) {
    static bucket buckets[64];
    return buckets[(reinterpret_cast<uintptr_t>(&word) >> 2) * 2654435761u >> 8 & 63];
}

} // namespace

// Whoever changes the word calls wakeup afterwards, which takes the bucket's lock: after the look below
// either the old value is gone already, or that wakeup comes while we wait.
void sleep_while(const uint32_t& word, uint32_t value, const char*) {
    bucket& here = bucket_of(word);
    std::unique_lock hold(here.lock);
    if (__atomic_load_n(&word, __ATOMIC_SEQ_CST) == value)
        here.changed.wait(hold);
}

void wakeup(const uint32_t& word) {
    bucket& here = bucket_of(word);
    std::lock_guard hold(here.lock);
    here.changed.notify_all();
}

} // namespace uvm
