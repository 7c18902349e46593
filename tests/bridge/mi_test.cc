// The MI language: lines that GDB 13 really wrote, and lines that nobody should write.
#include <QFile>
#include <QTest>
#include <random>

#include "gdbbridge/mi/command.h"
#include "gdbbridge/mi/escape.h"
#include "gdbbridge/mi/line_splitter.h"
#include "gdbbridge/mi/parser.h"

using namespace gdbbridge::mi;

namespace {

std::string toText(const Value& value) {
    std::string out;
    if (value.kind() == Value::Kind::String)
        return quote(value.text());
    for (const Value& child : value.children()) {
        out += out.empty() ? "" : ",";
        out += child.name().empty() ? toText(child) : child.name() + "=" + toText(child);
    }
    return value.kind() == Value::Kind::Tuple ? "{" + out + "}" : "[" + out + "]";
}

std::string resultsText(const Value& results) {
    std::string const inner = toText(results).substr(1);
    return inner == "}" ? "" : "," + inner.substr(0, inner.size() - 1);
}

// The line that the record was made of, or "unparsed".
std::string toText(const Record& record) {
    auto const token = [](std::optional<uint64_t> t) { return t ? std::to_string(*t) : std::string(); };
    if (auto const* r = std::get_if<ResultRecord>(&record)) {
        static const char* const names[] = {"done", "running", "connected", "error", "exit"};
        return token(r->token) + "^" + names[int(r->resultClass)] + resultsText(r->results);
    }
    if (auto const* a = std::get_if<AsyncRecord>(&record))
        return token(a->token) + std::string_view("*+=")[size_t(a->kind)] + a->asyncClass +
               resultsText(a->results);
    if (auto const* s = std::get_if<StreamRecord>(&record))
        return std::string_view("~@&")[size_t(s->kind)] + quote(s->text);
    return std::holds_alternative<Prompt>(record) ? "(gdb) " : "unparsed";
}

std::vector<std::string> recordedLines() {
    QFile file(QStringLiteral(UVMSCOPE_SOURCE_DIR "/tests/bridge/recorded/gdb-13.mi"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    LineSplitter splitter;
    return splitter.feed(file.readAll().toStdString());
}

// Whether a piece of a good line, cut off at its end, is still a good line; told from quotes and brackets
// alone.
bool isWhole(std::string_view piece) {
    static const std::vector<std::string_view> classes{"^done", "^running", "^connected", "^error", "^exit"};
    int depth = 0;
    bool inString = false, sawComma = false;
    for (size_t i = 0; i < piece.size(); i++) {
        char const c = piece[i];
        if (inString && c == '\\')
            i++;
        else if (c == '"')
            inString = !inString;
        else if (!inString)
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        sawComma = sawComma || (!inString && c == ',');
    }
    if (inString || depth != 0 || piece.empty())
        return false;
    if (piece.find('"') != std::string_view::npos || sawComma)
        return piece.ends_with('"') || piece.ends_with('}') || piece.ends_with(']');
    if (piece[0] == '(')
        return piece == "(gdb)" || piece == "(gdb) ";
    piece.remove_prefix(std::min(piece.find_first_not_of("0123456789"), piece.size()));
    if (piece.starts_with('^'))
        return std::find(classes.begin(), classes.end(), piece) != classes.end();
    return piece.size() > 1 && std::string_view("*+=").find(piece[0]) != std::string_view::npos;
}

QByteArray bytes(const std::string& text) { return QByteArray::fromStdString(text); }

} // namespace

class MiTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recorded_lines_come_back_byte_for_byte() {
        auto const lines = recordedLines();
        QVERIFY(lines.size() > 150);
        for (const std::string& line : lines)
            QCOMPARE(bytes(toText(parseLine(line))), bytes(line));
    }

    void recorded_lines_cut_at_every_byte_parse_only_where_they_are_whole() {
        for (const std::string& line : recordedLines()) {
            for (size_t length = 0; length <= line.size(); length++) {
                std::string_view const piece = std::string_view(line).substr(0, length);
                Record const record = parseLine(piece);
                bool const parsed = !std::holds_alternative<Unparsed>(record);
                QVERIFY2(parsed == isWhole(piece), std::string(piece).c_str());
                if (auto const* u = std::get_if<Unparsed>(&record))
                    QVERIFY(u->position <= length && !u->problem.empty() && u->line == piece);
            }
        }
    }

    void recorded_lines_with_one_byte_changed_never_give_anything_but_a_record() {
        std::mt19937 random(1);
        for (const std::string& line : recordedLines()) {
            for (int i = 0; i < 20 && !line.empty(); i++) {
                std::string changed = line;
                changed[random() % line.size()] = char(random());
                Record const record = parseLine(changed);
                if (auto const* u = std::get_if<Unparsed>(&record))
                    QVERIFY(u->position <= changed.size());
                else
                    QCOMPARE(bytes(toText(parseLine(toText(record)))), bytes(toText(record)));
            }
        }
    }

    void a_stop_at_a_breakpoint_gives_its_parts() {
        Record const record =
            parseLine("*stopped,reason=\"breakpoint-hit\",bkptno=\"1\","
                      "frame={addr=\"0x00101055\",args=[{name=\"r\",value=\"\\\"q\\\"\"}]}");
        auto const* stop = std::get_if<AsyncRecord>(&record);
        QVERIFY(stop);
        QVERIFY(stop->kind == AsyncKind::Exec && !stop->token);
        QCOMPARE(stop->asyncClass, "stopped");
        QCOMPARE(stop->results["reason"].text(), "breakpoint-hit");
        QCOMPARE(stop->results["bkptno"].number().value(), 1u);
        QCOMPARE(stop->results["frame"]["addr"].number().value(), 0x101055u);
        QCOMPARE(stop->results["frame"]["args"][size_t(0)]["value"].text(), "\"q\"");
    }

    void a_missing_field_is_an_invalid_value_however_deep() {
        Record const record = parseLine("12^done,value=\"x\"");
        auto const& result = std::get<ResultRecord>(record);
        QCOMPARE(result.token.value(), 12u);
        const Value& missing = result.results["no"]["such"][size_t(3)]["thing"];
        QVERIFY(!missing.isValid());
        QVERIFY(missing.text().empty() && !missing.number() && missing.size() == 0);
        QVERIFY(!result.results["value"]["inside a string"].isValid());
    }

    void repeated_names_and_bare_values_are_kept() {
        Record const record =
            parseLine(R"(^done,bkpt={n="1"},{n="1.1"},bkpt={"a","b"},stack=[frame={},frame={}])");
        auto const& results = std::get<ResultRecord>(record).results;
        QCOMPARE(results.size(), 4u);
        QCOMPARE(results["bkpt"]["n"].text(), "1");
        QCOMPARE(results[1]["n"].text(), "1.1");
        QCOMPARE(results[2][1].text(), "b");
        QCOMPARE(results["stack"].size(), 2u);
    }

    void every_escape_is_decoded_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("decoded");
        QTest::newRow("letters") << QByteArray(R"("\a\b\e\f\n\r\t\v")") << QByteArray("\a\b\033\f\n\r\t\v");
        QTest::newRow("signs") << QByteArray("\"\\\\\\\"\\'\\?\"") << QByteArray("\\\"'?");
        QTest::newRow("octal, three digits") << QByteArray(R"("\303\244\0007")")
                                             << QByteArray("\xc3\xa4\0"
                                                           "7",
                                                           4);
        QTest::newRow("octal, short") << QByteArray(R"("\0x\18\77")")
                                      << QByteArray("\0x\1"
                                                    "8?",
                                                    5);
        QTest::newRow("hexadecimal") << QByteArray(R"("\x41\xFf\xaZ\x412")") << QByteArray("A\xff\nZA2");
        QTest::newRow("unknown stays") << QByteArray(R"("\q\9")") << QByteArray("\\q\\9");
        QTest::newRow("raw bytes") << QByteArray("\"\xc3\xa4\x01\"") << QByteArray("\xc3\xa4\x01");
        QTest::newRow("empty") << QByteArray("\"\"") << QByteArray("");
    }
    void every_escape_is_decoded() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, decoded);
        Unescaped const result = unescape(text.toStdString());
        QVERIFY(result.ok);
        QCOMPARE(result.consumed, size_t(text.size()));
        QCOMPARE(bytes(result.text), decoded);
    }

    void every_byte_survives_quoting() {
        std::string all;
        for (int c = 0; c < 256; c++)
            (all += char(c)) += '7';
        Unescaped const back = unescape(quote(all));
        QVERIFY(back.ok);
        QCOMPARE(bytes(back.text), bytes(all));
        for (char const c : quote(all))
            QVERIFY(c >= ' ' && c <= '~');
    }

    void malformed_lines_are_unparsed_at_the_right_byte_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("position");
        auto const row = [](const char* line, int position) {
            QTest::newRow(line) << QByteArray(line) << position;
        };
        row("", 0);
        row("hello", 0);
        row("12", 2);
        row("12hello", 2);
        row("12~\"a\"", 2);
        row("99999999999999999999^done", 0);
        row("^", 1);
        row("^don", 1);
        row("^done,", 6);
        row("^done,a", 7);
        row("^done,a=", 8);
        row("^done,a=b", 8);
        row("^done,a=\"b", 10);
        row("^done,a=\"b\\", 11);
        row("^done,a=\"\\x\"", 11);
        row("^done a=\"b\"", 5);
        row("^done,a={b=\"c\"", 14);
        row("^done,a={b=\"c\"]", 14);
        row("^done,a={,}", 9);
        row("^done,a=[\"b\",]", 13);
        row("^done,a=\"b\"}", 11);
        row("^done,=\"b\"", 6);
        row("^done,a=\"b\" ", 11);
        row("*", 1);
        row("*,a=\"b\"", 1);
        row("~", 1);
        row("~x", 1);
        row("~\"a\"b", 4);
        row("~\"a", 3);
        row("(gdb)x", 0);
    }
    void malformed_lines_are_unparsed_at_the_right_byte() {
        QFETCH(QByteArray, line);
        QFETCH(int, position);
        Record const record = parseLine(line.toStdString());
        auto const* unparsed = std::get_if<Unparsed>(&record);
        QVERIFY(unparsed);
        QCOMPARE(int(unparsed->position), position);
        QCOMPARE(bytes(unparsed->line), line);
    }

    void a_carriage_return_at_the_end_does_not_matter() {
        QCOMPARE(toText(parseLine("^done,a=\"b\"\r")), "^done,a=\"b\"");
        QCOMPARE(toText(parseLine("(gdb) \r")), "(gdb) ");
    }

    void nesting_is_limited_and_says_so() {
        auto const nested = [](size_t depth) {
            return "^done,a=" + std::string(depth, '[') + std::string(depth, ']');
        };
        QVERIFY(std::holds_alternative<ResultRecord>(parseLine(nested(64))));
        for (size_t const depth : {size_t(65), size_t(100000), size_t(10000000)}) {
            Record const record = parseLine(nested(depth));
            QCOMPARE(std::get<Unparsed>(record).problem, "nested too deeply");
            QCOMPARE(std::get<Unparsed>(record).position, size_t(8 + 64));
        }
        QVERIFY(std::holds_alternative<Unparsed>(parseLine("^done,a=" + std::string(1000000, '{'))));
    }

    void the_number_of_values_is_limited_and_says_so() {
        std::string line = "^done,a=[\"\"";
        for (int i = 1; i < 20; i++)
            line += ",\"\"";
        line += "]";
        QVERIFY(std::holds_alternative<ResultRecord>(parseLine(line, {.depth = 64, .values = 21})));
        QCOMPARE(std::get<Unparsed>(parseLine(line, {.depth = 64, .values = 20})).problem, "too many values");
    }

    void random_bytes_never_do_harm() {
        std::mt19937 random(2);
        static const std::string_view signs = "^*+=~@&\"\\{}[],=ab01 \n\xff";
        int parsed = 0;
        for (int i = 0; i < 200000; i++) {
            std::string line;
            for (size_t n = random() % 24; n > 0; n--)
                line += signs[random() % signs.size()];
            Record const record = parseLine(line);
            parsed += !std::holds_alternative<Unparsed>(record);
            if (auto const* u = std::get_if<Unparsed>(&record))
                QVERIFY(u->position <= line.size());
        }
        QVERIFY(parsed > 100); // the bytes do find their way into the grammar
    }

    void numbers_are_whole_or_nothing() {
        QCOMPARE(parseNumber("18446744073709551615").value(), UINT64_MAX);
        QCOMPARE(parseNumber("0xffffffffffffffff").value(), UINT64_MAX);
        for (const char* const text : {"", "0x", "18446744073709551616", "-1", " 1", "1 ", "12z", "0x1g"})
            QVERIFY2(!parseNumber(text), text);
    }

    void arguments_are_quoted_where_gdb_needs_it() {
        QCOMPARE(Command("-break-insert").option("-h").argument("uvm_probe_stop").line(7),
                 "7-break-insert -h uvm_probe_stop\n");
        QCOMPARE(Command("-x").argument("sizeof (struct a)").text(), "-x \"sizeof (struct a)\"");
        QCOMPARE(Command("-x").argument("a\"b\\c\n").text(), "-x \"a\\\"b\\\\c\\n\"");
        QCOMPARE(Command("-x").argument("").argument(12).text(), "-x \"\" 12");
        QCOMPARE(Command("-x").argument("uvm::uvm_pages.free.count").text(), "-x uvm::uvm_pages.free.count");
    }

    void lines_are_the_same_however_the_bytes_were_chopped() {
        std::string const text = "^done\n~\"a\\n\"\n\n(gdb) \nrest";
        for (size_t step = 1; step <= text.size(); step++) {
            LineSplitter splitter;
            std::vector<std::string> lines;
            for (size_t at = 0; at < text.size(); at += step) {
                for (std::string& line : splitter.feed(std::string_view(text).substr(at, step)))
                    lines.push_back(std::move(line));
            }
            QCOMPARE(lines, (std::vector<std::string>{"^done", "~\"a\\n\"", "", "(gdb) "}));
            QCOMPARE(splitter.rest(), "rest");
        }
    }

    void an_endless_line_takes_bounded_memory() {
        LineSplitter splitter(100);
        for (int i = 0; i < 1000; i++)
            QVERIFY(splitter.feed("xxxxxxxxxx").empty());
        QCOMPARE(splitter.rest().size(), 100u);
        QCOMPARE(splitter.feed("y\nz\n"), (std::vector<std::string>{std::string(100, 'x'), "z"}));
    }
};

QTEST_GUILESS_MAIN(MiTest)
#include "mi_test.moc"
