#include "gui/views/text_picture.h"

#include <algorithm>

namespace gui {

namespace {
constexpr double margin = 18, lineHeight = 22;
constexpr Type face{0.9, false, true};
} // namespace

QSizeF TextPicture::sizeFor(const Look& look, QSizeF) const {
    const double u = look.metrics.px(1);
    double width = 0;
    for (const QString& line : m_lines)
        width = std::max(width, look.metrics.textWidth(line, face));
    return {width + 2 * margin * u, double(m_lines.size()) * lineHeight * u + 2 * margin * u};
}

void TextPicture::draw(Canvas& canvas, QSizeF) const {
    const double u = canvas.px(1);
    double y = margin * u;
    for (int i = 0; i < m_lines.size(); ++i, y += lineHeight * u) {
        if (m_lines[i].trimmed().isEmpty())
            continue;
        canvas.begin({QStringLiteral("line-%1").arg(i + 1),
                      m_lines[i],
                      QRectF(margin * u, y, canvas.textWidth(m_lines[i], face), lineHeight * u),
                      {}});
        canvas.text({margin * u, y + 16 * u}, m_lines[i], face, Role::Ink);
        canvas.end();
    }
}

} // namespace gui
