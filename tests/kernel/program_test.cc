// User programs on the kernels: every self-checking one of kernel/user/checks passes, and bad ones harm
// nobody.
#include <QtTest>

#include "tests/kernel/guest_run.h"

using test::GuestEnd;
using test::GuestRun;
using test::runGuest;

namespace {

QString programFile(const QString& name) {
    return QStringLiteral(UVMSCOPE_BUILD_DIR "/user/%1/%2").arg(test::architecture(), name);
}

QStringList checks() {
    QStringList names;
    for (const QString& file :
         QDir(UVMSCOPE_SOURCE_DIR "/kernel/user/checks").entryList({"*.cc"}, QDir::Files))
        names << file.chopped(3);
    return names;
}

// All programs of this machine, as they are built.
std::vector<gdbbridge::BootFile> allPrograms() {
    std::vector<gdbbridge::BootFile> files;
    QDir const folder(programFile({}));
    for (const QString& name : folder.entryList(QDir::Files))
        files.push_back(test::bootFile(folder.filePath(name)));
    return files;
}

} // namespace

class ProgramTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_program_speaks_and_ends() {
        GuestRun const run =
            runGuest({.commandLine = "run=hello halt", .files = {test::bootFile(programFile("hello"))}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains("\nhello\nkernel: done, status 7\n"), run.text());
        QCOMPARE(run.status, std::optional<int>(7));
    }
    void a_program_that_is_not_there_is_an_error() {
        GuestRun const run =
            runGuest({.commandLine = "run=nobody halt", .files = {test::bootFile(programFile("hello"))}});
        QVERIFY2(run.console.contains("\nkernel: error: program nobody: ENOENT\n"), run.text());
        QCOMPARE(run.status, std::optional<int>(2));
    }
    void checks_pass_data() {
        QTest::addColumn<QString>("name");
        for (const QString& name : checks())
            QTest::newRow(qPrintable(name)) << name;
    }
    void checks_pass() {
        QFETCH(QString, name);
        GuestRun const run = runGuest({.commandLine = "run=" + name + " halt", .files = allPrograms()});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(0));
        QVERIFY2(run.console.contains("\nPASS " + name.toUtf8() + "\n"), run.text());
        QVERIFY2(!run.console.contains("\nwrong: "), run.text());
    }
};

int main(int argc, char** argv) {
    ProgramTest test;
    return test::guestTestMain(test, argc, argv);
}
#include "program_test.moc"
