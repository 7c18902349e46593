// Snapshots of a machine that runs.
#include <QElapsedTimer>
#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "gdbbridge/session/machine.h"

namespace gdbbridge {

namespace {

// Attempts before the guest is asked to wait. A change takes it some microseconds, so does the way to the
// next: where there is little to copy, one of some attempts meets no change. A guest that had to wait the
// last time has more than fits between its changes, and is asked sooner.
constexpr unsigned mostFreeAttempts = 16, fewestFreeAttempts = 2;

constexpr std::chrono::microseconds turn{20};

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
        bool torn = false;
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
            meanwhile();                       // it may be this that it waits for, in the midst of a change
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
