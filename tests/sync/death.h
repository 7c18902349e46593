// Runs something that must panic, in a child process, and tells what it said.
#pragma once

#include <csignal>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

// What f writes to standard error before it aborts; "" when it returns. Call it while no other thread runs.
template <class F>
std::string panic_text(F&& f) {
    int ends[2];
    if (pipe(ends) != 0)
        return "no pipe";
    pid_t const child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL); // without Qt Test's stack trace
        dup2(ends[1], STDERR_FILENO);
        f();
        _exit(0);
    }
    close(ends[1]);
    std::string said;
    char buffer[512];
    while (ssize_t const got = read(ends[0], buffer, sizeof buffer)) {
        if (got < 0)
            break;
        said.append(buffer, size_t(got));
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? said : std::string();
}
