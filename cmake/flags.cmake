# Flags of this project's own targets. Nothing here reaches a project that uses the library, except
# that a sanitized library asks its users to link the sanitizer's runtime.

add_library(rundown_warnings INTERFACE)
target_compile_options(rundown_warnings INTERFACE
  -Wall -Wextra -Wshadow
  -Wno-multichar # 'Tag1' is how Windows' kernel names its pool allocations
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes>
  $<$<BOOL:${RUNDOWN_WERROR}>:-Werror>)

# Instrumentation must cover the library and everything that is linked with it.
add_library(rundown_instrumentation INTERFACE)
if(RUNDOWN_SANITIZE)
  target_compile_options(rundown_instrumentation INTERFACE
    -fsanitize=${RUNDOWN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(rundown_instrumentation INTERFACE -fsanitize=${RUNDOWN_SANITIZE})
endif()
if(RUNDOWN_COVERAGE)
  target_compile_options(rundown_instrumentation INTERFACE --coverage)
  target_link_options(rundown_instrumentation INTERFACE --coverage)
endif()

# Language level of a target: C11 without extensions, private symbols hidden.
function(rundown_target_defaults target)
  set_target_properties(${target} PROPERTIES
    C_STANDARD 11
    C_STANDARD_REQUIRED ON
    C_EXTENSIONS OFF
    CXX_STANDARD 17
    CXX_STANDARD_REQUIRED ON
    CXX_EXTENSIONS OFF
    C_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${target} PRIVATE
    $<BUILD_INTERFACE:rundown_warnings> $<BUILD_INTERFACE:rundown_instrumentation>)
endfunction()
