// Snapshots of a machine that runs.
#include <QElapsedTimer>
#include <algorithm>
#include <chrono>
#include <sys/prctl.h>
#include <thread>
#include <utility>

#include "gdbbridge/session/machine.h"

namespace gdbbridge {

namespace {

// Attempts before the guest is asked to wait. A change takes it some microseconds, so does the way to the
// next: where there is little to copy, one of some attempts meets no change. A guest that had to wait the
// last time has more than fits between its changes, and is asked sooner.
constexpr unsigned mostFreeAttempts = 16, fewestFreeAttempts = 2;

// Between two looks at whether the guest waits already: it does so for as long as nobody notices.
constexpr std::chrono::microseconds turn{10};
// Events are read that often while the guest is asked to wait; it may be full of them, in the midst of a
// change.
constexpr qint64 drainMs = 1;

// Makes this thread's sleeps as short as they are asked for, for its life: the kernel adds 50 us otherwise.
class ShortSleeps {
public:
    ShortSleeps() : m_slack(prctl(PR_GET_TIMERSLACK)) { prctl(PR_SET_TIMERSLACK, 1UL); }
    ~ShortSleeps() {
        if (m_slack > 0)
            prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(m_slack));
    }
    ShortSleeps(const ShortSleeps&) = delete;
    ShortSleeps& operator=(const ShortSleeps&) = delete;

private:
    int m_slack;
};

} // namespace

std::optional<LiveSnapshot> Machine::lookLive(const std::function<void()>& meanwhile) {
    if (m_phase != Phase::Up || !m_live)
        return std::nullopt;
    LiveSnapshot out;
    Snapshot snapshot;
    auto const attempt = [&](const std::function<void()>& copied) {
        ++out.attempts;
        return m_live->attempt(m_state->decoder(), snapshot, copied) == LiveReader::Attempt::Whole;
    };
    out.attempts = 0;
    bool whole = false;
    while (!whole && out.attempts < m_freeAttempts)
        whole = attempt({});
    m_freeAttempts = whole ? std::min(2 * m_freeAttempts, mostFreeAttempts)
                           : std::max(m_freeAttempts / 2, fewestFreeAttempts);
    if (!whole) {
        out.how = LiveSnapshot::How::Held;
        auto const hold = [this](bool on) {
            return m_qemu->ram()->write32(physical(m_live->holdAddress()), on ? 1 : 0);
        };
        ShortSleeps const shortly;
        bool torn = false;
        qint64 drained = 0;
        QElapsedTimer clock;
        clock.start();
        if (!hold(true)) {
            breakDown(Death::Kind::Failed, controlOutside());
            return std::nullopt;
        }
        while (!whole && m_phase == Phase::Up && clock.elapsed() < liveDeadlineMs) {
            if (m_live->isQuiet()) {
                // It waits for the copy, not for what is made of it; unless the copy before was not all that
                // was wanted, for then nor need this one be.
                whole = attempt(torn ? std::function<void()>() : [&] { hold(false); });
                if (!whole && !std::exchange(torn, true))
                    hold(true);
                continue;
            }
            if (clock.elapsed() >= drained + drainMs) {
                meanwhile();
                drained = clock.elapsed();
            }
            std::this_thread::sleep_for(turn); // the guest may need this very processor
        }
        hold(false);
    }
    if (!whole)
        return std::nullopt;
    out.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
    return out;
}

} // namespace gdbbridge
