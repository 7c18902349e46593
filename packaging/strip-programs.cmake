# Programs go into the package without their debug information; kernels and the kit of the labs keep it, the bridge reads it.
file(GLOB programs ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/bin/* ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/libexec/uvmscope/*)
if(NOT programs)
  message(FATAL_ERROR "no programs below ${CPACK_TEMPORARY_INSTALL_DIRECTORY}")
endif()
foreach(program ${programs})
  execute_process(COMMAND strip ${program} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
