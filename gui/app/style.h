// How the window's own parts look: a palette and a style sheet made of the theme's roles.
#pragma once

#include <QPalette>
#include <QString>

#include "gui/theme/canvas.h"

namespace gui {

QPalette windowPalette(const Look& look);
QString windowStyleSheet(const Look& look);

} // namespace gui
