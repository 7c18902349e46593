#include "tests/support/host_moments.h"

#include <QFile>
#include <QtGlobal>

#include "gdbbridge/check/check.h"
#include "gdbbridge/event/event_ring.h"
#include "gdbbridge/snapshot/decoder.h"
#include "kernel/scenario/scenario.h"
#include "kernel/vm/uvm_probe.h"
#include "tests/support/host_layout.h"

namespace testsupport {

namespace {

using gdbbridge::Moment;
using gdbbridge::StopReason;
using uvm::uvm_event_class;

constexpr auto allEvents = uvm_event_class(~uint32_t{0});

// What happens at a stop of the run that is going on.
class Recorder {
public:
    Recorder(HostRun& run, MomentsAt at, AtCommandEnd watch)
        : m_run(run), m_at(at), m_watch(std::move(watch)), m_memory(hostWindow()), m_decoder(hostLayout()),
          m_ring(hostLayout(), uvm::uvm_probe_last()) {
        // A probe outside a command is the run's own; the next_sequence above is that of a finished record.
        uvm::uvm_probe_control.record_mask = allEvents;
        uvm::uvm_probe_control.stop_mask =
            at == MomentsAt::EveryEvent ? allEvents : uvm_event_class::operation;
        uvm::uvm_probe_control.quick_until = nullptr;
        s_current = this;
        add(StopReason::Start, 0);
    }
    ~Recorder() {
        s_current = nullptr;
        uvm::uvm_probe_control = {};
    }
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    static void stopped(const uvm::uvm_probe_record& record) {
        if (s_current)
            s_current->stop(record);
    }
    void print(std::string_view text) {
        m_run.transcript.append(text.data(), qsizetype(text.size()));
        m_printed.append(text.data(), qsizetype(text.size()));
    }

private:
    void stop(const uvm::uvm_probe_record& record) {
        switch (uvm::uvm_event(record.event)) {
        case uvm::uvm_event::command_begin:
            ++m_operation;
            m_line = int(record.arg(0));
            m_command = QString::fromUtf8(uvm::uvm_probe_command);
            break;
        case uvm::uvm_event::command_end:
            if (m_watch)
                m_watch(m_memory);
            add(StopReason::CommandEnd, record.arg(1));
            return;
        case uvm::uvm_event::scenario_end:
            add(StopReason::ScenarioEnd, 0);
            // The spaces are given back now: not part of the story.
            s_current = nullptr;
            uvm::uvm_probe_control = {};
            return;
        default:
            break;
        }
        if (m_at == MomentsAt::EveryEvent)
            add(StopReason::Event, 0);
    }

    void add(StopReason reason, uint64_t error) {
        auto moment = std::make_shared<Moment>();
        moment->reason = reason;
        moment->operation = m_operation;
        moment->line = m_line;
        moment->command = m_command;
        moment->error = error;
        moment->output = std::exchange(m_printed, {});
        auto const snapshot = std::make_shared<gdbbridge::Snapshot>(m_decoder.decode(m_memory));
        moment->snapshot = snapshot;
        gdbbridge::EventBatch batch = m_ring.take(m_memory);
        moment->events = std::move(batch.events);
        moment->lost = batch.lost;
        if (reason != StopReason::Event)
            moment->violations = gdbbridge::allViolations(*snapshot);
        m_run.moments.push_back(std::move(moment));
    }

    static inline Recorder* s_current = nullptr;

    HostRun& m_run;
    MomentsAt m_at;
    AtCommandEnd m_watch;
    gdbbridge::ProcessReader m_memory;
    gdbbridge::Decoder m_decoder;
    gdbbridge::EventRing m_ring;
    QByteArray m_printed;
    int m_operation = 0;
    int m_line = 0;
    QString m_command;
};

} // namespace

HostRun runOnHost(std::string_view scenario, MomentsAt at, AtCommandEnd watch) {
    bootHost();
    HostRun run;
    Recorder recorder(run, at, std::move(watch));
    uvm::scenario_output const transcript{
        [](void* context, std::string_view text) { static_cast<Recorder*>(context)->print(text); },
        &recorder};
    uvm::scenario_output const errors{[](void* context, std::string_view text) {
                                          static_cast<QByteArray*>(context)->append(text.data(),
                                                                                    qsizetype(text.size()));
                                      },
                                      &run.errors};
    run.status = uvm::scenario_run(scenario, "scenario", transcript, errors);
    return run;
}

HostRun runFileOnHost(const QString& path, MomentsAt at) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s: %s", qPrintable(path), qPrintable(file.errorString()));
    QByteArray const text = file.readAll();
    return runOnHost({text.constData(), size_t(text.size())}, at);
}

std::vector<gdbbridge::MomentPtr> hostMoments(std::string_view scenario, MomentsAt at) {
    return runOnHost(scenario, at).moments;
}

} // namespace testsupport

// In place of the kernel's own, which is weak: where a debugger's breakpoint would sit.
extern "C" void uvm_probe_stop(const uvm::uvm_probe_record* record) {
    testsupport::Recorder::stopped(*record);
}
