// Whole machines, kept in a file that QEMU makes itself and that has no name.
#include "gdbbridge/transport/qemu_process.h"

#include <QJsonArray>

namespace gdbbridge {

namespace {

constexpr const char* fileNode = "snapshot-file";
constexpr const char* node = "snapshots";
// The disk in it has no use; a machine is kept beside its content.
constexpr qint64 diskBytes = 1 << 20;

} // namespace

void QemuProcess::devicesText(std::function<void(const QString&)> done) {
    monitor(QStringLiteral("info pic"), std::move(done));
}

void QemuProcess::job(const QString& command, QJsonObject arguments,
                      std::function<void(const QString&)> done) {
    QString const id = QStringLiteral("job%1").arg(++m_lastJob);
    arguments.insert(QStringLiteral("job-id"), id);
    m_jobs[id] = std::move(done);
    auto const begun = [this, id](const QmpClient::Answer& answer) {
        if (answer.ok)
            return;
        if (auto const failed = m_jobs.extract(id))
            failed.mapped()(answer.error);
    };
    m_qmp->execute(command, begun, arguments);
}

void QemuProcess::endOfJob(const QString& id) {
    if (!m_jobs.contains(id))
        return;
    m_qmp->execute(QStringLiteral("query-jobs"), [this, id](const QmpClient::Answer& answer) {
        QString problem = answer.ok ? QString() : answer.error;
        for (const QJsonValue each : answer.value.toArray())
            if (each[QStringLiteral("id")].toString() == id)
                problem = each[QStringLiteral("error")].toString();
        m_qmp->execute(QStringLiteral("job-dismiss"), {}, {{QStringLiteral("id"), id}});
        if (auto const ended = m_jobs.extract(id))
            ended.mapped()(problem);
    });
}

void QemuProcess::withSnapshotNode(std::function<void(const QString&)> done) {
    if (m_snapshotNode)
        return done({});
    if (!m_snapshots.isValid())
        return done(QStringLiteral("there is no memory for a file"));
    using Next = std::function<void(const QString&)>;
    auto const text = [](const char* s) { return QString::fromLatin1(s); };
    auto const answered = [](Next next) {
        return [next = std::move(next)](const QmpClient::Answer& answer) {
            next(answer.ok ? QString() : answer.error);
        };
    };
    Next const added = [this, done](const QString& problem) {
        m_snapshotNode = problem.isEmpty();
        done(problem);
    };
    Next const created = [this, text, answered, added, done](const QString& problem) {
        if (!problem.isEmpty())
            return done(problem);
        m_qmp->execute(text("blockdev-add"), answered(added),
                       {{text("driver"), text("qcow2")},
                        {text("file"), text(fileNode)},
                        {text("node-name"), text(node)}});
    };
    Next const opened = [this, text, created, done](const QString& problem) {
        if (!problem.isEmpty())
            return done(problem);
        QJsonObject const options{
            {text("driver"), text("qcow2")}, {text("file"), text(fileNode)}, {text("size"), diskBytes}};
        job(text("blockdev-create"), {{text("options"), options}}, created);
    };
    m_qmp->execute(text("blockdev-add"), answered(opened),
                   {{text("driver"), text("file")},
                    {text("filename"), QStringLiteral("/proc/self/fd/%1").arg(m_snapshots.get())},
                    {text("locking"), text("off")},
                    {text("node-name"), text(fileNode)}});
}

void QemuProcess::machineJob(const QString& command, const QString& name,
                             std::function<void(const QString&)> done) {
    withSnapshotNode([this, command, name, done = std::move(done)](const QString& problem) {
        if (!problem.isEmpty())
            return done(problem);
        QString const place = QString::fromLatin1(node);
        job(command,
            {{QStringLiteral("tag"), name},
             {QStringLiteral("vmstate"), place},
             {QStringLiteral("devices"), QJsonArray{place}}},
            done);
    });
}

void QemuProcess::saveMachine(const QString& name, std::function<void(const QString&)> done) {
    machineJob(QStringLiteral("snapshot-save"), name, std::move(done));
}

void QemuProcess::loadMachine(const QString& name, std::function<void(const QString&)> done) {
    machineJob(QStringLiteral("snapshot-load"), name, std::move(done));
}

} // namespace gdbbridge
