#include "gui/app/bookmark_store.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QSettings>

namespace gui {

void BookmarkStore::open(const QString& file, bool recording) {
    const QFileInfo info(file);
    m_file = info.exists() ? info.canonicalFilePath() : info.absoluteFilePath();
    m_recording = recording;
}

// A path has characters that mean something in names of settings.
QString BookmarkStore::key() const {
    const QByteArray hash = QCryptographicHash::hash(m_file.toUtf8(), QCryptographicHash::Sha1).toHex();
    return QStringLiteral("bookmarks/") + QString::fromLatin1(hash);
}

std::optional<std::vector<Bookmark>> BookmarkStore::read(QString* problem) const {
    QByteArray json;
    if (m_recording) {
        QFile file(besideRecording(m_file));
        if (!file.exists())
            return std::vector<Bookmark>{};
        if (!file.open(QIODevice::ReadOnly)) {
            *problem = QStringLiteral("cannot read %1: %2").arg(file.fileName(), file.errorString());
            return std::nullopt;
        }
        json = file.readAll();
    } else if (m_settings && !m_file.isEmpty()) {
        json = m_settings->value(key()).toByteArray();
    }
    if (json.isEmpty() && !m_recording)
        return std::vector<Bookmark>{};
    QString why;
    auto all = Bookmarks::fromJson(json, &why);
    if (!all)
        *problem = QStringLiteral("the bookmarks of %1 cannot be read: %2").arg(m_file, why);
    return all;
}

QString BookmarkStore::write(const Bookmarks& bookmarks) const {
    if (m_file.isEmpty())
        return {};
    const bool none = bookmarks.all().empty();
    if (!m_recording) {
        if (!m_settings)
            return {};
        if (none)
            m_settings->remove(key());
        else
            m_settings->setValue(key(), bookmarks.toJson());
        return {};
    }
    const QString path = besideRecording(m_file);
    if (none) {
        QFile::remove(path);
        return {};
    }
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bookmarks.toJson()) > 0 && file.commit())
        return {};
    return QStringLiteral("bookmarks cannot be kept in %1: %2").arg(path, file.errorString());
}

} // namespace gui
