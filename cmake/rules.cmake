# The rule catalogue as C: src/core/rules.tsv and the citations in the tests become rules.gen.h and
# rules.gen.c in the build directory. include() this file and call
#
#     rundown_add_rules(<target>)
#
# once, for the target that compiles src/core/rule.c. It adds the generated source and the include
# directory of the header, and makes the target wait for both. Other targets that include
# core/rule.h get the directory from this one, or link the interface library rundown_rules_header.

set(RUNDOWN_RULES_ROOT "${CMAKE_CURRENT_LIST_DIR}/..")
cmake_path(ABSOLUTE_PATH RUNDOWN_RULES_ROOT NORMALIZE)
string(REGEX REPLACE "/$" "" RUNDOWN_RULES_ROOT "${RUNDOWN_RULES_ROOT}")

function(rundown_add_rules target)
  set(root "${RUNDOWN_RULES_ROOT}")
  set(out "${PROJECT_BINARY_DIR}/gen")
  set(catalogue "${root}/src/core/rules.tsv")

  file(GLOB_RECURSE tests CONFIGURE_DEPENDS "${root}/tests/*.c" "${root}/tests/*.cpp")
  list(JOIN tests "\n" test_lines)
  file(MAKE_DIRECTORY "${out}")
  file(CONFIGURE OUTPUT "${out}/rule_tests.txt" CONTENT "${test_lines}\n" @ONLY)

  add_executable(rundown_gen_rules "${root}/cmake/gen_rules.c")
  set_target_properties(rundown_gen_rules PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON)

  add_custom_command(
    OUTPUT "${out}/rules.gen.h" "${out}/rules.gen.c"
    COMMAND rundown_gen_rules "${catalogue}" "${out}/rule_tests.txt" "${out}/rules.gen.h"
            "${out}/rules.gen.c"
    DEPENDS rundown_gen_rules "${catalogue}" "${out}/rule_tests.txt" ${tests}
    COMMENT "Generating the rule catalogue"
    VERBATIM)
  add_custom_target(rundown_rules DEPENDS "${out}/rules.gen.h" "${out}/rules.gen.c")

  add_library(rundown_rules_header INTERFACE)
  target_include_directories(rundown_rules_header INTERFACE "${out}")
  add_dependencies(rundown_rules_header rundown_rules)

  target_sources(${target} PRIVATE "${out}/rules.gen.c")
  target_include_directories(${target} PRIVATE "${out}")
  add_dependencies(${target} rundown_rules)
endfunction()
