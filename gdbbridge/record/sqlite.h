// SQLite's handles with owners. Errors are values: the message of the one that came first stays.
#pragma once

#include <QByteArray>
#include <QString>
#include <cstdint>
#include <memory>

struct sqlite3;
struct sqlite3_stmt;

namespace gdbbridge::sqlite {

class Statement;

class Database {
public:
    enum class Mode : uint8_t { Create, Existing };
    // Check ok() afterwards. Existing: a transaction that a crash has left half done is undone first, where
    // the file can be written; nothing else is changed.
    Database(const QString& path, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] bool ok() const { return m_error.isEmpty(); }
    // One line, "" while all is well.
    [[nodiscard]] const QString& error() const { return m_error; }
    // SQL without results.
    bool run(const char* sql);
    [[nodiscard]] sqlite3* handle() const { return m_handle; }

private:
    friend class Statement;
    void fail();

    sqlite3* m_handle = nullptr;
    QString m_error;
};

// A prepared statement. Bind all, then step() through the rows; reset() before the next use.
class Statement {
public:
    Statement(Database& database, const char* sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int place, int64_t value);
    Statement& bindText(int place, const QByteArray& utf8);
    Statement& bindBlob(int place, const QByteArray& bytes);
    // True while there is a row. false at the end, and after an error, which the database has then.
    bool step();
    // Runs it for its effect and makes it ready again.
    bool run();
    void reset();

    [[nodiscard]] int64_t number(int column) const;
    [[nodiscard]] QByteArray bytes(int column) const; // text as UTF-8, or a blob

private:
    Database& m_database;
    sqlite3_stmt* m_handle = nullptr;
};

} // namespace gdbbridge::sqlite
