# Read by CPack before it makes the package: what the programs are linked to, by the names that its packages have on this
# system. CPack would find that out as well, but asks of each of the package's thousand files whether it is a program.
set(folder ${CPACK_PACKAGE_DIRECTORY}/shlibdeps)
file(WRITE ${folder}/debian/control "Source: uvmscope\n\nPackage: uvmscope\nArchitecture: any\n") # or it does not start
execute_process(COMMAND dpkg-shlibdeps -O ${CPACK_UVMSCOPE_PROGRAMS} WORKING_DIRECTORY ${folder}
                OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_VARIABLE said RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT found MATCHES "^shlibs:Depends=(.+)$")
  message(FATAL_ERROR "dpkg-shlibdeps does not tell what the programs need: ${found}${said}")
endif()
set(CPACK_DEBIAN_PACKAGE_DEPENDS "${CMAKE_MATCH_1}, qemu-system-x86, gdb, fonts-dejavu-core")
