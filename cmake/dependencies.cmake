# What the library needs from the system; docs/dependencies.md says why. Every message names the
# Debian package, because that is what the reader has to type next.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

function(rundown_find_header variable header package)
  find_path(${variable} ${header})
  mark_as_advanced(${variable})
  if(NOT ${variable})
    message(FATAL_ERROR "Rundown needs ${header}: install it (Debian: apt install ${package}) or "
      "set ${variable} to the directory that holds it")
  endif()
endfunction()
rundown_find_header(RUNDOWN_XXHASH_INCLUDE_DIR xxhash.h libxxhash-dev)
rundown_find_header(RUNDOWN_UTHASH_INCLUDE_DIR uthash.h uthash-dev)

set(RUNDOWN_HAVE_FIBER OFF)
if(NOT RUNDOWN_FIBER MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "RUNDOWN_FIBER is '${RUNDOWN_FIBER}'; it must be AUTO, ON or OFF")
endif()
if(NOT RUNDOWN_FIBER STREQUAL "OFF")
  find_package(BoostContext QUIET)
  set(RUNDOWN_HAVE_FIBER ${BoostContext_FOUND})
  if(NOT BoostContext_FOUND AND RUNDOWN_FIBER STREQUAL "ON")
    message(FATAL_ERROR "RUNDOWN_FIBER is ON, but Boost.Context was not found: install it (Debian: "
      "apt install libboost-context-dev) or use RUNDOWN_FIBER=OFF")
  endif()
endif()
if(RUNDOWN_HAVE_FIBER)
  message(STATUS "Rundown carriers: fiber (Boost.Context), pthread")
elseif(RUNDOWN_FIBER STREQUAL "OFF")
  message(STATUS "Rundown carriers: pthread (fiber is switched off)")
else()
  message(STATUS "Rundown carriers: pthread (for fiber: apt install libboost-context-dev)")
endif()
