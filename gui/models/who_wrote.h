// Who wrote this field? The fields of what is selected, and where in a run each got the value that it has.
//
// The answer is as exact as the run: the event that tells of the write where there is such an event, else the
// command in which the value became another.
#pragma once

#include <QString>

#include <optional>
#include <string>
#include <vector>

#include "gdbbridge/session/moment.h"
#include "gui/models/selection.h"

namespace gui {

// A field of one thing, which is known by its number as long as it lives.
struct ThingField {
    enum class Of : uint8_t { Entry, Map, Amap, Anon, Page, Mapping };
    Of of = Of::Entry;
    uint64_t id =
        0; // serial number of entry, amap or anon; pid of map and mapping; physical address of a page
    uint64_t va = 0; // of a mapping
    QString name;    // "protection"
    bool operator==(const ThingField&) const = default;
};

// The fields of a selection that the snapshot has, in the order of the structures; of an entry also those of
// its map, of an anon those of its page, and of a page of a process those of its place in the page tables.
std::vector<ThingField> fieldsOf(const gdbbridge::Snapshot& snapshot, const Selection& selection);
// "entry 0x10000 of parent", "n3", "page table of parent at 0x10000".
QString thingText(const gdbbridge::Snapshot& snapshot, const ThingField& field);
// The value as people read it; "" when the thing is not there.
QString fieldValue(const gdbbridge::Snapshot& snapshot, const ThingField& field);
// Where the field lies in the kernel's memory: address of the structure and the layout's name of the field;
// nothing for what is no field of one structure.
struct FieldPlace {
    uint64_t address = 0;
    QString field; // "vm_map_entry.protection"
};
std::optional<FieldPlace> fieldPlace(const gdbbridge::Snapshot& snapshot, const ThingField& field);

struct LastWrite {
    int moment = 0;                        // the first one behind the write
    std::optional<gdbbridge::Event> event; // that tells of it; nothing: somewhere since the moment before
    QString before, after;                 // `before` "": the thing came to be
    bool sinceStart = false;               // it was so when the run began, and nobody has written it since
};
// The last write before or at moment `current` of a run, of a field that its snapshot has.
LastWrite lastWrite(const std::vector<gdbbridge::MomentPtr>& moments, int current, const ThingField& field);

} // namespace gui
