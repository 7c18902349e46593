#include <QFile>
#include <QtEndian>
#include <unordered_map>

#include "gdbbridge/record/moment_json.h"
#include "gdbbridge/record/recording.h"
#include "gdbbridge/record/recording_schema.h"
#include "gdbbridge/record/sqlite.h"

namespace gdbbridge {

namespace {

using sqlite::Statement;

int64_t pragma(sqlite::Database& database, const char* sql) {
    Statement statement(database, sql);
    return statement.step() ? statement.number(0) : 0;
}

// What a damaged file says may hold anything; a reason is one line.
QString printable(QString text) {
    for (QChar& c : text)
        if (!c.isPrint())
            c = u'?';
    return text;
}

EventClass eventClassOf(const QByteArray& name) {
    for (int each = 0; each <= int(EventClass::Call); ++each)
        if (const std::string_view known = eventClassName(EventClass(each));
            name == QByteArrayView(known.data(), qsizetype(known.size())))
            return EventClass(each);
    return EventClass::Operation;
}

} // namespace

class RecordingReader::Private {
public:
    explicit Private(const QString& path)
        : m_path(path), m_database(path, sqlite::Database::Mode::Existing) {}

    // "" when it is a recording that can be read.
    QString start() {
        if (!m_database.ok())
            return m_database.error();
        if (pragma(m_database, "PRAGMA application_id") != recordingApplicationId || !m_database.ok())
            return QStringLiteral("this is no recording of uvmscope");
        const int64_t version = pragma(m_database, "PRAGMA user_version");
        if (version < oldestReadVersion || version > recordingVersion)
            return QStringLiteral("it has version %1 of the format, this program reads versions %2 to %3")
                .arg(version)
                .arg(oldestReadVersion)
                .arg(recordingVersion);
        readInfo();
        readEventKinds();
        m_count = int(pragma(m_database, "SELECT count(*) FROM moment"));
        if (m_database.ok() && m_count == 0)
            return QStringLiteral("it holds no moment");
        return m_database.error();
    }

    MomentPtr moment(int index, QString* problem) {
        MomentPtr found = read(index, problem);
        if (!found) {
            if (!m_database.ok())
                *problem = m_database.error();
            *problem = QStringLiteral("%1 is damaged at moment %2: %3")
                           .arg(m_path)
                           .arg(index)
                           .arg(printable(*problem));
        }
        return found;
    }

    RecordingInfo m_info;
    std::optional<RecordingEnd> m_end;
    int m_count = 0;
    QString m_path;
    sqlite::Database m_database;

private:
    void readInfo() {
        RecordingEnd end;
        bool ended = false;
        Statement row(m_database, "SELECT key, value FROM info");
        while (row.step()) {
            const QByteArray key = row.bytes(0), value = row.bytes(1);
            if (key == "architecture")
                m_info.architecture = QString::fromUtf8(value);
            else if (key == "scenario_name")
                m_info.scenarioName = QString::fromUtf8(value);
            else if (key == "scenario")
                m_info.scenario = value;
            else if (key == "kernel_options")
                m_info.kernelOptions = QString::fromUtf8(value);
            else if (key == "program")
                m_info.program = QString::fromUtf8(value);
            else if (key == "problem")
                end.problem = QString::fromUtf8(value);
            else if (key == "report" && !value.isEmpty())
                end.report = QString::fromUtf8(value).split(u'\n');
            else if (key == "status") {
                end.status = value.toInt();
                ended = true;
            }
        }
        if (ended)
            m_end = end;
    }

    void readEventKinds() {
        Statement row(m_database, "SELECT number, name, class FROM event_kind");
        while (row.step()) {
            const std::string name = row.bytes(1).toStdString();
            m_kinds[uint16_t(row.number(0))] = {eventKindOf(name), eventClassOf(row.bytes(2)), name};
        }
    }

    MomentPtr read(int index, QString* problem) {
        Statement row(m_database, "SELECT reason, operation, line, command, error, lost, output, violations, "
                                  "stack, note FROM moment WHERE id = ?");
        if (!row.bind(1, index).step()) {
            *problem = QStringLiteral("it is not there");
            return nullptr;
        }
        auto moment = std::make_shared<Moment>();
        const auto reason = stopReasonOf(row.bytes(0));
        const auto violations = findingsOf(row.bytes(7), problem);
        const auto stack = stackOf(row.bytes(8), problem);
        if (!reason)
            *problem = QStringLiteral("nobody knows why it stopped there");
        if (!reason || !violations || !stack)
            return nullptr;
        moment->reason = *reason;
        moment->operation = int(row.number(1));
        moment->line = int(row.number(2));
        moment->command = QString::fromUtf8(row.bytes(3));
        moment->error = uint64_t(row.number(4));
        moment->lost = uint64_t(row.number(5));
        moment->output = row.bytes(6);
        moment->violations = *violations;
        moment->stack = *stack;
        moment->note = QString::fromUtf8(row.bytes(9));
        if (!goTo(index, problem) || !readEvents(index, *moment, problem))
            return nullptr;
        auto snapshot = snapshotOf(m_things, problem);
        if (!snapshot)
            return nullptr;
        moment->snapshot = std::make_shared<Snapshot>(std::move(*snapshot));
        return moment;
    }

    // Makes m_things those of a moment: on from where they are, or from the last whole state before it.
    bool goTo(int index, QString* problem) {
        Statement last(m_database, "SELECT max(id) FROM moment WHERE whole AND id <= ?");
        const int whole = last.bind(1, index).step() ? int(last.number(0)) : 0;
        int next = m_at + 1;
        if (m_at < 0 || m_at > index || m_at < whole) {
            m_things.clear();
            next = whole;
        }
        m_at = -1; // of no moment, until all changes are in
        for (; next <= index; ++next) {
            auto things = changed(next == whole ? Things() : m_things, changesOf(next), problem);
            if (!things)
                return false;
            m_things = std::move(*things);
        }
        m_at = index;
        return m_database.ok();
    }

    ThingChanges changesOf(int index) {
        ThingChanges changes;
        Statement row(m_database, "SELECT kind, key, after, body FROM thing WHERE moment = ? ORDER BY rowid");
        row.bind(1, index);
        while (row.step())
            if (const auto kind = thingKindOf(row.bytes(0)))
                changes.push_back({*kind, row.bytes(1), row.bytes(2), row.bytes(3)});
        return changes;
    }

    bool readEvents(int index, Moment& moment, QString* problem) {
        Statement row(m_database,
                      "SELECT sequence, time, thread, number, args, a0, a1, a2, a3, a4 FROM event "
                      "WHERE moment = ? ORDER BY sequence");
        row.bind(1, index);
        while (row.step()) {
            const auto kind = m_kinds.find(uint16_t(row.number(3)));
            if (kind == m_kinds.end()) {
                *problem = QStringLiteral("an event has the unknown number %1").arg(row.number(3));
                return false;
            }
            Event event;
            event.sequence = uint64_t(row.number(0));
            event.time = uint64_t(row.number(1));
            event.thread = uint32_t(row.number(2));
            event.number = kind->first;
            event.kind = kind->second.kind;
            event.eventClass = kind->second.eventClass;
            event.name = kind->second.name;
            event.argCount = uint16_t(row.number(4));
            for (size_t i = 0; i < event.args.size(); ++i)
                event.args[i] = uint64_t(row.number(int(5 + i)));
            moment.events.push_back(std::move(event));
        }
        return true;
    }

    std::unordered_map<uint16_t, EventNames::Meaning> m_kinds;
    Things m_things;
    int m_at = -1; // the moment of m_things
};

RecordingReader::RecordingReader(std::unique_ptr<Private> opened) : d(std::move(opened)) {}
RecordingReader::~RecordingReader() = default;

std::unique_ptr<RecordingReader> RecordingReader::open(const QString& path, QString* problem) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        *problem = QStringLiteral("cannot read %1: %2").arg(path, file.errorString());
        return nullptr;
    }
    auto opened = std::make_unique<Private>(path);
    const QString trouble = opened->start();
    if (trouble.isEmpty())
        return std::unique_ptr<RecordingReader>(new RecordingReader(std::move(opened)));
    *problem = QStringLiteral("cannot open %1: %2").arg(path, printable(trouble));
    return nullptr;
}

bool RecordingReader::looksLike(const QString& path) {
    // The header of an SQLite database: its application id stands at byte 68, the highest byte first.
    constexpr qsizetype idAt = 68;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray head = file.read(idAt + 4);
    return head.size() == idAt + 4 && head.startsWith("SQLite format 3") &&
           qFromBigEndian<uint32_t>(head.constData() + idAt) == uint32_t(recordingApplicationId);
}

const RecordingInfo& RecordingReader::info() const { return d->m_info; }
const std::optional<RecordingEnd>& RecordingReader::end() const { return d->m_end; }
int RecordingReader::momentCount() const { return d->m_count; }

QByteArray RecordingReader::console() {
    QByteArray all;
    sqlite::Statement row(d->m_database, "SELECT bytes FROM console ORDER BY id");
    while (row.step())
        all += row.bytes(0);
    return all;
}

MomentPtr RecordingReader::moment(int index, QString* problem) { return d->moment(index, problem); }

} // namespace gdbbridge
