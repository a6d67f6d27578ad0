# The library as others meet it. A sanitized or instrumented library is not what they install.
if(RUNDOWN_INSTALL AND NOT RUNDOWN_SANITIZE AND NOT RUNDOWN_COVERAGE
   AND TARGET rundown_cli AND TARGET rundown_cc)
  foreach(way package pkg-config commands subdirectory)
    add_test(NAME install.${way}
      COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/install/check.sh" ${way} "${PROJECT_SOURCE_DIR}"
              "${PROJECT_BINARY_DIR}" "${CMAKE_C_COMPILER}")
    rundown_register_test(install.${way} install)
    set_tests_properties(install.${way} PROPERTIES TIMEOUT 600)
  endforeach()
endif()
