// How things are called and written on screen; the same in every view.
#pragma once

#include <QString>
#include <QStringList>

#include <cstdint>
#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gui {

// "0x10000"; over eight digits in groups of four with a thin space.
QString addressText(uint64_t address);
// Without spaces, for the clipboard and for ids.
QString plainAddress(uint64_t address);
// "4 kB", "128 MB", "2.5 GB".
QString sizeText(uint64_t bytes);
// "1 234 567", with thin spaces.
QString countNumber(uint64_t count);
// "1 page", "29 pages".
QString countText(uint64_t count, const QString& singular);

QString anonName(const gdbbridge::Anon& anon);
QString amapName(const gdbbridge::Amap& amap);
// "needs-copy", "amap a1, 2 refs", in this order.
QStringList entryChips(const gdbbridge::Snapshot& snapshot, const gdbbridge::Entry& entry);
// What an entry is called: its object's name, "anonymous", "guard" or "reserved".
QString entryTitle(const gdbbridge::Snapshot& snapshot, const gdbbridge::Entry& entry);
// The start of a page's content: “parent”, "byte 11" or "zeros".
QString contentText(const gdbbridge::Page& page);
// For each address `…` and the shortest tail of at least 5 digits that none of the others shares.
QStringList shortAddresses(const std::vector<uint64_t>& addresses);
// "The child", but "A".
QString subjectText(const QString& process, bool atStart = true);
// "a", "a and b", "a, b and c".
QString listText(const QStringList& names);

} // namespace gui
