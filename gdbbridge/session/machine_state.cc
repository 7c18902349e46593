// Whole machines kept and brought back, and whether what comes back is what was kept.
#include "gdbbridge/session/machine.h"

#include <QRegularExpression>

namespace gdbbridge {

namespace {

// A number that differs when a byte of it does, for all that chance has to say about it.
uint64_t fingerprint(std::span<const std::byte> bytes) {
    constexpr size_t lanes = 4; // so that a multiplication need not wait for the one before
    uint64_t hash[lanes] = {1, 2, 3, 4};
    for (size_t at = 0; at + lanes * 8 <= bytes.size(); at += lanes * 8)
        for (size_t lane = 0; lane < lanes; ++lane) {
            uint64_t word;
            __builtin_memcpy(&word, bytes.data() + at + lane * 8, 8);
            hash[lane] = (hash[lane] ^ word) * 0x9e3779b97f4a7c15u;
            hash[lane] ^= hash[lane] >> 29;
        }
    uint64_t all = bytes.size();
    for (uint64_t const each : hash)
        all = (all ^ each) * 0x9e3779b97f4a7c15u;
    return all;
}

} // namespace

void Machine::describeState(std::function<void(const StateWords&)> done) {
    auto const words = std::make_shared<StateWords>();
    words->memory = fingerprint(m_qemu->ram()->bytes());
    auto const breakpoints = [words, done = std::move(done)](const mi::ResultRecord& record) {
        words->debugger += QStringLiteral(", %1 breakpoints")
                               .arg(record.results["BreakpointTable"]["nr_rows"].number().value_or(0));
        done(*words);
    };
    auto const place = [this, words, breakpoints](const std::optional<std::string>& pc) {
        words->debugger = QString::fromStdString(pc.value_or(""));
        m_gdb->command(mi::Command("-break-list"), breakpoints);
    };
    m_qemu->processorText([this, words, place](const QString& processor) {
        words->processor = processor;
        m_qemu->devicesText([this, words, place](const QString& devices) {
            // Not the requests that are pending: a timer that is due raises its own at once when it is
            // loaded. What an interrupt that comes earlier would do is seen when the events are compared.
            static const QRegularExpression pending(QStringLiteral("\\birr=[0-9a-f]+ "));
            words->devices = QString(devices).remove(pending);
            m_gdb->evaluate("(unsigned long)$pc", place);
        });
    });
}

void Machine::saveState(std::function<void(const std::optional<SavedState>&, const QString&)> done) {
    if (!m_stopped || m_down || m_config.readPath != ReadPath::Mapped)
        return done(std::nullopt, QStringLiteral("the machine does not stand, or its memory is not shared"));
    auto const saved = std::make_shared<SavedState>();
    saved->name = QStringLiteral("s%1").arg(++m_lastSaved);
    saved->position = m_state->position();
    describeState([this, saved, done = std::move(done)](const StateWords& words) {
        saved->words = words;
        m_qemu->saveMachine(saved->name, [saved, done](const QString& problem) {
            done(problem.isEmpty() ? std::optional(*saved) : std::nullopt, problem);
        });
    });
}

void Machine::loadState(const SavedState& saved, std::function<void(const QString&)> done) {
    if (!m_stopped || m_down)
        return done(QStringLiteral("the machine does not stand"));
    m_qemu->loadMachine(saved.name, [this, saved, done = std::move(done)](const QString& problem) {
        if (!problem.isEmpty())
            return done(problem);
        // GDB has not seen it.
        for (const char* cache : {"maint flush register-cache", "maint flush dcache"})
            m_gdb->command(mi::Command("-interpreter-exec").option("console").argument(cache));
        m_state->rewind(saved.position);
        m_stopAt.reset(); // the masks are in the guest's memory
        m_atProbe = false;
        describeState([saved, done](const StateWords& now) {
            auto const differ = [](const char* what) {
                return QStringLiteral("what came back is not what was kept: other ") + QLatin1String(what);
            };
            done(now.memory != saved.words.memory         ? differ("memory")
                 : now.processor != saved.words.processor ? differ("registers")
                 : now.devices != saved.words.devices     ? differ("interrupt controllers")
                 : now.debugger != saved.words.debugger   ? differ("place or breakpoints in GDB")
                                                          : QString());
        });
    });
}

} // namespace gdbbridge
