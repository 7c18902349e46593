// bench_vm: what the operations of the VM cost on the host.
//
//   bench_vm [--filter=REGEX] [options of Google Benchmark]
//                                             time an operation; the rows whose ROW/SIZE the expression finds
//   bench_vm --count [ROW/SIZE...]            for callgrind: one dump of counts for each row and size (all
//                                             without arguments), named "ROW/SIZE OPERATIONS"
//   bench_vm --rows                           the rows, one a line: name, sizes, what is done
//
// Exit status: 0 done; 2 no such row, or --count without callgrind; 3 an operation failed.
#include <benchmark/benchmark.h>
#include <valgrind/callgrind.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <regex>
#include <string>

#include "kernel/arch/host/host.h"
#include "tests/bench/workload.h"

namespace uvm::bench {

std::vector<row> all_rows() {
    std::vector<row> all;
    for (std::span<const row> rows : {map_rows(), fork_rows(), fault_rows()})
        all.insert(all.end(), rows.begin(), rows.end());
    return all;
}

namespace {

std::string name_of(const row& of, uint32_t size) {
    return size ? std::string(of.name) + '/' + std::to_string(size) : of.name;
}

// Only the runs are timed; an iteration of the benchmark is one operation.
void time_row(benchmark::State& state, const row& what, uint32_t size) {
    std::unique_ptr<workload> const work = what.make(size);
    uint32_t operations = work->prepare();
    while (state.KeepRunningBatch(operations)) {
        auto const begin = std::chrono::steady_clock::now();
        work->run();
        auto const end = std::chrono::steady_clock::now();
        state.SetIterationTime(std::chrono::duration<double>(end - begin).count());
        operations = work->prepare();
    }
}

// Takes --filter=REGEX out of the arguments: the benchmark library would look for it in names that it has
// lengthened. Null: it is no regular expression.
std::unique_ptr<std::regex> take_filter(int& argc, char** argv) {
    constexpr char option[] = "--filter=";
    char const* expression = "";
    int kept = 0;
    for (int i = 0; i < argc; ++i) {
        if (std::strncmp(argv[i], option, sizeof option - 1) == 0)
            expression = argv[i] + sizeof option - 1;
        else
            argv[kept++] = argv[i];
    }
    argc = kept;
    try {
        return std::make_unique<std::regex>(expression);
    } catch (const std::regex_error& error) {
        std::fprintf(stderr, "bench_vm: --filter %s: %s\n", expression, error.what());
        return nullptr;
    }
}

int run_timed(int argc, char** argv, const std::vector<row>& rows) {
    std::unique_ptr<std::regex> const filter = take_filter(argc, argv);
    if (!filter)
        return 2;
    size_t chosen = 0;
    for (row const& what : rows)
        for (uint32_t size : what.sizes) {
            std::string const name = name_of(what, size);
            if (!std::regex_search(name, *filter))
                continue;
            ++chosen;
            benchmark::RegisterBenchmark(name.c_str(), [&what, size](benchmark::State& state) {
                time_row(state, what, size);
            })->UseManualTime();
        }
    if (chosen == 0) {
        std::fputs("bench_vm: no such row; --rows lists them\n", stderr);
        return 2;
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    return benchmark::RunSpecifiedBenchmarks() ? 0 : 2;
}

void count_row(const row& what, uint32_t size) {
    std::unique_ptr<workload> const work = what.make(size);
    uint64_t operations = 0;
    CALLGRIND_ZERO_STATS;
    for (uint32_t i = 0; i < what.runs(size); ++i) {
        operations += work->prepare();
        CALLGRIND_START_INSTRUMENTATION;
        work->run();
        CALLGRIND_STOP_INSTRUMENTATION;
    }
    std::string const name = name_of(what, size) + ' ' + std::to_string(operations);
    CALLGRIND_DUMP_STATS_AT(name.c_str());
}

int run_counted(std::span<char*> wanted, const std::vector<row>& rows) {
    if (!RUNNING_ON_VALGRIND) {
        std::fputs("bench_vm: --count needs valgrind --tool=callgrind --instr-atstart=no\n", stderr);
        return 2;
    }
    size_t done = 0;
    for (row const& what : rows)
        for (uint32_t size : what.sizes) {
            std::string const name = name_of(what, size);
            bool chosen = wanted.empty();
            for (char const* each : wanted)
                chosen = chosen || name == each;
            if (!chosen)
                continue;
            count_row(what, size);
            ++done;
        }
    if (wanted.empty() || done == wanted.size())
        return 0;
    std::fputs("bench_vm: no such row; --rows lists them\n", stderr);
    return 2;
}

int list(const std::vector<row>& rows) {
    for (row const& what : rows) {
        std::printf("%s\t", what.name);
        for (uint32_t size : what.sizes)
            std::printf("%s%u", size == what.sizes.front() ? "" : ",", size);
        std::printf("\t%s\n", what.what);
    }
    return 0;
}

} // namespace

} // namespace uvm::bench

int main(int argc, char** argv) {
    std::vector<uvm::bench::row> const rows = uvm::bench::all_rows();
    if (argc > 1 && std::strcmp(argv[1], "--rows") == 0)
        return uvm::bench::list(rows);
    uvm::host_set_panic(uvm::host_panic::exit_3);
    uvm::host_boot(uvm::vsize_t(uvm::bench::memory_needed));
    if (argc > 1 && std::strcmp(argv[1], "--count") == 0)
        return uvm::bench::run_counted({argv + 2, size_t(argc - 2)}, rows);
    return uvm::bench::run_timed(argc, argv, rows);
}
