// Scenarios on the host VM inside this process, as the moments that a session makes of a machine under QEMU.
//
// The decoder, the checks and the ring are the bridge's own; only the memory and the stops are of this
// process. One run at a time, on the thread that runs first.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "gdbbridge/session/moment.h"
#include "tests/support/host_machine.h"

namespace testsupport {

// At which stops a moment is made; Start and ScenarioEnd always are.
enum class MomentsAt : uint8_t { CommandEnds, EveryEvent };

struct HostRun {
    std::vector<gdbbridge::MomentPtr> moments; // Start, the stops, ScenarioEnd
    int status = 0;                            // of the scenario: 0, 1 a check failed, 2 it does not parse
    QByteArray transcript;
    QByteArray errors; // what did not parse
};

// Called at the end of each command, while its state stands, before its moment is made.
using AtCommandEnd = std::function<void(gdbbridge::MemoryReader& memory)>;

// Runs a scenario from its first to its last command.
HostRun runOnHost(std::string_view scenario, MomentsAt at = MomentsAt::CommandEnds, AtCommandEnd watch = {});
// The same of a file; fails the process when it cannot be read.
HostRun runFileOnHost(const QString& path, MomentsAt at = MomentsAt::CommandEnds);
// Only the moments.
std::vector<gdbbridge::MomentPtr> hostMoments(std::string_view scenario,
                                              MomentsAt at = MomentsAt::CommandEnds);

} // namespace testsupport
