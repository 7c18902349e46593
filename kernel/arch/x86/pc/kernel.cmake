# uvmscope_add_kernel(MACHINE BITS COMPILE_OPTIONS…): target kernel-MACHINE -> build/kernel-MACHINE.elf from the portable
# sources, arch/x86, arch/x86/pc, arch/x86/virtio and the calling folder; linked twice, so that it carries its own symbol table.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(uvmscope_add_kernel machine bits)
  set(kernel ${CMAKE_SOURCE_DIR}/kernel)
  set(pc ${kernel}/arch/x86/pc)
  set(objects kernel-${machine}-objects)
  file(GLOB portable CONFIGURE_DEPENDS ${kernel}/base/*.cc ${kernel}/sync/*.cc ${kernel}/vm/*.cc ${kernel}/core/*.cc ${kernel}/core/debugger/*.cc
       ${kernel}/scenario/*.cc ${kernel}/arch/x86/*.cc ${pc}/*.cc ${kernel}/arch/x86/virtio/*.cc)
  file(GLOB own CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc ${CMAKE_CURRENT_SOURCE_DIR}/*.S)

  set(target_flags -m${bits} ${ARGN} -ffreestanding -fno-pic -fno-pie)
  add_library(${objects} OBJECT ${portable} ${own})
  target_link_libraries(${objects} PRIVATE uvmscope_warnings)
  target_include_directories(${objects} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/include ${pc}/include)
  target_compile_options(${objects} PRIVATE ${target_flags} -g -gdwarf-5
    -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/= -fmacro-prefix-map=../=
    $<$<COMPILE_LANGUAGE:CXX>:-Og -fno-exceptions -fno-rtti -fno-stack-protector -fno-threadsafe-statics
      -fno-asynchronous-unwind-tables -fno-omit-frame-pointer -fno-optimize-sibling-calls -mgeneral-regs-only>)
  # The compiler must not turn these loops into calls of themselves.
  set_source_files_properties(${kernel}/core/string.cc TARGET_DIRECTORY ${objects} PROPERTIES
    COMPILE_OPTIONS "-O2;-fno-tree-loop-distribute-patterns;-fno-builtin")
  # What every event passes while somebody watches; nobody steps through it.
  set_source_files_properties(${kernel}/vm/uvm_probe.cc TARGET_DIRECTORY ${objects} PROPERTIES
    COMPILE_OPTIONS "-O2;-fomit-frame-pointer")

  set(script ${CMAKE_CURRENT_SOURCE_DIR}/kernel.ld)
  set(make_symbols ${pc}/make-symbols)
  set(no_symbols ${CMAKE_CURRENT_BINARY_DIR}/no-symbols.S)
  set(symbols ${CMAKE_CURRENT_BINARY_DIR}/symbols.S)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -m${bits} -print-libgcc-file-name OUTPUT_VARIABLE libgcc
                  OUTPUT_STRIP_TRAILING_WHITESPACE)

  add_custom_command(OUTPUT ${no_symbols}
                     COMMAND ${Python3_EXECUTABLE} ${make_symbols} ${bits} --empty > ${no_symbols}
                     DEPENDS ${make_symbols} VERBATIM)
  add_custom_command(OUTPUT ${symbols}
                     COMMAND ${Python3_EXECUTABLE} ${make_symbols} ${bits} ${CMAKE_NM} c++filt
                             $<TARGET_FILE:kernel-${machine}-nameless> > ${symbols}
                     DEPENDS ${make_symbols} kernel-${machine}-nameless VERBATIM)
  add_executable(kernel-${machine}-nameless $<TARGET_OBJECTS:${objects}> ${no_symbols})
  add_executable(kernel-${machine} $<TARGET_OBJECTS:${objects}> ${symbols})
  foreach(target kernel-${machine}-nameless kernel-${machine})
    target_compile_options(${target} PRIVATE ${target_flags})
    target_link_options(${target} PRIVATE -m${bits} -nostdlib -static -no-pie -Wl,--build-id=none
      -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -T ${script})
    target_link_libraries(${target} PRIVATE ${libgcc})
    set_target_properties(${target} PROPERTIES LINK_DEPENDS ${script} SUFFIX .elf)
  endforeach()
  set_target_properties(kernel-${machine}-nameless PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
