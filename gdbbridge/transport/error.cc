#include "gdbbridge/transport/error.h"

namespace gdbbridge {

int Error::exitCode() const {
    switch (kind) {
    case ErrorKind::MissingProgram:
    case ErrorKind::WrongVersion:
    case ErrorKind::BadKernel:
    case ErrorKind::BadScenario:
    case ErrorKind::SocketBusy:
    case ErrorKind::StartFailed:
        return 4;
    case ErrorKind::Endless:
        return 1;
    case ErrorKind::GdbRefused:
    case ErrorKind::Protocol:
    case ErrorKind::Timeout:
    case ErrorKind::GdbExited:
    case ErrorKind::QemuExited:
    case ErrorKind::WrongState:
        return 3;
    }
    return 3;
}

QString Error::text() const { return advice.isEmpty() ? message : message + QStringLiteral("; ") + advice; }

} // namespace gdbbridge
