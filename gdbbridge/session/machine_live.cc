// Snapshots of a machine that runs.
#include <QElapsedTimer>
#include <algorithm>
#include <chrono>
#include <thread>

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
    auto const attempt = [&] {
        ++out.attempts;
        return m_live->attempt(m_state->decoder(), snapshot) == LiveReader::Attempt::Whole;
    };
    out.attempts = 0;
    bool whole = false;
    while (!whole && out.attempts < m_freeAttempts)
        whole = attempt();
    m_freeAttempts = whole ? std::min(2 * m_freeAttempts, mostFreeAttempts)
                           : std::max(m_freeAttempts / 2, fewestFreeAttempts);
    if (!whole) {
        out.how = LiveSnapshot::How::Held;
        uint64_t const hold = physical(m_live->holdAddress());
        QElapsedTimer clock;
        clock.start();
        if (!m_qemu->ram()->write32(hold, 1)) {
            breakDown(Death::Kind::Failed, controlOutside());
            return std::nullopt;
        }
        while (!whole && m_phase == Phase::Up && clock.elapsed() < liveDeadlineMs) {
            meanwhile();
            if (m_phase != Phase::Up)
                break;
            if (m_live->isQuiet())
                whole = attempt();
            else
                std::this_thread::sleep_for(turn); // the guest may need this very processor
        }
        m_qemu->ram()->write32(hold, 0);
    }
    if (!whole)
        return std::nullopt;
    out.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
    return out;
}

} // namespace gdbbridge
