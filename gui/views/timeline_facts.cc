#include "gui/views/timeline_facts.h"

#include <algorithm>

#include "gui/models/bookmarks.h"
#include "gui/models/story.h"

namespace gui {

using gdbbridge::MomentPtr;
using gdbbridge::StopReason;

namespace {

SliceGlyph glyphOf(const QString& verb) {
    struct Verbs {
        SliceGlyph glyph;
        QStringList verbs;
    };
    static const Verbs known[]{
        {SliceGlyph::Space, {QStringLiteral("space"), QStringLiteral("object")}},
        {SliceGlyph::Fault, {QStringLiteral("write")}},
        {SliceGlyph::Fork, {QStringLiteral("fork"), QStringLiteral("share"), QStringLiteral("unshare")}},
        {SliceGlyph::Exit, {QStringLiteral("exit"), QStringLiteral("unmap"), QStringLiteral("exec")}},
        {SliceGlyph::Read,
         {QStringLiteral("read"), QStringLiteral("dump"), QStringLiteral("anons"), QStringLiteral("pmap"),
          QStringLiteral("check"), QStringLiteral("lookup"), QStringLiteral("findspace"),
          QStringLiteral("checkprot")}},
    };
    for (const Verbs& group : known)
        if (group.verbs.contains(verb))
            return group.glyph;
    return SliceGlyph::Map;
}

// So that a slice keeps about its width when its command runs.
uint64_t usualEvents(const TimelineCommand& command) {
    switch (command.glyph) {
    case SliceGlyph::Space:
        return 4;
    case SliceGlyph::Map:
        return 8;
    case SliceGlyph::Fault:
        return 18;
    case SliceGlyph::Fork:
        return 24;
    case SliceGlyph::Exit:
        return 16;
    case SliceGlyph::Read:
        break;
    }
    return command.verb == QStringLiteral("read") ? 10 : 2;
}

class Builder {
public:
    explicit Builder(const Story& story) : m_story(story) {}

    TimelineFacts build() {
        m_facts.counterName = QStringLiteral("anonymous pages");
        for (const ScenarioCommand& command : m_story.commands())
            addCommand(command.text);
        for (size_t i = 0; i < m_story.moments().size(); ++i)
            addMoment(int(i), m_story.moments()[i]);
        setCurrent();
        for (TimelineCommand& command : m_facts.commands)
            if (!command.ended)
                command.events = std::max(command.events, usualEvents(command));
        return std::move(m_facts);
    }

private:
    int lane(const QString& process) {
        const qsizetype at = m_facts.lanes.indexOf(process);
        if (at >= 0)
            return int(at);
        m_facts.lanes << process;
        return int(m_facts.lanes.size()) - 1;
    }

    // The process that a command is about: one that it makes, or the first that it names. "" for those of
    // nobody.
    QString processOf(const QStringList& words) const {
        static const QStringList makers{QStringLiteral("space"), QStringLiteral("fork"),
                                        QStringLiteral("share")};
        if (makers.contains(words.value(0)))
            return words.value(1);
        for (const QString& word : words.mid(1, 2))
            if (m_facts.lanes.contains(word))
                return word;
        return {};
    }

    void addCommand(const QString& text) {
        const QStringList words = text.split(u' ');
        TimelineCommand command;
        command.text = text;
        command.verb = words.value(0);
        command.glyph = glyphOf(command.verb);
        command.detail = command.verb;
        if (const QString process = processOf(words); !process.isEmpty()) {
            command.lane = lane(process);
            const QString third = words.value(2);
            if (third.startsWith(QStringLiteral("0x")) || third == QStringLiteral("any"))
                command.detail += u' ' + third;
            else if (command.glyph == SliceGlyph::Fork && words.size() > 2)
                command.detail += QStringLiteral(" → ") + third;
            if (command.glyph == SliceGlyph::Fork && words.size() > 2)
                lane(third);
        }
        m_facts.commands.push_back(command);
    }

    TimelineCommand* commandOf(const MomentPtr& moment) {
        const int index = moment->operation - 1;
        return index >= 0 && index < int(m_facts.commands.size()) ? &m_facts.commands[size_t(index)]
                                                                  : nullptr;
    }

    void addMoment(int index, const MomentPtr& moment) {
        const uint64_t counter = moment->snapshot->anons.size();
        if (index == 0)
            m_facts.first = counter;
        TimelineCommand* command = commandOf(moment);
        // At the end of the scenario the machine stands as it stood after the last command.
        if (!command || moment->reason == StopReason::ScenarioEnd)
            return;
        command->events += moment->events.size();
        command->lastMoment = index;
        command->ended = moment->reason == StopReason::CommandEnd;
        command->failed = moment->error != 0;
        command->wrong = command->wrong || !moment->violations.empty();
        command->counter = counter;
    }

    void setCurrent() {
        const MomentPtr now = m_story.now();
        if (!now)
            return;
        m_facts.counter = now->snapshot->anons.size();
        m_facts.current = std::min(now->operation, int(m_facts.commands.size())) - 1;
        const TimelineCommand* command = commandOf(now);
        if (!command || now->reason == StopReason::CommandEnd || now->reason == StopReason::ScenarioEnd)
            return;
        uint64_t soFar = 0;
        for (int i = 0; i <= m_story.current(); ++i)
            if (const auto& moment = m_story.moments()[size_t(i)]; moment->operation == now->operation)
                soFar += moment->events.size();
        // Of a command that is still going on nobody knows how much is to come.
        const double total = command->ended ? double(command->events) : double(command->events) * 1.5 + 1;
        m_facts.within = total > 0 ? std::clamp(double(soFar) / total, 0.0, 1.0) : 0;
    }

    const Story& m_story;
    TimelineFacts m_facts;
};

} // namespace

TimelineFacts timelineFacts(const Story& story) { return Builder(story).build(); }

std::vector<TimelineMark> timelineMarks(const Story& story, const std::vector<Bookmark>& bookmarks) {
    std::vector<TimelineMark> marks;
    for (const Bookmark& bookmark : bookmarks) {
        TimelineMark mark{bookmark.command - 1, 1, bookmark.note};
        if (bookmark.within != 0) {
            uint64_t events = 0;
            bool ended = false;
            for (const MomentPtr& moment : story.moments())
                if (moment->operation == bookmark.command) {
                    events += moment->events.size();
                    ended = ended || moment->reason == StopReason::CommandEnd;
                }
            if (!ended)
                events += events / 2 + 1; // as where the play head stands
            mark.within = double(bookmark.within) / double(std::max({events, bookmark.within, uint64_t(1)}));
        }
        if (mark.command < int(story.commands().size()))
            marks.push_back(mark);
    }
    return marks;
}

} // namespace gui
