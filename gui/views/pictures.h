// All pictures by name.
#pragma once

#include <QStringList>

#include <memory>

#include "gui/views/picture.h"

namespace gui {

// As the command line spells them.
QStringList pictureNames();
// "map", "tree", "cow" or "sharing", "fault", "pagetable", "timeline"; null for any other name.
std::unique_ptr<Picture> makePicture(const QString& name);

} // namespace gui
