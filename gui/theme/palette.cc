#include "gui/theme/palette.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

// A resource of a static library is registered by whoever needs it. The macro does not work inside a
// namespace.
static void registerTheme() { Q_INIT_RESOURCE(theme); }

namespace gui {

namespace {

constexpr std::array<const char*, roleCount> roleNames{
    "window",    "panel",         "sunken",      "ink",         "ink2",         "ink3",        "rule",
    "grid",      "anon",          "anonLine",    "onAnon",      "file",         "fileLine",    "onFile",
    "device",    "deviceLine",    "onDevice",    "gap",         "onGap",        "guard",       "guardLine",
    "onGuard",   "absent",        "absentLine",  "changed",     "changedLine",  "changedWash", "onChanged",
    "violation", "violationWash", "onViolation", "selected",    "selectedWash", "visited",     "onVisited",
    "cut",       "cutFill",       "nodeRed",     "nodeRedLine", "onNodeRed",    "nodeBlack",   "onNodeBlack",
    "qActive",   "onQActive",     "qInactive",   "onQInactive", "qFree",        "onQFree",     "pays",
    "free",      "hatch",
};

QJsonObject readPalettes() {
    registerTheme();
    QFile file(QStringLiteral(":/theme/palette.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the palette is missing from the program");
    return QJsonDocument::fromJson(file.readAll()).object();
}

} // namespace

QString roleName(Role role) { return QString::fromLatin1(roleNames[size_t(role)]); }

QString themeName(ThemeName theme) {
    constexpr std::array names{"light", "dark", "print", "projector"};
    return QString::fromLatin1(names[size_t(theme)]);
}

Palette::Palette(ThemeName theme) : m_theme(theme) {
    const QJsonObject colors = readPalettes().value(themeName(theme)).toObject();
    for (int i = 0; i < roleCount; ++i)
        m_colors[size_t(i)] = QColor(colors.value(roleName(Role(i))).toString());
}

const Palette& Palette::of(ThemeName theme) {
    static const std::array palettes{Palette(ThemeName::Light), Palette(ThemeName::Dark),
                                     Palette(ThemeName::Print), Palette(ThemeName::Projector)};
    return palettes[size_t(theme)];
}

QStringList paletteProblems() {
    QStringList problems;
    const QJsonObject all = readPalettes();
    QSet<QString> known;
    for (int i = 0; i < roleCount; ++i)
        known.insert(roleName(Role(i)));
    for (ThemeName theme : allThemes) {
        const QJsonObject colors = all.value(themeName(theme)).toObject();
        for (const QString& name : std::as_const(known))
            if (!QColor(colors.value(name).toString()).isValid())
                problems << QStringLiteral("%1 has no colour for %2").arg(themeName(theme), name);
        for (auto it = colors.begin(); it != colors.end(); ++it)
            if (!known.contains(it.key()))
                problems << QStringLiteral("no role is called %1 (%2)").arg(it.key(), themeName(theme));
    }
    return problems;
}

} // namespace gui
