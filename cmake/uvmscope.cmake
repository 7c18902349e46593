# Helpers that the CMakeLists of the folders share.

# The warnings of every target of ours; a warning is an error.
add_library(uvmscope_warnings INTERFACE)
target_compile_options(uvmscope_warnings INTERFACE -Wall -Wextra -Wshadow -Wvla -Werror)
# "slots", "signals" and "emit" are words of ours as well; Qt has Q_SLOTS, Q_SIGNALS and Q_EMIT.
target_compile_definitions(uvmscope_warnings INTERFACE QT_NO_KEYWORDS)
target_include_directories(uvmscope_warnings INTERFACE ${CMAKE_SOURCE_DIR})

# Some kernels run no 32-bit programs (those without IA32 emulation). What needs them is disabled there, and CTest says so.
include(CheckCXXSourceRuns)
set(CMAKE_REQUIRED_FLAGS -m32)
check_cxx_source_runs("int main() { return sizeof(void*) == 4 ? 0 : 1; }" UVMSCOPE_RUNS_32_BIT_PROGRAMS)
unset(CMAKE_REQUIRED_FLAGS)

# uvmscope_build_fast(TARGET [QT PART]): for what is Qt's and not the kernel's. Line numbers are all the debug information
# that a crash of the app needs, and take a third off the compiler's time; gold links in half of the time. Reading Qt's
# headers takes most of the rest: those of PART (Core, Gui or Widgets) are read once for all. Files include what they
# use nevertheless: -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON builds without.
find_program(UVMSCOPE_GOLD NAMES ld.gold)
function(uvmscope_build_fast target)
  cmake_parse_arguments(arg "" "QT" "" ${ARGN})
  target_compile_options(${target} PRIVATE $<$<CONFIG:RelWithDebInfo>:-g1>)
  get_target_property(type ${target} TYPE)
  if(UVMSCOPE_GOLD AND type STREQUAL "EXECUTABLE")
    target_link_options(${target} PRIVATE -fuse-ld=gold)
  endif()
  if(arg_QT)
    target_precompile_headers(${target} REUSE_FROM qt_headers_${arg_QT})
  endif()
endfunction()

# uvmscope_precompile_qt(PART LIBRARIES … HEADERS …): what uvmscope_build_fast(… QT PART) reads.
function(uvmscope_precompile_qt part)
  cmake_parse_arguments(arg "" "" "LIBRARIES;HEADERS" ${ARGN})
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/qt_headers_${part}.cc CONTENT "// For the headers alone.\n")
  add_library(qt_headers_${part} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/qt_headers_${part}.cc)
  target_link_libraries(qt_headers_${part} PRIVATE uvmscope_warnings ${arg_LIBRARIES})
  target_precompile_headers(qt_headers_${part} PRIVATE ${arg_HEADERS})
  uvmscope_build_fast(qt_headers_${part})
endfunction()

# uvmscope_add_test(NAME SOURCES… [LIBRARIES …] [LABELS …] [ARGS …]): one Qt Test program, run by CTest offscreen.
function(uvmscope_add_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS;ARGS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE uvmscope_warnings Qt6::Test ${arg_LIBRARIES})
  if(arg_LIBRARIES MATCHES "gui_app")
    set(part Widgets)
  elseif(arg_LIBRARIES MATCHES "gui_views|gui_theme|picture_support")
    set(part Gui)
  else()
    set(part Core)
  endif()
  uvmscope_build_fast(${name} QT ${part})
  target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>) # it runs for less time than it compiles
  # Empty: these programs have their classes in their .cc.
  set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/${name}_autogen/mocs_compilation.cpp
                              PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_compile_definitions(${name} PRIVATE UVMSCOPE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                             UVMSCOPE_BUILD_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name} ${arg_ARGS} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
                                          ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()
