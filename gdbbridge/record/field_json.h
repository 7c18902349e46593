// Fields as JSON: the two directions that describe() in fields.h goes over. Part of the recordings.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>
#include <algorithm>
#include <utility>
#include <vector>

#include "gdbbridge/record/fields.h"

namespace gdbbridge {

inline QString hexText(uint64_t value) { return QStringLiteral("0x%1").arg(value, 0, 16); }

// The keys of one vector's members, by index; each once, also in a kernel that gives a number twice.
class Keys {
public:
    const QByteArray& add(QByteArray key) {
        const QByteArray stem = key;
        for (int copy = 2; m_indexes.contains(key); ++copy)
            key = stem + '#' + QByteArray::number(copy);
        m_indexes.insert(key, int(m_keys.size()));
        m_keys.push_back(key);
        return m_keys.back();
    }
    const QByteArray& operator[](int index) const { return m_keys[size_t(index)]; }
    int size() const { return int(m_keys.size()); }
    int indexOf(const QByteArray& key) const { return m_indexes.value(key, none); }

private:
    std::vector<QByteArray> m_keys;
    QHash<QByteArray, int> m_indexes;
};

// The vectors that a reference can point into; entries are those of one map at a time.
struct KeySpace {
    Keys spaces, kernelMaps, entries, amaps, anons, objects, pages;
    Keys& of(FieldTarget target) {
        switch (target) {
        case FieldTarget::Space:
            return spaces;
        case FieldTarget::KernelMap:
            return kernelMaps;
        case FieldTarget::Entry:
            return entries;
        case FieldTarget::Amap:
            return amaps;
        case FieldTarget::Anon:
            return anons;
        case FieldTarget::Object:
            return objects;
        case FieldTarget::Page:
            break;
        }
        return pages;
    }
};

class FieldWriter {
public:
    explicit FieldWriter(KeySpace& keys) : m_keys(keys) {}
    void address(const char* name, uint64_t value) { put(name, hexText(value)); }
    void number(const char* name, std::integral auto value) { put(name, qint64(value)); }
    // Left out when it is 0.
    void optionalNumber(const char* name, std::integral auto value) {
        if (value != 0)
            number(name, value);
    }
    void truth(const char* name, bool value) { put(name, value); }
    void text(const char* name, const std::string& value) { put(name, QString::fromStdString(value)); }
    void text(const char* name, const QString& value) { put(name, value); }
    // Left out when it is empty.
    void optionalText(const char* name, const QString& value) {
        if (!value.isEmpty())
            text(name, value);
    }
    void rights(const char* name, const Protection& value) {
        put(name, QString::fromStdString(value.text()));
    }
    template <class E>
    void word(const char* name, const E& value) {
        put(name, QLatin1String(fieldWords<E>[size_t(value)]));
    }
    void reference(const char* name, int index, FieldTarget target) { put(name, keyOf(index, target)); }
    // Left out when there is none.
    void optionalReference(const char* name, int index, FieldTarget target) {
        if (index != none)
            reference(name, index, target);
    }
    void references(const char* name, const std::vector<int>& indexes, FieldTarget target) {
        QJsonArray array;
        for (int index : indexes)
            array.append(keyOf(index, target));
        put(name, array);
    }
    template <class T, class F>
    void list(const char* name, const std::vector<T>& values, F&& each) {
        QJsonArray array;
        for (const T& value : values) {
            FieldWriter fields(m_keys);
            each(fields, value);
            array.append(fields.object());
        }
        put(name, array);
    }
    void numbers(const char* name, const std::vector<int32_t>& values) {
        QJsonArray array;
        for (int32_t value : values)
            array.append(value);
        put(name, array);
    }
    template <size_t N>
    void bytes(const char* name, const std::array<uint8_t, N>& value) {
        put(name, QString::fromLatin1(
                      QByteArray(reinterpret_cast<const char*>(value.data()), qsizetype(N)).toHex()));
    }
    void put(const char* name, const QJsonValue& value) { m_object.insert(QLatin1String(name), value); }
    [[nodiscard]] const QJsonObject& object() const { return m_object; }
    [[nodiscard]] QByteArray body() const { return QJsonDocument(m_object).toJson(QJsonDocument::Compact); }

private:
    [[nodiscard]] QJsonValue keyOf(int index, FieldTarget target) {
        return index == none ? QJsonValue() : QJsonValue(QString::fromUtf8(m_keys.of(target)[index]));
    }

    KeySpace& m_keys;
    QJsonObject m_object;
};

class FieldReader {
public:
    // `problem` gets the first field that cannot be read.
    FieldReader(KeySpace& keys, QJsonObject object, QString& problem)
        : m_keys(keys), m_object(std::move(object)), m_problem(problem) {}
    void address(const char* name, uint64_t& value) {
        bool ok = false;
        value = get(name).toString().toULongLong(&ok, 0);
        need(ok, name);
    }
    template <std::integral T>
    void number(const char* name, T& value) {
        const QJsonValue found = get(name);
        const qint64 wide = found.toInteger();
        need(found.isDouble() && std::in_range<T>(wide), name);
        value = T(wide);
    }
    template <std::integral T>
    void optionalNumber(const char* name, T& value) {
        value = 0;
        if (m_object.contains(QLatin1String(name)))
            number(name, value);
    }
    void truth(const char* name, bool& value) {
        need(get(name).isBool(), name);
        value = get(name).toBool();
    }
    void text(const char* name, std::string& value) {
        need(get(name).isString(), name);
        value = get(name).toString().toStdString();
    }
    void text(const char* name, QString& value) {
        need(get(name).isString(), name);
        value = get(name).toString();
    }
    void optionalText(const char* name, QString& value) {
        value.clear();
        if (m_object.contains(QLatin1String(name)))
            text(name, value);
    }
    void rights(const char* name, Protection& value) {
        const QString words = get(name).toString();
        for (uint8_t bits = 0; bits < 8; ++bits)
            if (const Protection candidate{bits}; words == QString::fromStdString(candidate.text())) {
                value = candidate;
                return;
            }
        need(false, name);
    }
    template <class E>
    void word(const char* name, E& value) {
        const QString found = get(name).toString();
        const auto& words = fieldWords<E>;
        const auto at = std::find_if(words.begin(), words.end(),
                                     [&](const char* each) { return found == QLatin1String(each); });
        need(at != words.end(), name);
        value = E(at - words.begin());
    }
    void reference(const char* name, int& index, FieldTarget target) {
        index = indexOf(get(name), name, target);
    }
    void optionalReference(const char* name, int& index, FieldTarget target) {
        index = none;
        if (m_object.contains(QLatin1String(name)))
            reference(name, index, target);
    }
    void references(const char* name, std::vector<int>& indexes, FieldTarget target) {
        need(get(name).isArray(), name);
        for (const QJsonValue value : get(name).toArray())
            indexes.push_back(indexOf(value, name, target));
    }
    template <class T, class F>
    void list(const char* name, std::vector<T>& values, F&& each) {
        need(get(name).isArray(), name);
        const QJsonArray array = get(name).toArray();
        values.resize(size_t(array.size()));
        for (qsizetype i = 0; i < array.size(); ++i) {
            FieldReader fields(m_keys, array[i].toObject(), m_problem);
            each(fields, values[size_t(i)]);
        }
    }
    void numbers(const char* name, std::vector<int32_t>& values) {
        need(get(name).isArray(), name);
        for (const QJsonValue value : get(name).toArray())
            values.push_back(value.toInt());
    }
    template <size_t N>
    void bytes(const char* name, std::array<uint8_t, N>& value) {
        const QByteArray found = QByteArray::fromHex(get(name).toString().toLatin1());
        need(found.size() == qsizetype(N), name);
        std::copy_n(found.begin(), std::min(found.size(), qsizetype(N)), value.begin());
    }

private:
    int indexOf(const QJsonValue& key, const char* name, FieldTarget target) {
        const int index = key.isNull() ? none : m_keys.of(target).indexOf(key.toString().toUtf8());
        need(key.isNull() || index != none, name);
        return index;
    }
    [[nodiscard]] QJsonValue get(const char* name) const { return m_object.value(QLatin1String(name)); }
    void need(bool good, const char* name) {
        if (!good && m_problem.isEmpty())
            m_problem =
                QStringLiteral("the field '%1' is missing or makes no sense").arg(QLatin1String(name));
    }

    KeySpace& m_keys;
    QJsonObject m_object;
    QString& m_problem;
};

} // namespace gdbbridge
