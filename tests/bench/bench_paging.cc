// bench_paging [FILE]: how many pages have to be read from swap, by what a program does and by the page
// daemon's policy. Exact: the same on every machine. With a file: whether the table is in it, line by line.
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "tests/vm/paging_machine.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr uint32_t memory = 128;

struct workload {
    const char* name;
    uint32_t count; // pages of the program
    std::function<uint32_t(paging_machine&)> run;
};

workload const workloads[] = {
    {"loop over 144 pages, 40 rounds", 144, [](paging_machine& m) { return faults_of_loop(m, 144, 40); }},
    {"loop over 192 pages, 40 rounds", 192, [](paging_machine& m) { return faults_of_loop(m, 192, 40); }},
    {"loop over 512 pages, 40 rounds", 512, [](paging_machine& m) { return faults_of_loop(m, 512, 40); }},
    {"32 hot pages after a scan of 480, 10 rounds", 512,
     [](paging_machine& m) { return faults_of_hot_set(m, 32, 512, 10); }},
    {"random over 192 pages, 20,000 uses", 192,
     [](paging_machine& m) { return faults_of_random(m, 192, 20000); }},
};

std::string grouped(uint32_t n) {
    std::string digits = std::to_string(n);
    for (size_t at = digits.size(); at > 3;)
        digits.insert(at -= 3, ",");
    return digits;
}

std::string row_of(const workload& w) {
    std::string row = std::string("| ") + w.name + " |";
    for (uvm_pdpolicy const* policy : {&uvm_pdpolicy_fifo, &uvm_pdpolicy_clock, &uvm_pdpolicy_clockpro}) {
        paging_machine machine(*policy, memory, w.count);
        row += " " + grouped(w.run(machine)) + " |";
    }
    return row;
}

// A line of the table goes out, or is looked for.
bool tell(const std::string& line, const std::string* in) {
    bool const there = !in || in->find(line + "\n") != std::string::npos;
    if (!in || !there)
        std::printf("%s%s\n", there ? "" : "not there: ", line.c_str());
    return there;
}

} // namespace

int main(int argc, char** argv) {
    host_boot();
    std::string text;
    if (argc > 1) {
        std::ifstream file(argv[1]);
        text.assign(std::istreambuf_iterator<char>(file), {});
    }
    std::string const* const in = argc > 1 ? &text : nullptr;
    bool well = tell("| pages read from swap, with memory of " + std::to_string(memory) +
                         " | fifo | clock | clockpro |",
                     in);
    well = tell("| --- | ---: | ---: | ---: |", in) && well;
    for (workload const& w : workloads)
        well = tell(row_of(w), in) && well;
    return well ? 0 : 1;
}
