// Recordings: one file that holds a run, moment by moment, and opens without a machine.
//
// The file is an SQLite database (application id "uvms"); its tables and the fields of the things in it are
// described in docs/recording.md. Every moment is one transaction: what was recorded when the recorder died
// is there, up to its last moment, and nothing of a half one.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "gdbbridge/session/moment.h"

namespace gdbbridge {

// What a run was.
struct RecordingInfo {
    QString architecture;  // "i386"
    QString scenarioName;  // file name
    QByteArray scenario;   // its text
    QString kernelOptions; // more words of the kernel's command line
    QString program;       // who recorded, with version
    bool operator==(const RecordingInfo&) const = default;
};

// How a run ended; absent in the recording of a recorder that was killed.
struct RecordingEnd {
    int status = 0;     // exit code of the run: 0, 1 a check failed, 2 it does not parse, 3 the kernel died
    QString problem;    // one line, "" when all went well
    QStringList report; // more about a kernel that died
    bool operator==(const RecordingEnd&) const = default;
};

class RecordingWriter {
public:
    // Makes the file, in the place of one that is there. Check ok() afterwards.
    RecordingWriter(const QString& path, const RecordingInfo& info);
    ~RecordingWriter();

    // One line about the first thing that went wrong, "" while all is well. Once it is set nothing is
    // written.
    [[nodiscard]] QString error() const;
    // Keeps a moment; when this returns, it is in the file.
    bool append(const Moment& moment);
    bool appendConsole(const QByteArray& bytes);
    bool finish(const RecordingEnd& end);

private:
    class Private;
    std::unique_ptr<Private> d;
};

class RecordingReader {
public:
    // Opens a recording that is complete or was cut short by a crash. Nothing, and one line why, for another
    // file, one of a newer version, or one that is damaged.
    static std::unique_ptr<RecordingReader> open(const QString& path, QString* problem);
    // Whether a file begins as a recording does; it may still be damaged.
    static bool looksLike(const QString& path);
    ~RecordingReader();

    [[nodiscard]] const RecordingInfo& info() const;
    [[nodiscard]] const std::optional<RecordingEnd>& end() const;
    [[nodiscard]] int momentCount() const;
    [[nodiscard]] QByteArray console();
    // A moment as it was. null, and a reason, when the file is damaged there. Moments in order cost what
    // changed between them; a jump costs at most twice the things that there are.
    [[nodiscard]] MomentPtr moment(int index, QString* problem);

private:
    class Private;
    explicit RecordingReader(std::unique_ptr<Private> opened);
    std::unique_ptr<Private> d;
};

} // namespace gdbbridge
