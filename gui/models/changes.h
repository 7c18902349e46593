// What a step changed: the snapshot before against the one after it, by identity.
#pragma once

#include <QString>
#include <QStringList>

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gui {

class Changes {
public:
    Changes() = default;
    // Without a snapshot before, nothing is a change.
    Changes(const gdbbridge::Snapshot* before, const gdbbridge::Snapshot& after);

    bool empty() const;
    bool page(uint32_t pid, uint64_t va) const { return m_pages.contains({pid, va}); }
    bool entry(uint32_t id) const { return m_entries.contains(id); }
    bool chip(uint32_t entryId, const QString& chip) const { return m_newChips.contains({entryId, chip}); }
    bool node(uint32_t entryId) const { return m_nodes.contains(entryId); }
    bool anon(uint32_t id) const { return m_anons.contains(id); }
    bool amap(uint32_t id) const { return m_amaps.contains(id); }
    bool process(uint32_t pid) const { return m_processes.contains(pid); }
    // Chips that the entry had and has no more.
    QStringList goneChips(uint32_t entryId) const;
    // One line a change, for the description of a picture.
    const QStringList& lines() const { return m_lines; }
    // Lines about one process, for its row.
    QStringList notes(uint32_t pid) const;

private:
    void compareProcesses(const gdbbridge::Snapshot& before, const gdbbridge::Snapshot& after);
    void comparePages(const gdbbridge::Snapshot& before, int processBefore, const gdbbridge::Snapshot& after,
                      int processAfter);
    void compareEntries(const gdbbridge::Snapshot& before, const gdbbridge::Map& mapBefore,
                        const gdbbridge::Snapshot& after, const gdbbridge::Map& mapAfter,
                        const QString& name);
    void compareMemory(const gdbbridge::Snapshot& before, const gdbbridge::Snapshot& after);
    void say(uint32_t pid, const QString& line);

    std::set<std::pair<uint32_t, uint64_t>> m_pages;
    std::set<uint32_t> m_entries, m_nodes, m_anons, m_amaps, m_processes;
    std::set<std::pair<uint32_t, QString>> m_newChips;
    std::map<uint32_t, QStringList> m_goneChips;
    QStringList m_lines;
    std::multimap<uint32_t, QString> m_notes;
};

} // namespace gui
