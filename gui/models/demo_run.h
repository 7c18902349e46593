// A demo over the story of its run: which stops have been reached, what is said there, what the kernel
// answers.
#pragma once

#include <optional>

#include "gui/models/demo_script.h"
#include "gui/models/selection.h"

namespace gui {

class Story;

// Index of the moment at the stop, -1 when the run has not been there.
int momentOfStop(const Story& story, const DemoStop& stop);
// The step that ends at stop `index`; nothing when one of its ends has not been reached.
std::optional<DemoStep> stepToStop(const Story& story, const DemoScript& script, int index);
// The commands of the story up to the stop are those of the demo: nobody has typed others.
bool isOfDemo(const Story& story, const std::vector<QString>& commands, const DemoStop& stop);

// What is said at a stop that has been reached, with the live values in it.
struct DemoWords {
    QString said;         // the sentences, with blanks between them
    QStringList failures; // claims that do not hold on this kernel, and values that it cannot give
};
DemoWords wordsAtStop(const Story& story, const DemoScript& script, int index);

// The kernel's answer to the question at stop `index`; nothing before the next stop has been reached.
struct DemoAnswer {
    QString value;
    int choice = -1; // -1: none of those that were offered
    QString problem; // why there is no value
};
std::optional<DemoAnswer> answerOf(const Story& story, const DemoScript& script, int index);

// What `show` means in the moment that is looked at; nothing selected where it is not there.
Selection selectionOf(const Story& story, const DemoShow& show);

} // namespace gui
