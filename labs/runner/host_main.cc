// The program of a lab: the student's functions and the rest of the VM, on the host machine.
//
// By hand it is used as uvmscope-host is: a scenario in, its transcript out. Under a check it reports over a
// channel of its own instead: frames, each with a word that only the check knows, on descriptor 3; the word
// is read from descriptor 4. What the student's functions print never gets in there by accident; what they
// put there on purpose must be right to be of use, because the transcript is judged elsewhere.
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <sys/time.h>
#include <unistd.h>

#include "kernel/arch/host/host.h"
#include "kernel/arch/host/scenario_file.h"
#include "kernel/scenario/scenario.h"
#include "kernel/vm/uvm_page.h"

namespace {

constexpr int usage_error = 2, cannot_write = 5;
constexpr int result_fd = 3, word_fd = 4;

const char* const usage =
    "usage: uvmscope-host [--report MS] FILE\n"
    "Runs a scenario (.uvm) on your VM and prints its transcript; - reads standard input.\n"
    "--report: the result goes to descriptor 3, as `uvmscope lab check` wants it, and SIGPROF ends the\n"
    "program after MS milliseconds of processor time.\n"
    "Exit status: 0 done, 1 a `check` failed, 2 the scenario does not parse or cannot be\n"
    "read, 3 the kernel panicked, 5 the result cannot be written.\n"
    "Example: ./uvmscope-host checks/one.uvm\n";

// Where results go: frames "WORD KIND LENGTH\n" and LENGTH bytes.
class channel {
public:
    // False when there is no word to be read.
    bool open() {
        char buffer[64];
        ssize_t got;
        while ((got = read(word_fd, buffer, sizeof buffer)) > 0)
            word_.append(buffer, size_t(got));
        close(word_fd);
        return !word_.empty();
    }
    void frame(const char* kind, std::string_view bytes) {
        std::string text = word_ + " " + kind + " " + std::to_string(bytes.size()) + "\n";
        text += bytes;
        for (size_t done = 0; done < text.size();) {
            ssize_t const put = write(result_fd, text.data() + done, text.size() - done);
            if (put <= 0) {
                failed_ = true;
                return;
            }
            done += size_t(put);
        }
    }
    [[nodiscard]] bool failed() const { return failed_; }

private:
    std::string word_;
    bool failed_ = false;
};

uvm::scenario_output output_to(FILE* file) {
    return {[](void* context, std::string_view text) {
                fwrite(text.data(), 1, text.size(), static_cast<FILE*>(context));
            },
            file};
}

// What is in use of each kind that a scenario's end has to give back.
struct account {
    const char* name;
    uint64_t count;
};
struct accounts {
    account kinds[5];
    static accounts now() {
        using uvm::uvmexp;
        return {{{"entries", uvmexp.entries},
                 {"amaps", uvmexp.amaps},
                 {"anons", uvmexp.anons},
                 {"pages", uvmexp.owned},
                 {"wired", uvmexp.wired}}};
    }
};

int report(std::string_view text, const char* name) {
    channel out;
    if (!out.open()) {
        fputs("uvmscope-host: --report without a word on descriptor 4\n", stderr);
        return usage_error;
    }
    uvm::host_boot();
    accounts const before = accounts::now();
    uvm::scenario_output const transcript{[](void* context, std::string_view words) {
                                              static_cast<channel*>(context)->frame("transcript", words);
                                          },
                                          &out};
    uvm::scenario_output const errors{
        [](void* context, std::string_view words) { static_cast<channel*>(context)->frame("error", words); },
        &out};
    int const status = uvm::scenario_run(text, name, transcript, errors);
    accounts const after = accounts::now();
    for (size_t i = 0; i < std::size(after.kinds); ++i)
        if (after.kinds[i].count != before.kinds[i].count) {
            int64_t const left = int64_t(after.kinds[i].count) - int64_t(before.kinds[i].count);
            out.frame("left", std::string(after.kinds[i].name) + " " + std::to_string(left));
        }
    out.frame("end", std::to_string(status));
    return out.failed() ? cannot_write : status;
}

// However busy the machine is: the time of others does not count. Who switches it off meets the limits of the
// check, which are wider.
bool limit_processor_time(const char* ms) {
    long const most = strtol(ms, nullptr, 10);
    itimerval const timer{.it_interval = {}, .it_value = {most / 1000, most % 1000 * 1000}};
    return most > 0 && setitimer(ITIMER_PROF, &timer, nullptr) == 0;
}

int print(std::string_view text, const char* name) {
    uvm::host_boot();
    int const status = uvm::scenario_run(text, name, output_to(stdout), output_to(stderr));
    if (fflush(stdout) != 0) {
        fprintf(stderr, "uvmscope-host: cannot write the transcript: %s\n", strerror(errno));
        return cannot_write;
    }
    return status;
}

} // namespace

int main(int argc, char** argv) {
    bool const reports = argc == 4 && strcmp(argv[1], "--report") == 0;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (argc != 2 && !reports) {
        fputs(usage, stderr);
        return usage_error;
    }
    const char* const name = argv[argc - 1];
    std::string text;
    if (!uvm::read_scenario_file(name, text)) {
        fprintf(stderr, "uvmscope-host: cannot read %s: %s\n", name, strerror(errno));
        return usage_error;
    }
    uvm::host_set_panic(uvm::host_panic::exit_3);
    if (reports && !limit_processor_time(argv[2])) {
        fprintf(stderr, "uvmscope-host: %s is no number of milliseconds\n", argv[2]);
        return usage_error;
    }
    return reports ? report(text, name) : print(text, name);
}
