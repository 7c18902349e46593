#include "gui/app/command_compare.h"

#include <QFileInfo>

#include <algorithm>
#include <cstdio>

#include "gui/app/complain.h"
#include "gui/models/comparison_rows.h"
#include "gui/views/compare_picture.h"

namespace gui {

namespace {

constexpr QSizeF pictureSize(1200, 700);

void say(const QString& line) { std::fputs((line + u'\n').toUtf8().constData(), stdout); }

// Two columns under the names of the sides, with a cross before what differs.
class Table {
public:
    Table(const QString& one, const QString& two) : m_rows{{one, two, false}} {}
    void add(const QString& one, const QString& two) { m_rows.push_back({one, two, one != two}); }
    void print() const {
        qsizetype width = 0;
        for (const Row& row : m_rows)
            width = std::max(width, row.one.size());
        for (const Row& row : m_rows)
            say(QStringLiteral("  %1 %2  %3")
                    .arg(row.differs ? u'x' : u' ')
                    .arg(row.one, -width)
                    .arg(row.two));
    }

private:
    struct Row {
        QString one, two;
        bool differs;
    };
    std::vector<Row> m_rows;
};

void tellStep(const Comparison& comparison, int step) {
    Table printed(comparison.one().name, comparison.two().name);
    for (const Pair& pair : comparison.output(step))
        printed.add(pair.one.value_or(QString()), pair.two.value_or(QString()));
    say(QStringLiteral("\nprinted"));
    printed.print();
    if (const auto places = comparison.places(step); !places.empty()) {
        say(QStringLiteral("\nthe state behind it: %1, %2")
                .arg(comparison.one().name, comparison.two().name));
        for (const PlaceDifference& place : places)
            say(QStringLiteral("  x %1%2: %3, %4")
                    .arg(placeText(place), place.field.isEmpty() ? QString() : u' ' + place.field, place.one,
                         place.two));
    }
    if (const QString broken = comparison.brokenOnlyIn(step); !broken.isEmpty())
        say(QStringLiteral("  x ") + broken);
    bool titled = false;
    for (const EventRow& row : eventRows(comparison, step)) {
        if (row.inOne && row.inTwo)
            continue;
        if (!titled)
            say(QStringLiteral("\nwhat only one did"));
        titled = true;
        say(QStringLiteral("  x %1: %2")
                .arg(row.inOne ? comparison.one().name : comparison.two().name, row.words));
    }
}

ViewState stateOf(const std::shared_ptr<const Comparison>& comparison) {
    const int step = comparison->firstDifference().value_or(std::max(0, comparison->stepCount() - 1));
    ViewState state;
    state.comparison = comparison;
    state.comparedStep = step;
    for (const ComparedRun* run : {&comparison->two(), &comparison->one()})
        if (size_t(step) < run->steps.size() && run->steps[size_t(step)].moment)
            state.now = run->steps[size_t(step)].moment->snapshot;
    state.sentence = comparison->verdict();
    return state;
}

} // namespace

ExitCode runCompare(const CompareRequest& request) {
    QString problem;
    auto one = runSide(request.one, request.file, &problem);
    if (!one)
        return complain(ExitCode::BadInput, problem);
    auto two = runSide(request.two, request.file, &problem);
    if (!two)
        return complain(ExitCode::BadInput, problem);
    const auto comparison = std::make_shared<const Comparison>(std::move(*one), std::move(*two));
    say(comparison->verdict());
    if (const auto first = comparison->firstDifference())
        tellStep(*comparison, *first);
    if (!request.output.isEmpty()) {
        ComparePicture picture;
        picture.setState(stateOf(comparison));
        const Look look{request.theme, Metrics::ofExport(15, request.theme == ThemeName::Projector)};
        if (problem = exportPicture(picture, look, pictureSize, request.output); !problem.isEmpty())
            return complain(ExitCode::CannotWrite, problem);
        say(QStringLiteral("\nwrote %1").arg(request.output));
    }
    std::fflush(stdout);
    if (std::ferror(stdout))
        return complain(ExitCode::CannotWrite, QStringLiteral("standard output takes no more"));
    return comparison->firstDifference() ? ExitCode::CheckFailed : ExitCode::Ok;
}

} // namespace gui
