// The guest's memory and its events, in place or by way of GDB.
#include <algorithm>

#include "gdbbridge/session/machine.h"
#include "gdbbridge/session/machine_names.h"

namespace gdbbridge {

using namespace names;

namespace {

// Rounds of fetching pages for one look at memory; a long list may need one a node.
constexpr int mostRounds = 4096;

} // namespace

void Machine::accept(const EventBatch& batch) {
    m_state->accept(batch);
    moveWriteLimit();
}

// Without the limit the guest waits for nobody, and events are lost.
bool Machine::moveWriteLimit() {
    if (m_config.readPath != ReadPath::Mapped ||
        m_qemu->ram()->write64(physical(m_symbols[writeLimit]),
                               std::min(m_state->position() + m_state->capacity(), m_eventLimit)))
        return true;
    breakDown(Death::Kind::Failed, controlOutside());
    return false;
}

void Machine::setEventLimit(uint64_t last) {
    m_eventLimit = last;
    if (moveWriteLimit())
        setControl(quickUntil, 0, [] {});
}

std::optional<Snapshot> Machine::atEventLimit() {
    if (m_phase != Phase::Up || !m_memory || m_config.readPath != ReadPath::Mapped)
        return std::nullopt;
    // The guest says that it waits after it has seen the limit, and the last event came before that.
    auto const waits = [this] {
        return m_qemu->ram()->read32(physical(m_symbols[waitingWord])).value_or(0) != 0 &&
               m_state->position() == m_eventLimit;
    };
    if (!waits())
        return std::nullopt;
    return m_state->decoder().decode(*m_memory);
}

EventBatch Machine::drain() {
    if (m_phase != Phase::Up || !m_memory || m_config.readPath != ReadPath::Mapped)
        return {};
    EventBatch batch = m_state->readEvents(*m_memory);
    accept(batch);
    return batch;
}

std::optional<GuestState> Machine::remains() {
    if (!m_memory || !m_state || m_config.readPath != ReadPath::Mapped)
        return std::nullopt;
    GuestState out = m_state->read(*m_memory);
    m_state->accept(out.batch);
    return out;
}

void Machine::openMemory() {
    if (m_window.size == 0)
        return; // the kernel has not built its tables yet
    if (m_config.readPath == ReadPath::Mapped) {
        auto const ram = m_qemu->ram()->bytes();
        m_memory = std::make_unique<WindowReader>(
            std::span(reinterpret_cast<const uint8_t*>(ram.data()), ram.size()), m_window);
        m_live = std::make_unique<LiveReader>(m_layoutRequest->layout(), *m_memory);
    } else {
        auto pages = std::make_unique<PageCacheReader>(m_window);
        m_pages = pages.get();
        m_memory = std::move(pages);
    }
}

void Machine::forgetMemory() {
    if (m_pages)
        m_pages->forget();
}

void Machine::withMemory(std::function<void(MemoryReader&)> use, std::function<void()> done) {
    if (m_memory)
        useMemory(use, done, 0);
    else
        done();
}

void Machine::useMemory(const std::function<void(MemoryReader&)>& use, const std::function<void()>& done,
                        int round) {
    use(*m_memory);
    std::vector<uint64_t> const missing = m_pages ? m_pages->takeMissing() : std::vector<uint64_t>();
    if (missing.empty() || round == mostRounds)
        return done();
    for (size_t i = 0; i < missing.size(); ++i) {
        bool const last = i + 1 == missing.size();
        m_gdb->command(
            mi::Command("-data-read-memory-bytes").argument(missing[i]).argument(PageCacheReader::pageSize),
            [this, use, done, round, last, page = missing[i]](const mi::ResultRecord& record) {
                QByteArray const bytes = QByteArray::fromHex(
                    QByteArray::fromStdString(record.results["memory"][size_t(0)]["contents"].text()));
                if (bytes.size() == qsizetype(PageCacheReader::pageSize))
                    m_pages->put(page, std::span<const uint8_t, PageCacheReader::pageSize>(
                                           reinterpret_cast<const uint8_t*>(bytes.constData()),
                                           PageCacheReader::pageSize));
                else
                    m_pages->putUnreadable(page);
                if (last)
                    useMemory(use, done, round + 1);
            });
    }
}

} // namespace gdbbridge
