// What the fuzzer begins with: together, its corpus and the scenarios of our additions show every command of
// the interpreter and every option of the grammar at work, so that mutations have all of the language to
// change.
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QIODevice>
#include <QObject>
#include <QString>
#include <QStringLiteral>
#include <QTest>
#include <algorithm>
#include <map>

#include "kernel/arch/host/host.h"
#include "kernel/scenario/commands.h"
#include "kernel/scenario/scenario.h"
#include "tests/fuzz/scenario_lines.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr qint64 most_read = 4096; // of an input, as ./fuzz says with -max_len

// How far features were seen: a line that only ever fails has shown little.
enum class seen : uint8_t { never, failing, working };

struct command_line {
    std::vector<std::string> words;
    seen how;
};

std::string transcript_of(const std::string& text, int* status,
                          scenario_rights rights = scenario_rights::all) {
    std::string transcript;
    *status = scenario_run(
        text, "seed",
        {[](void* to, std::string_view words) { static_cast<std::string*>(to)->append(words); }, &transcript},
        {[](void*, std::string_view) {}, nullptr}, rights);
    return transcript;
}

// The commands that a seed comes to. Where a line does not parse the run ends, and it is none.
std::vector<command_line> run_seed(const std::string& text) {
    int status = scenario_ok;
    std::vector<command_line> all;
    for (std::string const& line : split_lines(transcript_of(text, &status))) {
        if (!line.starts_with("  "))
            all.push_back({split_words(line), seen::working});
        else if (line.starts_with("  ! E") && !all.empty())
            all.back().how = seen::failing;
    }
    if (status == scenario_parse_error && !all.empty())
        all.pop_back();
    return all;
}

} // namespace

class FuzzCorpusTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(vsize_t(64u << 20)); }

    void every_command_has_a_row() {
        for (command const& c : scenario_commands()) {
            auto const rows = grammar_rows();
            bool const has_row = std::any_of(rows.begin(), rows.end(), [&](std::string_view row) {
                return split_words(row).front() == c.name;
            });
            QVERIFY2(has_row,
                     (std::string("no row in the fuzzer's grammar: ") + std::string(c.name)).c_str());
        }
    }

    // A row that gives lines which do not parse ends every scenario that it comes into.
    void every_line_of_the_grammar_parses() {
        std::vector<std::string> const setting{"space s 0x100000 0x300000", "object o 0x8000",
                                               "map s 0x100000 0x8000 cow fixed", "write s 0x100000 11",
                                               "loan s 0x100000 0x1000 l"};
        scenario_names names;
        for (std::string const& line : setting)
            follow(split_words(line), names);
        scenario_lines make(1);
        for (int round = 0; round < 4000; ++round) {
            std::vector<std::string> lines = setting;
            lines.push_back(make.line(names));
            int status = scenario_ok;
            std::string const transcript =
                transcript_of(join(lines, '\n'), &status, scenario_rights::harmless);
            QVERIFY2(status != scenario_parse_error, lines.back().c_str());
        }
    }

    void everything_is_in_a_seed() {
        std::vector<grammar_feature> const features = grammar_features();
        std::vector<seen> how(features.size(), seen::never);
        int seeds = 0;
        for (QString const& folder : {QStringLiteral(UVMSCOPE_BUILD_DIR "/tests/fuzz/corpus-scenario_fuzzer"),
                                      QStringLiteral(UVMSCOPE_SOURCE_DIR "/tests/scenario/additions")}) {
            for (QFileInfo const& info : QDir(folder).entryInfoList(QDir::Files)) {
                QFile file(info.filePath());
                QVERIFY(file.open(QIODevice::ReadOnly));
                ++seeds;
                for (command_line const& line : run_seed(file.read(most_read).toStdString()))
                    for (size_t i = 0; i < features.size(); ++i)
                        if (features[i].is_in(line.words))
                            how[i] = std::max(how[i], line.how);
            }
        }
        QVERIFY(seeds > 100);
        std::vector<std::string> missing;
        for (size_t i = 0; i < features.size(); ++i)
            if (how[i] != seen::working)
                missing.push_back(features[i].text() +
                                  (how[i] == seen::never ? ": in no seed" : ": only fails"));
        QVERIFY2(missing.empty(), join(missing, '\n').c_str());
    }
};
QTEST_GUILESS_MAIN(FuzzCorpusTest)
#include "fuzz_corpus_test.moc"
