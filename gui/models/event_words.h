// Names for what an event speaks of, out of the snapshots on both sides of it. Part of the sentences.
#pragma once

#include <QString>

#include "gdbbridge/event/event.h"
#include "gdbbridge/snapshot/snapshot.h"
#include "gui/models/sentences.h"

namespace gui {

class EventWords {
public:
    // All must outlive this; `before` may be null.
    EventWords(const gdbbridge::Event& event, const gdbbridge::Snapshot& now,
               const gdbbridge::Snapshot* before, Frames frames)
        : m_event(event), m_now(now), m_before(before), m_frames(frames) {}

    // Argument `index` as it is, and as a number, an address, two of them as a range, ….
    uint64_t arg(size_t index) const { return m_event.args[index]; }
    QString number(size_t index) const { return QString::number(arg(index)); }
    QString address(size_t index) const;
    QString range(size_t from) const;
    QString anon(size_t index) const { return u'n' + number(index); }
    QString amap(size_t index) const { return u'a' + number(index); }
    QString rights(size_t index) const;
    // "page frame 0x576000", and the address alone; "page frame" and "another" where frames have no names.
    QString frame(size_t index) const;
    QString otherFrame(size_t index) const;

    // "the child's map", by the map's address in the first argument; "a map" when nobody is known to have it.
    QString map() const;
    // "the child", by the number of its space.
    QString spaceById(size_t index) const;
    // "the child's page tables", by the pmap's address in the first argument.
    QString tables() const;
    // "entry 0x10000", by its serial number; "entry number 7" when it is in neither snapshot.
    QString entry(size_t index) const;
    // By pid / by serial number.
    QString process(size_t index) const;
    QString object(size_t index) const;

private:
    template <class Matches>
    QString spaceOwner(Matches&& matches) const;

    const gdbbridge::Event& m_event;
    const gdbbridge::Snapshot& m_now;
    const gdbbridge::Snapshot* m_before;
    const Frames m_frames;
};

// How something ended, for behind "ended": "well", "with ENOMEM".
QString outcomeText(uint64_t error);
// An event of swap or of the page daemon; "" for any other.
QString swapEventText(const gdbbridge::Event& event, const EventWords& w);

} // namespace gui
