// GDB as a partner in a conversation: commands with their answers, in order, and each within a time.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>
#include <deque>
#include <functional>

#include "gdbbridge/mi/command.h"
#include "gdbbridge/mi/record.h"
#include "gdbbridge/transport/error.h"
#include "gdbbridge/transport/gdb_process.h"

namespace gdbbridge {

class GdbClient : public QObject {
    Q_OBJECT

public:
    // Gets the answer, also when it is an error. Never called when the client goes before.
    using Answer = std::function<void(const mi::ResultRecord&)>;

    explicit GdbClient(QObject* parent = nullptr);

    // Starts GDB on the ELF file. What can be told at once is returned.
    std::optional<Error> start(const QString& program, const QString& elfPath);
    // Sends a command. Commands may be sent before earlier ones are answered.
    void command(const mi::Command& command, Answer answer = {});
    // The same for an expression; `done` gets the value's text, or nothing when GDB refuses it.
    void evaluate(const std::string& expression, std::function<void(const std::optional<std::string>&)> done);
    // Ends it now; no signal is emitted any more.
    void stop();

    static constexpr int noticeMs = 1500;
    void setAnswerTimeout(int ms) { m_answerTimeoutMs = ms; }
    qint64 processId() const { return m_process.processId(); }

Q_SIGNALS:
    // The target stopped; `results` as in GDB's *stopped.
    void stopped(const gdbbridge::mi::Value& results);
    // An answer is due and none has come for noticeMs; the client waits on. Once for each silence.
    void slow(const gdbbridge::Error& error);
    // GDB ended, fell silent or makes no sense. Comes once.
    void gone(const gdbbridge::Error& error);

private:
    struct Pending {
        uint64_t token;
        std::string text;
        Answer answer;
        qint64 sentAt; // by m_clock
    };

    void handle(const mi::Record& record);
    void handleResult(const mi::ResultRecord& record);
    void watchTime();
    void give(const Error& error);

    GdbProcess m_process;
    std::deque<Pending> m_pending;
    uint64_t m_nextToken = 1;
    QElapsedTimer m_clock;
    QTimer m_timer, m_notice;
    int m_answerTimeoutMs = 10'000;
    bool m_gone = false;
};

// The message of an ^error record.
QString errorMessage(const mi::ResultRecord& record);
// What a command that lets the machine go on failed with: there is none any more.
Error lostMachine(const mi::ResultRecord& record);

} // namespace gdbbridge
