// Differences of lists of things.
#include <QHash>
#include <QString>

#include "gdbbridge/record/thing.h"

namespace gdbbridge {

namespace {

using Name = std::pair<uint8_t, QByteArray>; // kind and key
Name nameOf(ThingKind kind, const QByteArray& key) { return {uint8_t(kind), key}; }

struct Known {
    QByteArray after, body;
};
using Knowledge = QHash<Name, Known>;

Knowledge knowledgeOf(const Things& things) {
    Knowledge known;
    known.reserve(qsizetype(things.size()));
    const Thing* last = nullptr;
    for (const Thing& thing : things) {
        known.insert(nameOf(thing.kind, thing.key),
                     {last && last->kind == thing.kind ? last->key : QByteArray(), thing.body});
        last = &thing;
    }
    return known;
}

} // namespace

ThingChanges changesBetween(const Things& before, const Things& after) {
    Knowledge known = knowledgeOf(before);
    ThingChanges changes;
    const Thing* last = nullptr;
    for (const Thing& thing : after) {
        const QByteArray predecessor = last && last->kind == thing.kind ? last->key : QByteArray();
        const auto found = known.find(nameOf(thing.kind, thing.key));
        if (found == known.end() || found->body != thing.body || found->after != predecessor)
            changes.push_back({thing.kind, thing.key, predecessor, thing.body});
        if (found != known.end())
            known.erase(found);
        last = &thing;
    }
    for (const Thing& thing : before)
        if (known.contains(nameOf(thing.kind, thing.key)))
            changes.push_back({thing.kind, thing.key, {}, {}});
    return changes;
}

std::optional<Things> changed(const Things& before, const ThingChanges& changes, QString* problem) {
    Knowledge known = knowledgeOf(before);
    for (const ThingChange& change : changes) {
        if (!change.gone())
            known.insert(nameOf(change.kind, change.key), {change.after, change.body});
        else if (!known.remove(nameOf(change.kind, change.key))) {
            *problem = QStringLiteral("%1 %2 goes, but was never there")
                           .arg(QLatin1String(thingKindName(change.kind)), QString::fromUtf8(change.key));
            return std::nullopt;
        }
    }
    QHash<Name, QByteArray> followers;
    followers.reserve(known.size());
    for (auto each = known.cbegin(); each != known.cend(); ++each)
        followers.insert({each.key().first, each->after}, each.key().second);
    Things things;
    things.reserve(size_t(known.size()));
    for (int kind = 0; kind < thingKinds; ++kind) {
        Name at = nameOf(ThingKind(kind), {});
        // A chain that runs in a circle meets a follower that is gone already.
        for (auto next = followers.constFind(at); next != followers.cend(); next = followers.constFind(at)) {
            const Name name = nameOf(ThingKind(kind), *next);
            followers.erase(next);
            things.push_back({ThingKind(kind), name.second, known.value(name).body});
            at = name;
        }
    }
    if (things.size() != size_t(known.size())) {
        *problem = QStringLiteral("the order of %1 things cannot be told")
                       .arg(known.size() - qsizetype(things.size()));
        return std::nullopt;
    }
    return things;
}

} // namespace gdbbridge
