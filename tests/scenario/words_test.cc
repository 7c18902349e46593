// The lexical rules of scenario files.
#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTest>

#include "kernel/scenario/words.h"

namespace {

QStringList words_of(std::string_view line) {
    QStringList found;
    uvm::line_words words(line);
    for (std::string_view word = words.next(); !word.empty(); word = words.next())
        found << QString::fromUtf8(word.data(), qsizetype(word.size()));
    return found;
}

std::string_view view(const QByteArray& text) { return {text.data(), size_t(text.size())}; }

} // namespace

class WordsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_line_is_split_at_blanks_and_ends_at_a_comment_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("plain") << QByteArray("map A any 0x1000") << QStringList{"map", "A", "any", "0x1000"};
        QTest::newRow("blanks") << QByteArray(" \t map\t\tA  any ") << QStringList{"map", "A", "any"};
        QTest::newRow("carriage return") << QByteArray("check\r") << QStringList{"check"};
        QTest::newRow("empty") << QByteArray("") << QStringList{};
        QTest::newRow("blank") << QByteArray("  \t") << QStringList{};
        QTest::newRow("comment") << QByteArray("# a comment") << QStringList{};
        QTest::newRow("comment behind") << QByteArray("check # now") << QStringList{"check"};
        QTest::newRow("comment in a word") << QByteArray("che#ck") << QStringList{"che"};
        QTest::newRow("comment in a string")
            << QByteArray("write A 0 \"a#b\"") << QStringList{"write", "A", "0", "\"a"};
    }
    void a_line_is_split_at_blanks_and_ends_at_a_comment() {
        QFETCH(QByteArray, line);
        QFETCH(QStringList, expected);
        QCOMPARE(words_of(view(line)), expected);
    }

    void numbers_are_decimal_or_hexadecimal_and_fit_64_bits_data() {
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<bool>("good");
        QTest::addColumn<quint64>("value");
        auto good = [](const char* word, quint64 value) {
            QTest::newRow(word) << QByteArray(word) << true << value;
        };
        auto bad = [](const char* name, const char* word) {
            QTest::newRow(name) << QByteArray(word) << false << quint64(0);
        };
        good("0", 0);
        good("4096", 4096);
        good("010", 10);
        good("0x0", 0);
        good("0x1000", 0x1000);
        good("0xBfBff000", 0xbfbff000);
        good("0xffffffffffffffff", UINT64_MAX);
        good("18446744073709551615", UINT64_MAX);
        good("0x00000000000000000001", 1);
        bad("empty", "");
        bad("no digit behind 0x", "0x");
        bad("one more than fits", "18446744073709551616");
        bad("ten times too large", "99999999999999999999");
        bad("17 hexadecimal digits", "0x10000000000000000");
        bad("negative", "-1");
        bad("signed", "+1");
        bad("hexadecimal digit in a decimal", "10a");
        bad("not a digit", "0x1g");
        bad("0X", "0X10");
        bad("trailing", "1,");
    }
    void numbers_are_decimal_or_hexadecimal_and_fit_64_bits() {
        QFETCH(QByteArray, word);
        QFETCH(bool, good);
        QFETCH(quint64, value);
        uint64_t found = 0;
        QCOMPARE(uvm::parse_number(view(word), &found), good);
        QCOMPARE(quint64(found), value);
    }

    void protections_are_three_characters_in_order() {
        for (unsigned bits = 0; bits < 8; ++bits) {
            uvm::prot_text const text{uvm::vm_prot_t(bits)};
            uvm::vm_prot_t found{};
            QVERIFY(uvm::parse_prot(text.view(), &found));
            QCOMPARE(unsigned(found), bits);
        }
        uvm::vm_prot_t found = uvm::vm_prot_t::all;
        for (const char* bad : {"", "r", "rw", "rwx-", "wr-", "RW-", "r w", "xwr"})
            QVERIFY2(!uvm::parse_prot(bad, &found), bad);
        QCOMPARE(found, uvm::vm_prot_t::all); // left alone
    }

    void bytes_are_hexadecimal_pairs_or_quoted_text() {
        uvm::byte_word bytes;
        QVERIFY(bytes.parse("00fFa5"));
        QCOMPARE(bytes.size(), size_t(3));
        QCOMPARE(unsigned(bytes[0]), 0u);
        QCOMPARE(unsigned(bytes[1]), 255u);
        QCOMPARE(unsigned(bytes[2]), 0xa5u);
        QVERIFY(bytes.parse("\"a0\""));
        QCOMPARE(bytes.size(), size_t(2));
        QCOMPARE(unsigned(bytes[0]), unsigned('a'));
        QCOMPARE(unsigned(bytes[1]), unsigned('0'));
        QVERIFY(bytes.parse("\"\""));
        QCOMPARE(bytes.size(), size_t(0));
        for (const char* bad : {"", "0", "012", "0g", "0x12", "\"", "\"a", "a\"", "\"a\"b\""})
            QVERIFY2(!bytes.parse(bad), bad);
    }

    void names_are_short_and_keep_clear_of_the_option_syntax() {
        for (const char* good : {"A", "parent", "P1", "a-b_c.d", "1234567890123456789012345678901"})
            QVERIFY2(uvm::is_name(good), good);
        for (const char* bad :
             {"", "12345678901234567890123456789012", "a+b", "a=b", "\"a\"", "\x7f", "\xc3\xa4"})
            QVERIFY2(!uvm::is_name(bad), bad);
    }
};
QTEST_GUILESS_MAIN(WordsTest)
#include "words_test.moc"
