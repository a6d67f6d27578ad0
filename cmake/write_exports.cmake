# cmake -DCOMMAND=.../rundown -DOUTPUT=.../exports.txt -P write_exports.cmake
# Writes the file only if the command succeeds, and leaves its time alone if nothing has changed.
execute_process(COMMAND "${COMMAND}" exports
  OUTPUT_VARIABLE text ERROR_VARIABLE message RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "'${COMMAND} exports' failed (${result}): ${message}")
endif()
file(WRITE "${OUTPUT}" "${text}")
