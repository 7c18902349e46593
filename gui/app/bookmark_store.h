// Where bookmarks are kept from one start to the next: those of a recording in a file beside it, which can be
// handed on with it; those of a scenario in the settings, since its file may not be ours to write beside.
#pragma once

#include <QString>

#include <optional>
#include <vector>

#include "gui/models/bookmarks.h"

class QSettings;

namespace gui {

class BookmarkStore {
public:
    // `settings` may be null: then those of scenarios are not kept. Not owned.
    explicit BookmarkStore(QSettings* settings) : m_settings(settings) {}

    // The run that is shown from now on, by its file.
    void open(const QString& file, bool recording);
    // What is kept of it; nothing, and one line why, where it cannot be read.
    std::optional<std::vector<Bookmark>> read(QString* problem) const;
    // Keeps them; "" or one line why not.
    QString write(const Bookmarks& bookmarks) const;
    // The file beside a recording.
    static QString besideRecording(const QString& file) { return file + QStringLiteral(".bookmarks"); }

private:
    QString key() const;

    QSettings* m_settings;
    QString m_file; // "" for none
    bool m_recording = false;
};

} // namespace gui
