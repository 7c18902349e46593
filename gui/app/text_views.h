// The views that are lines of text, as they are exported: events, console, source. Up to the moment of the
// story that is looked at.
#pragma once

#include <memory>
#include <optional>

#include "gui/app/recorded_run.h"
#include "gui/models/story.h"
#include "gui/views/text_picture.h"

namespace gui {

// Number, class and sentence of each event.
QStringList eventLines(const Story& story);
// What the scenario has printed or, where it is a program that ran, what came on the kernel's console.
QStringList consoleLines(const Story& story, const ConsoleLog& console);
// The source around the line at which the machine stands, which has an arrow, and who called; one line that
// says so where it stands between two commands, or the file is not on this computer. `kernel`: as sourceOf()
// takes it.
QStringList sourceLines(const Story& story, const QString& kernel);

// "events", "console", "source".
QStringList textViewNames();
// Its lines; nothing for another name.
std::optional<QStringList> textViewLines(const QString& name, const Story& story, const QString& kernel,
                                         const ConsoleLog& console);
// Null for another name.
std::unique_ptr<TextPicture> makeTextView(const QString& name, const Story& story, const QString& kernel,
                                          const ConsoleLog& console = {});

} // namespace gui
