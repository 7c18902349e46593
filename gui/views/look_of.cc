#include "gui/views/look_of.h"

#include "gui/models/names.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;

namespace {

const gdbbridge::Page* pageOf(const Snapshot& snapshot, const PageFact& fact) {
    return fact.page >= 0 && size_t(fact.page) < snapshot.pages.size() ? &snapshot.pages[size_t(fact.page)]
                                                                       : nullptr;
}

const Entry* entryOf(const Snapshot& snapshot, int process, const PageFact& fact) {
    const auto* map = mapOf(snapshot, process);
    return map && fact.entry != none ? &map->entries[size_t(fact.entry)] : nullptr;
}

QString pageName(const Snapshot& snapshot, const PageFact& fact) {
    if (fact.anon != none)
        return anonName(snapshot.anons[size_t(fact.anon)]);
    if (fact.page == none || fact.object == none)
        return {};
    const auto& object = snapshot.objects[size_t(fact.object)];
    for (const auto& page : object.pages)
        if (page.page == fact.page)
            return QStringLiteral("page %1").arg(page.offset / snapshot.pageSize);
    return {};
}

} // namespace

Hue hueOf(const Snapshot& snapshot, const Entry& entry) {
    if (entry.protection.bits == 0)
        return Hue::Guard;
    if (entry.object < 0 || size_t(entry.object) >= snapshot.objects.size())
        return Hue::Anon;
    switch (snapshot.objects[size_t(entry.object)].kind) {
    case gdbbridge::ObjectKind::File:
        return Hue::File;
    case gdbbridge::ObjectKind::Device:
        return Hue::Device;
    default:
        return Hue::Anon;
    }
}

Hue hueOf(const PageFact& fact) {
    switch (fact.backing) {
    case Backing::File:
        return Hue::File;
    case Backing::Device:
        return Hue::Device;
    default:
        return Hue::Anon;
    }
}

PageState pageStateOf(const PageFact& fact) {
    switch (fact.hardware) {
    case Hardware::Writable:
        return PageState::Writable;
    case Hardware::ReadOnlyCow:
        return PageState::ReadOnlyCow;
    case Hardware::ReadOnlyMap:
        return PageState::ReadOnlyMap;
    case Hardware::EnteredUnmapped:
        return PageState::EnteredUnmapped;
    case Hardware::NotEntered:
        break;
    }
    if (fact.swapped)
        return PageState::Swapped;
    return fact.page != none ? PageState::Resident : PageState::Absent;
}

PageLook pageLookOf(const Snapshot& snapshot, int process, const PageFact& fact) {
    PageLook look;
    look.hue = hueOf(fact);
    look.state = pageStateOf(fact);
    look.name = pageName(snapshot, fact);
    const gdbbridge::Page* page = pageOf(snapshot, fact);
    const Entry* entry = entryOf(snapshot, process, fact);
    look.shared = entry && entry->inheritance == gdbbridge::Inheritance::Share && fact.page != none;
    if (look.state == PageState::Swapped)
        look.swapSlot = snapshot.anons[size_t(fact.anon)].swapSlot;
    if (page) {
        look.busy = page->busy;
        look.loans = page->loanCount;
        look.wired = page->wireCount;
    }
    if (fact.hardware == Hardware::NotEntered || !page)
        return look;
    look.low = QString::fromStdString(fact.entered.text());
    const int refs = fact.anon != none ? snapshot.anons[size_t(fact.anon)].refs : 1;
    look.content = refs > 1 ? QStringLiteral("×%1").arg(refs) : contentText(*page);
    return look;
}

QString pageWords(const Snapshot& snapshot, const PageFact& fact) {
    QStringList words;
    const QString name = pageName(snapshot, fact);
    if (!name.isEmpty())
        words << name;
    if (fact.anon != none && snapshot.anons[size_t(fact.anon)].refs > 1)
        words << QStringLiteral("×%1").arg(snapshot.anons[size_t(fact.anon)].refs);
    if (const gdbbridge::Page* page = pageOf(snapshot, fact))
        words << contentText(*page);
    switch (pageStateOf(fact)) {
    case PageState::Writable:
    case PageState::ReadOnlyMap:
        words << QString::fromStdString(fact.entered.text());
        break;
    case PageState::ReadOnlyCow:
        words << QString::fromStdString(fact.entered.text()) << QStringLiteral("copy-on-write");
        break;
    case PageState::Resident:
        words << QStringLiteral("in memory, not entered");
        break;
    case PageState::Absent:
        words << QStringLiteral("no page");
        break;
    case PageState::Swapped:
        words << QStringLiteral("swapped");
        break;
    case PageState::EnteredUnmapped:
        words << QStringLiteral("entered but not mapped");
        break;
    }
    return words.join(u' ');
}

CostMark costMarkOf(WriteCost cost) {
    switch (cost) {
    case WriteCost::Copies:
    case WriteCost::Promotes:
        return CostMark::Copies;
    case WriteCost::Nothing:
        return CostMark::Nothing;
    case WriteCost::FaultsOnly:
    case WriteCost::ZeroFills:
    case WriteCost::PagesIn:
        return CostMark::FaultsOnly;
    case WriteCost::NotAllowed:
    case WriteCost::NotMapped:
    case WriteCost::BeyondEnd:
        break;
    }
    return CostMark::Refused;
}

QString costText(WriteCost cost, uint64_t pageSize) {
    switch (cost) {
    case WriteCost::Nothing:
        return QStringLiteral("no fault");
    case WriteCost::FaultsOnly:
        return QStringLiteral("faults, no copy");
    case WriteCost::ZeroFills:
        return QStringLiteral("zero-fills");
    case WriteCost::Copies:
    case WriteCost::Promotes:
        return QStringLiteral("copies %1").arg(sizeText(pageSize));
    case WriteCost::PagesIn:
        return QStringLiteral("pages in");
    case WriteCost::NotAllowed:
        return QStringLiteral("not allowed");
    case WriteCost::NotMapped:
        return QStringLiteral("not mapped");
    case WriteCost::BeyondEnd:
        return QStringLiteral("beyond the end");
    }
    return {};
}

uint32_t pidOf(const Snapshot& snapshot, int process) { return snapshot.processes[size_t(process)].pid; }

QString processName(const Snapshot& snapshot, int process) {
    return QString::fromStdString(snapshot.processes[size_t(process)].name);
}

Identity pageIdentity(const Snapshot& snapshot, int process, const PageFact& fact) {
    Identity identity{.process = pidOf(snapshot, process), .va = fact.va, .hasVa = true};
    if (const Entry* entry = entryOf(snapshot, process, fact))
        identity.entry = entry->id;
    if (fact.anon != none)
        identity.anon = snapshot.anons[size_t(fact.anon)].id;
    return identity;
}

bool pageSelected(const Selection& selection, const Snapshot& snapshot, int process, const PageFact& fact) {
    const Identity identity = pageIdentity(snapshot, process, fact);
    return (identity.anon != 0 && selection.isAnon(identity.anon)) ||
           selection.isAddress(identity.process, identity.va);
}

Selection selectionOf(const Identity& identity) {
    Selection selection{.process = identity.process,
                        .entry = identity.entry,
                        .amap = identity.amap,
                        .anon = identity.anon,
                        .va = identity.va};
    using Kind = Selection::Kind;
    selection.kind = identity.anon      ? Kind::Anon
                     : identity.hasVa   ? Kind::Address
                     : identity.entry   ? Kind::Entry
                     : identity.amap    ? Kind::Amap
                     : identity.process ? Kind::Process
                                        : Kind::Nothing;
    return selection;
}

} // namespace gui
