#include "gdbbridge/record/sqlite.h"

#include <sqlite3.h>

namespace gdbbridge::sqlite {

Database::Database(const QString& path, Mode mode) {
    const int flags = SQLITE_OPEN_READWRITE | (mode == Mode::Create ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path.toUtf8().constData(), &m_handle, flags, nullptr) != SQLITE_OK)
        fail();
}

Database::~Database() { sqlite3_close(m_handle); }

void Database::fail() {
    if (m_error.isEmpty())
        m_error = m_handle ? QString::fromUtf8(sqlite3_errmsg(m_handle)).simplified()
                           : QStringLiteral("out of memory");
}

bool Database::run(const char* sql) {
    if (ok() && sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail();
    return ok();
}

Statement::Statement(Database& database, const char* sql) : m_database(database) {
    if (database.ok() && sqlite3_prepare_v2(database.m_handle, sql, -1, &m_handle, nullptr) != SQLITE_OK)
        database.fail();
}

Statement::~Statement() { sqlite3_finalize(m_handle); }

Statement& Statement::bind(int place, int64_t value) {
    if (m_handle && sqlite3_bind_int64(m_handle, place, value) != SQLITE_OK)
        m_database.fail();
    return *this;
}

Statement& Statement::bindText(int place, const QByteArray& utf8) {
    if (m_handle && sqlite3_bind_text64(m_handle, place, utf8.constData(), sqlite3_uint64(utf8.size()),
                                        SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK)
        m_database.fail();
    return *this;
}

Statement& Statement::bindBlob(int place, const QByteArray& bytes) {
    if (m_handle && sqlite3_bind_blob64(m_handle, place, bytes.constData(), sqlite3_uint64(bytes.size()),
                                        SQLITE_TRANSIENT) != SQLITE_OK)
        m_database.fail();
    return *this;
}

bool Statement::step() {
    if (!m_handle)
        return false;
    const int result = sqlite3_step(m_handle);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        m_database.fail();
    return result == SQLITE_ROW;
}

bool Statement::run() {
    step();
    reset();
    return m_database.ok();
}

void Statement::reset() {
    if (m_handle)
        sqlite3_reset(m_handle);
}

int64_t Statement::number(int column) const { return sqlite3_column_int64(m_handle, column); }

QByteArray Statement::bytes(int column) const {
    const void* const data = sqlite3_column_blob(m_handle, column);
    return QByteArray(static_cast<const char*>(data), sqlite3_column_bytes(m_handle, column));
}

} // namespace gdbbridge::sqlite
