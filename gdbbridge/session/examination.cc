#include "gdbbridge/session/examination.h"

#include "gdbbridge/session/autopsy.h"
#include "gdbbridge/session/machine.h"

namespace gdbbridge {

namespace {

// The function that an exception interrupted, or where the calls begin.
QString faultingFunction(const std::vector<CodePlace>& stack) {
    for (size_t i = 0; i + 1 < stack.size(); ++i)
        if (stack[i].function == QLatin1String("<signal handler called>"))
            return stack[i + 1].function;
    return stack.empty() ? QStringLiteral("an unknown place") : stack.front().function;
}

// How a death is told: in one line, and what to do.
Error deathWords(Death::Kind kind, const PanicWords& panic, const std::vector<CodePlace>& stack,
                 const QString& command, int limitMs, std::span<const Event> events) {
    QString const during = command.isEmpty() ? QString() : QStringLiteral(" during '%1'").arg(command);
    switch (kind) {
    case Death::Kind::Panic:
        return {ErrorKind::QemuExited,
                QStringLiteral("the kernel panicked%1: %2 %3")
                    .arg(during, panic.message,
                         panic.place.isEmpty() ? QStringLiteral("in ") + faultingFunction(stack)
                                               : QStringLiteral("at ") + panic.place),
                QStringLiteral("look at the stack; restart to run again")};
    case Death::Kind::Hang:
        return {ErrorKind::Timeout,
                QStringLiteral("the kernel hangs in %1%2: no event for %3 s")
                    .arg(faultingFunction(stack), during)
                    .arg(limitMs / 1000),
                QStringLiteral("look at the stack; restart to run again")};
    case Death::Kind::Endless:
        return {ErrorKind::Endless,
                QStringLiteral("'%1' does not end: it has had %2 s of the processor's time, and %3")
                    .arg(command)
                    .arg(limitMs / 1000)
                    .arg(repeatedWords(events)),
                QStringLiteral("look at the last events; --limit gives a command more")};
    default:
        return {ErrorKind::QemuExited,
                QStringLiteral("triple fault in %1%2: the processor could not deliver an exception")
                    .arg(faultingFunction(stack), during),
                QStringLiteral("look at the registers and the page walk; restart to run again")};
    }
}

// One examination under way; keeps itself alive by the callbacks that hold it.
class Examination : public std::enable_shared_from_this<Examination> {
public:
    Examination(Machine& machine, Death::Kind kind, int limitMs, std::vector<Event> before,
                std::function<void(Death, std::shared_ptr<Moment>)> done)
        : m_machine(machine), m_limitMs(limitMs), m_events(std::move(before)), m_done(std::move(done)) {
        m_death.kind = kind;
    }

    void start() {
        m_machine.stack([self = shared_from_this()](const std::vector<CodePlace>& stack) {
            self->m_death.stack = stack;
            self->askRegisters();
        });
    }

private:
    void askRegisters() {
        m_machine.evaluateAll(autopsyExpressions(m_machine.architecture()),
                              [self = shared_from_this()](const auto& values) {
                                  self->m_values = values;
                                  self->readMemory();
                              });
    }

    void readMemory() {
        auto const look = [self = shared_from_this()](MemoryReader& memory) {
            self->m_guest = self->m_machine.state().read(memory);
            std::vector<Event> last = self->m_events;
            last.insert(last.end(), self->m_guest.batch.events.begin(), self->m_guest.batch.events.end());
            self->m_panic = panicWords(self->m_values, memory);
            self->m_death.report = autopsyLines(self->m_machine.architecture(), self->m_values, memory,
                                                self->m_guest.snapshot, last);
        };
        m_machine.withMemory(look, [self = shared_from_this()] {
            auto const& read = self->m_guest.batch.events;
            self->m_events.insert(self->m_events.end(), read.begin(), read.end());
            self->askProcessor();
        });
    }

    void askProcessor() {
        m_machine.processorText([self = shared_from_this()](const QString& text) {
            // The processor's own tables, which GDB does not show.
            for (QString const& row : text.split(QLatin1Char('\n')))
                if (row.startsWith(QLatin1String("GDT")) || row.startsWith(QLatin1String("IDT")))
                    self->m_death.report << QStringLiteral("  ") + row.simplified();
            self->finish();
        });
    }

    void finish() {
        QString const command = QString::fromStdString(m_guest.command);
        m_death.error = deathWords(m_death.kind, m_panic, m_death.stack, command, m_limitMs, m_events);
        if (!m_panic.invariant.isEmpty())
            m_death.report.prepend(m_panic.invariant);
        std::shared_ptr<Moment> moment;
        if (m_machine.hasMemory()) {
            moment = std::make_shared<Moment>();
            moment->reason = StopReason::Paused;
            moment->command = command;
            moment->events = m_guest.batch.events;
            moment->lost = m_guest.batch.lost;
            moment->stack = m_death.stack;
            moment->snapshot = std::make_shared<const Snapshot>(m_guest.snapshot);
        }
        m_done(m_death, moment);
    }

    Machine& m_machine;
    int m_limitMs;
    std::vector<Event> m_events; // since the last moment
    std::function<void(Death, std::shared_ptr<Moment>)> m_done;
    Death m_death;
    std::map<std::string, uint64_t> m_values;
    GuestState m_guest;
    PanicWords m_panic;
};

} // namespace

void examineDead(Machine& machine, Death::Kind kind, int limitMs, std::vector<Event> before,
                 std::function<void(Death, std::shared_ptr<Moment>)> done) {
    std::make_shared<Examination>(machine, kind, limitMs, std::move(before), std::move(done))->start();
}

} // namespace gdbbridge
