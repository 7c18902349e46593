// uvmscope: the program.
#include <QApplication>
#include <QDir>
#include <QFile>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gui/app/command_line.h"

namespace {

// A place for sockets that only this user can enter, where the system gives none; goes with the last program
// that uses it.
class RuntimeFolder {
public:
    RuntimeFolder() {
        if (!qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR"))
            return;
        const QByteArray folder =
            QFile::encodeName(QDir::temp().filePath(QStringLiteral("uvmscope-runtime-%1").arg(getuid())));
        struct stat status {};
        mkdir(folder.constData(), 0700);
        if (lstat(folder.constData(), &status) != 0 || !S_ISDIR(status.st_mode) ||
            status.st_uid != getuid() || (status.st_mode & 077) != 0)
            return;
        m_folder = folder;
        qputenv("XDG_RUNTIME_DIR", m_folder);
    }
    ~RuntimeFolder() {
        if (!m_folder.isEmpty())
            rmdir(m_folder.constData()); // only when it is empty
    }
    RuntimeFolder(const RuntimeFolder&) = delete;
    RuntimeFolder& operator=(const RuntimeFolder&) = delete;

private:
    QByteArray m_folder;
};

// True when a window can be opened. Qt would end the program with a signal, so the display is tried in a
// child first.
bool displayAnswers() {
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        return false;
    if (!qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        return true;
    pid_t const child = fork();
    if (child < 0)
        return true;
    if (child == 0) {
        rlimit const none{0, 0};
        setrlimit(RLIMIT_CORE, &none);
        int const nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDERR_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        char name[] = "uvmscope";
        char* arguments[] = {name, nullptr};
        int count = 1;
        QGuiApplication const probe(count, arguments);
        _exit(0);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace

int main(int argc, char** argv) {
    const RuntimeFolder runtimeFolder;
    const bool hasDisplay = displayAnswers();
    // Pictures need fonts, and fonts need a platform.
    if (!hasDisplay && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("uvmscope"));
    return int(gui::runCommandLine(QApplication::arguments(), hasDisplay));
}
