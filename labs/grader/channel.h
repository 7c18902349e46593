// What a lab's program says over its channel: labs/runner/host_main.cc writes it.
#pragma once

#include <QByteArray>
#include <QStringList>

#include <optional>

namespace grader {

struct ChannelReport {
    QByteArray transcript, error;
    QStringList left;          // "anons 3": what the scenario's end has not given back
    std::optional<int> status; // nothing when the scenario did not come to its end
    bool damaged = false;      // something else wrote there
};

ChannelReport readChannel(const QByteArray& bytes, const QByteArray& word);
// A word that nobody can guess.
QByteArray freshWord();

} // namespace grader
