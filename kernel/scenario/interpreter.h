// Inside the interpreter: the state of a run, the arguments of a command, and what a command hands back.
#pragma once

#include "kernel/base/format.h"
#include "kernel/core/process.h"
#include "kernel/scenario/counter_snapshot.h"
#include "kernel/scenario/kernel_memory.h"
#include "kernel/scenario/loans.h"
#include "kernel/scenario/objects.h"
#include "kernel/scenario/pointer_table.h"
#include "kernel/scenario/scenario.h"
#include "kernel/scenario/words.h"

namespace uvm {

// Collects text and passes it on in larger pieces.
class text_writer : public formatter<text_writer> {
public:
    void open(scenario_output out) { out_ = out; }
    void put(std::string_view words);
    void flush();

private:
    scenario_output out_{};
    text_buffer<512> buffer_;
};

// What a command came to.
class outcome {
public:
    static constexpr outcome ok() { return {kind::ok, errno_t::ok}; }
    // The command has printed its result itself (also its error, which is only told to the probe).
    static constexpr outcome printed(errno_t error = errno_t::ok) { return {kind::printed, error}; }
    static constexpr outcome failed(errno_t error) { return {kind::failed, error}; }
    static constexpr outcome of(errno_t error) { return error == errno_t::ok ? ok() : failed(error); }
    // The line does not parse; the text is in the arguments' complaint.
    static constexpr outcome unparsed() { return {kind::unparsed, errno_t::einval}; }

    [[nodiscard]] bool is_ok() const { return kind_ == kind::ok; }
    [[nodiscard]] bool is_failed() const { return kind_ == kind::failed; }
    [[nodiscard]] bool is_unparsed() const { return kind_ == kind::unparsed; }
    [[nodiscard]] errno_t error() const { return error_; }

private:
    enum class kind : uint8_t { ok, printed, failed, unparsed };
    constexpr outcome(kind k, errno_t error) : kind_(k), error_(error) {}
    kind kind_;
    errno_t error_;
};

// The state of one run. Too large for a kernel stack.
struct interpreter {
    text_writer out;
    named_objects objects;
    named_loans loans;
    kernel_memory kernel;
    pointer_table amaps; // emptied before each command
    pointer_table anons;
    counter_snapshot counters;
    scenario_rights rights{};
    bool check_failed{};
    uint64_t lent_elsewhere{}; // pages on loan to the kernel, besides `loans`; as this run or check was told

    // Prints "  = 0xADDR".
    outcome value(vaddr_t va);
};

// An address argument that may be `any`.
struct address_or_any {
    bool any{};
    vaddr_t va;
};

// The words of a command, taken one by one. After the first that does not parse the rest are neutral values
// and finished() is false; what is wrong with it stands in complaint(). An argument that parses but is not
// allowed (not page aligned, a size of 0) makes invalid() true.
class arguments {
public:
    arguments(const interpreter& in, line_words words) : in_(in), words_(words) {}

    // The word itself; it is wrong when missing.
    std::string_view word(const char* what);
    // The next word, or an empty one at the end.
    std::string_view option() { return failed() ? std::string_view{} : words_.next(); }

    std::string_view new_name(const char* what);
    process* space(const char* what = "S");
    uvm_object* object(std::string_view name);
    vaddr_t address(const char* what = "ADDR");      // page aligned
    vaddr_t byte_address(const char* what = "ADDR"); // any
    address_or_any hint(const char* what = "ADDR");
    vsize_t size(const char* what = "SIZE"); // page aligned, not 0
    uint64_t object_size(const char* what = "SIZE");
    vm_prot_t prot(const char* what = "PROT");

    // The same for a value inside a word.
    vm_prot_t prot_value(std::string_view value);
    uint64_t number_value(std::string_view value);
    uintptr_t address_value(std::string_view value); // a number of the size of an address

    // Complains; the first complaint stays.
    void complain(std::string_view text, std::string_view word = {});
    void mark_invalid() { invalid_ = true; }

    [[nodiscard]] bool failed() const { return complaint_.size() != 0; }
    [[nodiscard]] bool invalid() const { return invalid_; }
    [[nodiscard]] std::string_view complaint() const { return complaint_.view(); }
    // True when no word is left, or one did not parse.
    [[nodiscard]] bool at_end() const { return failed() || line_words(words_).next().empty(); }
    // True when every word was taken and all parsed; complains about a word too many.
    [[nodiscard]] bool finished();

private:
    const interpreter& in_;
    line_words words_;
    text_buffer<160> complaint_;
    bool invalid_{};
};

// Takes the value of `word` after `key` ("prot="); false when the word begins differently.
[[nodiscard]] bool take_key(std::string_view word, std::string_view key, std::string_view* value);

// A word of a small set, with its value.
template <class T>
struct choice {
    std::string_view word;
    T value;
};

// The value of `word` among `choices`; complains when it is none of them.
template <class T, size_t N>
T choose(arguments& args, std::string_view word, const choice<T> (&choices)[N]) {
    for (choice<T> const& c : choices)
        if (c.word == word)
            return c.value;
    args.complain("not understood", word);
    return choices[0].value;
}

inline constexpr choice<vm_inherit_t> inherit_words[] = {{"copy", vm_inherit_t::copy},
                                                         {"share", vm_inherit_t::share},
                                                         {"none", vm_inherit_t::none},
                                                         {"zero", vm_inherit_t::zero}};
inline constexpr choice<vm_advice_t> advice_words[] = {{"normal", vm_advice_t::normal},
                                                       {"random", vm_advice_t::random},
                                                       {"sequential", vm_advice_t::sequential}};

// One past a range; a range that would run past the last address ends at the last page boundary.
[[nodiscard]] vaddr_t range_end(vaddr_t start, vsize_t size);

} // namespace uvm
