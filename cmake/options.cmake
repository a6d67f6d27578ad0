# What can be chosen at configure time. As part of another project, only the library and the tools
# are built unless that project asks for more.

option(BUILD_SHARED_LIBS "Build librundown as a shared library" OFF)
option(RUNDOWN_TESTS "Build the tests (needs cmocka)" ${PROJECT_IS_TOP_LEVEL})
option(RUNDOWN_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(RUNDOWN_BENCH "Build the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(RUNDOWN_INSTALL "Define install rules" ${PROJECT_IS_TOP_LEVEL})
option(RUNDOWN_WERROR "Treat compiler warnings as errors" OFF)
option(RUNDOWN_COVERAGE "Instrument for gcov" OFF)

set(RUNDOWN_FIBER AUTO CACHE STRING
  "Fiber carrier on Boost.Context: AUTO (if found), ON (must be found) or OFF")
set_property(CACHE RUNDOWN_FIBER PROPERTY STRINGS AUTO ON OFF)

option(RUNDOWN_BOOST_JUMP "Switch fibers by Boost.Context also where Rundown has own code" OFF)
mark_as_advanced(RUNDOWN_BOOST_JUMP)

set(RUNDOWN_SANITIZE "" CACHE STRING "Sanitizers: address,undefined or thread; empty for none")
set_property(CACHE RUNDOWN_SANITIZE PROPERTY STRINGS "" "address,undefined" "thread")

if(PROJECT_IS_TOP_LEVEL)
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(NOT multi_config AND NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
  endif()
  # Measured figures and packages mean -O2; CMake's own default for Release is -O3.
  if(CMAKE_C_FLAGS_RELEASE STREQUAL "-O3 -DNDEBUG")
    set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
  endif()
endif()

# In other builds, and by other compilers, each file is compiled by itself.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_C_COMPILER_ID STREQUAL "GNU" AND
   CMAKE_C_COMPILER_VERSION VERSION_GREATER_EQUAL 10 AND
   NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION AND NOT RUNDOWN_SANITIZE AND NOT RUNDOWN_COVERAGE)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT RUNDOWN_WHOLE_POSSIBLE LANGUAGES C)
endif()
include(CMakeDependentOption)
cmake_dependent_option(RUNDOWN_WHOLE "Compile an optimised library as a whole (gcc)" ON
  "RUNDOWN_WHOLE_POSSIBLE" OFF)
