#include "gdbbridge/record/thing.h"

#include <QHash>
#include <QString>

#include "gdbbridge/record/field_json.h"

namespace gdbbridge {

namespace {

constexpr std::array<const char*, thingKinds> kindNames{"machine", "process",    "space",        "entry",
                                                        "mapping", "kernel_map", "kernel_entry", "amap",
                                                        "anon",    "object",     "page"};

QByteArray identity(uint32_t id, uint64_t address) {
    return id ? QByteArray::number(id) : '@' + QByteArray::number(address, 16);
}

// The key of what lies in a space, without the space's name.
QByteArray innerKey(const QByteArray& key) { return key.mid(key.indexOf('/') + 1); }
QByteArray outerKey(const QByteArray& key) { return key.left(key.indexOf('/')); }

class Listing {
public:
    explicit Listing(const Snapshot& snapshot) : m_snapshot(snapshot) {}

    Things all() {
        for (const Vmspace& each : m_snapshot.vmspaces)
            m_keys.spaces.add(identity(each.id, each.address));
        for (const KernelMap& each : m_snapshot.kernelMaps)
            m_keys.kernelMaps.add(each.name.empty() ? identity(0, each.map.address)
                                                    : QByteArray::fromStdString(each.name));
        for (const Amap& each : m_snapshot.amaps)
            m_keys.amaps.add(identity(each.id, each.address));
        for (const Anon& each : m_snapshot.anons)
            m_keys.anons.add(identity(each.id, each.address));
        for (const Object& each : m_snapshot.objects)
            m_keys.objects.add(identity(each.id, each.address));
        for (const Page& each : m_snapshot.pages)
            m_keys.pages.add(QByteArray::number(each.pa, 16).prepend("0x"));
        add(ThingKind::Machine, "machine", m_snapshot);
        Keys pids;
        for (const Process& each : m_snapshot.processes)
            add(ThingKind::Process, pids.add(QByteArray::number(each.pid)), each);
        spaces();
        kernelMaps();
        addAll(ThingKind::Amap, m_keys.amaps, m_snapshot.amaps);
        addAll(ThingKind::Anon, m_keys.anons, m_snapshot.anons);
        addAll(ThingKind::Object, m_keys.objects, m_snapshot.objects);
        addAll(ThingKind::Page, m_keys.pages, m_snapshot.pages);
        return std::move(m_things);
    }

private:
    template <class T>
    void add(ThingKind kind, const QByteArray& key, const T& value) {
        FieldWriter fields(m_keys);
        describe(fields, value);
        m_things.push_back({kind, key, fields.body()});
    }
    template <class T>
    void addAll(ThingKind kind, const Keys& keys, const std::vector<T>& values) {
        for (int i = 0; i < keys.size(); ++i)
            add(kind, keys[i], values[size_t(i)]);
    }
    void nameEntries(const Map& map) {
        m_keys.entries = {};
        for (const Entry& each : map.entries)
            m_keys.entries.add(identity(each.id, each.address));
    }
    void addEntries(ThingKind kind, const QByteArray& prefix, const Map& map) {
        for (int i = 0; i < m_keys.entries.size(); ++i)
            add(kind, prefix + m_keys.entries[i], map.entries[size_t(i)]);
    }
    void kernelMaps() {
        Things entries;
        for (int i = 0; i < m_keys.kernelMaps.size(); ++i) {
            const KernelMap& each = m_snapshot.kernelMaps[size_t(i)];
            nameEntries(each.map);
            add(ThingKind::KernelMap, m_keys.kernelMaps[i], each);
            std::swap(m_things, entries);
            addEntries(ThingKind::KernelEntry, m_keys.kernelMaps[i] + '/', each.map);
            std::swap(m_things, entries);
        }
        m_things.insert(m_things.end(), entries.begin(), entries.end());
    }
    void spaces() {
        // Kinds stay together, so what lies in the spaces is put behind all of them.
        Things entries, mappings;
        for (int i = 0; i < m_keys.spaces.size(); ++i) {
            const Vmspace& space = m_snapshot.vmspaces[size_t(i)];
            const QByteArray prefix = m_keys.spaces[i] + '/';
            nameEntries(space.map);
            add(ThingKind::Space, m_keys.spaces[i], space);
            std::swap(m_things, entries);
            addEntries(ThingKind::Entry, prefix, space.map);
            std::swap(m_things, entries);
            std::swap(m_things, mappings);
            Keys addresses;
            for (const Mapping& each : space.pageTables.mappings)
                add(ThingKind::Mapping, prefix + addresses.add("0x" + QByteArray::number(each.va, 16)), each);
            std::swap(m_things, mappings);
        }
        m_things.insert(m_things.end(), entries.begin(), entries.end());
        m_things.insert(m_things.end(), mappings.begin(), mappings.end());
    }

    const Snapshot& m_snapshot;
    KeySpace m_keys;
    Things m_things;
};

class Assembly {
public:
    explicit Assembly(const Things& things) {
        for (const Thing& thing : things)
            m_byKind[size_t(thing.kind)].push_back(&thing);
    }

    std::optional<Snapshot> build(QString* problem) {
        sortIntoSpaces(ThingKind::Entry, m_entries);
        sortIntoSpaces(ThingKind::Mapping, m_mappings);
        sortIntoSpaces(ThingKind::KernelEntry, m_kernelEntries);
        enter(ThingKind::KernelMap, m_keys.kernelMaps);
        enter(ThingKind::Space, m_keys.spaces);
        enter(ThingKind::Amap, m_keys.amaps);
        enter(ThingKind::Anon, m_keys.anons);
        enter(ThingKind::Object, m_keys.objects);
        enter(ThingKind::Page, m_keys.pages);
        if (of(ThingKind::Machine).size() != 1)
            complain(QStringLiteral("there is no thing 'machine'"));
        else
            read(*of(ThingKind::Machine).front(), m_out);
        readAll(ThingKind::Process, m_out.processes);
        spaces();
        kernelMaps();
        readAll(ThingKind::Amap, m_out.amaps);
        readAll(ThingKind::Anon, m_out.anons);
        readAll(ThingKind::Object, m_out.objects);
        readAll(ThingKind::Page, m_out.pages);
        if (m_problem.isEmpty())
            return std::move(m_out);
        *problem = m_problem;
        return std::nullopt;
    }

private:
    using Pointers = std::vector<const Thing*>;

    Pointers& of(ThingKind kind) { return m_byKind[size_t(kind)]; }
    void complain(const QString& text) {
        if (m_problem.isEmpty())
            m_problem = text;
    }
    void sortIntoSpaces(ThingKind kind, QHash<QByteArray, Pointers>& bySpace) {
        for (const Thing* thing : of(kind))
            bySpace[outerKey(thing->key)].push_back(thing);
    }
    void enter(ThingKind kind, Keys& keys) {
        for (const Thing* thing : of(kind))
            keys.add(thing->key);
    }
    template <class T>
    void read(const Thing& thing, T& value) {
        QString problem;
        FieldReader fields(m_keys, QJsonDocument::fromJson(thing.body).object(), problem);
        describe(fields, value);
        if (!problem.isEmpty())
            complain(
                QStringLiteral("%1 %2: %3")
                    .arg(QLatin1String(thingKindName(thing.kind)), QString::fromUtf8(thing.key), problem));
    }
    template <class T>
    void readAll(ThingKind kind, std::vector<T>& values) {
        readAll(of(kind), values);
    }
    template <class T>
    void readAll(const Pointers& things, std::vector<T>& values) {
        values.resize(things.size());
        for (size_t i = 0; i < things.size(); ++i)
            read(*things[i], values[i]);
    }
    // Those of one map, whose keys are now those that entries go by.
    Pointers takeEntries(QHash<QByteArray, Pointers>& from, const QByteArray& map) {
        Pointers entries = from.take(map);
        m_keys.entries = {};
        for (const Thing* entry : entries)
            m_keys.entries.add(innerKey(entry->key));
        return entries;
    }
    void kernelMaps() {
        for (const Thing* thing : of(ThingKind::KernelMap)) {
            const Pointers entries = takeEntries(m_kernelEntries, thing->key);
            read(*thing, m_out.kernelMaps.emplace_back());
            readAll(entries, m_out.kernelMaps.back().map.entries);
        }
        if (!m_kernelEntries.isEmpty())
            complain(QStringLiteral("an entry lies in a map of the kernel's that is not there"));
    }
    void spaces() {
        m_out.vmspaces.resize(of(ThingKind::Space).size());
        for (size_t i = 0; i < m_out.vmspaces.size(); ++i) {
            const Thing& thing = *of(ThingKind::Space)[i];
            const Pointers entries = takeEntries(m_entries, thing.key);
            read(thing, m_out.vmspaces[i]);
            readAll(entries, m_out.vmspaces[i].map.entries);
            readAll(m_mappings.take(thing.key), m_out.vmspaces[i].pageTables.mappings);
        }
        if (!m_entries.isEmpty() || !m_mappings.isEmpty())
            complain(QStringLiteral("an entry or mapping lies in a space that is not there"));
    }

    std::array<Pointers, thingKinds> m_byKind;
    QHash<QByteArray, Pointers> m_entries, m_mappings; // by space
    QHash<QByteArray, Pointers> m_kernelEntries;       // by map
    KeySpace m_keys;
    Snapshot m_out;
    QString m_problem;
};

} // namespace

const char* thingKindName(ThingKind kind) { return kindNames[size_t(kind)]; }

std::optional<ThingKind> thingKindOf(const QByteArray& name) {
    for (int kind = 0; kind < thingKinds; ++kind)
        if (name == kindNames[size_t(kind)])
            return ThingKind(kind);
    return std::nullopt;
}

Things thingsOf(const Snapshot& snapshot) { return Listing(snapshot).all(); }

std::optional<Snapshot> snapshotOf(const Things& things, QString* problem) {
    return Assembly(things).build(problem);
}

} // namespace gdbbridge
