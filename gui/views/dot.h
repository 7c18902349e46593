// Trees and sharing as graphs in the language of Graphviz: what points to what, for who wants another layout
// than ours.
#pragma once

#include <QByteArray>

#include "gui/views/picture.h"

namespace gui {

// The names of the pictures that there are graphs of: "tree", "sharing", "amap".
bool hasDot(const QString& picture);
// Same state, same bytes. "" where the picture has no graph, or there is nothing in it yet.
QByteArray toDot(const Picture& picture);

} // namespace gui
