# The rules of style that a program can check. They need no build except style.state.
foreach(check layers tidy format coverage headers bad_input)
  add_test(NAME style.${check}
    COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/style/${check}.sh" "${PROJECT_SOURCE_DIR}"
            "${CMAKE_C_COMPILER}")
  rundown_register_test(style.${check} style)
endforeach()

# Sanitizers and coverage add variables of their own.
if(NOT RUNDOWN_SANITIZE AND NOT RUNDOWN_COVERAGE)
  set(archive rundown)
  if(BUILD_SHARED_LIBS)
    set(archive rundown_internal)
  endif()
  add_test(NAME style.state
    COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/style/state.sh" "$<TARGET_FILE:${archive}>")
  rundown_register_test(style.state style)
endif()
