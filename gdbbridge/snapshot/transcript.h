// A snapshot as the text that the scenario commands `dump`, `anons` and `pmap` print, so that the two can be
// compared.
//
// Amaps and anons are numbered afresh in each text, in order of first appearance, as a transcript does. Lines
// end with a newline and are not indented. Spaces are named by their processes, in order of birth; with names
// only these, in the order given; a name that no process has is left out.
#pragma once

#include <span>
#include <string>

#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

std::string dumpText(const Snapshot& snapshot, std::span<const std::string> names = {});
// The first byte of a page that is not in memory is "??".
std::string anonsText(const Snapshot& snapshot, std::span<const std::string> names = {});
std::string pmapText(const Snapshot& snapshot, std::span<const std::string> names = {});

} // namespace gdbbridge
