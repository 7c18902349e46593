// Reads a recording on a thread of its own; the moments come to the thread that started it, in order.
#pragma once

#include <QObject>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "gdbbridge/record/recording.h"
#include "gui/app/recorded_run.h"

namespace gui {

class RecordingLoader : public QObject {
    Q_OBJECT

public:
    explicit RecordingLoader(std::unique_ptr<gdbbridge::RecordingReader> reader, QObject* parent = nullptr);
    // Ends the reading, after the moment that is being read.
    ~RecordingLoader() override;
    // Once.
    void start();

Q_SIGNALS:
    void console(const QByteArray& bytes);
    void read(const std::vector<gdbbridge::MomentPtr>& moments);
    // How the run ended that was recorded, or where the file is damaged: nothing comes any more.
    void ended(const gui::RunOutcome& outcome);

private:
    void readAll();
    void tell(std::vector<gdbbridge::MomentPtr> moments);

    std::unique_ptr<gdbbridge::RecordingReader> m_reader; // the thread's, once it runs
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
};

} // namespace gui
