#include "gui/app/recording_loader.h"

#include <QElapsedTimer>

#include <utility>

namespace gui {

namespace {

// So many moments at once, and none held back for longer.
constexpr size_t mostAtOnce = 8;
constexpr qint64 heldBackMs = 30;

} // namespace

RecordingLoader::RecordingLoader(std::unique_ptr<gdbbridge::RecordingReader> reader, QObject* parent)
    : QObject(parent), m_reader(std::move(reader)) {}

RecordingLoader::~RecordingLoader() {
    m_stop = true;
    if (m_thread.joinable())
        m_thread.join();
}

void RecordingLoader::start() {
    m_thread = std::thread([this] { readAll(); });
}

void RecordingLoader::tell(std::vector<gdbbridge::MomentPtr> moments) {
    QMetaObject::invokeMethod(
        this, [this, moments = std::move(moments)] { Q_EMIT read(moments); }, Qt::QueuedConnection);
}

void RecordingLoader::readAll() {
    QMetaObject::invokeMethod(
        this, [this, bytes = m_reader->console()] { Q_EMIT console(bytes); }, Qt::QueuedConnection);
    std::vector<gdbbridge::MomentPtr> moments;
    QElapsedTimer clock;
    clock.start();
    RunOutcome outcome = recordedEnd(*m_reader);
    for (int index = 0; index < m_reader->momentCount() && !m_stop; ++index) {
        QString problem;
        gdbbridge::MomentPtr moment = m_reader->moment(index, &problem);
        if (!moment) {
            outcome = {ExitCode::BadInput, problem, {}};
            break;
        }
        moments.push_back(std::move(moment));
        // The first one is what there is to see.
        if (index == 0 || moments.size() == mostAtOnce || clock.elapsed() > heldBackMs) {
            tell(std::exchange(moments, {}));
            clock.restart();
        }
    }
    if (!moments.empty())
        tell(std::move(moments));
    QMetaObject::invokeMethod(
        this, [this, outcome] { Q_EMIT ended(outcome); }, Qt::QueuedConnection);
}

} // namespace gui
