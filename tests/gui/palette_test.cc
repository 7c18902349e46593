// The colours: every role in every theme, text that can be read, and neighbours that can be told apart, also
// by those who see fewer hues.
#include <QTest>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "gui/theme/palette.h"

using gui::Palette;
using gui::Role;
using gui::ThemeName;

namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;
using Pair = std::pair<Role, Role>;

struct Vision {
    const char* name;
    Matrix matrix; // on linear light
};
// Machado, Oliveira, Fernandes 2009, severity 1.
constexpr Vision normal{"normal", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
constexpr Vision protan{
    "protan",
    {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}}};
constexpr Vision deutan{
    "deutan",
    {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}}};
constexpr Vision tritan{
    "tritan",
    {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}}};
constexpr Triple luminance{0.2126, 0.7152, 0.0722};
constexpr Vision grey{"grey", {{luminance, luminance, luminance}}};

double dot(const Triple& a, const Triple& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

Triple light(const QColor& color) {
    return {linear(color.redF()), linear(color.greenF()), linear(color.blueF())};
}

// WCAG 2.
double contrast(const QColor& a, const QColor& b) {
    const double x = dot(luminance, light(a)) + 0.05, y = dot(luminance, light(b)) + 0.05;
    return std::max(x, y) / std::min(x, y);
}

Triple lab(const QColor& color, const Vision& vision) {
    constexpr Matrix toXyz{{{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}};
    constexpr Triple white{0.95047, 1, 1.08883};
    Triple seen;
    for (size_t i = 0; i < 3; ++i)
        seen[i] = std::clamp(dot(vision.matrix[i], light(color)), 0.0, 1.0);
    Triple f;
    for (size_t i = 0; i < 3; ++i) {
        const double t = dot(toXyz[i], seen) / white[i];
        f[i] = t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }
    return {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
}

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

// CIEDE2000 with all weights 1.
double distance(const Triple& p, const Triple& q) {
    const double pow25 = std::pow(25.0, 7);
    const double meanChroma = (std::hypot(p[1], p[2]) + std::hypot(q[1], q[2])) / 2;
    const double chroma7 = std::pow(meanChroma, 7);
    const double stretch = 1 + 0.5 * (1 - std::sqrt(chroma7 / (chroma7 + pow25)));
    const double a1 = p[1] * stretch, a2 = q[1] * stretch;
    const double c1 = std::hypot(a1, p[2]), c2 = std::hypot(a2, q[2]);
    const auto hue = [](double a, double b) {
        if (a == 0 && b == 0)
            return 0.0;
        const double degrees = std::atan2(b, a) * 180 / std::numbers::pi;
        return degrees < 0 ? degrees + 360 : degrees;
    };
    const double h1 = hue(a1, p[2]), h2 = hue(a2, q[2]);
    const bool colourless = c1 * c2 == 0;
    double turn = colourless ? 0 : h2 - h1;
    if (turn > 180)
        turn -= 360;
    if (turn < -180)
        turn += 360;
    const double dL = q[0] - p[0], dC = c2 - c1, dH = 2 * std::sqrt(c1 * c2) * std::sin(radians(turn / 2));
    const double meanL = (p[0] + q[0]) / 2, meanC = (c1 + c2) / 2;
    const double meanH = colourless ? h1 + h2 : std::fmod(h1 + turn / 2 + 360, 360);
    const double t = 1 - 0.17 * std::cos(radians(meanH - 30)) + 0.24 * std::cos(radians(2 * meanH)) +
                     0.32 * std::cos(radians(3 * meanH + 6)) - 0.2 * std::cos(radians(4 * meanH - 63));
    const double away = (meanL - 50) * (meanL - 50);
    const double sL = 1 + 0.015 * away / std::sqrt(20 + away), sC = 1 + 0.045 * meanC,
                 sH = 1 + 0.015 * meanC * t;
    const double meanC7 = std::pow(meanC, 7), bend = (meanH - 275) / 25;
    const double rotation =
        -2 * std::sqrt(meanC7 / (meanC7 + pow25)) * std::sin(radians(60 * std::exp(-bend * bend)));
    const double l = dL / sL, c = dC / sC, h = dH / sH;
    return std::sqrt(l * l + c * c + h * h + rotation * c * h);
}

const std::vector<Pair> texts{
    {Role::Ink, Role::Panel},
    {Role::Ink2, Role::Panel},
    {Role::Ink3, Role::Panel},
    {Role::Ink, Role::Window},
    {Role::Ink2, Role::Window},
    {Role::Ink, Role::ChangedWash},
    {Role::Ink, Role::ViolationWash},
    {Role::Ink, Role::SelectedWash},
    {Role::OnAnon, Role::Anon},
    {Role::OnFile, Role::File},
    {Role::OnDevice, Role::Device},
    {Role::OnGap, Role::Gap},
    {Role::OnGuard, Role::Guard},
    {Role::OnChanged, Role::Changed},
    {Role::ChangedLine, Role::Panel},
    {Role::ChangedLine, Role::ChangedWash},
    {Role::OnViolation, Role::Violation},
    {Role::Violation, Role::Panel},
    {Role::Violation, Role::ViolationWash},
    {Role::OnVisited, Role::Visited},
    {Role::OnNodeRed, Role::NodeRed},
    {Role::OnNodeBlack, Role::NodeBlack},
    {Role::OnQActive, Role::QActive},
    {Role::OnQInactive, Role::QInactive},
    {Role::OnQFree, Role::QFree},
    {Role::Pays, Role::Panel},
    {Role::Free, Role::Panel},
    {Role::AnonLine, Role::Panel},
    {Role::FileLine, Role::Panel},
    {Role::DeviceLine, Role::Panel},
};
const std::vector<Pair> lines{
    {Role::ChangedLine, Role::Panel},   {Role::Violation, Role::Panel},
    {Role::Selected, Role::Panel},      {Role::Visited, Role::Panel},
    {Role::AbsentLine, Role::Panel},    {Role::GuardLine, Role::Panel},
    {Role::AnonLine, Role::Panel},      {Role::FileLine, Role::Panel},
    {Role::DeviceLine, Role::Panel},    {Role::Cut, Role::Panel},
    {Role::NodeRedLine, Role::NodeRed}, {Role::ChangedLine, Role::ChangedWash},
};
// What stands side by side.
const std::vector<Pair> neighbours{
    {Role::Anon, Role::File},          {Role::Anon, Role::Device},       {Role::File, Role::Device},
    {Role::Anon, Role::Gap},           {Role::File, Role::Gap},          {Role::Device, Role::Gap},
    {Role::Anon, Role::Guard},         {Role::File, Role::Guard},        {Role::Gap, Role::Guard},
    {Role::Anon, Role::Absent},        {Role::File, Role::Absent},       {Role::Changed, Role::Anon},
    {Role::Changed, Role::File},       {Role::Changed, Role::Selected},  {Role::Changed, Role::Violation},
    {Role::Changed, Role::Panel},      {Role::Changed, Role::NodeRed},   {Role::Changed, Role::NodeBlack},
    {Role::Visited, Role::Anon},       {Role::Visited, Role::Gap},       {Role::Violation, Role::Anon},
    {Role::Violation, Role::File},     {Role::Violation, Role::Device},  {Role::Violation, Role::Guard},
    {Role::Violation, Role::Selected}, {Role::Violation, Role::NodeRed}, {Role::Violation, Role::NodeBlack},
    {Role::Selected, Role::Anon},      {Role::Selected, Role::File},     {Role::Selected, Role::Visited},
    {Role::NodeRed, Role::Panel},      {Role::Visited, Role::Cut},       {Role::Visited, Role::NodeBlack},
    {Role::Visited, Role::NodeRed},    {Role::Visited, Role::Changed},   {Role::Visited, Role::Violation},
    {Role::NodeRed, Role::NodeBlack},  {Role::QActive, Role::QInactive}, {Role::QInactive, Role::QFree},
    {Role::QActive, Role::QFree},
};
// In print the others differ by pattern and line only.
const std::vector<Pair> printNeighbours{
    {Role::Anon, Role::File},         {Role::Anon, Role::Device},     {Role::File, Role::Device},
    {Role::QActive, Role::QInactive}, {Role::QInactive, Role::QFree}, {Role::QActive, Role::QFree},
    {Role::NodeRed, Role::NodeBlack},
};

} // namespace

class PaletteTest : public QObject {
    Q_OBJECT

private:
    static void addThemes() {
        QTest::addColumn<ThemeName>("theme");
        for (ThemeName theme : gui::allThemes)
            QTest::newRow(qPrintable(gui::themeName(theme))) << theme;
    }
    static QString text(const Pair& pair, double value) {
        return QStringLiteral("%1 / %2: %3")
            .arg(gui::roleName(pair.first), gui::roleName(pair.second))
            .arg(value, 0, 'f', 2);
    }

private Q_SLOTS:
    void everyThemeHasEveryRole() { QCOMPARE(gui::paletteProblems(), QStringList()); }

    void distanceIsCiede2000() {
        // Of the published test data (Sharma, Wu, Dalal 2005).
        QVERIFY(std::abs(distance({50, 2.6772, -79.7751}, {50, 0, -82.7485}) - 2.0425) < 1e-4);
        QVERIFY(std::abs(distance({50, 2.5, 0}, {73, 25, -18}) - 27.1492) < 1e-4);
        QVERIFY(std::abs(distance({2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}) - 0.9082) < 1e-4);
    }

    void textCanBeRead_data() { addThemes(); }
    void textCanBeRead() {
        QFETCH(ThemeName, theme);
        const Palette& palette = Palette::of(theme);
        const double bar = theme == ThemeName::Projector ? 7 : 4.5;
        for (const Pair& pair : texts)
            if (const double c = contrast(palette[pair.first], palette[pair.second]); c < bar)
                QFAIL(qPrintable(text(pair, c)));
    }

    void linesCanBeSeen_data() { addThemes(); }
    void linesCanBeSeen() {
        QFETCH(ThemeName, theme);
        const Palette& palette = Palette::of(theme);
        for (const Pair& pair : lines)
            if (const double c = contrast(palette[pair.first], palette[pair.second]); c < 3)
                QFAIL(qPrintable(text(pair, c)));
    }

    void neighboursDiffer_data() { addThemes(); }
    void neighboursDiffer() {
        QFETCH(ThemeName, theme);
        const Palette& palette = Palette::of(theme);
        const bool print = theme == ThemeName::Print;
        const std::vector<Vision> visions =
            print ? std::vector{grey} : std::vector{normal, protan, deutan, tritan};
        for (const Vision& vision : visions)
            for (const Pair& pair : print ? printNeighbours : neighbours)
                if (const double d =
                        distance(lab(palette[pair.first], vision), lab(palette[pair.second], vision));
                    d < 10)
                    QFAIL(
                        qPrintable(QStringLiteral("%1, %2").arg(QLatin1String(vision.name), text(pair, d))));
    }
};

QTEST_GUILESS_MAIN(PaletteTest)
#include "palette_test.moc"
