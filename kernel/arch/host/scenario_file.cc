#include "kernel/arch/host/scenario_file.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

namespace uvm {

bool read_scenario_file(const char* name, std::string& text) {
    if (strcmp(name, "-") == 0) {
        char buffer[65536];
        while (size_t const got = fread(buffer, 1, sizeof buffer, stdin))
            text.append(buffer, got);
        return !ferror(stdin);
    }
    std::ifstream file(name, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(file), {});
    return file.good() || file.eof();
}

} // namespace uvm
