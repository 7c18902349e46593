#include "labs/grader/channel.h"

#include <QRandomGenerator>

namespace grader {

ChannelReport readChannel(const QByteArray& bytes, const QByteArray& word) {
    ChannelReport report;
    for (qsizetype at = 0; at < bytes.size();) {
        const qsizetype end = bytes.indexOf('\n', at);
        const QList<QByteArray> parts = bytes.mid(at, end < 0 ? -1 : end - at).split(' ');
        bool ok = end >= 0 && parts.size() == 3 && parts[0] == word && !report.status;
        const qsizetype length = ok ? parts[2].toLongLong(&ok) : 0;
        if (!ok || length < 0 || length > bytes.size() - end - 1) {
            report.damaged = true;
            return report;
        }
        const QByteArray payload = bytes.mid(end + 1, length);
        at = end + 1 + length;
        if (parts[1] == "transcript")
            report.transcript += payload;
        else if (parts[1] == "error")
            report.error += payload;
        else if (parts[1] == "left")
            report.left << QString::fromUtf8(payload);
        else if (parts[1] == "end")
            report.status = payload.toInt();
        else
            report.damaged = true;
    }
    return report;
}

QByteArray freshWord() {
    QByteArray word(16, '\0');
    QRandomGenerator::system()->generate(reinterpret_cast<quint32*>(word.begin()),
                                         reinterpret_cast<quint32*>(word.end()));
    return word.toHex();
}

} // namespace grader
