// Snapshots of a machine that runs.
#include <QElapsedTimer>
#include <thread>

#include "gdbbridge/session/machine.h"

namespace gdbbridge {

namespace {

// Attempts before the guest is asked to wait. A change takes it some microseconds, so does the way to the
// next.
constexpr unsigned freeAttempts = 16;

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
    while (!whole && out.attempts < freeAttempts)
        whole = attempt();
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
                std::this_thread::yield();
        }
        m_qemu->ram()->write32(hold, 0);
    }
    if (!whole)
        return std::nullopt;
    out.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
    return out;
}

} // namespace gdbbridge
