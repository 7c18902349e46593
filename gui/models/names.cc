#include "gui/models/names.h"

#include <algorithm>

namespace gui {

namespace {

constexpr int tailDigits = 5;
constexpr qsizetype shownBytes = 6;

} // namespace

QString plainAddress(uint64_t address) { return QStringLiteral("0x") + QString::number(address, 16); }

QString addressText(uint64_t address) {
    QString digits = QString::number(address, 16);
    if (digits.size() > 8)
        for (qsizetype at = digits.size() - 4; at > 0; at -= 4)
            digits.insert(at, QChar(0x2009));
    return QStringLiteral("0x") + digits;
}

QString sizeText(uint64_t bytes) {
    struct Unit {
        const char* name;
        uint64_t size;
    };
    constexpr Unit units[]{{"TB", 1ull << 40}, {"GB", 1ull << 30}, {"MB", 1ull << 20}, {"kB", 1ull << 10}};
    for (const Unit& unit : units) {
        if (bytes < unit.size)
            continue;
        const double value = double(bytes) / double(unit.size);
        const bool whole = value >= 10 || bytes % unit.size == 0;
        return QStringLiteral("%1 %2").arg(QString::number(value, 'f', whole ? 0 : 1),
                                           QLatin1String(unit.name));
    }
    return QString::number(bytes);
}

QString countNumber(uint64_t count) {
    QString digits = QString::number(count);
    for (qsizetype at = digits.size() - 3; at > 0; at -= 3)
        digits.insert(at, QChar(0x2009));
    return digits;
}

QString countText(uint64_t count, const QString& singular) {
    return QStringLiteral("%1 %2%3").arg(count).arg(singular, count == 1 ? QString() : QStringLiteral("s"));
}

QString anonName(const gdbbridge::Anon& anon) { return QStringLiteral("n%1").arg(anon.id); }

QString amapName(const gdbbridge::Amap& amap) { return QStringLiteral("a%1").arg(amap.id); }

QStringList entryChips(const gdbbridge::Snapshot& snapshot, const gdbbridge::Entry& entry) {
    QStringList chips;
    if (entry.copyOnWrite)
        chips << QStringLiteral("cow");
    if (entry.needsCopy)
        chips << QStringLiteral("needs-copy");
    if (entry.amap >= 0 && size_t(entry.amap) < snapshot.amaps.size()) {
        const auto& amap = snapshot.amaps[size_t(entry.amap)];
        chips << QStringLiteral("amap %1, %2").arg(amapName(amap), countText(uint64_t(amap.refs), "ref"));
    }
    if (entry.inheritance == gdbbridge::Inheritance::Share)
        chips << QStringLiteral("shared");
    if (entry.inheritance == gdbbridge::Inheritance::None)
        chips << QStringLiteral("not inherited");
    if (entry.inheritance == gdbbridge::Inheritance::Zero)
        chips << QStringLiteral("zeros for a child");
    if (entry.wiredCount > 0)
        chips << QStringLiteral("wired ×%1").arg(entry.wiredCount);
    return chips;
}

QString entryTitle(const gdbbridge::Snapshot& snapshot, const gdbbridge::Entry& entry) {
    if (entry.object >= 0 && size_t(entry.object) < snapshot.objects.size()) {
        const auto& object = snapshot.objects[size_t(entry.object)];
        if (!object.name.empty())
            return QString::fromStdString(object.name);
        return QStringLiteral("object %1").arg(object.id);
    }
    if (entry.protection.bits == 0)
        return entry.noMerge ? QStringLiteral("reserved") : QStringLiteral("guard");
    return QStringLiteral("anonymous");
}

QString contentText(const gdbbridge::Page& page) {
    const auto& bytes = page.firstBytes;
    if (std::all_of(bytes.begin(), bytes.end(), [](uint8_t b) { return b == 0; }))
        return QStringLiteral("zeros");
    QString text;
    for (uint8_t byte : bytes) {
        if (byte < 0x20 || byte > 0x7e || text.size() == shownBytes)
            break;
        text += QChar(byte);
    }
    if (text.size() > 1)
        return u'“' + text + u'”';
    return QStringLiteral("byte %1").arg(bytes[0], 2, 16, QLatin1Char('0'));
}

QStringList shortAddresses(const std::vector<uint64_t>& addresses) {
    QStringList all, result;
    for (uint64_t address : addresses)
        all << QString::number(address, 16);
    for (const QString& digits : std::as_const(all)) {
        qsizetype length = tailDigits;
        const auto ambiguous = [&](qsizetype n) {
            return std::count_if(all.begin(), all.end(),
                                 [&](const QString& other) { return other.right(n) == digits.right(n); }) > 1;
        };
        while (length < digits.size() && ambiguous(length))
            ++length;
        result << (length + 1 >= digits.size() ? QStringLiteral("0x") + digits : u'…' + digits.right(length));
    }
    return result;
}

QString subjectText(const QString& process, bool atStart) {
    static const QStringList nouns{"parent", "child",  "grandparent", "grandchild",
                                   "server", "client", "shell"};
    if (!nouns.contains(process))
        return process;
    return (atStart ? QStringLiteral("The ") : QStringLiteral("the ")) + process;
}

QString listText(const QStringList& names) {
    if (names.size() < 2)
        return names.join(QString());
    return names.mid(0, names.size() - 1).join(QStringLiteral(", ")) + QStringLiteral(" and ") + names.last();
}

} // namespace gui
