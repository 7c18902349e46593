// Bounded text output.
#include <QObject>
#include <QString>
#include <QTest>

#include "kernel/base/format.h"

class FormatTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void numbers_are_printed_without_padding() {
        for (uint64_t number : {uint64_t(0), uint64_t(9), uint64_t(10), uint64_t(UINT32_MAX),
                                uint64_t(UINT32_MAX) + 1, uint64_t(10000000000), uint64_t(UINT64_MAX)}) {
            uvm::text_buffer<64> text;
            text.dec(number).text(" ").hex(number);
            QCOMPARE(QString(text.c_str()), QString("%1 0x%2").arg(number).arg(number, 0, 16));
        }
        uvm::text_buffer<8> text;
        QCOMPARE(QString(text.hex_byte(0x0a).hex_byte(0xf0).c_str()), QString("0af0"));
    }
    void what_does_not_fit_is_cut_off_and_remembered() {
        uvm::text_buffer<4> text;
        text.text("abcd");
        QVERIFY(!text.cut());
        text.text("e");
        QVERIFY(text.cut());
        QCOMPARE(QString(text.c_str()), QString("abcd"));
        text.clear();
        QVERIFY(!text.cut());
        QCOMPARE(QString(text.text("xyz").c_str()), QString("xyz"));
    }
};
QTEST_GUILESS_MAIN(FormatTest)
#include "format_test.moc"
