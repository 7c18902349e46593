// What the marks of each view mean, in words: help in place.
#pragma once

#include <QString>

namespace gui {

// Of a picture by its name ("map"), as rich text; "" for a name that no picture has.
QString viewHelp(const QString& picture);

} // namespace gui
