// What the difference of two snapshots says of real steps, and that it sees things by who they are, not where
// they lie.
#include <QByteArray>
#include <QObject>
#include <QString>
#include <QTest>

#include "gdbbridge/diff/diff.h"
#include "tests/support/host_moments.h"

using gdbbridge::Change;
using gdbbridge::ChangeKind;
using gdbbridge::Difference;
using gdbbridge::difference;
using gdbbridge::Snapshot;
using gdbbridge::Subject;

namespace {

constexpr auto scenario = "object F 0x4000\n"
                          "space parent 0x1000 0xbfbff000\n"
                          "map parent 0x10000 0x4000 cow\n"
                          "write parent 0x10000 \"parent\"\n"
                          "write parent 0x11000 11\n"
                          "fork parent child\n"
                          "write child 0x10000 \"CHILD\"\n"
                          "map child 0x30000 0x2000 obj=F\n"
                          "read child 0x30000\n"
                          "protect child 0x30000 0x1000 r--\n"
                          "dump\n"
                          "exit child\n";

QByteArray texts(const Difference& changes) {
    QByteArray out;
    for (Change const& change : changes.changes)
        out += QByteArray::fromStdString(gdbbridge::changeText(change)) + '\n';
    return out;
}

// The same state, with every structure elsewhere in memory.
Snapshot movedInMemory(Snapshot snapshot) {
    constexpr uint64_t by = 0x100000;
    auto const move = [](auto& things) {
        for (auto& thing : things)
            thing.address += by;
    };
    move(snapshot.processes);
    move(snapshot.vmspaces);
    move(snapshot.amaps);
    move(snapshot.anons);
    move(snapshot.objects);
    move(snapshot.pages);
    for (auto& space : snapshot.vmspaces) {
        space.map.address += by;
        space.pageTables.address += by;
        move(space.map.entries);
    }
    return snapshot;
}

} // namespace

class DiffTest : public QObject {
    Q_OBJECT

private:
    std::vector<gdbbridge::MomentPtr> m_moments;

    // The state at the end of the command that begins with these words, and before it.
    size_t after(const char* words) const {
        for (size_t i = 0; i < m_moments.size(); ++i)
            if (m_moments[i]->reason == gdbbridge::StopReason::CommandEnd &&
                m_moments[i]->command.startsWith(words))
                return i;
        qFatal("no command %s", words);
    }
    Difference step(const char* words) const {
        size_t const i = after(words);
        return difference(*m_moments[i - 1]->snapshot, *m_moments[i]->snapshot);
    }

private Q_SLOTS:
    void initTestCase() {
        m_moments = testsupport::hostMoments(scenario);
        for (auto const& moment : m_moments)
            QCOMPARE(moment->error, uint64_t{0});
    }

    void a_state_does_not_differ_from_itself() {
        for (auto const& moment : m_moments)
            QVERIFY2(difference(*moment->snapshot, *moment->snapshot).empty(), qPrintable(moment->command));
    }

    void looking_changes_nothing() { QVERIFY2(step("dump").empty(), texts(step("dump"))); }

    void a_first_write_adds_an_anon_and_its_mapping() {
        Difference const changes = step("write parent 0x10000");
        QByteArray const all = texts(changes);
        QVERIFY2(changes.count(Subject::Anon, ChangeKind::Added) == 1, all);
        QVERIFY2(changes.count(Subject::Amap, ChangeKind::Added) == 1, all);
        QVERIFY2(changes.count(Subject::AmapSlot, ChangeKind::Added) == 1, all);
        QVERIFY2(changes.count(Subject::Mapping, ChangeKind::Added) == 1, all);
        QVERIFY2(changes.count(Subject::Process, ChangeKind::Added) == 0, all);
        QVERIFY2(all.contains("needs-copy yes -> no"), all);
        QVERIFY2(all.contains("mapping 0x10000 of space"), all);
    }

    void fork_takes_rights_away_and_adds_a_process() {
        Difference const changes = step("fork");
        QByteArray const all = texts(changes);
        QVERIFY2(changes.count(Subject::Process, ChangeKind::Added) == 1, all);
        QVERIFY2(changes.count(Subject::Space, ChangeKind::Added) == 1, all);
        QVERIFY2(changes.count(Subject::Anon, ChangeKind::Added) == 0, all);
        QVERIFY2(all.count("protection rw- -> r--") == 2, all); // the parent's two pages
        QVERIFY2(all.contains(": references 1 -> 2"), all);     // of the amap
    }

    void a_copy_replaces_one_anon_in_one_slot() {
        Difference const changes = step("write child 0x10000");
        QByteArray const all = texts(changes);
        QVERIFY2(changes.count(Subject::Anon, ChangeKind::Added) == 1, all);
        QVERIFY2(changes.count(Subject::Anon, ChangeKind::Removed) == 0, all);
        QVERIFY2(changes.count(Subject::Amap, ChangeKind::Added) == 1, all);
        QVERIFY2(changes.count(Subject::Mapping, ChangeKind::Added) == 2, all); // the page and its neighbour
        // The neighbour is held by both amaps now.
        QVERIFY2(all.contains("references 1 -> 2"), all);
    }

    void one_change_can_be_asked_for() {
        size_t const i = after("protect");
        Difference const changes = difference(*m_moments[i - 1]->snapshot, *m_moments[i]->snapshot);
        auto const& child = m_moments[i]->snapshot->vmspaces[1];
        auto const of = changes.of(Subject::Mapping, child.id, 0, 0x30000);
        QCOMPARE(of.size(), size_t{1});
        QCOMPARE(of[0]->field, std::string("protection"));
        QCOMPARE(of[0]->before, std::string("rw-"));
        QCOMPARE(of[0]->after, std::string("r--"));
        QVERIFY(changes.of(Subject::Mapping, child.id, 0, 0x31000).empty());
        // Clipped: one entry more.
        QCOMPARE(changes.count(Subject::Entry, ChangeKind::Added), size_t{1});
    }

    void an_object_page_that_came_in_is_seen() {
        Difference const changes = step("read child 0x30000");
        QCOMPARE(changes.count(Subject::ObjectPage, ChangeKind::Added), size_t{1});
        QCOMPARE(changes.count(Subject::Mapping, ChangeKind::Added), size_t{1});
    }

    void exit_removes_what_nobody_else_has() {
        Difference const changes = step("exit child");
        QByteArray const all = texts(changes);
        QVERIFY2(changes.count(Subject::Process, ChangeKind::Removed) == 1, all);
        QVERIFY2(changes.count(Subject::Anon, ChangeKind::Removed) == 1, all); // the child's copy
        QVERIFY2(changes.count(Subject::Mapping, ChangeKind::Removed) == 3, all);
    }

    void a_thing_that_moved_in_memory_is_the_same_thing() {
        for (auto const& moment : m_moments) {
            Difference const changes = difference(*moment->snapshot, movedInMemory(*moment->snapshot));
            QVERIFY2(changes.empty(), texts(changes));
        }
    }

    void without_serial_numbers_the_address_names_a_thing() {
        Snapshot before = *m_moments[after("write child 0x10000")]->snapshot;
        for (auto& anon : before.anons)
            anon.id = 0;
        Snapshot now = before;
        QVERIFY(difference(before, now).empty());
        now.anons[0].refs += 1;
        Difference const changes = difference(before, now);
        QCOMPARE(changes.changes.size(), size_t{1});
        QCOMPARE(changes.changes[0].id, before.anons[0].address);
        QCOMPARE(changes.changes[0].field, std::string("references"));
    }

    void access_bits_count_only_when_asked_for() {
        Snapshot const before = *m_moments[after("write child 0x10000")]->snapshot;
        Snapshot now = before;
        now.vmspaces[0].pageTables.mappings[0].referenced ^= true;
        QVERIFY(difference(before, now).empty());
        QCOMPARE(difference(before, now, {.accessBits = true}).changes.size(), size_t{1});
    }

    // Forwards and backwards say the same with before and after exchanged.
    void backwards_is_the_mirror_of_forwards() {
        auto const mirrored = [](Change change) {
            if (change.kind != ChangeKind::Changed)
                change.kind = change.kind == ChangeKind::Added ? ChangeKind::Removed : ChangeKind::Added;
            std::swap(change.before, change.after);
            return change;
        };
        size_t compared = 0;
        for (size_t i = 1; i < m_moments.size(); ++i) {
            Difference const forwards = difference(*m_moments[i - 1]->snapshot, *m_moments[i]->snapshot);
            Difference const backwards = difference(*m_moments[i]->snapshot, *m_moments[i - 1]->snapshot);
            QCOMPARE(forwards.changes.size(), backwards.changes.size());
            for (size_t c = 0; c < forwards.changes.size(); ++c, ++compared) {
                Change there = mirrored(backwards.changes[c]);
                there.address =
                    forwards.changes[c].address; // shown only: of an entry that moved, either start
                QVERIFY2(there == forwards.changes[c], gdbbridge::changeText(forwards.changes[c]).c_str());
            }
        }
        QVERIFY(compared > 40);
    }
};

QTEST_GUILESS_MAIN(DiffTest)
#include "diff_test.moc"
