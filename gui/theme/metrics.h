// Sizes: everything is a multiple of the base font's pixel size.
#pragma once

#include <QFont>
#include <QFontMetricsF>
#include <QString>

namespace gui {

// A text role: its size in multiples of the base, and its face.
struct Type {
    double size = 1.0;
    bool bold = false;
    bool mono = false;
    bool italic = false;

    Type asBold() const { return {size, true, mono, italic}; }
    Type asMono() const { return {size, bold, true, italic}; }
};

namespace type {
inline constexpr Type sentence{1.5};
inline constexpr Type second{1.25};
inline constexpr Type step{1.3, true};
inline constexpr Type pageName{1.15, true};
inline constexpr Type title{1.0, true};
inline constexpr Type body{1.0};
inline constexpr Type note{0.87};
inline constexpr Type address{0.85, false, true};
inline constexpr Type small{0.8};
} // namespace type

class Metrics {
public:
    // `base` is the pixel size of the body text, `lines` a factor on line widths, `least` the smallest type.
    Metrics(double base, double lines, const QString& sans, const QString& mono, double least = 0.8)
        : m_base(base), m_lines(lines), m_least(least), m_sans(sans), m_mono(mono) {}

    // On screen: the system's fonts at the system's size, at least 15 px; on a projector 1.6 times that.
    static Metrics ofSystem(double zoom, bool projector);
    // For pictures: DejaVu, whatever the system has.
    static Metrics ofExport(double base = 15, bool projector = false);

    // A length that the drawings give for a base of 15 px.
    double px(double length) const { return length * m_base / 15; }
    double line(double width) const { return width * m_lines; }
    double base() const { return m_base; }
    QFont font(const Type& type) const;
    double textWidth(const QString& text, const Type& type) const;
    QString sans() const { return m_sans; }
    QString mono() const { return m_mono; }

private:
    double m_base, m_lines, m_least;
    QString m_sans, m_mono;
};

} // namespace gui
