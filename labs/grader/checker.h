// Runs a lab's checks on a folder that has the student's files, a Makefile and a kit.
#pragma once

#include <QString>
#include <QStringList>

#include <functional>
#include <map>

#include "labs/grader/evidence.h"
#include "labs/grader/lab.h"
#include "labs/grader/result.h"
#include "labs/grader/run_time.h"
#include "labs/grader/sandbox.h"
#include "labs/grader/scenario_text.h"

namespace grader {

struct CheckerConfig {
    QString folder;       // the student's, absolute
    QStringList read;     // what else the build reads, besides it
    QString reference;    // the host program with the reference solution; "": expected is what the files say
    QString userPrograms; // the folder with MACHINE/NAME
    uint32_t seed = 0;    // of the variation, which needs `reference`; 0: none
    QString program{};    // uvmscope; "": nothing is looked at with it
    QString evidence{};   // the folder for evidence of what fails; "": none is made
    bool brisk = false;   // somebody waits: what hangs is given up after seconds
};

class Checker {
public:
    Checker(const Lab& lab, CheckerConfig config) : m_lab(lab), m_config(std::move(config)) {}

    CheckResult run(const Check& check);
    bool sandboxed() const { return m_sandboxed; }

private:
    // "" or why the program of a machine could not be built; builds it once.
    const QString& build(Machine machine);
    // Each returns true when all is well, and fills the failure otherwise.
    bool runBuild(const Check& check, Failure& failure);
    bool runScenario(const Check& check, const QString& file, Machine machine, Failure& failure);
    bool runLeak(const Check& check, const QString& file, Failure& failure);
    bool runProgram(const Check& check, const QString& name, Machine machine, Failure& failure);
    bool dispatch(const Check& check, Failure& failure);

    std::optional<QByteArray> expected(const QString& file, const QByteArray& scenario, QString* problem);
    // Notes whether a run was given up.
    void gaveUp(bool timedOut, Failure& failure);
    QString programFile(Machine machine, const QString& name) const;
    // That one run of it may take.
    RunTime timeFor(const Check& check, Machine machine) const;
    void findInvariant(const QByteArray& scenario, Failure& failure);
    // Looks at the failure under the bridge; what for, and what is kept of it, depends on who asks.
    void look(const Check& check, Failure& failure);
    // "" or why there is nothing to be seen.
    QString blindTo(const Check& check, Machine machine, const Failure& failure);
    // What `open` does not show by itself, and how it is seen all the same; or "".
    QString lookWords(const Failure& failure) const;
    void tellBroken(const BrokenAtEvent& broken, const QByteArray& scenario, Machine machine,
                    Failure& failure) const;

    const Lab& m_lab;
    CheckerConfig m_config;
    std::map<Machine, QString> m_built;
    bool m_sandboxed = false;
    bool m_boots = true; // as far as evidence has told
    int m_events = 0;    // that have been found
    int m_looks = 0;     // at failures of whom nothing is kept
    int m_hangs = 0;     // runs that were given up
};

// All checks, or the public ones. `told` is called before each one that may take a while.
LabResult runChecks(const Lab& lab, const CheckerConfig& config, bool publicOnly,
                    const std::function<void(const Check&)>& told = {});

} // namespace grader
