// One event in one sentence.
#include "gui/models/event_words.h"
#include "gui/models/names.h"
#include "gui/models/sentences.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::Snapshot;

namespace {

QString inheritanceText(uint64_t inheritance) {
    static const char* const names[] = {"share", "copy", "none", "zero"};
    return inheritance < std::size(names) ? QLatin1String(names[inheritance])
                                          : QStringLiteral("unknown (%1)").arg(inheritance);
}

QString adviceText(uint64_t advice) {
    static const char* const names[] = {"normal", "random", "sequential"};
    return advice < std::size(names) ? QLatin1String(names[advice])
                                     : QStringLiteral("unknown (%1)").arg(advice);
}

QString queueText(uint64_t queue) {
    static const char* const names[] = {"no queue", "the free pages", "the active queue",
                                        "the inactive queue"};
    return queue < std::size(names) ? QLatin1String(names[queue]) : QStringLiteral("another queue");
}

QString accessText(uint64_t access) {
    if ((access & 2) != 0)
        return QStringLiteral("a write");
    if ((access & 4) != 0)
        return QStringLiteral("an instruction fetch");
    return access == 0 ? QStringLiteral("wiring") : QStringLiteral("a read");
}

QString caseText(uint64_t which) {
    switch (which) {
    case 1:
        return QStringLiteral("1A: an anon is there, and may be entered as it is");
    case 2:
        return QStringLiteral("1B: an anon is there, but shared, and this is a write: copy");
    case 3:
        return QStringLiteral("2A: the object has the page, and it may be entered as it is");
    case 4:
        return QStringLiteral("2B: the object has the page, but this is a private write: copy");
    case 5:
        return QStringLiteral("2B: there is no page at all: a new one of zeros");
    default:
        return QStringLiteral("none");
    }
}

QString operationText(const Event& event, const EventWords& w) {
    switch (event.kind) {
    case EventKind::CommandBegin:
        return QStringLiteral("The command of line %1 begins.").arg(w.number(0));
    case EventKind::CommandEnd:
        return QStringLiteral("The command of line %1 ended %2.").arg(w.number(0), outcomeText(w.arg(1)));
    case EventKind::ScenarioEnd:
        return QStringLiteral("The scenario ended with status %1.").arg(w.number(0));
    case EventKind::ProcessCreate:
        return QStringLiteral("%1 is a new process, number %2.").arg(subjectText(w.process(0)), w.number(0));
    case EventKind::ProcessExit:
        return QStringLiteral("%1 leaves the list of processes.").arg(subjectText(w.process(0)));
    case EventKind::SpaceCreate:
        return QStringLiteral("A new space, number %1, from %2 to %3.")
            .arg(w.number(0), w.address(2), w.address(3));
    case EventKind::SpaceDestroy:
        return QStringLiteral("Space number %1 ends: nobody refers to it any more.").arg(w.number(0));
    case EventKind::ForkBegin:
        return QStringLiteral("A copy of the space of %1 begins.").arg(w.spaceById(0));
    case EventKind::ForkEntry:
        if (w.arg(2) == 0)
            return QStringLiteral("Fork leaves %1 out: it is not inherited.").arg(w.entry(1));
        return QStringLiteral("Fork gives the child a counterpart of %1 (inheritance %2).")
            .arg(w.entry(1), inheritanceText(w.arg(3)));
    case EventKind::ForkEnd:
        if (w.arg(1) == 0)
            return QStringLiteral("There was no memory for a copy of the space of %1.").arg(w.spaceById(0));
        return QStringLiteral("The copy of the space of %1 is complete.").arg(w.spaceById(0));
    default:
        return {};
    }
}

QString functionText(uint64_t function) {
    static const char* const names[] = {"an operation", "uvm_map", "uvm_unmap", "protect",
                                        "inherit",      "advice",  "will-need", "wire or unwire",
                                        "clean",        "extract", "mremap"};
    return QLatin1String(names[function < std::size(names) ? function : 0]);
}

QString mapText(const Event& event, const EventWords& w) {
    switch (event.kind) {
    case EventKind::MapCall:
        return QStringLiteral("Called for %1: %2 of %3.").arg(w.map(), functionText(w.arg(1)), w.range(2));
    case EventKind::EntryCreate:
        return QStringLiteral("A new entry, %1, goes into %2.").arg(w.range(2), w.map());
    case EventKind::EntryRemove:
        return QStringLiteral("The entry %1 leaves %2.").arg(w.range(2), w.map());
    case EventKind::EntryClip:
        return QStringLiteral("An entry of %1 is split at %2.").arg(w.map(), w.address(3));
    case EventKind::EntryResize:
        return QStringLiteral("An entry of %1 becomes %2.").arg(w.map(), w.range(2));
    case EventKind::MergeBack:
        return QStringLiteral("The new range joins the entry before it: %1.").arg(w.range(2));
    case EventKind::MergeForward:
        return QStringLiteral("The new range joins the entry behind it: %1.").arg(w.range(2));
    case EventKind::MergeBoth:
        return QStringLiteral("Both neighbours and the range between them become one entry: %1.")
            .arg(w.range(2));
    case EventKind::NeedsCopySet:
        return QStringLiteral("%1 in %2 needs a copy of its amap before the next write.")
            .arg(w.entry(1), w.map());
    case EventKind::NeedsCopyClear:
        return QStringLiteral("%1 in %2 has an amap of its own now: needs-copy is over.")
            .arg(w.entry(1), w.map());
    case EventKind::EntryProtect:
        return QStringLiteral("%1 in %2: %3 became %4, at most %5.")
            .arg(w.entry(1), w.map(), w.rights(2), w.rights(3), w.rights(4));
    case EventKind::EntryInherit:
        return QStringLiteral("%1 in %2: inheritance %3 became %4.")
            .arg(w.entry(1), w.map(), inheritanceText(w.arg(2)), inheritanceText(w.arg(3)));
    case EventKind::EntryAdvice:
        return QStringLiteral("%1 in %2: advice %3 became %4.")
            .arg(w.entry(1), w.map(), adviceText(w.arg(2)), adviceText(w.arg(3)));
    case EventKind::EntryWire:
        return QStringLiteral("%1 in %2: its wiring count goes from %3 to %4.")
            .arg(w.entry(1), w.map(), w.number(2), w.number(3));
    case EventKind::Rotate:
        return QStringLiteral("The tree turns: %1 goes up, %2 goes down.").arg(w.entry(0), w.entry(1));
    case EventKind::FindspaceBegin:
        return QStringLiteral("A search for %1 in %2 begins at %3.")
            .arg(sizeText(w.arg(2)), w.map(), w.address(1));
    case EventKind::FindspaceVisit:
        if (w.arg(3) == 0)
            return QStringLiteral("The gap behind %1 fits.").arg(w.entry(1));
        return w.arg(3) == 1 ? QStringLiteral("The gap behind %1 does not fit.").arg(w.entry(1))
                             : QStringLiteral("Below %1 no gap exceeds %2: the search skips it.")
                                   .arg(w.entry(1), sizeText(w.arg(2)));
    case EventKind::FindspaceEnd:
        if (w.arg(1) == 0)
            return QStringLiteral("The search found no room in %1.").arg(w.map());
        return QStringLiteral("The search found room in %1 at %2.").arg(w.map(), w.address(1));
    default:
        return {};
    }
}

QString amapText(const Event& event, const EventWords& w) {
    switch (event.kind) {
    case EventKind::AmapCreate:
        return QStringLiteral("A new amap, %1, with %2.")
            .arg(w.amap(0), countText(w.arg(1), QStringLiteral("slot")));
    case EventKind::AmapDestroy:
        return QStringLiteral("Amap %1 ends: no entry refers to it any more.").arg(w.amap(0));
    case EventKind::AmapReference:
        return QStringLiteral("Amap %1 gains a reference: %2 now.").arg(w.amap(0), w.number(1));
    case EventKind::AmapUnreference:
        return QStringLiteral("Amap %1 loses a reference: %2 now.").arg(w.amap(0), w.number(1));
    case EventKind::AmapGrow:
        return QStringLiteral("Amap %1 grows from %2 to %3.")
            .arg(w.amap(0), w.number(1), countText(w.arg(2), QStringLiteral("slot")));
    case EventKind::AmapCopied:
        return QStringLiteral("Amap %1 is a copy of %2: the same anons, each with one more reference.")
            .arg(w.amap(1), w.amap(0));
    case EventKind::AmapSlotSet:
        if (w.arg(3) == 0)
            return QStringLiteral("%1 goes into slot %2 of amap %3.").arg(w.anon(2), w.number(1), w.amap(0));
        return QStringLiteral("%1 takes the place of %2 in slot %3 of amap %4.")
            .arg(w.anon(2), w.anon(3), w.number(1), w.amap(0));
    case EventKind::AmapSlotClear:
        return QStringLiteral("%1 leaves slot %2 of amap %3.").arg(w.anon(2), w.number(1), w.amap(0));
    case EventKind::AnonCreate:
        return QStringLiteral("A new anon, %1.").arg(w.anon(0));
    case EventKind::AnonDestroy:
        return QStringLiteral("%1 ends: no amap holds it any more.").arg(w.anon(0));
    case EventKind::AnonReference:
        return QStringLiteral("%1 is shared by one more: %2 references.").arg(w.anon(0), w.number(1));
    case EventKind::AnonUnreference:
        return QStringLiteral("%1 is held by one less: %2.")
            .arg(w.anon(0), countText(w.arg(1), QStringLiteral("reference")));
    case EventKind::AnonLoan:
        return QStringLiteral("%1 is on loan once more: %2.")
            .arg(w.anon(0), countText(w.arg(1), QStringLiteral("reference")));
    default:
        return {};
    }
}

QString objectText(const Event& event, const EventWords& w) {
    switch (event.kind) {
    case EventKind::ObjectCreate:
        return QStringLiteral("A new object, number %1, of %2.").arg(w.number(0), sizeText(w.arg(2)));
    case EventKind::ObjectDestroy:
        return QStringLiteral("Object number %1 ends.").arg(w.number(0));
    case EventKind::ObjectReference:
        return QStringLiteral("%1 gains a reference: %2 now.").arg(w.object(0), w.number(1));
    case EventKind::ObjectUnreference:
        return QStringLiteral("%1 loses a reference: %2 now.").arg(w.object(0), w.number(1));
    case EventKind::ObjectPageIn:
        return QStringLiteral("The page at %1 of %2 is read from the file.").arg(w.address(1), w.object(0));
    case EventKind::ObjectPageOut:
        return QStringLiteral("The page at %1 of %2 is written to the file.").arg(w.address(1), w.object(0));
    case EventKind::ObjectWillneed:
        return QStringLiteral("%1 of %2 from %3 on will be needed soon.")
            .arg(sizeText(w.arg(2)), w.object(0), w.address(1));
    case EventKind::ObjectReadAhead:
        return QStringLiteral("%1 of %2 from %3 on are read ahead.")
            .arg(sizeText(w.arg(2)), w.object(0), w.address(1));
    default:
        return {};
    }
}

QString borrower(const EventWords& w) { return w.arg(1) != 0 ? w.anon(1) : QStringLiteral("the kernel"); }

QString pageText(const Event& event, const EventWords& w) {
    switch (event.kind) {
    case EventKind::PageAlloc:
        if (w.arg(1) != 0)
            return QStringLiteral("%1 gets the free %2.").arg(w.anon(1), w.frame(0));
        return w.arg(2) != 0 ? QStringLiteral("%1 gets the free %2.").arg(w.object(2), w.frame(0))
                             : QStringLiteral("The kernel gets the free %1.").arg(w.frame(0));
    case EventKind::PageFree:
        return QStringLiteral("The %1 is free again.").arg(w.frame(0));
    case EventKind::PageWire:
        return QStringLiteral("The %1 is wired %2 now.")
            .arg(w.frame(0), countText(w.arg(1), QStringLiteral("time")));
    case EventKind::PageQueueMove:
        return QStringLiteral("The %1 goes to %2.").arg(w.frame(0), queueText(w.arg(1)));
    case EventKind::PageZero:
        return QStringLiteral("The %1 is filled with zeros.").arg(w.frame(0));
    case EventKind::PageCopy:
        return QStringLiteral("The %1 is copied to %2.").arg(w.frame(0), w.otherFrame(1));
    case EventKind::PageLoan:
        return QStringLiteral("The %1 is on loan to %2: %3.")
            .arg(w.frame(0), borrower(w), countText(w.arg(2), QStringLiteral("loan")));
    case EventKind::PageUnloan:
        return QStringLiteral("The loan of the %1 to %2 ends: %3.")
            .arg(w.frame(0), borrower(w), countText(w.arg(2), QStringLiteral("loan")));
    case EventKind::PageOrphan:
        return QStringLiteral("The %1 is nobody's now, and stays for %2.")
            .arg(w.frame(0), countText(w.arg(1), QStringLiteral("loan")));
    case EventKind::LoanBroken:
        return QStringLiteral("%1 goes on with a copy, %2; the %3 stays with the borrowers.")
            .arg(w.arg(2) != 0 ? w.anon(2) : w.object(3), w.otherFrame(1), w.frame(0));
    case EventKind::PmapEntered:
        return QStringLiteral("%1 is entered in %2, %3%4.")
            .arg(w.address(1), w.tables(), w.rights(3), w.arg(4) ? QStringLiteral(" and wired") : QString());
    case EventKind::PmapRemoved:
        return QStringLiteral("%1 leaves %2.").arg(w.address(1), w.tables());
    case EventKind::PmapProtected:
        return QStringLiteral("%1 in %2: %3 became %4.")
            .arg(w.address(1), w.tables(), w.rights(2), w.rights(3));
    default:
        return {};
    }
}

QString faultText(const Event& event, const EventWords& w) {
    switch (event.kind) {
    case EventKind::FaultBegin:
        return QStringLiteral("A fault begins in %1: %2 at %3.")
            .arg(w.map(), accessText(w.arg(2)), w.address(1));
    case EventKind::FaultLookup:
        return QStringLiteral("The fault found %1 for %2.").arg(w.entry(1), w.address(2));
    case EventKind::FaultNeedsCopy:
        return QStringLiteral("The fault has to give %1 an amap of its own first.").arg(w.entry(1));
    case EventKind::FaultWindow:
        return QStringLiteral("The fault looks at %1 from %2 on.")
            .arg(countText(w.arg(2), QStringLiteral("page")), w.address(1));
    case EventKind::FaultAhead:
        return QStringLiteral("On the way the fault entered %1, from %2.")
            .arg(w.address(1), w.arg(3) == 1 ? QStringLiteral("an anon") : QStringLiteral("the object"));
    case EventKind::FaultCase:
        return QStringLiteral("Case %1.").arg(caseText(w.arg(2)));
    case EventKind::FaultRetry:
        return QStringLiteral("The map was unlocked meanwhile, so the fault begins anew at %1.")
            .arg(w.address(1));
    case EventKind::FaultEnd:
        return QStringLiteral("The fault at %1 ended %2.").arg(w.address(1), outcomeText(w.arg(2)));
    default:
        return {};
    }
}

// An event that only the kernel has a name for.
QString unknownText(const Event& event) {
    QStringList args;
    for (size_t i = 0; i < event.argCount && i < event.args.size(); ++i)
        args << plainAddress(event.args[i]);
    return QStringLiteral("%1(%2)").arg(QString::fromStdString(event.name), args.join(QStringLiteral(", ")));
}

} // namespace

QString eventSentence(const Event& event, const Snapshot& now, const Snapshot* before, Frames frames) {
    const EventWords words(event, now, before, frames);
    for (const auto family :
         {operationText, mapText, amapText, objectText, pageText, faultText, swapEventText})
        if (QString text = family(event, words); !text.isEmpty())
            return text.startsWith(u"entry ") ? u'E' + text.mid(1) : text;
    return unknownText(event);
}

} // namespace gui
