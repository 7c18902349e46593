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

// The size that every frame of a series has: what the largest of them needs when it is offered so much. The
// story is shown from its first to its last moment meanwhile, and then stands where it stood.
QSizeF seriesSize(Story& story, const QString& name, const Look& look, QSizeF offered);

} // namespace gui
