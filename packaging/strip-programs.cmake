# Programs go into the package without their debug information; kernels keep it, the bridge reads it.
file(GLOB programs ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/bin/*)
foreach(program ${programs})
  execute_process(COMMAND strip ${program} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
