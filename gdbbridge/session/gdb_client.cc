#include "gdbbridge/session/gdb_client.h"

#include <algorithm>

namespace gdbbridge {

namespace {

QString firstWord(const std::string& text) { return QString::fromStdString(text.substr(0, text.find(' '))); }

} // namespace

QString errorMessage(const mi::ResultRecord& record) {
    return QString::fromStdString(record.results["msg"].text()).replace(QLatin1Char('\n'), QLatin1Char(' '));
}

Error lostMachine(const mi::ResultRecord& record) {
    return {ErrorKind::Protocol, QStringLiteral("GDB has lost the machine: ") + errorMessage(record),
            QStringLiteral("start again")};
}

GdbClient::GdbClient(QObject* parent) : QObject(parent) {
    m_clock.start();
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &GdbClient::watchTime);
    m_notice.setSingleShot(true);
    m_notice.setInterval(noticeMs);
    connect(&m_notice, &QTimer::timeout, this, [this] {
        if (!m_pending.empty())
            Q_EMIT slow({ErrorKind::Timeout,
                         QStringLiteral("GDB has not answered %1 for %2 s")
                             .arg(firstWord(m_pending.front().text))
                             .arg(double(noticeMs) / 1000),
                         QStringLiteral("wait, or restart")});
    });
    connect(&m_process, &GdbProcess::record, this, &GdbClient::handle);
    connect(&m_process, &GdbProcess::startFailed, this, [this] {
        give({ErrorKind::StartFailed, QStringLiteral("GDB could not be started"),
              QStringLiteral("run 'uvmscope doctor' to see what is missing")});
    });
    connect(&m_process, &GdbProcess::ended, this, [this] {
        QString const words = m_process.child().errorText();
        give({ErrorKind::GdbExited,
              QStringLiteral("GDB %1").arg(m_process.child().endText()) +
                  (words.isEmpty() ? QString() : QStringLiteral(": ") + words.section(QLatin1Char('\n'), -1)),
              QStringLiteral("start again")});
    });
}

std::optional<Error> GdbClient::start(const QString& program, const QString& elfPath) {
    QString const path = findProgram(program);
    if (path.isEmpty())
        return Error{ErrorKind::MissingProgram, QStringLiteral("%1 was not found").arg(program),
                     QStringLiteral("install it: apt-get install gdb")};
    m_process.start(path, elfPath);
    return std::nullopt;
}

void GdbClient::stop() {
    m_gone = true;
    m_timer.stop();
    m_notice.stop();
    m_pending.clear();
    m_process.stop();
}

void GdbClient::command(const mi::Command& command, Answer answer) {
    if (m_gone)
        return;
    m_pending.push_back({m_nextToken, command.text(), std::move(answer), m_clock.elapsed()});
    m_process.send(command.line(m_nextToken++));
    if (!m_timer.isActive()) {
        m_timer.start(m_answerTimeoutMs);
        m_notice.start();
    }
}

void GdbClient::evaluate(const std::string& expression,
                         std::function<void(const std::optional<std::string>&)> done) {
    command(mi::Command("-data-evaluate-expression").argument(expression),
            [done = std::move(done)](const mi::ResultRecord& record) {
                bool const ok = record.resultClass == mi::ResultClass::Done;
                done(ok ? std::optional(record.results["value"].text()) : std::nullopt);
            });
}

void GdbClient::handle(const mi::Record& record) {
    if (m_gone)
        return;
    if (auto const* result = std::get_if<mi::ResultRecord>(&record)) {
        handleResult(*result);
    } else if (auto const* async = std::get_if<mi::AsyncRecord>(&record)) {
        if (async->kind == mi::AsyncKind::Exec && async->asyncClass == "stopped")
            Q_EMIT stopped(async->results);
    } else if (auto const* unparsed = std::get_if<mi::Unparsed>(&record)) {
        give({ErrorKind::Protocol,
              QStringLiteral("GDB said something that is no MI: ") +
                  QString::fromStdString(unparsed->line).left(100),
              QStringLiteral("check that the program given as GDB is GDB 12 or newer")});
    }
}

// GDB answers in order, so a token that is not the oldest one's says that an answer went missing.
void GdbClient::handleResult(const mi::ResultRecord& record) {
    if (!record.token)
        return;
    if (m_pending.empty() || m_pending.front().token != *record.token) {
        // A command that was answered, and failed then: going on, of a machine that is lost on the way.
        give(record.resultClass == mi::ResultClass::Error
                 ? lostMachine(record)
                 : Error{ErrorKind::Protocol, QStringLiteral("GDB answered a command out of turn"),
                         QStringLiteral("start again")});
        return;
    }
    Pending const first = std::move(m_pending.front());
    m_pending.pop_front();
    m_notice.start();
    if (m_pending.empty()) {
        m_timer.stop();
        m_notice.stop();
    }
    if (first.answer)
        first.answer(record);
}

void GdbClient::watchTime() {
    if (m_pending.empty())
        return;
    qint64 const waited = m_clock.elapsed() - m_pending.front().sentAt;
    if (waited < m_answerTimeoutMs) {
        m_timer.start(int(m_answerTimeoutMs - waited));
        return;
    }
    give({ErrorKind::Timeout,
          QStringLiteral("GDB has not answered %1 for %2 s")
              .arg(firstWord(m_pending.front().text))
              .arg(double(m_answerTimeoutMs) / 1000),
          QStringLiteral("start again")});
}

void GdbClient::give(const Error& error) {
    if (m_gone)
        return;
    m_gone = true;
    m_timer.stop();
    m_notice.stop();
    Q_EMIT gone(error);
}

} // namespace gdbbridge
