// Real runs for the tests of the pictures.
#pragma once

#include <QString>
#include <QStringList>
#include <QVector>

#include <memory>
#include <string_view>

#include "gui/models/story.h"
#include "gui/views/pictures.h"

namespace testsupport {

// A story of a whole run on the host VM, standing at its end. File names are below scenarios/.
std::unique_ptr<gui::Story> storyOf(std::string_view scenario);
std::unique_ptr<gui::Story> storyOfFile(const QString& name);
// Index of the moment at the end of the command that is the `nth` (from 1) with this text; fails the test
// program when there is none.
int momentAfter(const gui::Story& story, const QString& command, int nth = 1);

// A look as exports have it.
gui::Look exportLook(gui::ThemeName theme = gui::ThemeName::Light);
// The picture `name` at the story's current moment.
std::unique_ptr<gui::Picture> pictureOf(const gui::Story& story, const QString& name,
                                        gui::StillFor still = gui::StillFor::Step);

// The picture's things, drawn at the size that it asks for when offered `size`.
QVector<gui::SceneItem> itemsOf(const gui::Picture& picture, const gui::Look& look, QSizeF size);
// Those whose text begins so.
QVector<gui::SceneItem> itemsOf(const gui::Picture& picture, const gui::Look& look, QSizeF size,
                                const QString& beginning);
// The texts of the things that begin so, without places.
QStringList textsOf(const gui::Picture& picture, const QString& beginning, QSizeF size = {1200, 900});
// Pairs of things whose rectangles overlap by more than a pixel.
QStringList overlaps(const QVector<gui::SceneItem>& items);
// Words that are written over other words or beyond the edge of the picture.
QStringList badWords(const gui::Picture& picture, const gui::Look& look, QSizeF size);

// All scenarios of the project, by file name.
QStringList scenarioNames();
// Paths of these, of the demos, and of what tests/scenario has for commands of ours.
QStringList scenarioFiles();

} // namespace testsupport
