// model_run: random programs of the scenario language, run by the VM and by the model, which must give the
// same answers; between the commands all structures must fit together, at the end nothing may be left.
#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <unordered_set>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/core/process.h"
#include "kernel/scenario/commands.h"
#include "kernel/scenario/scenario.h"
#include "tests/vm/memory_judge.h"
#include "tests/vm/model_generator.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr size_t program_length = 400;
constexpr unsigned program_seconds = 20; // far more than one takes: else it hangs
uint32_t judge_every = 5;                // commands; 1 while a failure is made shorter

const char* const usage = "usage: model_run [--seconds N | --operations N] [--seed S] [--keep FILE]\n"
                          "Runs random scenarios and compares each answer with that of a model of one record "
                          "a page. Default: 10 seconds.\n"
                          "What fails is made as short as possible and written to FILE (default "
                          "model-failure.uvm). Exit status: 0 all the\n"
                          "same, 1 a difference, 2 wrong arguments.\n"
                          "Example: build/tests/model_run --operations 5000000 --seed 7\n";

std::string join(const std::vector<std::string>& lines) {
    std::string text;
    for (std::string const& line : lines)
        text += line + "\n";
    return text;
}

// What stands in the transcript so far, and the judge between the commands.
struct listener {
    std::string transcript;
    QString wrong;
    uint32_t calls{};

    static void hear(void* context, std::string_view text) {
        auto& self = *static_cast<listener*>(context);
        self.transcript += text;
        if (++self.calls % judge_every != 0 || !self.wrong.isEmpty() || !text.ends_with('\n'))
            return;
        std::vector<vmspace*> spaces;
        std::unordered_set<vmspace*> seen;
        for (process* p = allproc; p; p = p->p_next)
            if (seen.insert(p->p_vmspace).second)
                spaces.push_back(p->p_vmspace);
        self.wrong = judge_memory(spaces);
        uvm_map_violation v{};
        if (const char* const map = self.wrong.isEmpty() ? check_kernel_maps(&v) : nullptr)
            self.wrong = QString("kernel map %1: %2, expected %3, found %4")
                             .arg(map, v.what)
                             .arg(v.expected)
                             .arg(v.found);
    }
};

// The first thing wrong with this program, or "". A line that the model does not know (names that a shorter
// program lost) makes the program none: "".
std::string what_is_wrong(const std::vector<std::string>& program) {
    model_machine known;
    for (std::string const& line : program)
        if (!known.run(line))
            return {};
    auto const before = accounts();
    listener heard;
    std::string errors;
    int const status = scenario_run(
        join(program), "model", {listener::hear, &heard},
        {[](void* to, std::string_view text) { static_cast<std::string*>(to)->append(text); }, &errors});
    if (status != scenario_ok)
        return "the program does not parse: " + errors;
    model_machine model;
    std::istringstream in(heard.transcript);
    for (std::string const& line : program) {
        std::string echo, answer;
        std::getline(in, echo);
        std::getline(in, answer);
        answer = answer.substr(std::min<size_t>(2, answer.size()));
        std::string const expected = *model.run(line);
        if (echo != line || !model.may_be(line, expected, answer))
            return line + ": expected " + expected + ", found " + answer;
    }
    if (!heard.wrong.isEmpty())
        return heard.wrong.toStdString();
    return accounts() == before ? "" : "something was not given back at the end";
}

// In a process of its own, which may panic or hang.
bool fails(const std::vector<std::string>& program) {
    pid_t const child = fork();
    if (child == 0) {
        alarm(program_seconds);
        freopen("/dev/null", "w", stderr);
        _exit(what_is_wrong(program).empty() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status != 0;
}

// Takes out as many lines as can go, in smaller and smaller pieces.
std::vector<std::string> shrunk(std::vector<std::string> program) {
    for (size_t piece = program.size() / 2; piece > 0; piece = piece > 1 ? piece / 2 : 0) {
        bool again = true;
        while (again) {
            again = false;
            for (size_t at = 0; at < program.size();) {
                std::vector<std::string> shorter = program;
                auto const from = shorter.begin() + ptrdiff_t(at);
                shorter.erase(from, from + ptrdiff_t(std::min(piece, program.size() - at)));
                if (fails(shorter)) {
                    program = shorter;
                    again = piece == 1;
                } else {
                    at += piece;
                }
            }
        }
    }
    return program;
}

struct options {
    double seconds{10};
    uint64_t operations{~uint64_t{0}};
    uint32_t seed{1};
    std::string keep{"model-failure.uvm"};
};

bool take(int argc, char** argv, options& o) {
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc)
            return false;
        if (strcmp(argv[i], "--seconds") == 0)
            o.seconds = atof(argv[i + 1]);
        else if (strcmp(argv[i], "--operations") == 0)
            o.operations = strtoull(argv[i + 1], nullptr, 0), o.seconds = 1e9;
        else if (strcmp(argv[i], "--seed") == 0)
            o.seed = uint32_t(strtoul(argv[i + 1], nullptr, 0));
        else if (strcmp(argv[i], "--keep") == 0)
            o.keep = argv[i + 1];
        else
            return false;
    }
    return true;
}

// Seen by both processes: how far the worker is.
struct progress {
    uint32_t seed;
    uint64_t operations;
};

int report_failure(const options& o, uint32_t seed) {
    printf("seed %" PRIu32 " fails; making it shorter\n", seed);
    fflush(stdout);
    judge_every = 1;
    std::vector<std::string> const program = shrunk(model_program(seed, program_length));
    std::ofstream(o.keep) << "# model_run --seed " << seed << "\n" << join(program);
    printf("%s\nin %s: %zu lines\n%s", "a difference", o.keep.c_str(), program.size(), join(program).c_str());
    fflush(stdout);
    // Once more with its words, which may be a panic's.
    pid_t const child = ::fork();
    if (child == 0) {
        alarm(program_seconds);
        printf("%s\n", what_is_wrong(program).c_str());
        fflush(stdout);
        _exit(1);
    }
    waitpid(child, nullptr, 0);
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    options o;
    if (!take(argc, argv, o)) {
        fputs(usage, stderr);
        return 2;
    }
    host_boot(vsize_t(64u << 20));
    auto* const shared = static_cast<progress*>(
        mmap(nullptr, sizeof(progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    *shared = {o.seed, 0};
    pid_t const worker = ::fork();
    if (worker == 0) {
        auto const start = std::chrono::steady_clock::now();
        while (shared->operations < o.operations &&
               std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < o.seconds) {
            alarm(program_seconds);
            std::vector<std::string> const program = model_program(shared->seed, program_length);
            if (!what_is_wrong(program).empty())
                _exit(1);
            shared->operations += program.size();
            ++shared->seed;
        }
        _exit(0);
    }
    int status = 0;
    waitpid(worker, &status, 0);
    printf("seeds %" PRIu32 " to %" PRIu32 ", %" PRIu64 " operations\n", o.seed, shared->seed,
           shared->operations);
    return status == 0 ? 0 : report_failure(o, shared->seed);
}
