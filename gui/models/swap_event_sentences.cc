// Events of swap and of the page daemon, in one sentence each.
#include "gui/models/event_words.h"
#include "gui/models/names.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::EventKind;

namespace {

QString slotsText(const EventWords& w) {
    return w.arg(1) == 1 ? QStringLiteral("swap slot %1").arg(w.number(0))
                         : QStringLiteral("%1 swap slots from %2 on").arg(w.number(1), w.number(0));
}

// Why the page daemon did it.
QString reasonText(uint64_t reason) {
    static const char* const reasons[] = {
        "for no reason that is known",  "it was used meanwhile",           "swap has no room",
        "it could not be written",      "there is nowhere to write it",    "its owner is in use",
        "it is busy, wired or on loan", "its swap slot has the same data", "it was written to swap",
        "its file has the data",        "pages of its kind are few"};
    return reason < std::size(reasons) ? QLatin1String(reasons[reason]) : QLatin1String(reasons[0]);
}

} // namespace

QString swapEventText(const Event& event, const EventWords& w) {
    switch (event.kind) {
    case EventKind::SwapDeviceOn:
        return QStringLiteral("A device with %1 joins swap.").arg(slotsText(w));
    case EventKind::SwapDeviceOff:
        if (w.arg(2) == 0)
            return QStringLiteral("The device with %1 leaves swap.").arg(slotsText(w));
        return QStringLiteral("The device with %1 cannot leave swap: %2.")
            .arg(slotsText(w), QString::fromStdString(gdbbridge::errnoName(w.arg(2))));
    case EventKind::SwapSlotAlloc:
        return QStringLiteral("Taken for pages on their way out: %1.").arg(slotsText(w));
    case EventKind::SwapSlotFree:
        return QStringLiteral("Given back: %1.").arg(slotsText(w));
    case EventKind::SwapSlotBad:
        return QStringLiteral("Never to be used again, for a transfer failed: %1.").arg(slotsText(w));
    case EventKind::SwapPageOut:
        return QStringLiteral("One transfer of %1 to swap ended %2.")
            .arg(countText(w.arg(1), QStringLiteral("page")), outcomeText(w.arg(2)));
    case EventKind::SwapPageIn:
        return QStringLiteral("Reading swap slot %1 into the %2 ended %3.")
            .arg(w.number(0), w.frame(1), outcomeText(w.arg(2)));
    case EventKind::DaemonBegin:
        return QStringLiteral("The page daemon looks for %1, among %2 active and %3 inactive.")
            .arg(countText(w.arg(0), QStringLiteral("page")), w.number(1), w.number(2));
    case EventKind::DaemonDeactivate:
        return QStringLiteral("The %1 becomes inactive: a reference from now on will save it.")
            .arg(w.frame(0));
    case EventKind::DaemonReactivate:
        return QStringLiteral("The %1 becomes active again: %2.").arg(w.frame(0), reasonText(w.arg(1)));
    case EventKind::DaemonSkip:
        return QStringLiteral("The page daemon passes over the %1: %2.")
            .arg(w.frame(0), reasonText(w.arg(1)));
    case EventKind::DaemonFree:
        return QStringLiteral("The page daemon frees the %1: %2.").arg(w.frame(0), reasonText(w.arg(1)));
    case EventKind::DaemonEnd:
        return QStringLiteral("The page daemon is done; it freed %1.")
            .arg(countText(w.arg(0), QStringLiteral("page")));
    default:
        return {};
    }
}

} // namespace gui
