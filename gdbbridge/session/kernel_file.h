// The kernel's ELF file, looked at before anybody is started on it.
#pragma once

#include <QString>
#include <optional>

#include "gdbbridge/session/architecture.h"
#include "gdbbridge/transport/error.h"

namespace gdbbridge {

// What keeps the file from being a kernel for this machine; nothing when it can be one. Reads its header
// only.
std::optional<Error> kernelFileProblem(const QString& path, const Architecture& architecture);

// The same of a user program.
std::optional<Error> programFileProblem(const QString& path, const Architecture& architecture);

// The machine that an ELF file is for; null when it is none, or for none that is known.
const Architecture* architectureOfKernel(const QString& path);

} // namespace gdbbridge
