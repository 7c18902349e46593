// What a lab's functions are built with: the headers, the rest of the VM as objects, and a Makefile.
//
// The kit lies in the folder `kit` beside the student's files. It holds no source of the kernel but headers,
// and no object of a file that the student writes: what the student leaves out is missing when it is linked.
#pragma once

#include <QString>

#include "labs/grader/build_tree.h"
#include "labs/grader/lab.h"

namespace grader {

// Writes FOLDER/kit and FOLDER/Makefile; "" or what went wrong.
QString writeKit(const Lab& lab, const BuildTree& tree, const QString& folder);

// What the Makefile makes, and by which word.
QString programOf(Machine machine); // "uvmscope-host", "kernel-i386.elf"

} // namespace grader
