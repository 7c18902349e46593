// What a moment has besides its snapshot, as JSON: for recordings and for the stream of `watch`.
#pragma once

#include <QJsonArray>
#include <QJsonObject>

#include "gdbbridge/record/thing.h"
#include "gdbbridge/session/moment.h"

namespace gdbbridge {

// "command_end"; nothing for another word.
const char* stopReasonName(StopReason reason);
std::optional<StopReason> stopReasonOf(const QByteArray& name);

QJsonArray jsonOf(const std::vector<Finding>& findings);
QJsonArray jsonOf(const std::vector<CodePlace>& stack);
// Nothing, and a reason, when it is no such list.
std::optional<std::vector<Finding>> findingsOf(const QByteArray& json, QString* problem);
std::optional<std::vector<CodePlace>> stackOf(const QByteArray& json, QString* problem);

QJsonObject jsonOf(const Event& event);
// kind, key, after, and the fields themselves; or kind, key and "gone".
QJsonObject jsonOf(const ThingChange& change);

// The line of the stream for a moment: all of it, the snapshot as `changes`.
QJsonObject streamLine(int index, const Moment& moment, const ThingChanges& changes);

} // namespace gdbbridge
