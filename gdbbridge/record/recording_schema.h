// The tables of a recording; docs/recording.md says what is in them. Part of the recordings.
#pragma once

namespace gdbbridge {

inline constexpr int recordingApplicationId = 0x75766d73; // "uvms"
// Version 2 had no maps of the kernel's; it is read, too.
inline constexpr int recordingVersion = 3, oldestReadVersion = 2;

inline constexpr const char* recordingSchema = R"sql(
    CREATE TABLE info(key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
    CREATE TABLE moment(
        id INTEGER PRIMARY KEY, whole INTEGER NOT NULL, reason TEXT NOT NULL, operation INTEGER NOT NULL,
        line INTEGER NOT NULL, command TEXT NOT NULL, error INTEGER NOT NULL, lost INTEGER NOT NULL,
        output BLOB, violations TEXT NOT NULL, stack TEXT NOT NULL, note TEXT NOT NULL);
    CREATE TABLE thing(
        moment INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, after TEXT, body TEXT);
    CREATE INDEX thing_by_moment ON thing(moment);
    CREATE INDEX thing_by_key ON thing(kind, key, moment);
    CREATE TABLE event_kind(number INTEGER PRIMARY KEY, name TEXT NOT NULL, class TEXT NOT NULL);
    CREATE TABLE event(
        sequence INTEGER PRIMARY KEY, moment INTEGER NOT NULL, time INTEGER NOT NULL, thread INTEGER NOT NULL,
        number INTEGER NOT NULL, args INTEGER NOT NULL, a0 INTEGER, a1 INTEGER, a2 INTEGER, a3 INTEGER, a4 INTEGER);
    CREATE INDEX event_by_moment ON event(moment);
    CREATE TABLE console(id INTEGER PRIMARY KEY, bytes BLOB);
)sql";

} // namespace gdbbridge
