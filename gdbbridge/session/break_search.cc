#include "gdbbridge/session/break_search.h"

#include <algorithm>
#include <set>
#include <thread>

#include "gdbbridge/check/check.h"

namespace gdbbridge {

namespace {

constexpr qint64 sliceMs = 5; // of the event loop's time

} // namespace

std::string findingKey(const Finding& finding) {
    return std::to_string(finding.invariant) + '\n' + std::to_string(finding.address) + '\n' + finding.what;
}

BreakSearch::BreakSearch(QObject* parent) : QObject(parent) {
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this,
            [this] { finish(QStringLiteral("the search took longer than %1 s").arg(timeLimitMs / 1000)); });
    connect(&m_timer, &QTimer::timeout, this, &BreakSearch::tick);
}

void BreakSearch::start(Request request, std::function<void(const Result&, const QString&)> done) {
    m_request = std::move(request);
    m_request.config.readPath = ReadPath::Mapped;
    m_request.config.gdbSocketPath.clear();
    m_done = std::move(done);
    m_since.assign(m_request.keys.size(), 0);
    m_machine = std::make_unique<Machine>();
    connect(m_machine.get(), &Machine::ready, this, &BreakSearch::go);
    connect(m_machine.get(), &Machine::broken, this,
            [this](Death::Kind, const Error& error) { finish(error.message); });
    connect(m_machine.get(), &Machine::lateBoot, this,
            [this] { finish(QStringLiteral("the kernel does not come up again")); });
    connect(m_machine.get(), &Machine::stopped, this, &BreakSearch::stopped);
    m_limit.start(timeLimitMs);
    m_machine->start(m_request.config, m_request.same);
}

void BreakSearch::go() {
    // There is no limit before the first event; nothing can be broken by then.
    m_next = std::max<uint64_t>(m_request.clean + 1, 2);
    m_machine->setEventLimit(m_next - 1);
    m_machine->resumeTo(~uint64_t(0)); // no event stops it
    m_timer.start(0);
}

bool BreakSearch::drain() {
    EventBatch const batch = m_machine->drain();
    m_seen += batch.lost;
    for (Event const& event : batch.events) {
        uint64_t const before = m_seen < m_request.log.size() ? m_request.log[m_seen] : 0;
        ++m_seen;
        if (before != 0 && before != eventDigest(event))
            return false;
    }
    return true;
}

void BreakSearch::tick() {
    QElapsedTimer clock;
    clock.start();
    while (!m_standing && clock.elapsed() < sliceMs) {
        if (!drain())
            return finish(QStringLiteral("run anew the machine does other things: event %1 is another one")
                              .arg(m_seen));
        if (m_next > m_request.broken)
            return finish({});
        auto const snapshot = m_machine->atEventLimit();
        if (!snapshot) {
            std::this_thread::yield();
            continue;
        }
        if (look(*snapshot))
            return keepSight(*snapshot);
        m_machine->setEventLimit(m_next++);
    }
}

// The guest waits at the limit, in the function that the probe called: GDB can tell who passed it.
void BreakSearch::keepSight(const Snapshot& snapshot) {
    auto whole = std::make_shared<Snapshot>(snapshot);
    whole->eventSequence = m_next; // as at a stop at this event, which is about to be written
    m_sights[m_next].snapshot = std::move(whole);
    m_standing = true;
    m_timer.stop();
    m_machine->interrupt();
}

void BreakSearch::stopped() {
    if (!m_standing)
        return finish(QStringLiteral("the machine stopped on the way"));
    m_machine->stack([this](const std::vector<CodePlace>& stack) {
        m_sights[m_next].stack = stack;
        goOn();
    });
}

void BreakSearch::goOn() {
    m_standing = false;
    m_machine->setEventLimit(m_next++);
    m_machine->resumeTo(~uint64_t(0));
    m_timer.start(0);
}

const BreakSearch::Sight* BreakSearch::sightAt(uint64_t event) const {
    auto const found = m_sights.find(event);
    return found == m_sights.end() ? nullptr : &found->second;
}

bool BreakSearch::look(const Snapshot& snapshot) {
    std::set<std::string> broken;
    for (auto const& findings : {snapshot.findings, allViolations(snapshot)})
        for (Finding const& finding : findings)
            broken.insert(findingKey(finding));
    for (size_t i = 0; i < m_since.size(); ++i) {
        if (!broken.contains(m_request.keys[i]))
            m_since[i] = 0; // it was in the midst of a change, and came right again
        else if (m_since[i] == 0)
            m_since[i] = m_next;
    }
    if (!m_request.keepSights)
        return false;
    std::erase_if(m_sights, [this](const auto& sight) {
        return std::find(m_since.begin(), m_since.end(), sight.first) == m_since.end();
    });
    return std::find(m_since.begin(), m_since.end(), m_next) != m_since.end();
}

void BreakSearch::finish(const QString& problem) {
    m_timer.stop();
    m_limit.stop();
    if (!m_done)
        return;
    if (!problem.isEmpty())
        m_since.assign(m_since.size(), 0);
    // Whoever is told may destroy this, and not from inside the machine's own doing.
    QMetaObject::invokeMethod(
        this, [this, done = std::exchange(m_done, {}), problem] { done(m_since, problem); },
        Qt::QueuedConnection);
}

} // namespace gdbbridge
