// What a write or a read did, told from the faults that it took.
#include <algorithm>

#include "gui/layout/page_facts.h"
#include "gui/models/names.h"
#include "gui/models/step_facts.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::FaultCase;
using gdbbridge::Map;
using gdbbridge::none;

namespace {

struct Access {
    const StepFacts& facts;
    StepFacts::Who who;
    uint64_t va = 0;
    bool write = false;

    const Entry* entry(uint64_t address) const {
        const Map* map = facts.mapAfter(who);
        const int index = map ? entryAt(*map, address) : none;
        return index == none ? nullptr : &map->entries[size_t(index)];
    }
    int space() const {
        return who.after == none ? none : facts.after().processes[size_t(who.after)].vmspace;
    }
    // What is entered for an address; null where nothing is.
    const gdbbridge::Mapping* mappingAfter(uint64_t address) const {
        return mappingAt(facts.after(), who.after, address);
    }
    const gdbbridge::Mapping* mappingBefore(uint64_t address) const {
        return mappingAt(facts.before(), who.before, address);
    }
    uint64_t page(uint64_t address) const { return address / facts.pageSize() * facts.pageSize(); }
};

QString anonText(uint32_t id) { return QStringLiteral("n%1").arg(id); }

// The anon that is at the address now, 0 for none.
uint32_t anonIdAt(const Access& access, uint64_t va) {
    const PageFact fact = pageFact(access.facts.after(), access.who.after, va);
    return fact.anon == none ? 0 : access.facts.after().anons[size_t(fact.anon)].id;
}

QString objectTextAt(const Access& access, uint64_t va) {
    const Entry* entry = access.entry(va);
    return entry ? entryTitle(access.facts.after(), *entry) : QStringLiteral("the object");
}

// "; the parent keeps n1", "; B and C still share n1".
QString whoKeeps(const Access& access, uint32_t anon) {
    const QStringList holders = holdersOf(access.facts.after(), anon, access.space());
    if (holders.isEmpty())
        return QStringLiteral("; %1 stays").arg(anonText(anon));
    if (holders.size() == 1)
        return QStringLiteral("; %1 keeps %2").arg(holders.front(), anonText(anon));
    return QStringLiteral("; %1 still share %2").arg(listText(holders), anonText(anon));
}

QString writeEffect(const Access& access, const FaultFacts& fault) {
    const QString who = subjectText(access.who.name, false);
    switch (fault.which) {
    case FaultCase::Anon1A: {
        const uint32_t id = anonIdAt(access, fault.va);
        if (const QStringList holders = holdersOf(access.facts.after(), id, access.space());
            !holders.isEmpty())
            return QStringLiteral("This memory is meant to be shared: %1 was entered writable, and %2 %3 it.")
                .arg(anonText(id), listText(holders),
                     holders.size() == 1 ? QStringLiteral("sees") : QStringLiteral("see"));
        if (access.mappingBefore(fault.va))
            return QStringLiteral("Nobody else holds %1 now, so it became writable without a copy.")
                .arg(anonText(id));
        if (fault.fromSwap)
            return QStringLiteral("%1 was in swap: the fault read it back.").arg(anonText(id));
        return QStringLiteral("%1 is its own, so the fault entered it writable without a copy.")
            .arg(anonText(id));
    }
    case FaultCase::Anon1B:
        return QStringLiteral("The page was shared, so %1 got its own copy, %2%3.")
            .arg(who, anonText(fault.newAnon), whoKeeps(access, fault.oldAnon));
    case FaultCase::Object2A:
        return QStringLiteral("The mapping is shared, so the bytes are in the page of %1 itself.")
            .arg(objectTextAt(access, fault.va));
    case FaultCase::Object2B:
        return QStringLiteral("The mapping is private, so %1 got a copy of %2's page, %3.")
            .arg(who, objectTextAt(access, fault.va), anonText(fault.newAnon));
    case FaultCase::Zero2B:
        return QStringLiteral("There was no page, so it got a new one of zeros first, %1.")
            .arg(anonText(fault.newAnon));
    case FaultCase::None:
        break;
    }
    return QStringLiteral("It took a fault.");
}

QString readEffect(const Access& access, const FaultFacts& fault) {
    switch (fault.which) {
    case FaultCase::Anon1A: {
        const uint32_t id = anonIdAt(access, fault.va);
        const QStringList holders = holdersOf(access.facts.after(), id, access.space());
        if (fault.fromSwap)
            return QStringLiteral("%1 was in swap: the fault read it back.").arg(anonText(id));
        if (holders.isEmpty())
            return QStringLiteral("The fault only entered its page %1 again.").arg(anonText(id));
        const auto* mapping = access.mappingAfter(fault.va);
        const bool writable = mapping && (mapping->protection.bits & 2) != 0;
        return QStringLiteral("It shares %1 with %2: entered %3, nothing copied.")
            .arg(anonText(id), listText(holders),
                 writable ? QStringLiteral("writable") : QStringLiteral("read-only"));
    }
    case FaultCase::Object2A: {
        const QString object = objectTextAt(access, fault.va);
        if (fault.pageIn)
            return QStringLiteral("The page was not in memory: the fault fetched it from %1.").arg(object);
        if (fault.objectPageMade)
            return QStringLiteral("%1 had no page there: the fault made one of zeros.").arg(object);
        return QStringLiteral("The page of %1 was in memory; the fault entered it.").arg(object);
    }
    case FaultCase::Zero2B:
        return QStringLiteral("There was no page, so it got a new one of zeros, %1.")
            .arg(anonText(fault.newAnon));
    case FaultCase::Anon1B:
    case FaultCase::Object2B:
        return QStringLiteral("The page was copied: %1.").arg(anonText(fault.newAnon));
    case FaultCase::None:
        break;
    }
    return QStringLiteral("It took a fault.");
}

// Several faults in one access: how many of each kind.
QString faultsText(const std::vector<FaultFacts>& faults) {
    const auto ofCase = [&](std::initializer_list<FaultCase> cases) {
        return size_t(std::count_if(faults.begin(), faults.end(), [&](const FaultFacts& fault) {
            return std::find(cases.begin(), cases.end(), fault.which) != cases.end();
        }));
    };
    QStringList parts;
    const auto add = [&](size_t count, const QString& what) {
        if (count > 0)
            parts << countText(count, QStringLiteral("page")) + u' ' + what;
    };
    add(ofCase({FaultCase::Anon1B, FaultCase::Object2B}), QStringLiteral("copied"));
    add(ofCase({FaultCase::Zero2B}), QStringLiteral("made of zeros"));
    add(ofCase({FaultCase::Anon1A, FaultCase::Object2A}), QStringLiteral("only entered"));
    return QStringLiteral("It took %1: %2.")
        .arg(countText(faults.size(), QStringLiteral("fault")), listText(parts));
}

// How a neighbour was entered, and why so.
enum class Entered : uint8_t { Gone, Writable, ByMap, StillShared, WouldCopy };

Entered enteredAs(const Access& access, uint64_t va) {
    const Entry* entry = access.entry(va);
    const auto* mapping = access.mappingAfter(va);
    if (!entry || !mapping)
        return Entered::Gone;
    if ((mapping->protection.bits & 2) != 0)
        return Entered::Writable;
    if ((entry->protection.bits & 2) == 0)
        return Entered::ByMap;
    return anonIdAt(access, va) != 0 ? Entered::StillShared : Entered::WouldCopy;
}

QString enteredText(Entered how, bool several) {
    switch (how) {
    case Entered::Gone:
        break;
    case Entered::Writable:
        return several ? QStringLiteral(" writable: they are its own")
                       : QStringLiteral(" writable: it is its own");
    case Entered::ByMap:
        return QStringLiteral(" read-only: the map allows no writing");
    case Entered::StillShared:
        return several ? QStringLiteral(" read-only: they are still shared")
                       : QStringLiteral(" read-only: it is still shared");
    case Entered::WouldCopy:
        return several ? QStringLiteral(" read-only: writes would copy them")
                       : QStringLiteral(" read-only: a write would copy it");
    }
    return {};
}

QString aheadText(const Access& access, const std::vector<uint64_t>& ahead) {
    if (ahead.empty())
        return {};
    const Entered how = enteredAs(access, ahead.front());
    if (ahead.size() == 1)
        return QStringLiteral("On the way the fault entered the neighbour %1%2.")
            .arg(addressText(ahead.front()), enteredText(how, false));
    const bool alike =
        std::all_of(ahead.begin(), ahead.end(), [&](uint64_t va) { return enteredAs(access, va) == how; });
    return QStringLiteral("On the way the fault entered %1 neighbours%2.")
        .arg(QString::number(ahead.size()),
             alike ? enteredText(how, true)
                   : QStringLiteral(", from %1 to %2")
                         .arg(addressText(ahead.front()), addressText(ahead.back())));
}

// How needs-copy was resolved on the way.
QString amapText(const Access& access, const FaultFacts& fault) {
    if (fault.copiedAmap == 0)
        return {};
    if (fault.sourceAmap != 0)
        return QStringLiteral("First %1 entry got an amap of its own: a%2, a copy of a%3.")
            .arg(possessive(access.who.name))
            .arg(fault.copiedAmap)
            .arg(fault.sourceAmap);
    return QStringLiteral("It was the first page of %1 entry, which got an amap for it, a%2.")
        .arg(possessive(access.who.name))
        .arg(fault.copiedAmap);
}

// The bytes that a read found, out of "= 41 42".
QString foundText(const StepFacts& facts) {
    const QString line = facts.results().value(0);
    if (!line.startsWith(u"= "))
        return {};
    const QByteArray bytes = QByteArray::fromHex(line.mid(2).toLatin1());
    const bool printable = bytes.size() > 1 && std::all_of(bytes.begin(), bytes.end(),
                                                           [](char c) { return c >= 0x20 && c < 0x7f; });
    constexpr qsizetype most = 12;
    const QString tail = bytes.size() > most ? QStringLiteral("…") : QString();
    if (printable)
        return u'“' + QString::fromLatin1(bytes.left(most)) + tail + u'”';
    if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; }))
        return QStringLiteral("zeros");
    if (bytes.size() == 1)
        return QStringLiteral("byte ") + QString::fromLatin1(bytes.toHex());
    return QStringLiteral("bytes ") + QString::fromLatin1(bytes.left(4).toHex(' ')) +
           (bytes.size() > 4 ? QStringLiteral(" …") : QString());
}

StepSentence succeeded(const Access& access, const std::vector<FaultFacts>& faults) {
    StepSentence out;
    out.actor = access.who.pid;
    const QString subject = subjectText(access.who.name);
    const QString did = access.write ? QStringLiteral("%1 wrote to %2.").arg(subject, addressText(access.va))
                                     : QStringLiteral("%1 read %2 at %3.")
                                           .arg(subject, foundText(access.facts), addressText(access.va));
    if (faults.empty()) {
        out.first = did + (access.write ? QStringLiteral(" The page was entered writable already: no fault.")
                                        : QStringLiteral(" The page was entered already: no fault."));
        return out;
    }
    if (faults.size() > 1) {
        out.first = did + u' ' + faultsText(faults);
    } else {
        out.first =
            did + u' ' + (access.write ? writeEffect(access, faults[0]) : readEffect(access, faults[0]));
    }
    std::vector<uint64_t> ahead;
    for (const FaultFacts& fault : faults)
        ahead.insert(ahead.end(), fault.ahead.begin(), fault.ahead.end());
    out.second = aheadText(access, ahead);
    if (out.second.isEmpty())
        out.second = amapText(access, faults[0]);
    return out;
}

QString whyFailed(const Access& access, uint64_t va, uint64_t error) {
    const Entry* entry = access.entry(va);
    switch (error) {
    case 14: // EFAULT
        if (!entry)
            return QStringLiteral("nothing is mapped there");
        return QStringLiteral("%1 has neither object nor amap").arg(rangeText(entry->start, entry->end));
    case 13: // EACCES
        if (entry)
            return QStringLiteral("the entry there is %1")
                .arg(QString::fromStdString(entry->protection.text()));
        break;
    case 22: // EINVAL
        return QStringLiteral("that is beyond the end of %1").arg(objectTextAt(access, va));
    case 12: // ENOMEM
        return QStringLiteral("there is no free page");
    default:
        break;
    }
    return QStringLiteral("the fault could not be served");
}

StepSentence failed(const Access& access, const std::vector<FaultFacts>& faults) {
    StepSentence out;
    out.actor = access.who.pid;
    const auto bad =
        std::find_if(faults.begin(), faults.end(), [](const FaultFacts& f) { return f.error != 0; });
    // Beyond the user's part the machine refuses without asking the fault routine.
    const uint64_t at = bad == faults.end() || access.page(access.va) == bad->va ? access.va : bad->va;
    const uint64_t error = access.facts.now().error;
    out.first =
        QStringLiteral("%1 %2 to %3 failed: %4; %5.")
            .arg(possessive(access.who.name, true),
                 access.write ? QStringLiteral("write") : QStringLiteral("read"), addressText(access.va),
                 QString::fromStdString(gdbbridge::errnoName(error)), whyFailed(access, at, error));
    if (!access.write)
        out.first.replace(QStringLiteral(" read to "), QStringLiteral(" read of "));
    if (at != access.va)
        out.second =
            QStringLiteral("It failed at %1; the bytes before it were %2.")
                .arg(addressText(at), access.write ? QStringLiteral("written") : QStringLiteral("read"));
    return out;
}

} // namespace

StepSentence accessSentence(const StepFacts& facts) {
    const QString verb = facts.word(0);
    if (verb != u"write" && verb != u"read")
        return {};
    const Access access{facts, facts.who(), facts.number(2).value_or(0), verb == u"write"};
    const std::vector<FaultFacts> faults = facts.faults();
    return facts.now().error == 0 ? succeeded(access, faults) : failed(access, faults);
}

} // namespace gui
