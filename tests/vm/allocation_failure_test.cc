// Each allocation in each operation fails once: afterwards nothing is half done, nothing is lost, every
// invariant holds, and the operation, tried again, comes to what it would have come to.
#include <QDebug>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTest>

#include <csignal>
#include <map>
#include <sstream>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/core/process.h"
#include "kernel/scenario/scenario.h"
#include "kernel/vm/uvm_pool.h"
#include "tests/vm/memory_judge.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

struct state {
    const char* name;
    const char* lines;
    uint32_t most = 400; // allocations of an operation that fail in turn; behind them more of the same come
};

// All have the space `a` and the objects `f` and `g`; what the operations are about lies from 0x400000 on.
constexpr state states[] = {
    {"private memory", "map a 0x400000 0x8000 cow fixed\nwrite a 0x400000 11\nwrite a 0x402000 22\n"
                       "write a 0x405000 33\nmap a 0x409000 0x3000 cow fixed prot=rwx\n"},
    {"after fork", "map a 0x400000 0x8000 cow fixed\nwrite a 0x400000 11\nwrite a 0x402000 22\n"
                   "write a 0x405000 33\nfork a p\nwrite p 0x402000 44\nmap a 0x409000 0x3000 cow fixed\n"},
    {"shared memory",
     "map a 0x400000 0x8000 overlay inh=share fixed\nwrite a 0x400000 11\nwrite a 0x402000 22\n"
     "fork a p\nunmap p 0x401000 0x2000\nwrite p 0x405000 33\n"
     "map a 0x409000 0x3000 cow fixed\n"},
    {"objects", "map a 0x400000 0x8000 obj=f cow fixed\nwrite a 0x400000 11\nread a 0x402000\n"
                "map a 0x409000 0x3000 obj=g fixed\nwrite a 0x409000 22\nfork a p\nwrite p 0x405000 33\n"},
    {"wired", "map a 0x400000 0x8000 cow fixed\nwrite a 0x400000 11\nwire a 0x402000 0x4000\n"
              "map a 0x409000 0x3000 obj=f cow fixed\nwire a 0x409000 0x1000\n"},
    {"wired and shared",
     "map a 0x400000 0x8000 obj=f cow inh=share fixed\nfork a p\nread a 0x402000\n"
     "wire p 0x402000 0x4000\nmap a 0x409000 0x3000 overlay fixed\nwrite a 0x409000 22\n"},
    {"large", "map a 0x300000 0x110000 cow fixed\nwrite a 0x300000 11\nwrite a 0x402000 22\nfork a p\n", 30},
    {"in swap",
     "memory 24 swap=500\nmap a 0x400000 0x8000 cow fixed\nwrite a 0x400000 11\nwrite a 0x402000 22\n"
     "write a 0x405000 33\nmap a 0x409000 0x3000 overlay fixed\nwrite a 0x409000 44\nfork a p\n"
     "pagedaemon\npagedaemon\npagedaemon\n"},
    {"on loan",
     "map a 0x400000 0x8000 cow fixed\nwrite a 0x400000 11\nwrite a 0x402000 22\nwrite a 0x405000 33\n"
     "map a 0x409000 0x3000 obj=f fixed\nread a 0x409000\nread a 0x40a000\nloan a 0x400000 0x3000 k\n"
     "loan a 0x409000 0x1000 k2\nloan a 0x40a000 0x1000 l anon\nloan a 0x405000 0x1000 m anon\n"},
    // Longer than a chunk of an amap.
    {"a long loan", "map a 0x400000 0x18000 cow fixed\nwrite a 0x400000 11\nwrite a 0x402000 22\n"
                    "write a 0x412000 33\nloan a 0x400000 0x14000 l anon\n"},
    {"borrowed from an object", "map a 0x400000 0x8000 obj=f fixed\nread a 0x400000\nread a 0x401000\n"
                                "loan a 0x400000 0x2000 l anon\nloanmap l b 0x400000\n"},
    {"device", "object d 0x8000 device\nmap a 0x400000 0x8000 obj=d fixed inh=share\nread a 0x401000\n"
               "map a 0x409000 0x3000 obj=d cow fixed\nread a 0x409000\nfork a p\n"},
    {"kernel memory", "map a 0x400000 0x8000 cow fixed\nkalloc p kernel 0x3000 pageable\nkwrite p 0 11\n"
                      "kalloc w kernel 0x1000 wired\nkalloc x exec 0x4000 pageable\n"
                      "kalloc v kernel 0x1000 wired\nkalloc u kernel 0x1000 wired\n"},
    {"reads ahead", "object r 0x100000 file readahead\nmap a 0x400000 0x8000 obj=r fixed\n"
                    "map a 0x409000 0x3000 obj=r+0x40000 cow fixed adv=sequential\nread a 0x409000\n"},
    {"swap devices", "memory 24 swap=60\nswapon two 60 prio=1\nmap a 0x400000 0x8000 cow fixed\n"
                     "write a 0x400000 11\nwrite a 0x402000 22\nwrite a 0x405000 33\nfork a p\n"
                     "write p 0x402000 44\npagedaemon\npagedaemon\n"},
};

constexpr const char* operations[] = {
    "map a any 0x3000 cow",
    "map a 0x408000 0x1000 cow fixed",
    "map a 0x408000 0x1000 overlay fixed amappad",
    "map a any 0x3000 obj=f+0x2000",
    "map a any 0x200000 overlay",
    "map a 0x401000 0x3000 cow replace",
    "map a 0x401000 0x9000 overlay replace",
    "map a 0x402000 0x8000 obj=f replace",
    "reserve a any 0x3000",
    "unmap a 0x401000 0x3000",
    "unmap a 0x400000 0xc000",
    "protect a 0x401000 0x3000 r--",
    "inherit a 0x402000 0x1000 none",
    "inherit a 0x402000 0x1000 zero",
    "advise a 0x402000 0x1000 random",
    "wire a 0x401000 0x3000",
    "wire a 0x409000 0x2000",
    "unwire a 0x403000 0x2000",
    "wireall a current future",
    "unwireall a",
    "clean a 0x400000 0x4000 cleanit",
    "clean a 0x400000 0x2000 free",
    "extract a 0x401000 0x4000 b",
    "extract a 0x401000 0x4000 b remove",
    "extract a 0x401000 0x4000 b qref",
    "extract a 0x401000 0x4000 a contig fixprot",
    "mremap a 0x401000 0x4000 0x2000",
    "mremap a 0x401000 0x3000 0x5000",
    "mremap a 0x401000 0x4000 0x2000 at=0x600000",
    "mremap a 0x401000 0x3000 0x5000 at=0x600000 fixed",
    "mremap a 0x401000 0x3000 0x3000 at=0x600000 keep",
    "fork a c",
    "fork p c",
    "share a c",
    "exec a 0x400000 0x500000",
    "space c 0x400000 0x500000",
    "object h 0x8000",
    "object h 0x8000 anon",
    "write a 0x400000 55",
    "write a 0x402000 66",
    "write a 0x403000 77",
    "write a 0x409000 88",
    "read a 0x400000",
    "read a 0x404000",
    "write p 0x400000 99",
    "write b 0x400000 99",
    "read p 0x402000",
    "pagedaemon",
    "swapon other 32",
    "swapoff ram",
    "swapoff two",
    "swapon third 32 prio=2",
    "advise a 0x400000 0x8000 willneed",
    "read a 0x401000 8192",
    "loanpages g 0 0x3000 n",
    "loanmap m b any",
    "unloan k2",
    "kalloc k phys 0x2000 wired",
    "kalloc k pager 0x3000 pageable align=0x10000",
    "kfree w",
    "kdrain kernel",
    "klist",
    "inherit a 0x400000 0x8000 share",
    "unshare a",
    "trymerge a 0x401000",
    "loan a 0x400000 0x3000 n",
    "loan a 0x400000 0x3000 n anon",
    "loan a 0x409000 0x2000 n anon",
    "loanpages f 0x2000 0x2000 n",
    "loanmap l b any",
    "unloan l",
    "object h 0x8000 device",
    "object h 0x8000 file readahead",
    "write a 0x40a000 99",
    "write a 0x405000 99",
    "kalloc k kernel 0x3000 wired zero",
    "kalloc k kmem 0x3000 wired nowait",
    "kalloc k exec 0x3000 pageable",
    "kalloc k pager 0x3000 vaonly",
    "kwrite p 0x1fff 1122",
    "kwrite x 0 11",
    "kread p 0x2000",
    "kfree v",
    "kfree p",
};

constexpr std::string_view looks = "dump\nanons\n";

// What a page of a space is, whatever entries it is cut into; needs-copy may have been resolved.
using picture = std::map<std::string, std::string>;

struct run_result {
    std::string answer; // of the operation
    std::string retry;  // of the operation again
    picture before, after, at_end;
    uint32_t left{}; // allocations until the one that was to fail; 0: it did
    std::string wrong;
};

std::string number_text(uint64_t n) { return QString("0x%1").arg(n, 0, 16).toStdString(); }

void paint_entry(picture& all, const std::string& space, std::istringstream& words,
                 const std::string& range) {
    std::string prot, inherit, advice, flags, amap, obj, wired;
    words >> prot >> inherit >> advice >> flags >> amap >> obj >> wired;
    size_t const dash = range.find('-');
    uint64_t const start = std::stoull(range, nullptr, 16),
                   end = std::stoull(range.substr(dash + 1), nullptr, 16);
    size_t const plus = obj.find('+');
    for (uint64_t va = start; va < end; va += page_size) {
        std::string backed = obj;
        if (plus != std::string::npos)
            backed = obj.substr(0, plus + 1) +
                     number_text(std::stoull(obj.substr(plus + 1), nullptr, 16) + va - start);

        all[space + " " + number_text(va)] = prot + " " + inherit + " " + advice + " " + backed + " " + wired;
    }
}

// Reads the lines of `looks` from a transcript.
picture read_picture(std::istringstream& in) {
    picture all;
    std::string line, space;
    bool dumping = true;
    for (auto at = in.tellg(); std::getline(in, line); at = in.tellg()) {
        // The next command that is none of the looks ends them.
        if (line[0] != ' ' && line != "anons" && !line.starts_with("dump")) {
            in.seekg(at);
            break;
        }
        if (line == "anons")
            dumping = false;
        if (line[0] != ' ')
            continue;
        std::istringstream words(line);
        std::string first, second;
        words >> first;
        if (dumping && first.starts_with("0x")) {
            paint_entry(all, space, words, first);
        } else if (dumping) {
            space = first;
        } else {
            std::string id, refs, byte;
            words >> second >> id >> refs >> byte;
            all["anon " + first + " " + second] = byte;
        }
    }
    return all;
}

struct driver {
    std::string transcript;
    uint32_t fail{}, checks{};
    bool armed{};
    run_result result;

    static void hear(void* context, std::string_view text) {
        auto& self = *static_cast<driver*>(context);
        self.transcript += text;
        if (self.armed) {
            self.result.left = uvm_fail_allocation_left();
            uvm_fail_allocation(0);
            self.armed = false;
        }
        if (!text.starts_with("check\n"))
            return;
        std::vector<vmspace*> spaces;
        for (process* p = allproc; p; p = p->p_next)
            if (std::find(spaces.begin(), spaces.end(), p->p_vmspace) == spaces.end())
                spaces.push_back(p->p_vmspace);
        if (self.result.wrong.empty())
            self.result.wrong = judge_memory(spaces).toStdString();
        if (++self.checks == 1 && self.fail) {
            uvm_fail_allocation(self.fail);
            self.armed = true;
        }
    }
};

run_result run(const state& s, const std::string& operation, uint32_t fail, bool again) {
    std::string text = "object f 0x10000\nobject g 0x10000 anon\nspace a 0x200000 0x900000\n"
                       "space b 0x400000 0x500000\n";
    text += s.lines;
    std::string const marker = "lookup a 0x400000\n";
    text += marker + std::string(looks) + "check\n" + operation + "\ncheck\n" + std::string(looks);
    if (again)
        text += operation + "\ncheck\n" + std::string(looks);
    auto const before = accounts();
    driver d;
    d.fail = fail;
    int const status =
        scenario_run(text, s.name, {driver::hear, &d}, {[](void*, std::string_view) {}, nullptr});
    run_result& r = d.result;
    if (status != scenario_ok && r.wrong.empty())
        r.wrong =
            status == scenario_parse_error ? "does not parse" : "a check does not hold:\n" + d.transcript;
    if (r.wrong.empty() && accounts() != before)
        r.wrong = "something is not given back";
    std::istringstream in(d.transcript.substr(d.transcript.rfind(marker) + marker.size()));
    std::string line;
    std::getline(in, line); // the marker's answer
    r.before = read_picture(in);
    auto const answer_of = [&] {
        std::string answer;
        while (std::getline(in, line) && line != operation) {
        }
        std::getline(in, answer);
        std::getline(in, line); // check
        std::getline(in, line); // its answer
        return answer;
    };
    r.answer = answer_of();
    r.after = read_picture(in);
    if (again) {
        r.retry = answer_of();
        r.at_end = read_picture(in);
    }
    return r;
}

// Everything that was there is there still. Anons may have come: copies that were made before the failure.
std::string lost(const picture& before, const picture& after) {
    for (auto const& [what, how] : before) {
        auto const found = after.find(what);
        if (found == after.end() || found->second != how)
            return what + " was " + how + ", is " + (found == after.end() ? "gone" : found->second);
    }
    for (auto const& [what, how] : after)
        if (!what.starts_with("anon ") && !before.contains(what))
            return what + " has come: " + how;
    return {};
}

// What one failure comes to: "" when all is well.
std::string judge_failure(const state& s, const std::string& operation, const run_result& clean,
                          uint32_t number, bool* fired) {
    run_result const failed = run(s, operation, number, false);
    *fired = failed.left == 0;
    if (!failed.wrong.empty())
        return failed.answer + ", " + failed.wrong;
    // It was only meant well, or could be done without.
    if (failed.answer.starts_with("  =")) {
        bool const same = failed.answer.starts_with("  = freed") || failed.answer == clean.answer;
        return same ? "" : "another answer: " + failed.answer;
    }
    if (std::string const what = lost(failed.before, failed.after); !what.empty())
        return failed.answer + ", but " + what;
    run_result const again = run(s, operation, number, true);
    if (!again.wrong.empty())
        return "tried again: " + again.wrong;
    if (again.retry != clean.answer)
        return "tried again: " + again.retry;
    // Anons may be more than without the failure, for the same reason as above.
    std::string const what = lost(clean.after, again.at_end);
    return what.empty() ? "" : "tried again: " + what;
}

struct sweep_result {
    uint32_t failures{};
    QStringList wrong;
};

// Seen by both processes: the allocation whose turn it is, and how it ended.
struct turn {
    uint32_t number;
    bool done;
};

// Every allocation of one operation, in a process of its own, which may panic; then the next takes over.
void sweep(const state& s, const std::string& operation, turn& now, sweep_result& result) {
    now = {1, false};
    constexpr qsizetype enough = 5; // of what is wrong
    while (!now.done && now.number < s.most && result.wrong.size() < enough) {
        int channel[2];
        if (pipe(channel) != 0)
            qFatal("no pipe");
        pid_t const child = fork();
        if (child == 0) {
            alarm(60);
            signal(SIGABRT, SIG_DFL); // a panic ends it without a report of the test's own
            dup2(channel[1], STDERR_FILENO);
            run_result const clean = run(s, operation, 0, false);
            for (bool fired = true; now.number < s.most; ++now.number) {
                std::string const what = judge_failure(s, operation, clean, now.number, &fired);
                if (!what.empty()) {
                    fprintf(stderr, "%s", what.c_str());
                    _exit(1);
                }
                if (!fired)
                    break;
            }
            now.done = true;
            _exit(0);
        }
        close(channel[1]);
        std::string message;
        char buffer[512];
        for (ssize_t got; (got = read(channel[0], buffer, sizeof buffer)) > 0;)
            message.append(buffer, size_t(got));
        close(channel[0]);
        int status = 0;
        waitpid(child, &status, 0);
        if (now.done)
            break;
        result.wrong
            << QString("%1, allocation %2: %3").arg(operation.c_str()).arg(now.number).arg(message.c_str());
        ++now.number;
    }
    result.failures += now.number - 1;
}

} // namespace

class AllocationFailureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(vsize_t(64u << 20)); }

    void a_failed_allocation_does_no_harm_data() {
        QTest::addColumn<int>("state_index");
        for (int i = 0; i < int(std::size(states)); ++i)
            QTest::addRow("%s", states[i].name) << i;
    }
    void a_failed_allocation_does_no_harm() {
        QFETCH(int, state_index);
        state const& s = states[state_index];
        auto* const now = static_cast<turn*>(
            mmap(nullptr, sizeof(turn), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
        sweep_result result;
        for (const char* operation : operations)
            if (run(s, operation, 0, false).answer.starts_with("  =")) // else it is not for this state
                sweep(s, operation, *now, result);
        munmap(now, sizeof(turn));
        qInfo("%u failures", result.failures);
        QVERIFY2(result.wrong.isEmpty(), qPrintable(result.wrong.join('\n')));
        QVERIFY(result.failures > 20);
    }
};
QTEST_GUILESS_MAIN(AllocationFailureTest)
#include "allocation_failure_test.moc"
