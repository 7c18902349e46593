// What an event is about.
#include "gdbbridge/event/event.h"

namespace gdbbridge {

namespace {

// Where the addresses stand among the arguments.
enum class AddressArgs : uint8_t {
    None,
    Page,   // one address, of a page
    Range,  // start and end
    Length, // start and length
};
struct Subject {
    bool map = false; // the first argument is a vm_map
    AddressArgs addresses = AddressArgs::None;
    unsigned at = 0;
};

Subject subjectOf(EventKind kind) {
    using enum EventKind;
    switch (kind) {
    case EntryCreate:
    case EntryRemove:
    case EntryResize:
    case MergeBack:
    case MergeForward:
    case MergeBoth:
    case MapCall:
        return {true, AddressArgs::Range, 2};
    case EntryClip:
        return {true, AddressArgs::Page, 3};
    case NeedsCopySet:
    case NeedsCopyClear:
    case EntryProtect:
    case EntryInherit:
    case EntryAdvice:
    case EntryWire:
    case FindspaceVisit:
    case FaultNeedsCopy:
    case ForkEntry:
        return {true, AddressArgs::None, 0};
    case FindspaceBegin:
        return {true, AddressArgs::Length, 1};
    case FindspaceEnd:
    case FaultBegin:
    case FaultWindow:
    case FaultAhead:
    case FaultCase:
    case FaultRetry:
    case FaultEnd:
        return {true, AddressArgs::Page, 1};
    case FaultLookup:
        return {true, AddressArgs::Page, 2};
    case PmapEntered:
    case PmapRemoved:
    case PmapProtected:
        return {false, AddressArgs::Page, 1};
    default:
        return {};
    }
}

constexpr uint64_t pageSize = 4096;

} // namespace

std::optional<uint64_t> eventMap(const Event& event) {
    return subjectOf(event.kind).map ? std::optional(event.args[0]) : std::nullopt;
}

std::optional<std::pair<uint64_t, uint64_t>> eventAddresses(const Event& event) {
    Subject const subject = subjectOf(event.kind);
    uint64_t const first = event.args[subject.at];
    switch (subject.addresses) {
    case AddressArgs::None:
        return std::nullopt;
    case AddressArgs::Page:
        return std::pair(first, first + pageSize);
    case AddressArgs::Range:
        return std::pair(first, event.args[subject.at + 1]);
    case AddressArgs::Length:
        return std::pair(first, first + event.args[subject.at + 1]);
    }
    return std::nullopt;
}

} // namespace gdbbridge
