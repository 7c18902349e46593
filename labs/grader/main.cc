// uvmscope-lab: what `uvmscope lab` runs.
#include <QCoreApplication>

#include "labs/grader/commands.h"

int main(int argc, char** argv) {
    QCoreApplication const application(argc, argv);
    return grader::runLabCommand(QCoreApplication::arguments());
}
