// Who wrote a field: what is answered from the moments at the ends of commands, held against a run that has a
// moment at every event and so has seen it.
#include <QByteArray>
#include <QDebug>
#include <QObject>
#include <QString>
#include <QStringLiteral>
#include <QTest>

#include <map>
#include <set>
#include <utility>

#include "gui/models/who_wrote.h"
#include "tests/support/host_moments.h"

using namespace gui;
using gdbbridge::MomentPtr;

namespace {

constexpr auto scenario = "space parent 0x1000 0x1000000\n"
                          "map parent 0x10000 0x4000 cow fixed\n"
                          "map parent 0x20000 0x4000 fixed\n"
                          "write parent 0x10000 aa\n"
                          "fork parent child\n"
                          "write child 0x10000 bb\n"
                          "protect parent 0x11000 0x1000 r--\n"
                          "protect parent 0x11000 0x1000 rw-\n"
                          "inherit parent 0x20000 0x4000 none\n"
                          "wire parent 0x20000 0x2000\n"
                          "advise parent 0x10000 0x1000 random\n"
                          "read child 0x11000 1\n"
                          "unmap parent 0x22000 0x2000\n";

const std::vector<MomentPtr>& atEvents() {
    static const auto moments = testsupport::hostMoments(scenario, testsupport::MomentsAt::EveryEvent);
    return moments;
}

// The same run as if it had only been looked at between commands; another run would have other numbers.
const std::vector<MomentPtr>& atCommands() {
    static const auto moments = [] {
        std::vector<MomentPtr> result;
        std::vector<gdbbridge::Event> events;
        for (const MomentPtr& moment : atEvents()) {
            events.insert(events.end(), moment->events.begin(), moment->events.end());
            if (isInsideCommand(moment->reason))
                continue;
            auto whole = std::make_shared<gdbbridge::Moment>(*moment);
            whole->events = std::exchange(events, {});
            result.push_back(whole);
        }
        return result;
    }();
    return moments;
}

// Everything that can be selected.
std::vector<Selection> selections(const gdbbridge::Snapshot& snapshot) {
    std::vector<Selection> result;
    for (const auto& process : snapshot.processes) {
        Selection whole;
        whole.kind = Selection::Kind::Process;
        whole.process = process.pid;
        result.push_back(whole);
        const auto& space = snapshot.vmspaces[size_t(process.vmspace)];
        for (const auto& entry : space.map.entries) {
            Selection one;
            one.kind = Selection::Kind::Entry;
            one.entry = entry.id;
            result.push_back(one);
        }
        for (const auto& mapping : space.pageTables.mappings) {
            Selection one;
            one.kind = Selection::Kind::Address;
            one.process = process.pid;
            one.va = mapping.va;
            result.push_back(one);
        }
    }
    for (const auto& amap : snapshot.amaps) {
        Selection one;
        one.kind = Selection::Kind::Amap;
        one.amap = amap.id;
        result.push_back(one);
    }
    for (const auto& anon : snapshot.anons) {
        Selection one;
        one.kind = Selection::Kind::Anon;
        one.anon = anon.id;
        result.push_back(one);
    }
    return result;
}

ThingField entryField(const gdbbridge::Snapshot& snapshot, uint64_t start, const QString& name,
                      size_t space = 0) {
    for (const auto& entry : snapshot.vmspaces[space].map.entries)
        if (entry.start == start)
            return {ThingField::Of::Entry, entry.id, 0, name};
    return {};
}

} // namespace

class WhoWroteTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_event_is_the_one_that_changed_it();
    void what_no_event_tells_of_is_known_by_its_command();
    void a_value_that_came_and_went_in_one_command();
    void what_was_never_written_is_told();
    void events_that_were_lost_prove_nothing();
    void every_field_has_a_place_and_a_value();
};

// For each field of each thing at the end: the event named is the one at whose stop a run that looks at every
// event sees the value become what it stays; where the probe comes before its write, it shows at the next
// stop.
void WhoWroteTest::the_event_is_the_one_that_changed_it() {
    const auto& moments = atCommands();
    const auto& all = atEvents();
    const auto& last = *moments.back()->snapshot;
    int exact = 0, between = 0;
    std::set<QString> told;
    std::map<int64_t, int> offsets; // of the event behind what is seen
    for (const Selection& selection : selections(last))
        for (const ThingField& field : fieldsOf(last, selection)) {
            const LastWrite write = lastWrite(moments, int(moments.size()) - 1, field);
            QCOMPARE(write.after, fieldValue(last, field));
            size_t changed = all.size() - 1;
            while (changed > 0 && fieldValue(*all[changed - 1]->snapshot, field) == write.after)
                --changed;
            const QByteArray what = (thingText(last, field) + u' ' + field.name).toUtf8();
            QVERIFY2(changed > 0 && !write.sinceStart, what);
            if (!write.event) {
                // The command in which it became what it is at each stop since. Inside a later one it may
                // have been another thing for a while, which only a watch would see.
                QVERIFY2(moments[size_t(write.moment)]->operation <= all[changed]->operation, what);
                for (size_t i = size_t(write.moment); i < moments.size(); ++i)
                    QCOMPARE(fieldValue(*moments[i]->snapshot, field), write.after);
                QVERIFY2(fieldValue(*moments[size_t(write.moment) - 1]->snapshot, field) != write.after,
                         what);
                ++between;
                continue;
            }
            ++exact;
            told.insert(field.name);
            const uint64_t seen = all[changed]->snapshot->eventSequence, said = write.event->sequence;
            if (!write.before.isEmpty())
                ++offsets[int64_t(said) - int64_t(seen)];
            const QByteArray place = what + " event " + QByteArray::number(qulonglong(said)) + " seen " +
                                     QByteArray::number(qulonglong(seen));
            // A thing that came to be is seen when it is linked in, which may be later than its making.
            if (!write.before.isEmpty())
                QVERIFY2(said == seen || said + 1 == seen, place);
            else
                QVERIFY2(said <= seen, place);
        }
    for (const auto& [offset, count] : offsets)
        qInfo("the event is %+d behind what is seen: %d times", int(offset), count);
    QVERIFY(exact > 50 && between > 20);
    for (const char* name : {"start", "end", "protection", "inheritance", "advice", "wired count",
                             "needs-copy", "references", "rights", "page frame"})
        QVERIFY2(told.contains(QString::fromLatin1(name)), name);
}

void WhoWroteTest::what_no_event_tells_of_is_known_by_its_command() {
    const auto& moments = atCommands();
    const auto& last = *moments.back()->snapshot;
    const ThingField hint{ThingField::Of::Map, last.processes[0].pid, 0, QStringLiteral("entries")};
    const LastWrite write = lastWrite(moments, int(moments.size()) - 1, hint);
    QVERIFY(!write.event);
    QCOMPARE(moments[size_t(write.moment)]->command, QStringLiteral("unmap parent 0x22000 0x2000"));
    QVERIFY(write.before != write.after && !write.before.isEmpty());
}

// protect r-- and back rw-: two commands, so that the ends of the second and of the one before differ. Held
// against the first alone: the value at its end is what is asked about.
void WhoWroteTest::a_value_that_came_and_went_in_one_command() {
    // The two commands as one moment: as if nobody had stopped between them.
    std::vector<MomentPtr> moments = atCommands();
    const auto first = std::find_if(moments.begin(), moments.end(), [](const MomentPtr& moment) {
        return moment->command.endsWith(QStringLiteral("0x1000 r--"));
    });
    QVERIFY(first != moments.end());
    auto both = std::make_shared<gdbbridge::Moment>(**(first + 1));
    both->events.insert(both->events.begin(), (*first)->events.begin(), (*first)->events.end());
    *(first + 1) = both;
    const int index = int(first - moments.begin());
    moments.erase(first);
    // Clipping has cut the entry into pieces; the middle one has changed twice, and is rw- as it was.
    const ThingField field =
        entryField(*moments[size_t(index)]->snapshot, 0x11000, QStringLiteral("protection"));
    QVERIFY(field.id != 0);
    const LastWrite write = lastWrite(moments, index, field);
    QVERIFY(write.event);
    QCOMPARE(write.event->kind, gdbbridge::EventKind::EntryProtect);
    QCOMPARE(write.before, QStringLiteral("r--"));
    QCOMPARE(write.after, QStringLiteral("rw-"));
}

void WhoWroteTest::what_was_never_written_is_told() {
    std::vector<MomentPtr> tail(atCommands().end() - 2, atCommands().end());
    const ThingField field = entryField(*tail.back()->snapshot, 0x10000, QStringLiteral("protection"));
    const LastWrite write = lastWrite(tail, 1, field);
    QVERIFY(write.sinceStart && !write.event);
    QCOMPARE(write.after, fieldValue(*tail.back()->snapshot, field));
}

void WhoWroteTest::events_that_were_lost_prove_nothing() {
    std::vector<MomentPtr> moments = atCommands();
    for (MomentPtr& moment : moments) {
        auto torn = std::make_shared<gdbbridge::Moment>(*moment);
        torn->lost = 1;
        moment = torn;
    }
    const auto& last = *moments.back()->snapshot;
    const ThingField field = entryField(last, 0x20000, QStringLiteral("inheritance"));
    const LastWrite write = lastWrite(moments, int(moments.size()) - 1, field);
    QVERIFY(!write.event);
    QVERIFY(moments[size_t(write.moment)]->command.startsWith(QStringLiteral("inherit")));
}

void WhoWroteTest::every_field_has_a_place_and_a_value() {
    const auto& last = *atCommands().back()->snapshot;
    int fields = 0;
    for (const Selection& selection : selections(last))
        for (const ThingField& field : fieldsOf(last, selection)) {
            ++fields;
            QVERIFY2(!fieldValue(last, field).isEmpty(), qPrintable(field.name));
            QVERIFY(!thingText(last, field).isEmpty());
            if (field.of == ThingField::Of::Mapping)
                continue;
            const auto place = fieldPlace(last, field);
            QVERIFY2(place && place->address != 0 && place->field.contains(u'.'), qPrintable(field.name));
        }
    QVERIFY(fields > 100);
    QVERIFY(fieldsOf(last, {}).empty());
    // What is gone has no fields, and no value.
    QVERIFY(fieldsOf(*atCommands().front()->snapshot, selections(last).front()).empty());
    QVERIFY(
        fieldValue(*atCommands().front()->snapshot, {ThingField::Of::Entry, 1, 0, QStringLiteral("start")})
            .isEmpty());
}

QTEST_GUILESS_MAIN(WhoWroteTest)
#include "who_wrote_test.moc"
