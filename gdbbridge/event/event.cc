#include "gdbbridge/event/event.h"

#include <algorithm>
#include <iterator>

namespace gdbbridge {

namespace {

// In the order of EventKind.
constexpr std::string_view kindNames[] = {
    "",
    "command_begin",
    "command_end",
    "scenario_end",
    "process_create",
    "process_exit",
    "space_create",
    "space_destroy",
    "fork_begin",
    "fork_entry",
    "fork_end",
    "entry_create",
    "entry_remove",
    "entry_clip",
    "entry_resize",
    "merge_back",
    "merge_forward",
    "merge_both",
    "needs_copy_set",
    "needs_copy_clear",
    "entry_protect",
    "entry_inherit",
    "entry_advice",
    "entry_wire",
    "rotate",
    "findspace_begin",
    "findspace_visit",
    "findspace_end",
    "amap_create",
    "amap_destroy",
    "amap_reference",
    "amap_unreference",
    "amap_grow",
    "amap_copied",
    "amap_slot_set",
    "amap_slot_clear",
    "anon_create",
    "anon_destroy",
    "anon_reference",
    "anon_unreference",
    "object_create",
    "object_destroy",
    "object_reference",
    "object_unreference",
    "object_page_in",
    "object_page_out",
    "object_willneed",
    "page_alloc",
    "page_free",
    "page_wire",
    "page_queue_move",
    "page_zero",
    "page_copy",
    "pmap_entered",
    "pmap_removed",
    "pmap_protected",
    "fault_begin",
    "fault_lookup",
    "fault_needs_copy",
    "fault_window",
    "fault_ahead",
    "fault_case",
    "fault_retry",
    "fault_end",
};
static_assert(std::size(kindNames) == size_t(EventKind::FaultEnd) + 1);

constexpr std::string_view classNames[] = {"operation", "process", "map",         "tree", "amap",
                                           "object",    "page",    "page tables", "fault"};

// The kernel's enum is ordered by class; these are the first of each.
constexpr EventKind firstOfClass[] = {
    EventKind::CommandBegin, EventKind::ProcessCreate, EventKind::EntryCreate,
    EventKind::Rotate,       EventKind::AmapCreate,    EventKind::ObjectCreate,
    EventKind::PageAlloc,    EventKind::PmapEntered,   EventKind::FaultBegin};
static_assert(std::size(firstOfClass) == std::size(classNames));

struct ErrnoName {
    uint64_t number;
    const char* name;
};
constexpr ErrnoName errnoNames[] = {
    {0, "ok"},       {1, "EPERM"},   {2, "ENOENT"},  {3, "ESRCH"},   {4, "EINTR"},    {5, "EIO"},
    {7, "E2BIG"},    {8, "ENOEXEC"}, {9, "EBADF"},   {10, "ECHILD"}, {11, "EDEADLK"}, {12, "ENOMEM"},
    {13, "EACCES"},  {14, "EFAULT"}, {16, "EBUSY"},  {17, "EEXIST"}, {19, "ENODEV"},  {20, "ENOTDIR"},
    {21, "EISDIR"},  {22, "EINVAL"}, {23, "ENFILE"}, {24, "EMFILE"}, {27, "EFBIG"},   {28, "ENOSPC"},
    {29, "ESPIPE"},  {32, "EPIPE"},  {34, "ERANGE"}, {35, "EAGAIN"}, {78, "ENOSYS"},  {84, "EOVERFLOW"},
    {86, "ENOTSUP"},
};

} // namespace

std::string_view eventKindName(EventKind kind) {
    return size_t(kind) < std::size(kindNames) ? kindNames[size_t(kind)] : std::string_view();
}

EventKind eventKindOf(std::string_view name) {
    if (name.empty())
        return EventKind::Unknown;
    auto const at = std::find(std::begin(kindNames), std::end(kindNames), name);
    return at == std::end(kindNames) ? EventKind::Unknown : EventKind(at - std::begin(kindNames));
}

std::string_view eventClassName(EventClass eventClass) {
    return size_t(eventClass) < std::size(classNames) ? classNames[size_t(eventClass)]
                                                      : std::string_view("?");
}

EventNames::EventNames(const Layout& layout) {
    EventClass current = EventClass::Operation;
    for (std::string const& name : layout.eventNames()) {
        EventKind const kind = eventKindOf(name);
        auto const first = std::find(std::begin(firstOfClass), std::end(firstOfClass), kind);
        if (first != std::end(firstOfClass))
            current = EventClass(first - std::begin(firstOfClass));
        m_meanings.push_back({kind, current, name});
    }
}

EventNames::Meaning EventNames::of(uint16_t number) const {
    if (number < m_meanings.size() && !m_meanings[number].name.empty())
        return m_meanings[number];
    return {EventKind::Unknown, EventClass::Operation, "event " + std::to_string(number)};
}

uint64_t eventDigest(const Event& event) {
    uint64_t digest = 14695981039346656037u;
    auto const mix = [&](uint64_t value) { digest = (digest ^ value) * 1099511628211u ^ digest >> 29; };
    mix(event.number);
    mix(event.thread);
    for (size_t i = 0; i < event.argCount; ++i)
        mix(event.args[i]);
    return digest | 1;
}

std::string errnoName(uint64_t number) {
    for (ErrnoName const& known : errnoNames)
        if (known.number == number)
            return known.name;
    return "error " + std::to_string(number);
}

} // namespace gdbbridge
