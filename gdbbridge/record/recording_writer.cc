#include <QFile>
#include <QJsonDocument>
#include <unordered_set>

#include "gdbbridge/record/moment_json.h"
#include "gdbbridge/record/recording.h"
#include "gdbbridge/record/recording_schema.h"
#include "gdbbridge/record/sqlite.h"

namespace gdbbridge {

namespace {

QByteArray text(const QJsonArray& array) { return QJsonDocument(array).toJson(QJsonDocument::Compact); }

struct Statements {
    explicit Statements(sqlite::Database& database)
        : moment(database, "INSERT INTO moment VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          thing(database, "INSERT INTO thing VALUES(?, ?, ?, ?, ?)"),
          event(database, "INSERT OR IGNORE INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}
    sqlite::Statement moment, thing, event;
};

// The database wants a new file; what lay there before goes only when it can be replaced.
QString makeRoom(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return file.errorString();
    return {};
}

} // namespace

class RecordingWriter::Private {
public:
    Private(const QString& path, const RecordingInfo& info)
        : m_trouble(makeRoom(path)), m_path(path), m_database(path, sqlite::Database::Mode::Create) {
        if (!m_trouble.isEmpty())
            return;
        m_database.run("PRAGMA synchronous = NORMAL");
        m_database.run("BEGIN");
        m_database.run(recordingSchema);
        m_database.run(qPrintable(QStringLiteral("PRAGMA application_id = %1; PRAGMA user_version = %2")
                                      .arg(recordingApplicationId)
                                      .arg(recordingVersion)));
        putInfo("architecture", info.architecture.toUtf8());
        putInfo("scenario_name", info.scenarioName.toUtf8());
        putInfo("scenario", info.scenario);
        putInfo("kernel_options", info.kernelOptions.toUtf8());
        putInfo("program", info.program.toUtf8());
        m_database.run("COMMIT");
        m_put.emplace(m_database);
    }

    [[nodiscard]] QString error() const {
        const QString& reason = m_trouble.isEmpty() ? m_database.error() : m_trouble;
        return reason.isEmpty() ? reason : QStringLiteral("cannot write %1: %2").arg(m_path, reason);
    }

    bool append(const Moment& moment) {
        if (!error().isEmpty())
            return false;
        m_database.run("BEGIN");
        Things things = thingsOf(*moment.snapshot);
        ThingChanges changes = changesBetween(m_things, things);
        // A whole state as often as one has paid for it in changes: reading a moment stays cheap.
        const bool whole = m_count == 0 || m_changesSinceWhole + changes.size() > things.size();
        if (whole)
            changes = changesBetween({}, things);
        m_changesSinceWhole = whole ? 0 : m_changesSinceWhole + changes.size();
        putMoment(moment, whole);
        for (const ThingChange& change : changes)
            putThing(change);
        for (const Event& event : moment.events)
            putEvent(event);
        m_things = std::move(things);
        ++m_count;
        return m_database.run("COMMIT");
    }

    bool appendConsole(const QByteArray& bytes) {
        if (error().isEmpty())
            sqlite::Statement(m_database, "INSERT INTO console(bytes) VALUES(?)").bindBlob(1, bytes).run();
        return error().isEmpty();
    }

    bool finish(const RecordingEnd& end) {
        if (!error().isEmpty())
            return false;
        m_database.run("BEGIN");
        putInfo("problem", end.problem.toUtf8());
        putInfo("report", end.report.join(u'\n').toUtf8());
        putInfo("status", QByteArray::number(end.status));
        return m_database.run("COMMIT");
    }

private:
    void putInfo(const char* key, const QByteArray& value) {
        sqlite::Statement(m_database, "INSERT OR REPLACE INTO info VALUES(?, ?)")
            .bindText(1, key)
            .bindBlob(2, value)
            .run();
    }
    void putMoment(const Moment& moment, bool whole) {
        m_put->moment.bind(1, m_count)
            .bind(2, whole)
            .bindText(3, stopReasonName(moment.reason))
            .bind(4, moment.operation)
            .bind(5, moment.line)
            .bindText(6, moment.command.toUtf8())
            .bind(7, int64_t(moment.error))
            .bind(8, int64_t(moment.lost))
            .bindBlob(9, moment.output)
            .bindText(10, text(jsonOf(moment.violations)))
            .bindText(11, text(jsonOf(moment.stack)))
            .bindText(12, moment.note.toUtf8())
            .run();
    }
    void putThing(const ThingChange& change) {
        m_put->thing.bind(1, m_count).bindText(2, thingKindName(change.kind)).bindText(3, change.key);
        m_put->thing.bindText(4, change.after).bindText(5, change.body).run();
    }
    void putEvent(const Event& event) {
        if (m_knownKinds.insert(event.number).second) {
            const std::string_view className = eventClassName(event.eventClass);
            sqlite::Statement(m_database, "INSERT OR REPLACE INTO event_kind VALUES(?, ?, ?)")
                .bind(1, event.number)
                .bindText(2, QByteArray::fromStdString(event.name))
                .bindText(3, QByteArray(className.data(), qsizetype(className.size())))
                .run();
        }
        m_put->event.bind(1, int64_t(event.sequence)).bind(2, m_count).bind(3, int64_t(event.time));
        m_put->event.bind(4, event.thread).bind(5, event.number).bind(6, event.argCount);
        for (size_t i = 0; i < event.args.size(); ++i)
            m_put->event.bind(int(7 + i), int64_t(event.args[i]));
        m_put->event.run();
    }

    QString m_trouble, m_path;
    sqlite::Database m_database;
    Things m_things;
    size_t m_changesSinceWhole = 0;
    int m_count = 0;
    std::unordered_set<uint16_t> m_knownKinds;
    std::optional<Statements> m_put; // once the tables are there
};

RecordingWriter::RecordingWriter(const QString& path, const RecordingInfo& info)
    : d(std::make_unique<Private>(path, info)) {}
RecordingWriter::~RecordingWriter() = default;
QString RecordingWriter::error() const { return d->error(); }
bool RecordingWriter::append(const Moment& moment) { return d->append(moment); }
bool RecordingWriter::appendConsole(const QByteArray& bytes) { return d->appendConsole(bytes); }
bool RecordingWriter::finish(const RecordingEnd& end) { return d->finish(end); }

} // namespace gdbbridge
