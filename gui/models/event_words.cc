#include "gui/models/event_words.h"

#include "gui/models/names.h"
#include "gui/models/step_facts.h"

namespace gui {

using gdbbridge::none;
using gdbbridge::Snapshot;

template <class Matches>
QString EventWords::spaceOwner(Matches&& matches) const {
    for (const Snapshot* snapshot : {&m_now, m_before})
        for (size_t p = 0; snapshot && p < snapshot->processes.size(); ++p) {
            const auto& process = snapshot->processes[p];
            if (process.vmspace != none && matches(snapshot->vmspaces[size_t(process.vmspace)]))
                return QString::fromStdString(process.name);
        }
    return {};
}

QString EventWords::address(size_t index) const { return addressText(arg(index)); }

QString EventWords::range(size_t from) const { return rangeText(arg(from), arg(from + 1)); }

QString EventWords::rights(size_t index) const {
    return QString::fromStdString(gdbbridge::Protection{uint8_t(arg(index) & 7)}.text());
}

QString EventWords::frame(size_t index) const {
    return m_frames == Frames::Named ? QStringLiteral("page frame %1").arg(address(index))
                                     : QStringLiteral("page frame");
}

QString EventWords::otherFrame(size_t index) const {
    return m_frames == Frames::Named ? address(index) : QStringLiteral("another");
}

QString EventWords::map() const {
    const QString owner = spaceOwner([&](const auto& space) { return space.map.address == arg(0); });
    return owner.isEmpty() ? QStringLiteral("a map") : possessive(owner) + QStringLiteral(" map");
}

QString EventWords::spaceById(size_t index) const {
    const QString owner = spaceOwner([&](const auto& space) { return space.id == arg(index); });
    return owner.isEmpty() ? QStringLiteral("space %1").arg(arg(index)) : subjectText(owner, false);
}

QString EventWords::tables() const {
    const QString owner = spaceOwner([&](const auto& space) { return space.pageTables.address == arg(0); });
    return owner.isEmpty() ? QStringLiteral("page tables")
                           : possessive(owner) + QStringLiteral(" page tables");
}

QString EventWords::entry(size_t index) const {
    if (arg(index) == 0) // the header has no number
        return QStringLiteral("the start of the map");
    for (const Snapshot* snapshot : {&m_now, m_before})
        for (size_t s = 0; snapshot && s < snapshot->vmspaces.size(); ++s)
            for (const auto& entry : snapshot->vmspaces[s].map.entries)
                if (entry.id == arg(index))
                    return QStringLiteral("entry %1").arg(addressText(entry.start));
    return QStringLiteral("entry number %1").arg(arg(index));
}

QString EventWords::process(size_t index) const {
    for (const Snapshot* snapshot : {&m_now, m_before})
        for (size_t p = 0; snapshot && p < snapshot->processes.size(); ++p)
            if (snapshot->processes[p].pid == arg(index))
                return QString::fromStdString(snapshot->processes[p].name);
    return QStringLiteral("process %1").arg(arg(index));
}

QString outcomeText(uint64_t error) {
    return error == 0 ? QStringLiteral("well")
                      : QStringLiteral("with ") + QString::fromStdString(gdbbridge::errnoName(error));
}

QString EventWords::object(size_t index) const {
    for (const Snapshot* snapshot : {&m_now, m_before})
        for (size_t o = 0; snapshot && o < snapshot->objects.size(); ++o)
            if (snapshot->objects[o].id == arg(index) && !snapshot->objects[o].name.empty())
                return QString::fromStdString(snapshot->objects[o].name);
    return QStringLiteral("object %1").arg(arg(index));
}

} // namespace gui
