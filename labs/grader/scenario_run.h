// One scenario on a lab's program, and what came of it in words.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include "labs/grader/lab.h"
#include "labs/grader/run_time.h"

namespace grader {

struct ScenarioRun {
    QByteArray transcript;
    QStringList left;     // what was not given back, on the host
    QString died, detail; // "" or what happened instead of an end, and what was printed then
    bool sandboxed = false;
    bool timedOut = false;
};

// On what was built in a folder: the host program, or a kernel. Need an application object.
ScenarioRun runOnHost(const QString& folder, const QByteArray& scenario, const RunTime& time);
ScenarioRun runInQemu(const QString& folder, const QByteArray& scenario, Machine machine,
                      const RunTime& time);

// The last of what was printed, for people and for XML.
QString tail(const QByteArray& text);
// "MESSAGE at FILE:LINE" of the panic that host or kernel tell of; "" when they do not.
QString panicIn(const QByteArray& text);
// The same as a sentence, also where the message is not known.
QString panicWords(const QByteArray& text);

} // namespace grader
