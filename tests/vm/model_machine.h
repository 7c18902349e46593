// The scenario language over the model: what a machine would answer that has no maps, only pages.
//
// Every command has one expected answer, but for look-ups (where entries begin and end is the map's own
// affair: see may_be) and for bytes that nobody can tell.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/vm/memory_model.h"

namespace uvm::test {

using words = std::vector<std::string>;
words split(const std::string& line);
std::string hex_text(uint64_t number);

// What was borrowed for anons: the pages as they were. To the kernel: nothing that can be seen.
struct model_loan {
    bool to_anons{};
    std::vector<slot> pages;
};

// Memory in a map of the kernel's, a slot a page; without pages behind it (`vaonly`) nothing can be read.
struct model_allocation {
    bool has_pages{};
    std::vector<slot> pages;
};

// A space and its place among the addresses.
struct placed_space {
    placed_space(uint64_t first, uint64_t last, bool is_topdown)
        : min(first), max(last), topdown(is_topdown), pages(uint32_t((last - first) / page_size)) {}
    uint64_t min, max;
    bool topdown;
    model_space pages;

    [[nodiscard]] uint64_t address(uint32_t page) const { return min + uint64_t(page) * page_size; }
    // The pages of a range as far as it lies in the space.
    [[nodiscard]] page_range clamped(uint64_t start, uint64_t size) const;
    // The page at an address, or null outside.
    [[nodiscard]] const model_page* at(uint64_t va) const;
    [[nodiscard]] bool is_free(uint64_t start, uint64_t size) const;
    struct wish {
        uint64_t hint, size, align;
        bool fixed;
    };
    // Where the map would find room: every address is tried.
    [[nodiscard]] std::optional<uint64_t> find(const wish& w) const;
};

class model_machine {
public:
    // Runs one command; the answer as the transcript has it, without indentation. Not a command of this
    // machine: nothing, and nothing is changed.
    std::optional<std::string> run(const std::string& line);
    // Whether `got` is right for a command whose expected answer is `expected`.
    [[nodiscard]] bool may_be(const std::string& line, const std::string& expected,
                              const std::string& got) const;

    [[nodiscard]] const std::map<std::string, std::shared_ptr<placed_space>>& spaces() const {
        return spaces_;
    }
    [[nodiscard]] const std::map<std::string, model_object>& objects() const { return objects_; }
    [[nodiscard]] const std::map<std::string, model_loan>& loans() const { return loans_; }
    [[nodiscard]] const std::map<std::string, model_allocation>& allocations() const { return allocations_; }
    [[nodiscard]] const std::set<std::string>& devices() const { return devices_; }

private:
    using answer = std::string;
    struct request;
    placed_space* space(const std::string& name);
    std::optional<answer> run_life(const words& w);
    std::optional<answer> run_loan(const words& w);
    std::optional<answer> run_kernel(const words& w);
    std::optional<answer> run_swap(const words& w);
    answer kalloc(const words& w);
    answer kernel_access(const words& w, model_allocation& of);
    answer loan_pages(const words& w, const model_object& o);
    answer loan(const words& w, const placed_space& s);
    answer loan_map(const words& w, placed_space& d);
    std::optional<answer> run_range(const words& w);
    answer map(const words& w, placed_space& s);
    answer reserve(const words& w, placed_space& s, bool really);
    answer extract(const words& w, placed_space& s);
    answer mremap(const words& w, placed_space& s);
    answer read(const words& w, const placed_space& s) const;
    answer write(const words& w, placed_space& s);

    std::map<std::string, std::shared_ptr<placed_space>> spaces_;
    std::map<std::string, model_object> objects_;
    std::map<std::string, model_loan> loans_;
    std::map<std::string, model_allocation> allocations_;
    std::set<std::string> devices_; // for swap
    std::set<std::string> caches_;  // kernel maps with a cache of addresses
};

} // namespace uvm::test
