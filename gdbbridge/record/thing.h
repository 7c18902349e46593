// A snapshot as a list of things, each with a name for good and its fields as one JSON object.
//
// In this form states are kept in recordings and streamed to scripts: what changed between two states is then
// a list of things, whatever they are, and a thing's own history is all that was ever said under its name.
// The fields of each kind stand in docs/recording.md.
#pragma once

#include <QByteArray>
#include <optional>
#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

enum class ThingKind : uint8_t {
    Machine,
    Process,
    Space,
    Entry,
    Mapping,
    KernelMap,
    KernelEntry,
    Amap,
    Anon,
    Object,
    Page
};
inline constexpr int thingKinds = 11;
// "entry"; and the other way, nothing for another word.
const char* thingKindName(ThingKind kind);
std::optional<ThingKind> thingKindOf(const QByteArray& name);

struct Thing {
    ThingKind kind = ThingKind::Machine;
    // Names it among its kind, for its whole life: the serial number that the kernel gave it, "@ADDRESS"
    // where it gave none; what lies in a space has the space's name before it: "2/17".
    QByteArray key;
    QByteArray body; // a compact JSON object
    bool operator==(const Thing&) const = default;
};
// By kind; within one in the snapshot's order.
using Things = std::vector<Thing>;

[[nodiscard]] Things thingsOf(const Snapshot& snapshot);
// The snapshot again, equal in every field. Nothing, and a reason, when the things do not make one: a field
// that is missing or of another type, a reference to what is not there.
[[nodiscard]] std::optional<Snapshot> snapshotOf(const Things& things, QString* problem);

// What one thing is now; or that it is gone.
struct ThingChange {
    ThingKind kind = ThingKind::Machine;
    QByteArray key;
    QByteArray after; // the key of the one before it among its kind, "" for the first; "" when gone
    QByteArray body;  // "" when gone
    [[nodiscard]] bool gone() const { return body.isEmpty(); }
    bool operator==(const ThingChange&) const = default;
};
using ThingChanges = std::vector<ThingChange>;

// What has to be said to who knows `before` so that he knows `after`. Cost: O(things).
[[nodiscard]] ThingChanges changesBetween(const Things& before, const Things& after);
// The other side. Nothing, and a reason, when the changes do not fit.
[[nodiscard]] std::optional<Things> changed(const Things& before, const ThingChanges& changes,
                                            QString* problem);

} // namespace gdbbridge
