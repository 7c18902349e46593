// The kernel's maps in the words of `klist`, as far as a snapshot has them.
#pragma once

#include <QByteArray>

#include "gdbbridge/snapshot/snapshot.h"

namespace testsupport {

// What `klist` would print, a line a map and a line an entry.
QByteArray kernelMapsText(const gdbbridge::Snapshot& snapshot);
// What `klist` did print (a command's output, its own line first), without what a snapshot does not have:
// pages that are mapped, which chunk is kept, and flags of entries that are not seen from outside.
QByteArray comparableKlist(const QByteArray& output);

} // namespace testsupport
