// What is known of one step, in the form that its sentence needs: the command, its events, and the state on
// both sides of it. Part of the sentences.
#pragma once

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

#include "gdbbridge/session/moment.h"
#include "gui/models/sentences.h"

namespace gui {

// One run through the fault routine, out of the events between its begin and its end.
struct FaultFacts {
    uint64_t va = 0;
    gdbbridge::FaultCase which = gdbbridge::FaultCase::None;
    uint64_t error = 0;
    uint32_t newAnon = 0, oldAnon = 0; // ids, 0 for none
    uint32_t copiedAmap = 0;           // id of the amap that needs-copy was resolved into
    uint32_t sourceAmap = 0;           // of which it is a copy; 0: it began empty
    bool pageIn = false;               // from the object's file
    bool fromSwap = false;             // a page came back
    bool objectPageMade = false;       // the object had none, and has one now
    std::vector<uint64_t> ahead;       // neighbours that it entered
};

class StepFacts {
public:
    // `before` may be null; all must outlive this. `events` are those of the whole step, of which there may
    // be a million.
    StepFacts(const gdbbridge::Moment& now, const gdbbridge::Moment* before,
              const std::vector<gdbbridge::Event>& events);

    const gdbbridge::Moment& now() const { return m_now; }
    const gdbbridge::Snapshot& after() const { return *m_now.snapshot; }
    // An empty snapshot where there was none.
    const gdbbridge::Snapshot& before() const { return *m_before; }
    uint64_t pageSize() const { return after().pageSize; }

    // The command's words: 0 is the verb; "" beyond the last.
    QString word(qsizetype index) const;
    std::optional<uint64_t> number(qsizetype index) const;
    bool hasWord(const QString& word) const { return m_words.contains(word); }
    // What the command printed below itself, without the indentation: "= 0x10000", "! EFAULT", listing lines.
    const QStringList& results() const { return m_results; }
    // The address in "= 0x10000".
    std::optional<uint64_t> resultAddress() const;

    const std::vector<gdbbridge::Event>& events() const { return m_events; }
    std::vector<gdbbridge::Event> eventsOf(gdbbridge::EventKind kind) const;
    const gdbbridge::Event* first(gdbbridge::EventKind kind) const; // null when there is none
    size_t count(gdbbridge::EventKind kind) const;
    std::vector<FaultFacts> faults() const;
    // Anons that ended in this step.
    std::vector<uint32_t> freedAnons() const;

    // The process that the command names as its word `index`, as it is after or (when it has ended) was
    // before.
    struct Who {
        QString name;
        uint32_t pid = 0;
        int after = -1, before = -1; // indexes into the snapshots' processes
    };
    Who who(qsizetype wordIndex = 1) const;
    const gdbbridge::Map* mapAfter(const Who& who) const;
    const gdbbridge::Map* mapBefore(const Who& who) const;

private:
    const gdbbridge::Moment& m_now;
    const gdbbridge::Snapshot* m_before;
    const std::vector<gdbbridge::Event>& m_events;
    QStringList m_words, m_results;
};

// --- words for things
// ------------------------------------------------------------------------------------------

// "1 page at 0x10000", "4 pages at 0x10000".
QString pagesAt(uint64_t start, uint64_t end, uint64_t pageSize);
// "1 entry", "2 entries".
QString entryCount(size_t count);
// "0x10000-0x14000".
QString rangeText(uint64_t start, uint64_t end);
// "the child's", "A's".
QString possessive(const QString& process, bool atStart = false);
// "n1", "n1 and n2", "12 pages".
QString anonsText(const std::vector<uint32_t>& ids);
// "read-only", "read and write", … of "r--".
QString rightsText(gdbbridge::Protection protection);
// Names of the processes whose maps reach the anon, those on the vmspace `exceptSpace` left out.
QStringList holdersOf(const gdbbridge::Snapshot& snapshot, uint32_t anonId, int exceptSpace);
// The anon with this serial number, or none.
int anonWithId(const gdbbridge::Snapshot& snapshot, uint32_t id);

// --- the sentences of each family of commands; first is "" where the command is none of theirs
// -------------------

StepSentence accessSentence(const StepFacts& facts);
StepSentence placeSentence(const StepFacts& facts);
StepSentence rangeSentence(const StepFacts& facts);
StepSentence spaceSentence(const StepFacts& facts);
StepSentence lookSentence(const StepFacts& facts);
// Any command that failed.
StepSentence failureSentence(const StepFacts& facts);

} // namespace gui
