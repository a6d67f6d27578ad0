# Programs, DLLs and drivers for simulated Windows, built by rundown-cc. Available in Rundown's own
# build, to projects that add it with add_subdirectory, and after find_package(rundown).
#
#   rundown_add_program(<target> [SOURCES] <file>... [LINK <dll target or option>...]
#                       [OPTIONS <option>...] [OUTPUT_NAME <name>] [OUTPUT_DIRECTORY <dir>])
#   rundown_add_dll(<target> ...)       the same; makes <target>.dll
#   rundown_add_driver(<target> ...)    the same; makes <target>.sys
#   rundown_add_test(NAME <name> [EXPLORE] PROGRAM <target or file> [ARGUMENTS <argument>...]
#                    [DRIVERS <target or file>...] [OPTIONS <option>...])
#
# Sources end in .c, or in .cpp, .cc or .cxx for C++. LINK takes targets made by rundown_add_dll,
# which are then built first, and anything else as it is (-lkernel32, a path). The target's property
# RUNDOWN_FILE holds the path of the file that is built.
#
# rundown_add_test adds a test for CTest: the program is run, or with EXPLORE explored in every
# order of events; the drivers are loaded before. It passes if that ends with status 0. OPTIONS are
# those of `rundown run` or `rundown explore`. What it needs must be built: it is part of `all`.

include_guard(GLOBAL)

function(rundown_add_program target)
  _rundown_add_image(${target} .exe "" ${ARGN})
endfunction()

function(rundown_add_dll target)
  _rundown_add_image(${target} .dll -shared ${ARGN})
endfunction()

function(rundown_add_driver target)
  _rundown_add_image(${target} .sys --driver ${ARGN})
endfunction()

function(rundown_add_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "EXPLORE" "NAME;PROGRAM" "ARGUMENTS;DRIVERS;OPTIONS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_PROGRAM)
    message(FATAL_ERROR "rundown_add_test: NAME <name> and PROGRAM <target or file> are needed; "
      "unknown: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  set(command run)
  if(arg_EXPLORE)
    set(command explore)
  endif()
  foreach(driver IN LISTS arg_DRIVERS)
    _rundown_file_of(file "${driver}")
    list(APPEND arg_OPTIONS --driver "${file}")
  endforeach()
  _rundown_file_of(program "${arg_PROGRAM}")
  add_test(NAME "${arg_NAME}"
    COMMAND rundown::cli ${command} ${arg_OPTIONS} -- "${program}" ${arg_ARGUMENTS})
endfunction()

# What a target of these functions builds; anything else is a file.
function(_rundown_file_of variable item)
  set(file "")
  if(TARGET "${item}")
    get_target_property(file "${item}" RUNDOWN_FILE)
  endif()
  if(NOT file)
    cmake_path(ABSOLUTE_PATH item BASE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}" NORMALIZE
               OUTPUT_VARIABLE file)
  endif()
  set(${variable} "${file}" PARENT_SCOPE)
endfunction()

# In Rundown's own build the compiler driver checks names against a list that is built, too.
function(_rundown_tool_dependencies variable)
  set(targets rundown::cc)
  if(TARGET rundown_exports)
    list(APPEND targets rundown_exports)
  endif()
  set(${variable} ${targets} PARENT_SCOPE)
endfunction()

# One object file; the compiler's own list of headers decides when it is out of date.
function(_rundown_add_object target source compiler options object_variable)
  cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
  cmake_path(GET source FILENAME name)
  string(MD5 hash "${source}")
  string(SUBSTRING "${hash}" 0 8 hash)
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.rundown")
  file(MAKE_DIRECTORY "${directory}")
  set(object "${directory}/${hash}-${name}.o")
  _rundown_tool_dependencies(tools)
  add_custom_command(
    OUTPUT "${object}"
    COMMAND "${compiler}" ${options} -MD -MF "${object}.d" -MT "${object}"
            -c "${source}" -o "${object}"
    DEPENDS "${source}" ${tools}
    DEPFILE "${object}.d"
    COMMENT "Compiling ${name} for simulated Windows"
    VERBATIM)
  set(${object_variable} "${object}" PARENT_SCOPE)
endfunction()

# LINK items: files of DLL targets, everything else unchanged.
function(_rundown_link_items items_variable depends_variable)
  set(items "")
  set(depends "")
  foreach(item IN LISTS ARGN)
    if(TARGET ${item})
      get_target_property(file ${item} RUNDOWN_FILE)
      if(NOT file)
        message(FATAL_ERROR "LINK ${item}: only targets of rundown_add_dll can be linked")
      endif()
      list(APPEND items "${file}")
      list(APPEND depends ${item} "${file}")
    else()
      list(APPEND items "${item}")
    endif()
  endforeach()
  set(${items_variable} "${items}" PARENT_SCOPE)
  set(${depends_variable} "${depends}" PARENT_SCOPE)
endfunction()

function(_rundown_add_image target suffix kind)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "OUTPUT_NAME;OUTPUT_DIRECTORY" "SOURCES;LINK;OPTIONS")
  list(PREPEND arg_SOURCES ${arg_UNPARSED_ARGUMENTS}) # as add_executable takes them
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "${target}: a source file is needed")
  endif()
  if(NOT arg_OUTPUT_NAME)
    set(arg_OUTPUT_NAME ${target})
  endif()
  if(NOT arg_OUTPUT_DIRECTORY)
    set(arg_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  endif()
  file(MAKE_DIRECTORY "${arg_OUTPUT_DIRECTORY}")
  set(output "${arg_OUTPUT_DIRECTORY}/${arg_OUTPUT_NAME}${suffix}")

  # rundown-c++ stands beside rundown-cc. Set here, not where this file is included: a function is
  # known to the whole build, a variable only below its directory.
  set(compiler_c "$<TARGET_FILE:rundown::cc>")
  set(compiler_cxx "$<TARGET_FILE_DIR:rundown::cc>/rundown-c++")
  set(objects "")
  set(linker "${compiler_c}")
  foreach(source IN LISTS arg_SOURCES)
    set(compiler "${compiler_c}")
    if(source MATCHES "\\.(cpp|cc|cxx)$")
      set(compiler "${compiler_cxx}")
      set(linker "${compiler_cxx}")
    endif()
    _rundown_add_object(${target} "${source}" "${compiler}" "${kind};${arg_OPTIONS}" object)
    list(APPEND objects "${object}")
  endforeach()

  _rundown_link_items(items depends ${arg_LINK})
  _rundown_tool_dependencies(tools)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${linker}" ${kind} ${arg_OPTIONS} -o "${output}" ${objects} ${items}
    DEPENDS ${objects} ${depends} ${tools}
    COMMENT "Linking ${arg_OUTPUT_NAME}${suffix} for simulated Windows"
    VERBATIM)
  add_custom_target(${target} ALL DEPENDS "${output}")
  set_target_properties(${target} PROPERTIES RUNDOWN_FILE "${output}")
endfunction()
