// What the machine is asked for by name: functions to stop at, words of uvm_probe_control. Part of the
// machine.
#pragma once

#include <array>
#include <cstdint>

namespace gdbbridge::names {

inline constexpr const char* probeFunction = "uvm_probe_stop";
inline constexpr const char* probePrefix = "uvm_probe_"; // of the functions that a probe passes
// Names of stops that no function has.
inline constexpr const char* extraPlace = "@place";
inline constexpr const char* extraWatch = "@watch";
inline constexpr const char* endFunction = "uvm_machine_stopped";
inline constexpr const char* scenarioFunction = "uvm::kernel_program";
inline constexpr const char* programFunction = "uvm::kernel_user_program";

inline constexpr const char* recordMask = "(unsigned long)&uvm::uvm_probe_control.record_mask";
inline constexpr const char* stopMask = "(unsigned long)&uvm::uvm_probe_control.stop_mask";
inline constexpr const char* stopExcept = "(unsigned long)&uvm::uvm_probe_control.stop_except";
inline constexpr const char* commandBegin = "(unsigned long)uvm::uvm_event::command_begin";
inline constexpr const char* operationClass = "(unsigned long)uvm::uvm_event_class::operation";
inline constexpr const char* faultClass = "(unsigned long)uvm::uvm_event_class::fault";
inline constexpr uint32_t allClasses = ~uint32_t{0};
inline constexpr const char* stopFrom = "(unsigned long)&uvm::uvm_probe_control.stop_from";
inline constexpr const char* writeLimit = "(unsigned long)&uvm::uvm_probe_control.write_limit";
inline constexpr const char* quickUntil = "(unsigned long)&uvm::uvm_probe_control.quick_until";
inline constexpr const char* waitingWord = "(unsigned long)&uvm::uvm_probe_control.waiting";
inline constexpr std::array controlExpressions{stopFrom,       writeLimit, quickUntil, waitingWord,
                                               recordMask,     stopMask,   stopExcept, commandBegin,
                                               operationClass, faultClass};
inline constexpr const char* windowVa = "uvm::machine_window.va_base";
inline constexpr const char* windowPa = "uvm::machine_window.pa_base";
inline constexpr const char* windowSize = "uvm::machine_window.size";

} // namespace gdbbridge::names
