// The views that are lines of text, as they are exported: events, console, source. Up to the moment of the
// story that is looked at.
#pragma once

#include <memory>

#include "gui/models/story.h"
#include "gui/views/text_picture.h"

namespace gui {

// Number, class and sentence of each event.
QStringList eventLines(const Story& story);
// What the scenario has printed.
QStringList consoleLines(const Story& story);
// The source around the line at which the machine stands, which has an arrow, and who called; one line that
// says so where it stands between two commands, or the file is not on this computer.
QStringList sourceLines(const Story& story);

// "events", "console", "source".
QStringList textViewNames();
// Null for another name.
std::unique_ptr<TextPicture> makeTextView(const QString& name, const Story& story);

} // namespace gui
