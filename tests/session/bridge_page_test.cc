// docs/bridge.md: its example is the one that is built, and it does what the page says.
#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

namespace {

QByteArray contentOf(const char* path) {
    QFile file(QStringLiteral(UVMSCOPE_SOURCE_DIR "/") + QLatin1String(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// What stands between a line that begins with `fence` and the next "```".
QByteArray blockOf(const QByteArray& page, const QByteArray& fence) {
    qsizetype const begin = page.indexOf('\n', page.indexOf(fence)) + 1;
    return page.indexOf(fence) < 0 ? QByteArray() : page.mid(begin, page.indexOf("```", begin) - begin);
}

} // namespace

class BridgePageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_example_is_the_one_that_is_built();
    void the_example_says_what_the_page_says();
};

void BridgePageTest::the_example_is_the_one_that_is_built() {
    QByteArray const source = contentOf("gdbbridge/example/follow_a_fork.cc");
    QVERIFY(source.size() > 1000);
    QCOMPARE(blockOf(contentOf("docs/bridge.md"), "```cpp"), source);
}

void BridgePageTest::the_example_says_what_the_page_says() {
    QByteArray const expected = blockOf(contentOf("docs/bridge.md"), "```text");
    QVERIFY(expected.contains("back at event "));
    QProcess example;
    example.start(QStringLiteral(UVMSCOPE_BUILD_DIR "/follow_a_fork"),
                  {QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-i386.elf")});
    QVERIFY(example.waitForFinished(60'000));
    QByteArray const said = example.readAllStandardOutput();
    QVERIFY2(example.exitCode() == 0, said);
    // Which page frames are free depends on how large the kernel is.
    const auto withoutFrames = [](const QByteArray& text) {
        static const QRegularExpression frame(QStringLiteral("(frame|->) 0x[0-9a-f]+"));
        return QString::fromUtf8(text).replace(frame, QStringLiteral("\\1 0x…"));
    };
    QCOMPARE(withoutFrames(said), withoutFrames(expected));
}

QTEST_GUILESS_MAIN(BridgePageTest)
#include "bridge_page_test.moc"
