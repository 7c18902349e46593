#include "gdbbridge/transport/qmp_client.h"

#include <QJsonDocument>

namespace gdbbridge {

QmpClient::QmpClient(UniqueFd fd, QObject* parent) : QObject(parent), m_stream(std::move(fd)) {
    connect(&m_stream, &FdStream::received, this, [this](const QByteArray& bytes) {
        for (const std::string& line : m_splitter.feed({bytes.constData(), size_t(bytes.size())}))
            handleLine(line);
    });
}

void QmpClient::execute(const QString& command, std::function<void(const Answer&)> done,
                        const QJsonObject& arguments) {
    qint64 const id = m_nextId++;
    if (done)
        m_pending[id] = std::move(done);
    QJsonObject object{{QStringLiteral("execute"), command}, {QStringLiteral("id"), id}};
    if (!arguments.isEmpty())
        object[QStringLiteral("arguments")] = arguments;
    m_stream.send(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}

void QmpClient::handleLine(const std::string& line) {
    QByteArray const bytes = QByteArray::fromStdString(line).trimmed();
    if (bytes.isEmpty())
        return;
    QJsonObject const object = QJsonDocument::fromJson(bytes).object();
    if (object.contains(QStringLiteral("QMP"))) {
        greet(object);
    } else if (object.contains(QStringLiteral("event"))) {
        Q_EMIT event(object[QStringLiteral("event")].toString(), object[QStringLiteral("data")].toObject());
    } else if (object.contains(QStringLiteral("return")) || object.contains(QStringLiteral("error"))) {
        auto const pending = m_pending.extract(object[QStringLiteral("id")].toInteger());
        QJsonObject const error = object[QStringLiteral("error")].toObject();
        if (!pending.empty())
            pending.mapped()({error.isEmpty(), object[QStringLiteral("return")],
                              error[QStringLiteral("desc")].toString()});
    } else {
        Q_EMIT garbled(bytes);
    }
}

void QmpClient::greet(const QJsonObject& greeting) {
    QJsonObject const version =
        greeting[QStringLiteral("QMP")][QStringLiteral("version")][QStringLiteral("qemu")].toObject();
    int const major = version[QStringLiteral("major")].toInt();
    int const minor = version[QStringLiteral("minor")].toInt();
    execute(QStringLiteral("qmp_capabilities"), [this, major, minor](const Answer& answer) {
        if (answer.ok)
            Q_EMIT ready(major, minor);
        else
            Q_EMIT garbled(answer.error.toUtf8());
    });
}

} // namespace gdbbridge
