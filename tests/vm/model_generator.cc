#include "tests/vm/model_generator.h"

namespace uvm::test {

namespace {

constexpr uint64_t base = 0x400000;
constexpr size_t most_spaces = 6;
constexpr uint32_t object_pages = 24;

class generator {
public:
    explicit generator(uint32_t seed) : dice_(seed), pressed_(seed % 3 == 0), lends_(seed % 3 == 1) {}

    std::vector<std::string> program(size_t commands) {
        // Few pages, and swap space for everything: no access may fail for it, so nothing is wired.
        if (pressed_)
            emit("memory " + std::to_string(6 + dice_.below(40)) + " swap=20000");
        // A device's pages stay in memory, and wiring what cannot be copied is not the model's affair.
        if (lends_)
            emit("object d " + bytes(object_pages) + " device");
        emit("object f " + bytes(object_pages) + (dice_.chance(50) ? " file readahead" : ""));
        // The pages of an anonymous object do not leave memory.
        emit("object g " + bytes(object_pages) + (pressed_ ? "" : " anon"));
        new_space();
        while (lines_.size() < commands)
            step();
        for (auto const& [name, s] : machine_.spaces())
            for (uint32_t page = 0; page < s->pages.size(); ++page)
                if (s->pages.at(page).mapped())
                    emit("read " + name + " " + sample_address(*s, page));
        return lines_;
    }

private:
    // --- the table: how often, and what
    void step() {
        struct choice {
            uint32_t weight;
            void (generator::*run)();
        };
        static constexpr choice choices[] = {
            {24, &generator::write},    {12, &generator::read},     {14, &generator::map},
            {8, &generator::unmap},     {9, &generator::protect},   {6, &generator::inherit},
            {3, &generator::advise},    {7, &generator::wire},      {4, &generator::unwire},
            {3, &generator::wire_all},  {5, &generator::clean},     {6, &generator::extract},
            {3, &generator::reserve},   {4, &generator::findspace}, {3, &generator::lookup},
            {3, &generator::checkprot}, {5, &generator::fork},      {2, &generator::share},
            {2, &generator::unshare},   {1, &generator::exec},      {4, &generator::exit},
            {1, &generator::new_space}, {3, &generator::page_out},  {8, &generator::loan},
            {5, &generator::loan_map},  {3, &generator::unloan},    {2, &generator::loan_pages},
            {3, &generator::kalloc},    {2, &generator::kfree},     {4, &generator::kwrite},
            {4, &generator::kread},     {1, &generator::kdrain},    {1, &generator::swapon},
            {1, &generator::swapoff},   {8, &generator::mremap},    {1, &generator::kcache},
        };
        uint32_t total = 0;
        for (choice const& c : choices)
            total += c.weight;
        uint32_t at = dice_.below(total);
        for (choice const& c : choices) {
            if (at < c.weight) {
                (this->*c.run)();
                return;
            }
            at -= c.weight;
        }
    }

    void emit(const std::string& line) {
        lines_.push_back(line);
        kassert(bool(machine_.run(line)), "the generator made a line that the model does not know");
    }

    // --- choices
    static std::string bytes(uint64_t pages) { return hex_text(pages * page_size); }
    struct named {
        std::string name;
        const placed_space& space;
    };
    named some_space() {
        auto at = machine_.spaces().begin();
        std::advance(at, dice_.below(uint32_t(machine_.spaces().size())));
        return {at->first, *at->second};
    }
    uint32_t some_page(const placed_space& s) {
        uint32_t page = 0;
        for (int tries = 0; tries < 5; ++tries) {
            page = dice_.below(s.pages.size());
            if (s.pages.at(page).mapped())
                break;
        }
        return page;
    }
    // Mostly inside; sometimes the range reaches out of the space at either end, or is no range at all.
    std::string some_range(const placed_space& s) {
        uint64_t const pages = 1 + dice_.below(dice_.chance(20) ? 16 : 5);
        uint64_t start = s.address(some_page(s));
        if (dice_.chance(3))
            start = s.min - page_size * dice_.below(6);
        else if (dice_.chance(3))
            start = s.max - page_size * dice_.below(6);
        else if (dice_.chance(1))
            ++start;
        return hex_text(start) + " " + (dice_.chance(1) ? "0" : bytes(pages));
    }
    std::string some_place(const placed_space& s) {
        std::string where = dice_.chance(40) ? "any" : hex_text(s.address(dice_.below(s.pages.size())));
        if (dice_.chance(2))
            where = hex_text(dice_.chance(50) ? s.min - page_size : s.max + page_size * dice_.below(3));
        where += " " + bytes(1 + dice_.below(dice_.chance(15) ? 70 : 6));
        if (dice_.chance(25))
            where += " fixed";
        if (dice_.chance(12))
            where += " align=" + hex_text(page_size << dice_.below(5));
        return where;
    }
    std::string some_prot() {
        static constexpr const char* prots[] = {"rw-", "rw-", "rw-", "r--", "rwx", "r-x", "---", "-w-"};
        return dice_.pick(prots);
    }
    std::string sample_address(const placed_space& s, uint32_t page) {
        return hex_text(s.address(page) + sample_offsets[dice_.below(uint32_t(sample_offsets.size()))]);
    }
    // An address near the end of a page, for accesses of two bytes over its boundary.
    std::string boundary_address(const placed_space& s, uint32_t page) {
        return hex_text(s.address(page) + page_size - 1);
    }

    // --- the commands
    void new_space() {
        for (char c = 'a'; c < 'a' + char(most_spaces); ++c) {
            std::string const name(1, c);
            if (machine_.spaces().contains(name))
                continue;
            uint64_t const min = base + page_size * dice_.below(4);
            emit("space " + name + " " + hex_text(min) + " " +
                 hex_text(min + page_size * (16 + dice_.below(48))) + (dice_.chance(50) ? " topdown" : ""));
            return;
        }
    }
    void map() {
        auto const [name, s] = some_space();
        std::string line = "map " + name + " " + some_place(s);
        uint32_t const kind = dice_.below(100);
        bool nomerge = dice_.chance(20);
        if (kind < 40) {
            line += dice_.chance(30) ? " cow overlay" : " cow";
        } else if (kind < 55) {
            line += " overlay";
        } else if (kind < 95) {
            uint32_t const offset = dice_.below(object_pages + 4);
            line += lends_ && dice_.chance(25) ? " obj=d" : dice_.chance(50) ? " obj=f" : " obj=g";
            line += "+" + bytes(offset);
            if (dice_.chance(55))
                line += " cow";
            // What reaches beyond the object's end stays an entry of its own, so that it fails or not as a
            // whole.
            nomerge = true;
        } else {
            // Merged into an amap it would have a backing, so its rights are nobody else's.
            emit(line + " nomerge prot=-wx max=-wx");
            return;
        }
        if (nomerge)
            line += " nomerge";
        if (dice_.chance(15))
            line += " amappad";
        if (dice_.chance(50))
            line += dice_.chance(70) ? " inh=share" : " inh=none";
        std::string const prot = some_prot();
        if (dice_.chance(50))
            line += " prot=" + prot;
        if (dice_.chance(8))
            line += " max=" + some_prot();
        emit(line);
    }
    void range_command(const char* command, const std::string& more = {}) {
        auto const [name, s] = some_space();
        emit(std::string(command) + " " + name + " " + some_range(s) + more);
    }
    void unmap() { range_command("unmap"); }
    void protect() {
        auto const [name, s] = some_space();
        std::string const range = some_range(s), prot = some_prot();
        words const bounds = split(range);
        if (s.pages.may_wire_in_part(
                s.clamped(std::stoull(bounds[0], nullptr, 0), std::stoull(bounds[1], nullptr, 0))))
            return;
        emit("protect " + name + " " + range + " " + prot + (dice_.chance(12) ? " max" : ""));
    }
    void inherit() {
        static constexpr const char* how[] = {" copy", " share", " none", " zero"};
        range_command("inherit", dice_.pick(how));
    }
    void advise() {
        static constexpr const char* how[] = {" normal", " random", " sequential", " willneed"};
        range_command("advise", dice_.pick(how));
    }
    void page_out() {
        if (!pressed_)
            return;
        static constexpr const char* how[] = {"", "", "", " clock", " fifo"};
        emit(std::string("pagedaemon") + dice_.pick(how));
    }
    // Wired memory cannot be lent, and who has wired a page that several show is not the model's affair:
    // where memory is lent, nothing is wired.
    void loan() {
        static constexpr const char* names[] = {" p", " q", " r", " s"};
        static constexpr const char* to[] = {" anon", " anon", "", " page"};
        if (lends_) {
            std::string const name = dice_.pick(names);
            range_command("loan", name + dice_.pick(to));
        }
    }
    std::string some_loan() {
        if (machine_.loans().empty())
            return {};
        auto at = machine_.loans().begin();
        std::advance(at, dice_.below(uint32_t(machine_.loans().size())));
        return at->first;
    }
    void loan_map() {
        std::string const name = some_loan();
        if (name.empty())
            return;
        auto const [into, s] = some_space();
        emit("loanmap " + name + " " + into + " " +
             (dice_.chance(50) ? "any" : hex_text(s.address(dice_.below(s.pages.size())))));
    }
    void unloan() {
        if (std::string const name = some_loan(); !name.empty())
            emit("unloan " + name);
    }
    void loan_pages() {
        static constexpr const char* names[] = {" p", " q", " r", " s"};
        static constexpr const char* objects[] = {"f ", "g ", "f ", "g ", "d "};
        if (lends_)
            emit(std::string("loanpages ") + dice_.pick(objects) + bytes(dice_.below(object_pages)) + " " +
                 bytes(1 + dice_.below(4)) + dice_.pick(names));
    }
    std::string some_allocation() { return std::string(1, char('a' + dice_.below(6))); }
    std::string some_offset() {
        return hex_text(uint64_t(dice_.below(5)) * page_size +
                        sample_offsets[dice_.below(uint32_t(sample_offsets.size()))]);
    }
    void kalloc() {
        static constexpr const char* maps[] = {" kernel ", " kernel ", " kmem ", " exec ", " pager "};
        static constexpr const char* kinds[] = {" wired", " wired zero", " pageable", " pageable", " vaonly"};
        emit("kalloc " + some_allocation() + dice_.pick(maps) + bytes(1 + dice_.below(4)) +
             dice_.pick(kinds) + (dice_.chance(20) ? " align=" + hex_text(page_size << dice_.below(4)) : ""));
    }
    void kfree() { emit("kfree " + some_allocation()); }
    void kread() {
        emit("kread " + some_allocation() + " " + some_offset() + (dice_.chance(30) ? " 2" : " 1"));
    }
    void kwrite() {
        std::string const value = hex_text(0x11 + dice_.below(0xef - 0x11)).substr(2);
        emit("kwrite " + some_allocation() + " " + some_offset() + " " + value +
             (dice_.chance(30) ? value : ""));
    }
    static constexpr const char* const maps_[] = {"kernel", "kmem", "exec", "pager"};
    void kdrain() { emit(std::string("kdrain ") + dice_.pick(maps_)); }
    void kcache() {
        std::string const map = dice_.pick(maps_);
        emit("kcache " + map + (dice_.chance(25) ? " off" : ""));
    }
    static constexpr const char* const devices[] = {"ram", "one", "two", "three"};
    void swapon() {
        if (pressed_)
            emit(std::string("swapon ") + dice_.pick(devices) +
                 " 2000 prio=" + std::to_string(dice_.below(3)));
    }
    // What is not there is asked for, too; but one device stays.
    void swapoff() {
        std::string const name = dice_.pick(devices);
        if (pressed_ && (machine_.devices().size() > 1 || !machine_.devices().contains(name)))
            emit("swapoff " + name);
    }
    void wire() {
        if (!pressed_ && !lends_)
            range_command("wire");
    }
    void unwire() { range_command("unwire"); }
    void wire_all() {
        if (pressed_ || lends_)
            return;
        auto const [name, s] = some_space();
        static constexpr const char* how[] = {" current", " future", " current future"};
        std::string line = dice_.chance(50) ? "unwireall " + name : "wireall " + name + dice_.pick(how);
        if (line[0] == 'w' && dice_.chance(30))
            line += " limit=" + bytes(1 + dice_.below(40));
        emit(line);
    }
    void clean() {
        static constexpr const char* how[] = {
            "",      " cleanit",        " cleanit syncio", " deactivate",
            " free", " cleanit free",   " free",           " cleanit deactivate",
            " free", " free deactivate"};
        range_command("clean", dice_.pick(how));
    }
    void extract() {
        static constexpr const char* how[] = {
            "",      "",         " remove",         " contig",         " qref",
            " qref", " fixprot", " remove fixprot", " contig fixprot", " remove contig"};
        std::string const into = some_space().name;
        range_command("extract", " " + into + dice_.pick(how));
    }
    // Mostly what is mapped in one piece; to anywhere, also over itself, and where there is something.
    void mremap() {
        auto const [name, s] = some_space();
        uint32_t const first = some_page(s);
        uint32_t run = 0;
        while (run < 8 && first + run < s.pages.size() && s.pages.at(first + run).mapped())
            ++run;
        uint32_t const old = dice_.chance(85) && run > 0 ? 1 + dice_.below(run) : 1 + dice_.below(5);
        uint32_t const wanted = dice_.chance(5) ? 70 : dice_.chance(25) ? old : 1 + dice_.below(9);
        bool const old_place = dice_.chance(4);
        std::string line = "mremap " + name + " ";
        line += dice_.chance(5) ? some_range(s) : hex_text(s.address(first)) + " " + bytes(old);
        line += " " + (dice_.chance(1) ? "0" : bytes(wanted));
        if (old_place)
            line += " at=" + hex_text(s.address(first)) + " fixed";
        else if (dice_.chance(15)) // over itself
            line += " at=" + hex_text(s.address(first) + page_size * dice_.below(old)) +
                    (dice_.chance(60) ? " fixed" : "");
        else if (dice_.chance(50))
            line += " at=" + hex_text(s.address(dice_.below(s.pages.size()))) +
                    (dice_.chance(60) ? " fixed" : "");
        else if (dice_.chance(3))
            line += " at=" + hex_text(s.min + page_size * 80) + (dice_.chance(60) ? " fixed" : "");
        if (dice_.chance(10))
            line += " align=" + hex_text(page_size << dice_.below(5));
        else if (dice_.chance(1))
            line += " align=0x3000";
        emit(line + (dice_.chance(20) ? " keep" : ""));
    }
    void reserve() {
        auto const [name, s] = some_space();
        emit("reserve " + name + " " + some_place(s));
    }
    void findspace() {
        auto const [name, s] = some_space();
        emit("findspace " + name + " " + some_place(s));
    }
    void lookup() {
        auto const [name, s] = some_space();
        emit("lookup " + name + " " + sample_address(s, dice_.below(s.pages.size())));
    }
    void checkprot() { range_command("checkprot", " " + some_prot()); }
    std::string free_name() {
        for (char c = 'a'; c < 'a' + char(most_spaces); ++c)
            if (!machine_.spaces().contains(std::string(1, c)))
                return std::string(1, c);
        return "a"; // there already: EEXIST
    }
    void fork() { emit("fork " + some_space().name + " " + free_name()); }
    void share() { emit("share " + some_space().name + " " + free_name()); }
    void unshare() { emit("unshare " + some_space().name); }
    void exec() {
        uint64_t const min = base + page_size * dice_.below(4);
        emit("exec " + some_space().name + " " + hex_text(min) + " " +
             hex_text(min + page_size * (16 + dice_.below(48))));
    }
    void exit() {
        if (machine_.spaces().size() > 1)
            emit("exit " + some_space().name);
    }
    void read() {
        auto const [name, s] = some_space();
        uint32_t const page = some_page(s);
        bool const two = dice_.chance(25);
        emit("read " + name + " " + (two ? boundary_address(s, page) + " 2" : sample_address(s, page)));
    }
    void write() {
        auto const [name, s] = some_space();
        uint32_t const page = some_page(s);
        bool const two = dice_.chance(25);
        std::string value = hex_text(0x11 + dice_.below(0xef - 0x11)).substr(2);
        emit("write " + name + " " +
             (two ? boundary_address(s, page) + " " + value + value : sample_address(s, page) + " " + value));
    }

    dice dice_;
    bool pressed_, lends_;
    model_machine machine_;
    std::vector<std::string> lines_;
};

} // namespace

std::vector<std::string> model_program(uint32_t seed, size_t commands) {
    return generator(seed).program(commands);
}

} // namespace uvm::test
