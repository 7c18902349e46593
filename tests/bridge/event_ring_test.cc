// The probe ring: written by the kernel's own probes, read as a debugger would.
#include <QObject>
#include <QTest>

#include "gdbbridge/event/event_ring.h"
#include "kernel/vm/uvm_probe.h"
#include "tests/support/host_layout.h"
#include "tests/support/host_moments.h"

using gdbbridge::Event;
using gdbbridge::EventBatch;
using gdbbridge::EventClass;
using gdbbridge::EventKind;
using gdbbridge::EventRing;

namespace {

constexpr uint64_t capacity = uvm::uvm_probe_ring_size;

void pass(uint64_t first, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i)
        uvm::uvm_probe(uvm::uvm_event::anon_reference, first + i, 2);
}

uvm::uvm_probe_record& recordOf(uint64_t sequence) {
    return uvm::uvm_probe_ring.records[(sequence - 1) % capacity];
}

// A debugger that cannot read the kernel's memory.
class Blind final : public gdbbridge::MemoryReader {
public:
    bool read(uint64_t, void*, size_t) override { return false; }
};

} // namespace

class EventRingTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<gdbbridge::ProcessReader> m_memory;

private Q_SLOTS:
    void initTestCase() {
        testsupport::bootHost();
        m_memory = std::make_unique<gdbbridge::ProcessReader>(testsupport::hostWindow());
    }
    void init() {
        uvm::uvm_probe_ring = {};
        uvm::uvm_probe_control = {};
        uvm::uvm_probe_control.record_mask = uvm::uvm_event_class::amap;
    }
    void cleanup() { uvm::uvm_probe_control = {}; }

    void an_empty_ring_has_nothing() {
        EventRing ring(testsupport::hostLayout());
        EventBatch const batch = ring.take(*m_memory);
        QVERIFY(batch.readable && batch.events.empty());
        QCOMPARE(batch.lost, uint64_t{0});
        QCOMPARE(ring.position(), uint64_t{0});
    }

    void events_come_once_in_order_and_with_their_arguments() {
        EventRing ring(testsupport::hostLayout());
        pass(100, 5);
        EventBatch const batch = ring.take(*m_memory);
        QCOMPARE(batch.events.size(), size_t{5});
        for (size_t i = 0; i < 5; ++i) {
            Event const& event = batch.events[i];
            QCOMPARE(event.sequence, uint64_t(i + 1));
            QCOMPARE(event.kind, EventKind::AnonReference);
            QCOMPARE(event.eventClass, EventClass::Amap);
            QCOMPARE(event.name, std::string("anon_reference"));
            QCOMPARE(event.argCount, uint16_t{2});
            QCOMPARE(event.args[0], uint64_t(100 + i));
            QCOMPARE(event.args[1], uint64_t{2});
            QVERIFY(event.thread != 0);
            QVERIFY(i == 0 || event.time >= batch.events[i - 1].time);
        }
        QVERIFY(ring.take(*m_memory).events.empty());
        pass(200, 1);
        QCOMPARE(ring.take(*m_memory).events.at(0).args[0], uint64_t{200});
    }

    void classes_that_are_not_recorded_leave_no_trace() {
        EventRing ring(testsupport::hostLayout());
        uvm::uvm_probe(uvm::uvm_event::page_free, 1);
        QVERIFY(ring.take(*m_memory).events.empty());
    }

    void a_ring_that_is_just_full_loses_nothing() {
        EventRing ring(testsupport::hostLayout());
        pass(1, capacity);
        EventBatch const batch = ring.take(*m_memory);
        QCOMPARE(batch.lost, uint64_t{0});
        QCOMPARE(batch.events.size(), size_t(capacity));
        QCOMPARE(batch.events.back().args[0], capacity);
    }

    void what_was_overwritten_is_counted_exactly_data() {
        QTest::addColumn<quint64>("more");
        for (quint64 more : {quint64{1}, quint64{77}, quint64(capacity), quint64(3 * capacity + 5)})
            QTest::addRow("%llu", more) << more;
    }
    void what_was_overwritten_is_counted_exactly() {
        QFETCH(quint64, more);
        EventRing ring(testsupport::hostLayout());
        pass(1, 10);
        QCOMPARE(ring.take(*m_memory).events.size(), size_t{10});
        pass(11, capacity + more);
        EventBatch const batch = ring.take(*m_memory);
        QCOMPARE(batch.lost, uint64_t(more));
        QCOMPARE(batch.events.size(), size_t(capacity));
        QCOMPARE(batch.events.front().sequence, uint64_t(11 + more));
        QCOMPARE(batch.events.front().args[0], uint64_t(11 + more));
        QCOMPARE(ring.position(), uint64_t(10 + capacity + more));
    }

    // The kernel stopped, or was caught, between taking a number and writing the record.
    void a_half_written_record_comes_with_the_next_call() {
        EventRing ring(testsupport::hostLayout());
        pass(1, 3);
        recordOf(3).sequence = 0;
        EventBatch batch = ring.take(*m_memory);
        QCOMPARE(batch.events.size(), size_t{2});
        QCOMPARE(batch.lost, uint64_t{0});
        recordOf(3).sequence = 3;
        batch = ring.take(*m_memory);
        QCOMPARE(batch.events.size(), size_t{1});
        QCOMPARE(batch.events[0].args[0], uint64_t{3});
        QCOMPARE(batch.lost, uint64_t{0});
    }

    void half_written_at_the_seam_of_the_ring() {
        EventRing ring(testsupport::hostLayout());
        pass(1, capacity + 1); // number capacity + 1 overwrites number 1
        recordOf(capacity + 1).sequence = 0;
        EventBatch batch = ring.take(*m_memory);
        QCOMPARE(batch.lost, uint64_t{1}); // number 1 is gone, whatever is half written in its place
        QCOMPARE(batch.events.size(), size_t(capacity - 1));
        QCOMPARE(batch.events.back().sequence, capacity);
        recordOf(capacity + 1).sequence = capacity + 1;
        batch = ring.take(*m_memory);
        QCOMPARE(batch.events.size(), size_t{1});
        QCOMPARE(batch.lost, uint64_t{0});
    }

    // Overwritten under the reader's hands: the record has a later number already.
    void a_record_of_another_round_counts_as_lost() {
        EventRing ring(testsupport::hostLayout());
        pass(1, 5);
        recordOf(2).sequence = 2 + capacity;
        EventBatch const batch = ring.take(*m_memory);
        QCOMPARE(batch.events.size(), size_t{4});
        QCOMPARE(batch.lost, uint64_t{1});
        QCOMPARE(ring.position(), uint64_t{5});
    }

    void more_arguments_than_there_is_room_for_are_cut() {
        EventRing ring(testsupport::hostLayout());
        pass(1, 1);
        recordOf(1).nargs = 60000;
        QCOMPARE(ring.take(*m_memory).events.at(0).argCount, uint16_t{5});
    }

    void numbers_without_a_name_stay_numbers() {
        EventRing ring(testsupport::hostLayout());
        pass(1, 1);
        recordOf(1).event = 40000;
        EventBatch const batch = ring.take(*m_memory);
        QCOMPARE(batch.events.at(0).kind, EventKind::Unknown);
        QCOMPARE(batch.events.at(0).name, std::string("event 40000"));
    }

    void a_ring_that_cannot_be_read_is_told() {
        Blind blind;
        EventRing ring(testsupport::hostLayout());
        pass(1, 1);
        QVERIFY(!ring.take(blind).readable);
        QCOMPARE(ring.take(*m_memory).events.size(), size_t{1}); // nothing was skipped meanwhile
    }

    void it_can_begin_later_and_again() {
        pass(1, 10);
        EventRing ring(testsupport::hostLayout(), 7);
        QCOMPARE(ring.take(*m_memory).events.size(), size_t{3});
        ring.rewind();
        QCOMPARE(ring.take(*m_memory).events.size(), size_t{10});
    }

    // Kinds that the bridge has words for are the kernel's events, all of them, with the same classes.
    void every_event_of_the_kernel_has_its_kind_and_class() {
        static constexpr std::pair<uvm::uvm_event_class, EventClass> classes[] = {
            {uvm::uvm_event_class::operation, EventClass::Operation},
            {uvm::uvm_event_class::process, EventClass::Process},
            {uvm::uvm_event_class::map, EventClass::Map},
            {uvm::uvm_event_class::tree, EventClass::Tree},
            {uvm::uvm_event_class::amap, EventClass::Amap},
            {uvm::uvm_event_class::object, EventClass::Object},
            {uvm::uvm_event_class::page, EventClass::Page},
            {uvm::uvm_event_class::pmap, EventClass::Pmap},
            {uvm::uvm_event_class::fault, EventClass::Fault},
            {uvm::uvm_event_class::swap, EventClass::Swap},
            {uvm::uvm_event_class::call, EventClass::Call}};
        gdbbridge::EventNames const names(testsupport::hostLayout());
        for (uint16_t number = 1; number <= uint16_t(uvm::uvm_event::object_read_ahead); ++number) {
            gdbbridge::EventNames::Meaning const meaning = names.of(number);
            QVERIFY2(meaning.kind != EventKind::Unknown, meaning.name.c_str());
            auto const cls = uvm::class_of(uvm::uvm_event(number));
            auto const known = std::find_if(std::begin(classes), std::end(classes),
                                            [cls](auto const& pair) { return pair.first == cls; });
            QVERIFY2(known->second == meaning.eventClass, meaning.name.c_str());
        }
        QCOMPARE(names.of(uint16_t(uvm::uvm_event::object_read_ahead) + 1).kind, EventKind::Unknown);
    }
};

QTEST_GUILESS_MAIN(EventRingTest)
#include "event_ring_test.moc"
