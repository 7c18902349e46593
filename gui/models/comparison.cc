#include "gui/models/comparison.h"

#include <algorithm>
#include <set>

#include "gui/models/sentences.h"
#include "gui/models/story.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::MomentPtr;
using gdbbridge::Snapshot;

namespace {

// Above that many cells the table of the longest common part would not fit a step.
constexpr size_t mostCells = size_t{2000} * 2000;

QStringList linesOf(const QByteArray& output) {
    QStringList lines = QString::fromUtf8(output).remove(u'\r').split(u'\n');
    if (!lines.isEmpty() && lines.back().isEmpty())
        lines.removeLast();
    return lines;
}

bool isResult(const QString& line) { return line.startsWith(u' ') || line.startsWith(u'\t'); }

// Frames that an anon or an object has in one of the snapshots; what happens to others is the machine's own
// affair, as with page tables.
std::set<uint64_t> ownedFrames(const RunStep& step) {
    std::set<uint64_t> frames;
    for (const MomentPtr& moment : {step.before, step.moment})
        if (moment)
            for (const auto& page : moment->snapshot->pages)
                frames.insert(page.pa);
    return frames;
}

bool tells(const Event& event, const std::set<uint64_t>& owned) {
    switch (event.kind) {
    case EventKind::CommandBegin:
    case EventKind::CommandEnd:
        return false; // of the command itself the transcript speaks
    case EventKind::PageAlloc:
        return event.args[1] != 0 || event.args[2] != 0;
    case EventKind::PageFree:
    case EventKind::PageZero:
    case EventKind::PageQueueMove:
    case EventKind::PageWire:
        return owned.contains(event.args[0]);
    default:
        return true;
    }
}

QStringList eventWordsOf(const RunStep& step) {
    if (!step.moment)
        return {};
    const std::set<uint64_t> owned = ownedFrames(step);
    QStringList words;
    for (const Event& event : step.events)
        if (tells(event, owned))
            words << eventSentence(event, *step.moment->snapshot,
                                   step.before ? step.before->snapshot.get() : nullptr, Frames::Unnamed);
    return words;
}

// The rows of two lists of which no line is common to both.
void addDiffering(const QStringList& one, const QStringList& two, Differing differing,
                  std::vector<Pair>& rows) {
    const bool together = differing == Differing::Together;
    const qsizetype common = together ? std::min(one.size(), two.size()) : 0;
    for (qsizetype i = 0; i < common; ++i)
        rows.push_back({one[i], two[i]});
    for (qsizetype i = common; i < one.size(); ++i)
        rows.push_back({one[i], std::nullopt});
    for (qsizetype i = common; i < two.size(); ++i)
        rows.push_back({std::nullopt, two[i]});
}

// The longest common part by the usual table, from the ends backwards.
void addLongestCommon(const QStringList& one, const QStringList& two, Differing differing,
                      std::vector<Pair>& rows) {
    const size_t n = size_t(one.size()), m = size_t(two.size()), width = m + 1;
    if (n * m > mostCells) {
        addDiffering(one, two, differing, rows);
        return;
    }
    std::vector<uint32_t> longest((n + 1) * width, 0);
    for (size_t i = n; i-- > 0;)
        for (size_t k = m; k-- > 0;)
            longest[i * width + k] = one[qsizetype(i)] == two[qsizetype(k)]
                                         ? longest[(i + 1) * width + k + 1] + 1
                                         : std::max(longest[(i + 1) * width + k], longest[i * width + k + 1]);
    QStringList onlyOne, onlyTwo;
    const auto flush = [&] {
        addDiffering(onlyOne, onlyTwo, differing, rows);
        onlyOne.clear();
        onlyTwo.clear();
    };
    size_t i = 0, k = 0;
    while (i < n || k < m) {
        if (i < n && k < m && one[qsizetype(i)] == two[qsizetype(k)]) {
            flush();
            rows.push_back({one[qsizetype(i)], two[qsizetype(k)]});
            ++i;
            ++k;
        } else if (k == m || (i < n && longest[(i + 1) * width + k] >= longest[i * width + k + 1])) {
            onlyOne << one[qsizetype(i++)];
        } else {
            onlyTwo << two[qsizetype(k++)];
        }
    }
    flush();
}

bool invariantsHold(const RunStep& step) { return !step.moment || step.moment->violations.empty(); }

QString firstViolation(const RunStep& step) {
    const auto& first = step.moment->violations.front();
    return QStringLiteral("%1, %2, expected %3, found %4")
        .arg(QString::fromStdString(first.where), QString::fromStdString(first.what),
             QString::fromStdString(first.expected), QString::fromStdString(first.found));
}

} // namespace

std::vector<Pair> sideBySide(const QStringList& one, const QStringList& two, Differing differing) {
    qsizetype head = 0, tail = 0;
    const qsizetype shorter = std::min(one.size(), two.size());
    while (head < shorter && one[head] == two[head])
        ++head;
    while (tail < shorter - head && one[one.size() - 1 - tail] == two[two.size() - 1 - tail])
        ++tail;
    std::vector<Pair> rows;
    for (qsizetype i = 0; i < head; ++i)
        rows.push_back({one[i], two[i]});
    addLongestCommon(one.mid(head, one.size() - head - tail), two.mid(head, two.size() - head - tail),
                     differing, rows);
    for (qsizetype i = one.size() - tail; i < one.size(); ++i)
        rows.push_back({one[i], one[i]});
    return rows;
}

ComparedRun comparedRun(const QString& name, const Story& story, const QString& ending) {
    ComparedRun run{name, ending, {}};
    RunStep step;
    MomentPtr last;
    for (const MomentPtr& moment : story.moments()) {
        for (const QString& line : linesOf(moment->output))
            if (isResult(line))
                step.output << line;
        step.events.insert(step.events.end(), moment->events.begin(), moment->events.end());
        if (gdbbridge::isInsideCommand(moment->reason))
            continue;
        if (moment->reason == gdbbridge::StopReason::CommandEnd) {
            step.command = moment->command;
            step.before = last;
            step.moment = moment;
            run.steps.push_back(std::move(step));
        }
        step = {};
        last = moment;
    }
    return run;
}

ComparedRun comparedRun(const QString& name, const QByteArray& transcript, const QString& ending) {
    ComparedRun run{name, ending, {}};
    for (const QString& line : linesOf(transcript))
        if (!isResult(line))
            run.steps.push_back({line, {}, {}, {}, {}});
        else if (!run.steps.empty())
            run.steps.back().output << line;
    return run;
}

Comparison::Comparison(ComparedRun one, ComparedRun two) : m_one(std::move(one)), m_two(std::move(two)) {
    m_differs.resize(std::max(m_one.steps.size(), m_two.steps.size()));
    for (int step = 0; step < stepCount(); ++step) {
        m_differs[size_t(step)] = compare(step);
        if (m_differs[size_t(step)] && !m_first)
            m_first = step;
    }
}

int Comparison::stepCount() const { return int(m_differs.size()); }

bool Comparison::compare(int step) const {
    if (size_t(step) >= m_one.steps.size() || size_t(step) >= m_two.steps.size())
        return true;
    const RunStep &one = m_one.steps[size_t(step)], &two = m_two.steps[size_t(step)];
    if (one.command != two.command || one.output != two.output || invariantsHold(one) != invariantsHold(two))
        return true;
    return one.moment && two.moment &&
           !placeDifferences(*one.moment->snapshot, *two.moment->snapshot, 1).empty();
}

std::vector<Pair> Comparison::output(int step) const {
    const auto lines = [step](const ComparedRun& run) {
        return size_t(step) < run.steps.size() ? run.steps[size_t(step)].output : QStringList();
    };
    return sideBySide(lines(m_one), lines(m_two), Differing::Together);
}

std::vector<PlaceDifference> Comparison::places(int step) const {
    if (size_t(step) >= m_one.steps.size() || size_t(step) >= m_two.steps.size())
        return {};
    const MomentPtr &one = m_one.steps[size_t(step)].moment, &two = m_two.steps[size_t(step)].moment;
    return one && two ? placeDifferences(*one->snapshot, *two->snapshot) : std::vector<PlaceDifference>();
}

std::vector<Pair> Comparison::events(int step) const {
    if (size_t(step) >= m_one.steps.size() || size_t(step) >= m_two.steps.size())
        return {};
    const RunStep &one = m_one.steps[size_t(step)], &two = m_two.steps[size_t(step)];
    if (!one.moment || !two.moment)
        return {};
    return sideBySide(eventWordsOf(one), eventWordsOf(two), Differing::Apart);
}

QString Comparison::brokenOnlyIn(int step) const {
    if (size_t(step) >= m_one.steps.size() || size_t(step) >= m_two.steps.size())
        return {};
    const RunStep &one = m_one.steps[size_t(step)], &two = m_two.steps[size_t(step)];
    if (invariantsHold(one) == invariantsHold(two))
        return {};
    const bool inOne = !invariantsHold(one);
    return QStringLiteral("broken only in %1: %2")
        .arg(inOne ? m_one.name : m_two.name, firstViolation(inOne ? one : two));
}

QString Comparison::verdict() const {
    if (!m_first) {
        return QStringLiteral("%1 and %2 agree in all %3 commands.")
            .arg(m_one.name, m_two.name)
            .arg(stepCount());
    }
    const int step = *m_first;
    for (const auto& [run, other] : {std::pair(&m_one, &m_two), std::pair(&m_two, &m_one)})
        if (size_t(step) >= run->steps.size())
            return QStringLiteral("%1 ends before command %2, '%3'%4; %5 goes on.")
                .arg(run->name)
                .arg(step + 1)
                .arg(other->steps[size_t(step)].command,
                     run->ending.isEmpty() ? QString() : QStringLiteral(": ") + run->ending, other->name);
    const RunStep &one = m_one.steps[size_t(step)], &two = m_two.steps[size_t(step)];
    const QString start =
        QStringLiteral("The first difference is command %1, '%2': ").arg(step + 1).arg(one.command);
    if (one.command != two.command)
        return start + QStringLiteral("%1 runs '%2' there.").arg(m_two.name, two.command);
    if (const auto differences = places(step); !differences.empty()) {
        const PlaceDifference& first = differences.front();
        return start + QStringLiteral("%1, %2: %3 in %4, %5 in %6.")
                           .arg(placeText(first),
                                first.field.isEmpty() ? QStringLiteral("it is") : first.field, first.one,
                                m_one.name, first.two, m_two.name);
    }
    for (const Pair& pair : output(step))
        if (!pair.equal())
            return start + QStringLiteral("%1 prints '%2', %3 '%4'.")
                               .arg(m_one.name, pair.one.value_or(QString()).trimmed(), m_two.name,
                                    pair.two.value_or(QString()).trimmed());
    return start + brokenOnlyIn(step) + u'.';
}

} // namespace gui
