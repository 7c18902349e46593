// The machine's code in the eyes of GDB: steps, places to stop at, the stack.
#include <algorithm>
#include <array>
#include <iterator>

#include "gdbbridge/session/machine.h"
#include "gdbbridge/session/machine_names.h"

namespace gdbbridge {

using namespace names;

namespace {

constexpr int deepestStack = 24;

CodePlace placeOf(const mi::Value& frame) {
    CodePlace place;
    // As people say it: without the namespace that all of the kernel shares.
    place.function = QString::fromStdString(frame["func"].text())
                         .remove(QLatin1String("uvm::"))
                         .remove(QLatin1String("(anonymous namespace)::"));
    QString const file = QString::fromStdString(frame["fullname"].text());
    // Below the source folder: what follows the last folder that is not ours to name.
    qsizetype const at = file.lastIndexOf(QStringLiteral("/kernel/"));
    place.file = at >= 0 ? file.mid(at + 1) : file;
    place.folder = file.left(std::max<qsizetype>(at, 0));
    place.line = int(frame["line"].number().value_or(0));
    place.address = frame["addr"].number().value_or(0);
    return place;
}

// The part of a probe that is inlined where it is passed: in the eyes of who reads code it is that place.
bool isInlinedProbe(const CodePlace& place) {
    return place.function.startsWith(QLatin1String("uvm_probe")) &&
           !place.function.startsWith(QLatin1String(probePrefix));
}

} // namespace

void Machine::step(FineStep what, StopAt probes) {
    if (!m_stopped || m_down)
        return;
    // Where the machine stands in a probe, the frame that passed it is the one that steps.
    frames([this, what, probes](const std::vector<CodePlace>& places) {
        size_t inProbe = 0;
        while (inProbe < places.size() && places[inProbe].function.startsWith(QLatin1String(probePrefix)))
            ++inProbe;
        size_t inlined = inProbe;
        while (inlined < places.size() && isInlinedProbe(places[inlined]))
            ++inlined;
        m_stopped = false;
        forgetMemory();
        mi::Command command(what == FineStep::Over   ? "-exec-next"
                            : what == FineStep::Into ? "-exec-step"
                            : what == FineStep::Out  ? "-exec-finish"
                                                     : "-exec-step-instruction");
        // Finishing the last of the probe's functions stands behind the probe in the code that passed it.
        size_t const leave = what == FineStep::Out ? inlined + 1 : inProbe;
        if (what != FineStep::Instruction && leave > 0) {
            command = mi::Command("-exec-finish");
            command.option("--thread").argument(uint64_t(1));
            command.option("--frame").argument(uint64_t(leave - 1));
        }
        setProbes(probes, [this, command] {
            goOn(command, [this](const Error& error) {
                m_stopped = true;
                Q_EMIT stepRefused(error);
            });
        });
    });
}

void Machine::stopAt(const QString& location, std::function<void(std::optional<Error>)> done) {
    insertStop(mi::Command("-break-insert").argument(location.toStdString()), extraPlace, std::move(done));
}

void Machine::stopAtWrite(uint64_t address, unsigned size, std::function<void(std::optional<Error>)> done) {
    static constexpr std::array types{"unsigned char", "unsigned short", "unsigned int",
                                      "unsigned long long"};
    size_t const index = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
    QString const expression =
        QStringLiteral("*(%1*)0x%2").arg(QLatin1String(types[index])).arg(address, 0, 16);
    insertStop(mi::Command("-break-watch").argument(expression.toStdString()), extraWatch, std::move(done));
}

void Machine::insertStop(const mi::Command& command, const char* name,
                         std::function<void(std::optional<Error>)> done) {
    removeStop();
    m_gdb->command(command, [this, name, done = std::move(done)](const mi::ResultRecord& record) {
        if (record.resultClass != mi::ResultClass::Done)
            return done(Error{ErrorKind::GdbRefused, errorMessage(record), {}});
        auto number = record.results["bkpt"]["number"].number();
        if (!number)
            number = record.results["wpt"]["number"].number();
        if (!number)
            return done(Error{ErrorKind::GdbRefused, QStringLiteral("GDB cannot stop there"), {}});
        m_extraStop = number;
        m_breakpoints[*number] = name;
        done(std::nullopt);
    });
}

void Machine::removeStop() {
    if (!m_extraStop)
        return;
    m_breakpoints.erase(*m_extraStop);
    m_gdb->command(mi::Command("-break-delete").argument(*m_extraStop));
    m_extraStop.reset();
}

void Machine::stack(std::function<void(const std::vector<CodePlace>&)> done) {
    frames([done = std::move(done)](const std::vector<CodePlace>& all) {
        std::vector<CodePlace> places;
        std::copy_if(all.begin(), all.end(), std::back_inserter(places),
                     [](const CodePlace& place) { return !isInlinedProbe(place); });
        done(places);
    });
}

void Machine::frames(std::function<void(const std::vector<CodePlace>&)> done) {
    m_gdb->command(mi::Command("-stack-list-frames").argument(uint64_t(0)).argument(uint64_t(deepestStack)),
                   [done = std::move(done)](const mi::ResultRecord& record) {
                       std::vector<CodePlace> places;
                       for (const mi::Value& frame : record.results["stack"].children())
                           places.push_back(placeOf(frame));
                       done(places);
                   });
}

} // namespace gdbbridge
