#include "gui/theme/metrics.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>

namespace gui {

namespace {

// Text that a hall cannot read is not drawn smaller there, but left out.
constexpr double leastOnProjector = 1.0, leastElsewhere = 0.66;
constexpr double leastFor(bool projector) { return projector ? leastOnProjector : leastElsewhere; }

} // namespace

Metrics Metrics::ofSystem(double zoom, bool projector) {
    const QFont sans = QGuiApplication::font();
    const double system = QFontInfo(sans).pixelSize();
    const QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const double base = std::max(15.0, system) * zoom * (projector ? 1.6 : 1.0);
    return {base, projector ? 1.6 : 1.0, QFontInfo(sans).family(), QFontInfo(mono).family(),
            leastFor(projector)};
}

Metrics Metrics::ofExport(double base, bool projector) {
    return {base * (projector ? 1.6 : 1.0), projector ? 1.6 : 1.0, QStringLiteral("DejaVu Sans"),
            QStringLiteral("DejaVu Sans Mono"), leastFor(projector)};
}

QFont Metrics::font(const Type& type) const {
    QFont font(type.mono ? m_mono : m_sans);
    font.setStyleHint(type.mono ? QFont::Monospace : QFont::SansSerif);
    font.setPixelSize(
        std::max(1, int(std::lround(m_base * std::max(type.size, m_least) * (type.mono ? 0.97 : 1.0)))));
    font.setBold(type.bold);
    font.setItalic(type.italic);
    return font;
}

double Metrics::textWidth(const QString& text, const Type& type) const {
    return QFontMetricsF(font(type)).horizontalAdvance(text);
}

} // namespace gui
