// The questions to the debug information: answers as GDB prints them, answers that it refuses, and what is
// said to be missing. At the end GDB itself is asked about this very program and must agree with its
// compiler.
#include <QByteArray>
#include <QCoreApplication>
#include <QObject>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QString>
#include <QTest>

#include <algorithm>

#include "gdbbridge/layout/layout_request.h"
#include "gdbbridge/layout/names.h"
#include "tests/support/host_layout.h"

using gdbbridge::FieldLayout;
using gdbbridge::Layout;
using gdbbridge::LayoutQuery;
using gdbbridge::LayoutRequest;
using gdbbridge::parseGdbNumber;
using Kind = gdbbridge::LayoutQuery::Kind;

namespace {

// What a kernel that is `of` answers to one question; "" where GDB would refuse it.
std::string answerOf(const Layout& of, const LayoutQuery& query) {
    auto const text = [](std::optional<uint64_t> value) {
        return value ? std::to_string(*value) : std::string();
    };
    switch (query.kind) {
    case Kind::TypeSize:
        return text(of.size(query.name));
    case Kind::FieldOffset:
        return of.field(query.name) ? std::to_string(of.field(query.name)->offset) : "";
    case Kind::FieldSize:
        return of.field(query.name) ? std::to_string(of.field(query.name)->size) : "";
    case Kind::SymbolAddress:
        return text(of.symbol(query.name));
    case Kind::EnumeratorValue:
        return text(of.enumerator(query.name));
    case Kind::EventName:
        // A number without a name comes back as a number, not as an error.
        return query.number < of.eventNames().size() && !of.eventNames()[query.number].empty()
                   ? "uvm::uvm_event::" + of.eventNames()[query.number]
                   : std::to_string(query.number);
    }
    return {};
}

bool contains(const std::vector<std::string>& all, const std::string& part) {
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& each) { return each.find(part) != std::string::npos; });
}

void answerAll(LayoutRequest& request, const Layout& of,
               const std::function<bool(const LayoutQuery&)>& refused = {}) {
    for (size_t i = 0; i < request.queries().size(); ++i) {
        LayoutQuery const& query = request.queries()[i];
        if (refused && refused(query))
            request.refuse(i);
        else
            request.answer(i, answerOf(of, query));
    }
}

} // namespace

class LayoutRequestTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbers_as_gdb_prints_them_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("good");
        QTest::addColumn<quint64>("value");
        auto const row = [](const char* text, bool good, quint64 value) {
            QTest::newRow(text) << QByteArray(text) << good << value;
        };
        row("108", true, 108);
        row("0", true, 0);
        row("0x6c", true, 0x6c);
        row("(unsigned long) 108", true, 108);
        row("(uvm::process *) 0xc0123000 <uvm::allproc>", true, 0xc0123000);
        row("0xc0123000 <uvm::allproc>", true, 0xc0123000);
        row("40 '('", true, 40);
        row("  7", true, 7);
        row("18446744073709551615", true, UINT64_MAX);
        row("0xffffffffffffffff", true, UINT64_MAX);
        row("18446744073709551616", false, 0);
        row("-1", false, 0);
        row("", false, 0);
        row("0x", false, 0);
        row("12abc", false, 0);
        row("(unsigned long", false, 0);
        row("uvm::uvm_etype::object", false, 0);
        row("<optimized out>", false, 0);
        row("{...}", false, 0);
    }
    void numbers_as_gdb_prints_them() {
        QFETCH(QByteArray, text);
        QFETCH(bool, good);
        QFETCH(quint64, value);
        auto const parsed = parseGdbNumber({text.constData(), size_t(text.size())});
        QCOMPARE(parsed.has_value(), good);
        if (good)
            QCOMPARE(quint64(*parsed), value);
    }

    void complete_answers_give_the_same_layout() {
        LayoutRequest request;
        QVERIFY(!request.complete());
        answerAll(request, testsupport::hostLayout());
        QVERIFY(request.complete());
        QVERIFY(request.layout().missing().empty());
        QVERIFY(request.layout() == testsupport::hostLayout());
    }

    void the_order_of_answers_does_not_matter() {
        LayoutRequest request;
        for (size_t i = request.queries().size(); i-- > 0;)
            request.answer(i, answerOf(testsupport::hostLayout(), request.queries()[i]));
        QVERIFY(request.complete());
        QVERIFY(request.layout() == testsupport::hostLayout());
    }

    void what_gdb_refuses_is_missing_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("type") << "vm_amap"
                              << "kernel has no type vm_amap";
        QTest::newRow("field") << "vm_map_entry.maxgap"
                               << "kernel has no field vm_map_entry.maxgap";
        QTest::newRow("symbol") << "allproc"
                                << "kernel has no variable allproc";
        QTest::newRow("enumerator") << "uvm_etype.needs_copy"
                                    << "kernel has no enumerator uvm_etype.needs_copy";
        QTest::newRow("events") << "uvm_event"
                                << "kernel has no names in enum uvm_event";
    }
    void what_gdb_refuses_is_missing() {
        QFETCH(QString, name);
        QFETCH(QString, sentence);
        LayoutRequest request;
        answerAll(request, testsupport::hostLayout(),
                  [&](const LayoutQuery& query) { return query.name == name.toStdString(); });
        QVERIFY(request.complete());
        auto const missing = request.layout().missing();
        QCOMPARE(missing.size(), size_t{1});
        QCOMPARE(QString::fromStdString(missing[0]), sentence);
    }

    void nothing_answered_means_everything_is_missing() {
        LayoutRequest request;
        for (size_t i = 0; i < request.queries().size(); ++i)
            request.refuse(i);
        size_t const all = gdbbridge::requiredTypes().size() + gdbbridge::requiredFields().size() +
                           gdbbridge::requiredSymbols().size() + gdbbridge::requiredEnumerators().size() + 1;
        QCOMPARE(request.layout().missing().size(), all);
    }

    void impossible_answers_are_missing_too() {
        auto const with = [](Kind kind, const char* name, const char* text) {
            LayoutRequest request;
            answerAll(request, testsupport::hostLayout());
            for (size_t i = 0; i < request.queries().size(); ++i)
                if (request.queries()[i].kind == kind && request.queries()[i].name == name)
                    request.answer(i, text);
            return request.layout().missing();
        };
        QVERIFY(contains(with(Kind::FieldOffset, "vm_map_entry.start", "100000"),
                         "vm_map_entry.start has an impossible"));
        QVERIFY(contains(with(Kind::FieldSize, "vm_map_entry.start", "0"),
                         "vm_map_entry.start has an impossible"));
        QVERIFY(contains(with(Kind::FieldSize, "vm_map_entry.start", "16"),
                         "vm_map_entry.start has an impossible"));
        QVERIFY(contains(with(Kind::TypeSize, "vm_page", "0"), "vm_page has an impossible size"));
        QVERIFY(contains(with(Kind::TypeSize, "vm_page", "4294967296"), "vm_page has an impossible size"));
        QVERIFY(contains(with(Kind::TypeSize, "void*", "2"), "pointers have neither 4 nor 8"));
        QVERIFY(contains(with(Kind::SymbolAddress, "allproc", "0"), "no variable allproc"));
    }

    void an_answer_that_is_no_number_stays_out() {
        LayoutRequest request;
        for (size_t i = 0; i < request.queries().size(); ++i)
            request.answer(i, request.queries()[i].name == "vm_anon"
                                  ? "<optimized out>"
                                  : answerOf(testsupport::hostLayout(), request.queries()[i]));
        QCOMPARE(request.layout().missing(), std::vector<std::string>{"kernel has no type vm_anon"});
    }

    void answers_out_of_range_or_twice_do_no_harm() {
        LayoutRequest request;
        request.answer(SIZE_MAX, "1");
        request.refuse(request.queries().size());
        request.answer(0, "8");
        request.answer(0, "8");
        QVERIFY(!request.complete());
        answerAll(request, testsupport::hostLayout());
        QVERIFY(request.complete());
    }

    // The real debugger on this very program: debug information and compiler say the same.
    void gdb_agrees_with_the_compiler() {
        QString const gdb = QStandardPaths::findExecutable("gdb");
        QVERIFY2(!gdb.isEmpty(), "gdb is not installed");
        LayoutRequest request;
        QByteArray commands;
        for (size_t i = 0; i < request.queries().size(); ++i)
            commands += QByteArray::number(qulonglong(i)) + "-data-evaluate-expression \"" +
                        QByteArray::fromStdString(request.queries()[i].expression) + "\"\n";
        QProcess process;
        process.start(gdb, {"-nx", "-q", "--interpreter=mi3", QCoreApplication::applicationFilePath()});
        process.write(commands + "-gdb-exit\n");
        QVERIFY(process.waitForFinished(100'000));
        static const QRegularExpression done("^([0-9]+)\\^done,value=\"(.*)\"$"),
            refused("^([0-9]+)\\^error");
        for (QString const& line : QString::fromUtf8(process.readAllStandardOutput()).split(u'\n')) {
            if (auto const match = done.match(line.trimmed()); match.hasMatch())
                request.answer(match.captured(1).toULongLong(), match.captured(2).toStdString());
            else if (auto const error = refused.match(line); error.hasMatch())
                request.refuse(error.captured(1).toULongLong());
        }
        QVERIFY(request.complete());
        Layout const& asked = request.layout();
        QCOMPARE(asked.missing(), std::vector<std::string>());
        Layout const& compiled = testsupport::hostLayout();
        for (std::string_view type : gdbbridge::requiredTypes())
            QVERIFY2(asked.size(type) == compiled.size(type), std::string(type).c_str());
        for (std::string_view field : gdbbridge::requiredFields())
            QVERIFY2(asked.field(field) == compiled.field(field), std::string(field).c_str());
        for (std::string_view name : gdbbridge::requiredEnumerators())
            QVERIFY2(asked.enumerator(name) == compiled.enumerator(name), std::string(name).c_str());
        QVERIFY(asked.eventNames() == compiled.eventNames());
        // Variables lie elsewhere in a program that runs: moved, but all by the same distance.
        uint64_t const moved = *compiled.symbol("allproc") - *asked.symbol("allproc");
        for (std::string_view name : gdbbridge::requiredSymbols())
            QVERIFY2(*compiled.symbol(name) - *asked.symbol(name) == moved, std::string(name).c_str());
    }
};

QTEST_GUILESS_MAIN(LayoutRequestTest)
#include "layout_request_test.moc"
