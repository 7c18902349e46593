// The shell on the console: runs programs and scenarios, shows files and processes.
#include "kernel/user/lib/libc.h"

namespace {

// As many as the kernel passes on. / A line of the console, its end and a NUL.
constexpr int word_limit = abi::argument_limit;
constexpr size_t line_limit = 1024 + 1;

const char* const help = "ls              the files\n"
                         "ps              the processes\n"
                         "free            the memory\n"
                         "check           whether the kernel's invariants hold\n"
                         "NAME [WORD...]  runs a program and tells its status; `&` at the end does not wait\n"
                         "scenario NAME   runs a scenario of the boot archive\n"
                         "rm NAME         removes a file\n"
                         "cat NAME        shows one\n"
                         "exit [STATUS]   ends the shell\n"
                         "halt [STATUS]   ends the machine\n"
                         "Control and C ends what runs, Control and U takes a line back.\n";

// The interrupt key was hit.
volatile bool interrupted;
void interrupt(int, abi::signal_info*, void*) { interrupted = true; }

void complain(const char* what, long error) { printf("sh: %s: %s\n", what, error_text(error)); }

int number(const char* text) {
    int value = 0;
    for (; text && *text >= '0' && *text <= '9'; ++text)
        value = value * 10 + (*text - '0');
    return value;
}

void list_files() {
    abi::file_info info;
    for (uint32_t i = 0; ask(call::file_info, i, &info) == 0; ++i)
        printf("%s  %llu\n", info.name, (unsigned long long)info.size);
}

void list_processes() {
    abi::process_info info;
    for (uint32_t i = 0; ask(call::process_info, i, &info) == 0; ++i)
        printf("%u  parent %u  %c  threads %u  mapped %llu KiB  resident %llu KiB  %s\n", info.pid,
               info.parent, info.state, info.threads, (unsigned long long)info.map_size >> 10,
               (unsigned long long)info.resident >> 10, info.name);
}

void show_memory() {
    abi::memory_info info;
    ask(call::memory_info, &info);
    printf("%llu of %llu pages free, %llu locked; %llu faults\n", (unsigned long long)info.free,
           (unsigned long long)info.pages, (unsigned long long)info.wired, (unsigned long long)info.faults);
}

void show_file(const char* name) {
    int const file = open(name, abi::open_read);
    if (file < 0) {
        complain(name, file);
        return;
    }
    char buffer[512];
    interrupted = false;
    long n = 0;
    while (!interrupted && (n = read(file, buffer, sizeof buffer)) > 0)
        write(1, buffer, size_t(n));
    if (n < 0 && !interrupted)
        complain(name, n);
    close(file);
}

void check_kernel() {
    long const broken = ask(call::check);
    if (broken == -EBUSY)
        print("sh: something is going on; the invariants hold when nothing is\n");
    else
        print(broken == 0 ? "the kernel's invariants hold\n" : "the kernel is broken\n");
}

// Returns only when it may not.
void halt(int status) {
    long const error = ask(call::halt, status);
    if (error == -EPERM)
        print("sh: halt: not allowed; only the program that the kernel has started may end the machine\n");
    else
        complain("halt", error);
}

void run_scenario(const char* name) {
    long status = ask(call::scenario, name);
    char longer[64];
    size_t const length = strlen(name);
    if (status == -ENOENT && length + 5 < sizeof longer) {
        memcpy(longer, name, length);
        memcpy(longer + length, ".uvm", 5);
        status = ask(call::scenario, longer);
    }
    if (status == -EBUSY)
        printf("sh: other processes are running; a scenario wants the machine for itself\n");
    else if (status < 0)
        printf("sh: scenario %s: %s\n", name, error_text(status));
    else
        printf("scenario %s: status %ld\n", name, status);
}

void run_program(const char* const* words, bool waits) {
    // The key ends the program also where it is still a copy of this one.
    uint32_t const key = abi::sig_bit(abi::sig_int);
    sigprocmask(abi::sig_block, &key, nullptr);
    int const pid = fork();
    if (pid == 0)
        on_signal(abi::sig_int, nullptr);
    sigprocmask(abi::sig_unblock, &key, nullptr);
    if (pid == 0) {
        int const error = exec(words[0], words);
        if (error == -ENOENT)
            printf("sh: %s: no such program; `help` tells what there is\n", words[0]);
        else
            complain(words[0], error);
        exit(127);
    }
    if (pid < 0) {
        printf("sh: no process: %s\n", error_text(pid));
        return;
    }
    if (!waits) {
        printf("[%d]\n", pid);
        return;
    }
    int status = 0, ended = wait(pid, &status);
    while (ended == -EINTR)
        ended = wait(pid, &status);
    if (ended < 0)
        complain(words[0], ended);
    else if (!abi::exited(status))
        printf("%s: signal %d\n", words[0], abi::end_signal(status));
    else if (abi::exit_status(status) != 0)
        printf("%s: status %d\n", words[0], abi::exit_status(status));
}

// Splits at blanks, in place. Returns how many words, -1 when there are too many.
int split(char* line, const char** words) {
    int count = 0;
    for (char* at = line;;) {
        while (*at == ' ')
            ++at;
        if (!*at)
            break;
        if (count == word_limit)
            return -1;
        words[count++] = at;
        while (*at && *at != ' ')
            ++at;
        if (*at)
            *at++ = '\0';
    }
    words[count] = nullptr;
    return count;
}

void obey(int count, const char** words) {
    const char* const first = words[0];
    const char* const second = count > 1 ? words[1] : nullptr;
    if (strcmp(first, "help") == 0)
        print(help);
    else if (strcmp(first, "ls") == 0)
        list_files();
    else if (strcmp(first, "ps") == 0)
        list_processes();
    else if (strcmp(first, "free") == 0)
        show_memory();
    else if (strcmp(first, "check") == 0)
        check_kernel();
    else if (strcmp(first, "exit") == 0)
        exit(number(second));
    else if (strcmp(first, "halt") == 0)
        halt(number(second));
    else if (strcmp(first, "cat") == 0 && second)
        show_file(second);
    else if (strcmp(first, "rm") == 0 && second) {
        if (int const error = unlink(second); error < 0)
            complain(second, error);
    } else if (strcmp(first, "scenario") == 0 && second)
        run_scenario(second);
    else {
        bool const waits = strcmp(words[count - 1], "&") != 0;
        if (!waits)
            words[count - 1] = nullptr;
        if (words[0])
            run_program(words, waits);
    }
}

} // namespace

int main(int, char**) {
    char line[line_limit];
    const char* words[word_limit + 1];
    on_signal(abi::sig_int, interrupt);
    print("uvmscope shell; `help` tells what there is\n");
    for (;;) {
        print("$ ");
        long const length = read(0, line, sizeof line - 1);
        if (length == -EINTR)
            continue;
        if (length <= 0)
            return length == 0 ? 0 : 1;
        line[line[length - 1] == '\n' ? length - 1 : length] = '\0';
        int const count = split(line, words);
        if (count < 0)
            complain("this line", -E2BIG);
        else if (count > 0)
            obey(count, words);
        while (wait(-1, nullptr, abi::wait_no_hang) > 0) {
        }
    }
}
