// What the tests of the labs share: the labs of the source folder, kits, and solutions to be checked.
#pragma once

#include <QString>
#include <QTemporaryDir>

#include <vector>

#include "labs/grader/checker.h"
#include "labs/grader/installation.h"
#include "labs/grader/wrong.h"

namespace test {

// The build that is tested.
grader::Installation labInstallation();
// A lab by its number; ends the test when there is none.
grader::Lab theLab(int number);
// The wrong solutions of a file; ends the test when it is damaged.
std::vector<grader::Wrong> wrongOf(const QString& file);

// A lab's kit, and checks of what is built with it.
class LabBench {
public:
    explicit LabBench(grader::Lab lab);

    const grader::Lab& lab() const { return m_lab; }
    // Checks a submission: only those checks with these names, or all. `reference`: expected transcripts are
    // made by the reference program, for names that are drawn from the seed.
    grader::LabResult check(const QString& submission, const QStringList& ids = {}, uint32_t seed = 0) const;
    // The reference with edits, into a new folder below `folder`.
    QString solution(const QTemporaryDir& folder, const QString& name,
                     const std::vector<grader::Edit>& edits) const;
    QString kit() const { return m_kit.filePath(QStringLiteral("kit")); }

private:
    // The objects of the reference's files, compiled once, for submissions that have such a file unchanged.
    void lendObjects(const QString& folder) const;

    grader::Lab m_lab;
    QTemporaryDir m_kit, m_reference;
};

// All that is known about failed checks, for the message of a failed test.
QByteArray told(const grader::LabResult& result);

} // namespace test
