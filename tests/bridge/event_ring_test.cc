// The probe ring: written by the kernel's own probes, read as a debugger would.
#include <QObject>
#include <QTest>

#include <cstring>

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

constexpr uint64_t places = uvm::uvm_probe_ring_size;
constexpr uint64_t capacity = places - 1; // one place may be half written

void pass(uint64_t first, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i)
        uvm::uvm_probe(uvm::uvm_event::anon_reference, first + i, 2);
}

uvm::uvm_probe_record& recordOf(uint64_t sequence) {
    return uvm::uvm_probe_ring.records[(sequence - 1) % places];
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

    // The kernel stopped, or was caught, in the midst of writing.
    void a_half_written_record_comes_with_the_next_call() {
        EventRing ring(testsupport::hostLayout());
        pass(1, 3);
        --uvm::uvm_probe_ring.next;
        recordOf(3).event = 40000;
        EventBatch batch = ring.take(*m_memory);
        QCOMPARE(batch.events.size(), size_t{2});
        QCOMPARE(batch.lost, uint64_t{0});
        pass(3, 1);
        batch = ring.take(*m_memory);
        QCOMPARE(batch.events.size(), size_t{1});
        QCOMPARE(batch.events[0].kind, EventKind::AnonReference);
        QCOMPARE(batch.events[0].args[0], uint64_t{3});
        QCOMPARE(batch.lost, uint64_t{0});
    }

    // Where the round ends, and before it ends in the next one: the first record is written over the oldest.
    void half_written_at_the_seam_of_the_ring() {
        EventRing ring(testsupport::hostLayout());
        pass(1, places);
        recordOf(places + 1).event = 40000;
        EventBatch batch = ring.take(*m_memory);
        QCOMPARE(batch.lost, uint64_t{1}); // number 1 may be gone
        QCOMPARE(batch.events.size(), size_t(capacity));
        QCOMPARE(batch.events.back().sequence, places);
        QCOMPARE(batch.events.back().args[0], places);
        pass(places + 1, 1);
        batch = ring.take(*m_memory);
        QCOMPARE(batch.events.size(), size_t{1});
        QCOMPARE(batch.events[0].sequence, places + 1);
        QCOMPARE(batch.events[0].args[0], places + 1);
        QCOMPARE(batch.lost, uint64_t{0});
    }

    // Of the words that say where the next record goes, each is changed while another one counts: whenever
    // the kernel is caught there, the last number is the right one.
    void the_last_number_is_right_at_every_step_of_the_seam() {
        auto const last = [&] {
            bool readable = false;
            uint64_t const number = gdbbridge::lastEventSequence(
                *m_memory, gdbbridge::ProbeRing::of(testsupport::hostLayout()), &readable);
            return readable ? number : ~uint64_t{0};
        };
        auto& ring = uvm::uvm_probe_ring;
        pass(1, 2 * places);
        QCOMPARE(last(), 2 * places);
        ring.first = ring.first_at_end + places;
        QCOMPARE(last(), 2 * places);
        ring.next = ring.records + 1;
        QCOMPARE(last(), 2 * places + 1);
        ring.first_at_end = ring.first;
        QCOMPARE(last(), 2 * places + 1);
        ring.next = nullptr;
        QCOMPARE(last(), uint64_t{0});
        // And where it points to no record it is not believed.
        for (uintptr_t wrong :
             {reinterpret_cast<uintptr_t>(ring.records + 5) + 8, reinterpret_cast<uintptr_t>(ring.records),
              reinterpret_cast<uintptr_t>(ring.records + places + 1), uintptr_t{3}}) {
            ring.next = reinterpret_cast<uvm::uvm_probe_record*>(wrong);
            QCOMPARE(last(), ~uint64_t{0});
        }
    }

    // A guest that waits for nobody has come round while the records were read.
    void what_is_overwritten_under_the_readers_hands_counts_as_lost() {
        class Overtaken final : public gdbbridge::MemoryReader {
        public:
            explicit Overtaken(MemoryReader& inner) : m_inner(inner) {}
            bool read(uint64_t address, void* out, size_t size) override {
                if (address == reinterpret_cast<uintptr_t>(&recordOf(4)) && !std::exchange(m_done, true))
                    pass(6, capacity - 3); // numbers 1 and 2 are gone, and perhaps 3
                return m_inner.read(address, out, size);
            }

        private:
            MemoryReader& m_inner;
            bool m_done = false;
        };
        Overtaken memory(*m_memory);
        EventRing ring(testsupport::hostLayout());
        pass(1, 5);
        EventBatch const batch = ring.take(memory);
        QCOMPARE(batch.events.size(), size_t{3});
        QCOMPARE(batch.events.front().sequence, uint64_t{3});
        QCOMPARE(batch.lost, uint64_t{2});
        QCOMPARE(ring.position(), uint64_t{5});
    }

    // Words of a 32-bit machine and numbers of 64 bits; with a sign and without.
    void arguments_have_their_width_and_sign() {
        EventRing ring(testsupport::hostLayout());
        pass(1, 1);
        uvm::uvm_probe_record& record = recordOf(1);
        record.nargs = 3;
        record.form = uvm::uvm_probe_words_form | 2;
        uint32_t const words[3] = {0xfffffffe, 0xfffffffe, 7};
        std::memcpy(record.args, words, sizeof words);
        Event const event = ring.take(*m_memory).events.at(0);
        QCOMPARE(event.args[0], uint64_t{0xfffffffe});
        QCOMPARE(event.args[1], ~uint64_t{1});
        QCOMPARE(event.args[2], uint64_t{7});
        for (size_t i = 0; i < 3; ++i)
            QCOMPARE(record.arg(i), event.args[i]);
    }

    // The quick way ends at what a debugger has set, and where the reader is to be waited for.
    void the_quick_way_ends_where_it_must() {
        auto const room = [] { return uvm::uvm_probe_control.quick_until - uvm::uvm_probe_ring.next; };
        pass(1, 1);
        QCOMPARE(room(), ptrdiff_t(places - 1)); // the round
        auto const set = [](auto&& change) {
            change(uvm::uvm_probe_control);
            uvm::uvm_probe_control.quick_until = nullptr;
            pass(1, 1);
        };
        set([](auto& control) { control.write_limit = 10; });
        QCOMPARE(room(), ptrdiff_t{8}); // 3 to 10
        set([](auto& control) {
            control.stop_mask = uvm::uvm_event_class::operation;
            control.stop_from = 5;
        });
        QCOMPARE(room(), ptrdiff_t{7}); // operations never go it
        set([](auto& control) { control.stop_mask = uvm::uvm_event_class::amap; });
        QCOMPARE(room(), ptrdiff_t{0}); // number 5 is the next
    }

    void more_arguments_than_there_is_room_for_are_cut() {
        EventRing ring(testsupport::hostLayout());
        pass(1, 1);
        recordOf(1).nargs = 200;
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
