// What the timeline draws of a story: its commands, each in the lane of a process, and one counter.
#pragma once

#include <QString>
#include <QStringList>

#include <cstdint>
#include <vector>

#include "gui/theme/marks.h"

namespace gui {

class Story;
struct Bookmark;

struct TimelineCommand {
    QString text;   // as in the scenario
    QString verb;   // "write"
    QString detail; // "write 0x10000"
    int lane = -1;  // index into lanes; -1: it concerns no single process ("check")
    SliceGlyph glyph = SliceGlyph::Map;
    uint64_t events =
        0; // so far; where it has not ended, as many as such a command usually has, if that is more
    int lastMoment = -1;  // index of the story's last moment of this command, -1: it has not run
    bool ended = false;   // lastMoment is the one at its end
    bool failed = false;  // it ended with an error
    bool wrong = false;   // an invariant was broken after it
    uint64_t counter = 0; // after it, where it has run
};

// A bookmark in it.
struct TimelineMark {
    int command = -1;  // index into commands, -1: before the first
    double within = 1; // how much of it has happened there
    QString note;
};

struct TimelineFacts {
    QStringList lanes; // names of processes, in order of birth, also of those to come
    std::vector<TimelineCommand> commands;
    int current = -1;     // the command that is looked at, -1 before the first
    double within = 1;    // how much of it has happened, 0 to 1
    uint64_t counter = 0; // at the current moment
    uint64_t first = 0;   // at the story's first moment
    QString counterName;
    std::vector<TimelineMark> marks;
};

TimelineFacts timelineFacts(const Story& story);
// Where bookmarks of the story stand in its timeline, in their order.
std::vector<TimelineMark> timelineMarks(const Story& story, const std::vector<Bookmark>& bookmarks);

} // namespace gui
