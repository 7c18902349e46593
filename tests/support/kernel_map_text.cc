#include "tests/support/kernel_map_text.h"

#include <QRegularExpression>

#include "gdbbridge/snapshot/text.h"

namespace testsupport {

using gdbbridge::Entry;
using gdbbridge::KernelMap;
using gdbbridge::Snapshot;

namespace {

std::string ownerText(const Snapshot& snapshot, const Entry& entry) {
    if (entry.kernelMap != gdbbridge::none)
        return " submap=" + snapshot.kernelMaps[size_t(entry.kernelMap)].name;
    if (entry.object == gdbbridge::none)
        return " obj=-";
    return " obj=" + snapshot.objects[size_t(entry.object)].name + "+" + gdbbridge::hex(entry.offset);
}

} // namespace

QByteArray kernelMapsText(const Snapshot& snapshot) {
    std::string out;
    if (snapshot.kernelMaps.empty())
        return {};
    uint64_t const base = snapshot.kernelMaps.front().map.min;
    auto const range = [&](uint64_t start, uint64_t end) {
        return gdbbridge::hexRange(start - base, end - base);
    };
    for (KernelMap const& each : snapshot.kernelMaps) {
        out += each.name + " " + range(each.map.min, each.map.max) +
               " entries=" + std::to_string(each.map.entryCount) + " size=" + gdbbridge::hex(each.map.size);
        if (each.chunked)
            out += " chunks=" + std::to_string(each.chunks) + " free=" + std::to_string(each.freeEntries);
        out += " merged=" + std::to_string(each.merged) + "\n";
        for (Entry const& entry : each.map.entries)
            out += range(entry.start, entry.end) + " " + entry.protection.text() + " " +
                   (entry.noMerge ? "nomerge" : "-") + ownerText(snapshot, entry) + "\n";
    }
    return QByteArray::fromStdString(out);
}

QByteArray comparableKlist(const QByteArray& output) {
    static const QRegularExpression unseen(QStringLiteral(" (mapped|kept)=\\d+|chunk,|,?quantum"));
    static const QRegularExpression noFlags(QStringLiteral("^(\\S+ \\S+) +(obj|submap)="));
    QByteArray out;
    for (const QByteArray& line : output.split('\n').mid(1)) {
        QString text = QString::fromUtf8(line).mid(2).remove(unseen);
        text.replace(noFlags, QStringLiteral("\\1 - \\2="));
        if (!text.isEmpty())
            out += text.toUtf8() + '\n';
    }
    return out;
}

} // namespace testsupport
