// Colours by role. Views name roles only; the values are in palette.json, one set a theme.
#pragma once

#include <QColor>
#include <QString>
#include <QStringList>

#include <array>

namespace gui {

// clang-format off
enum class Role : uint8_t {
    Window, Panel, Sunken, Ink, Ink2, Ink3, Rule, Grid,
    Anon, AnonLine, OnAnon, File, FileLine, OnFile, Device, DeviceLine, OnDevice,
    Gap, OnGap, Guard, GuardLine, OnGuard, Absent, AbsentLine,
    Changed, ChangedLine, ChangedWash, OnChanged, Violation, ViolationWash, OnViolation,
    Selected, SelectedWash, Visited, OnVisited, Cut, CutFill,
    NodeRed, NodeRedLine, OnNodeRed, NodeBlack, OnNodeBlack,
    QActive, OnQActive, QInactive, OnQInactive, QFree, OnQFree,
    Pays, Free, Hatch,
};
// clang-format on
inline constexpr int roleCount = int(Role::Hatch) + 1;

enum class ThemeName : uint8_t { Light, Dark, Print, Projector };
inline constexpr std::array allThemes{ThemeName::Light, ThemeName::Dark, ThemeName::Print,
                                      ThemeName::Projector};

// The names as palette.json spells them.
QString roleName(Role role);
QString themeName(ThemeName theme);

class Palette {
public:
    // The palette of a theme, read once from the resource.
    static const Palette& of(ThemeName theme);

    QColor operator[](Role role) const { return m_colors[size_t(role)]; }
    ThemeName theme() const { return m_theme; }

private:
    explicit Palette(ThemeName theme);

    ThemeName m_theme;
    std::array<QColor, roleCount> m_colors;
};

// Names in the resource that no role has, and roles that a theme lacks; empty when palette.json and Role
// agree.
QStringList paletteProblems();

} // namespace gui
