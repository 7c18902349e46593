#include "gdbbridge/session/autopsy.h"

#include <algorithm>

#include "gdbbridge/session/guest_state.h"
#include "gdbbridge/snapshot/page_walk.h"
#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

namespace {

std::string registerExpression(const std::string& name) { return "(unsigned long)$" + name; }
std::string panicField(const std::string& name) {
    return "(unsigned long long)uvm::uvm_panic_record." + name;
}

constexpr const char* panicFields[] = {"message",  "file",  "line",   "invariant",
                                       "expected", "found", "subject"};

std::optional<uint64_t> valueOf(const std::map<std::string, uint64_t>& values,
                                const std::string& expression) {
    auto const at = values.find(expression);
    return at == values.end() ? std::nullopt : std::optional(at->second);
}

QString hexText(uint64_t value) { return QString::fromStdString(hex(value)); }

// How the processor gets from the top table to a page, one line a table.
QStringList walkLines(MemoryReader& memory, const PageTableFormat& format, uint64_t root, uint64_t address) {
    QStringList lines;
    uint64_t table = root & format.frameMask;
    for (unsigned level = format.levels; level-- > 0;) {
        uint64_t const index =
            address >> (12 + level * format.indexBits) & ((uint64_t{1} << format.indexBits) - 1);
        uint64_t word = 0;
        QString line =
            QStringLiteral("  level %1, table %2, index %3: ").arg(level + 1).arg(hexText(table)).arg(index);
        if (!memory.readPhysical(table + index * format.entrySize, &word, format.entrySize))
            return lines << line + QStringLiteral("no memory there");
        line += hexText(word);
        if (!(word & pte::present))
            return lines << line + QStringLiteral(", not present");
        line += word & pte::write ? QStringLiteral(", writable") : QStringLiteral(", read-only");
        bool const largePage = level > 0 && (word & pte::large);
        lines << line + (largePage ? QStringLiteral(", one large page") : QString());
        if (largePage)
            break;
        table = word & format.frameMask;
    }
    return lines;
}

QString entryWords(const Snapshot& snapshot, size_t vmspace, uint64_t address) {
    QString const space = QString::fromStdString(spaceName(snapshot, int(vmspace)));
    for (Entry const& entry : snapshot.vmspaces[vmspace].map.entries)
        if (entry.start <= address && address < entry.end)
            return QStringLiteral("  the map of %1 has %2 %3 there")
                .arg(space, QString::fromStdString(hexRange(entry.start, entry.end)),
                     QString::fromStdString(entry.protection.text()));
    return QStringLiteral("  the map of %1 has nothing there").arg(space);
}

// What the map whose page tables are loaded says; every map where none of them is.
QStringList mapLines(const Snapshot& snapshot, uint64_t root, uint64_t address) {
    QStringList own, all;
    for (size_t i = 0; i < snapshot.vmspaces.size(); ++i) {
        QString const line = entryWords(snapshot, i, address);
        all << line;
        if (snapshot.vmspaces[i].pageTables.root == root)
            own << line;
    }
    return own.isEmpty() ? all : own;
}

} // namespace

std::vector<std::string> autopsyExpressions(const Architecture& architecture) {
    std::vector<std::string> list;
    for (const char* name : architecture.registers)
        list.push_back(registerExpression(name));
    for (const char* name : panicFields)
        list.push_back(panicField(name));
    return list;
}

PanicWords panicWords(const std::map<std::string, uint64_t>& values, MemoryReader& memory) {
    constexpr size_t longest = 200;
    PanicWords words;
    uint64_t const message = valueOf(values, panicField("message")).value_or(0);
    words.panicked = message != 0;
    if (!words.panicked)
        return words;
    words.message = QString::fromStdString(guestText(memory, message, longest));
    QString const file =
        QString::fromStdString(guestText(memory, valueOf(values, panicField("file")).value_or(0), longest));
    if (!file.isEmpty())
        words.place = QStringLiteral("%1:%2").arg(file).arg(valueOf(values, panicField("line")).value_or(0));
    if (uint64_t const number = valueOf(values, panicField("invariant")).value_or(0))
        words.invariant = QStringLiteral("invariant %1: expected %2, found %3")
                              .arg(number)
                              .arg(hexText(valueOf(values, panicField("expected")).value_or(0)),
                                   hexText(valueOf(values, panicField("found")).value_or(0)));
    return words;
}

QString repeatedWords(std::span<const Event> events) {
    constexpr size_t longestRound = 64, rounds = 3, mostNamed = 10, namedWithoutRound = 5;
    if (events.empty())
        return QStringLiteral("no event came");
    // The shortest round that the last events are made of.
    size_t round = 0;
    for (size_t length = 1; length <= std::min(longestRound, events.size() / rounds) && round == 0;
         ++length) {
        auto const last = events.last(rounds * length);
        bool same = true;
        for (size_t i = length; i < last.size() && same; ++i)
            same = last[i].name == last[i - length].name;
        round = same ? length : 0;
    }
    QStringList names;
    for (Event const& event : events.last(std::min(round > 0 ? round : namedWithoutRound, events.size())))
        names << QString::fromStdString(event.name);
    if (round == 0)
        return QStringLiteral("the last events were ") + names.join(QStringLiteral(", "));
    // A round has no beginning; people begin where a fault does.
    if (qsizetype const begin = names.indexOf(QStringLiteral("fault_begin")); begin > 0)
        std::rotate(names.begin(), names.begin() + begin, names.end());
    QString const more = names.size() > qsizetype(mostNamed)
                             ? QStringLiteral(" and %1 more").arg(names.size() - qsizetype(mostNamed))
                             : QString();
    return QStringLiteral("does again and again: ") +
           names.first(std::min(names.size(), qsizetype(mostNamed))).join(QStringLiteral(", ")) + more;
}

QString eventLine(const Event& event) {
    QString line = QStringLiteral("  %1 %2").arg(event.sequence).arg(QString::fromStdString(event.name));
    for (size_t i = 0; i < event.argCount; ++i)
        line += QLatin1Char(' ') + hexText(event.args[i]);
    return line;
}

QStringList autopsyLines(const Architecture& architecture, const std::map<std::string, uint64_t>& values,
                         MemoryReader& memory, const Snapshot& snapshot, std::span<const Event> events) {
    QStringList lines;
    QString row;
    int column = 0;
    for (const char* name : architecture.registers) {
        if (auto const value = valueOf(values, registerExpression(name)))
            row += QStringLiteral("  %1 %2").arg(QLatin1String(name), hexText(*value));
        if (++column % 4 == 0) {
            lines << row;
            row.clear();
        }
    }
    if (!row.isEmpty())
        lines << row;
    auto const address = valueOf(values, registerExpression("cr2"));
    auto const root = valueOf(values, registerExpression("cr3"));
    if (address && root && *address != 0) {
        lines << QStringLiteral("the last address that faulted, cr2 = %1, in the page tables:")
                     .arg(hexText(*address));
        lines << walkLines(memory, architecture.tables, *root, *address)
              << mapLines(snapshot, *root, *address);
    }
    if (!events.empty())
        lines << QStringLiteral("the last events:");
    for (Event const& event : events.last(std::min(events.size(), eventsInAutopsy)))
        lines << eventLine(event);
    return lines;
}

} // namespace gdbbridge
