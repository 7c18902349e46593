// Where a program begins: the kernel calls start(argc, argv).
#include "kernel/user/lib/libc.h"

extern "C" [[noreturn]] void start(int argc, char** argv);
int main(int argc, char** argv);

void start(int argc, char** argv) { exit(main(argc, argv)); }
