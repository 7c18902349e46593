// What went wrong between the bridge and the machine, in one line, and what to do about it.
#pragma once

#include <QString>
#include <cstdint>

namespace gdbbridge {

enum class ErrorKind : uint8_t {
    MissingProgram, // QEMU or GDB is not installed
    WrongVersion,   // QEMU or GDB is too old
    BadKernel,      // no such file, no ELF of that architecture, or without debug information
    BadScenario,    // the scenario file cannot be read
    SocketBusy,     // somebody else listens at the path asked for
    StartFailed,    // a program did not start, or ended before it answered
    GdbRefused,     // GDB answered a command with an error
    Protocol,       // GDB or QEMU said something that makes no sense here
    Timeout,        // no answer in time
    GdbExited,      // GDB ended or was killed
    QemuExited,     // QEMU ended or was killed
    Endless,        // a command has had all of the processor's time that it may have
    WrongState,     // a request that the session cannot take now
};

struct Error {
    ErrorKind kind = ErrorKind::Protocol;
    QString message; // one line: what is wrong
    QString advice;  // one line: what to do; may be ""

    // Of a program that ends because of it: 4 when the machine cannot be started here, 3 when it died or fell
    // silent, 1 when a command of the scenario has no end.
    int exitCode() const;
    // Message and advice as one line.
    QString text() const;
};

} // namespace gdbbridge
