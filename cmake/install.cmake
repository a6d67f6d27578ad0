# What `cmake --install` puts where. The layout is relocatable: the tools find their headers, and
# the CMake and pkg-config files their prefix, from where they themselves are.
if(NOT RUNDOWN_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)
set(rundown_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/rundown")

set(exported rundown)
foreach(tool rundown_cli rundown_cc)
  if(TARGET ${tool})
    list(APPEND exported ${tool})
  endif()
endforeach()
install(TARGETS ${exported} EXPORT rundownTargets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET rundown_cc)
  install(PROGRAMS "${RUNDOWN_BIN_DIR}/rundown-c++" DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET rundown_cli)
  install(FILES "${RUNDOWN_BIN_DIR}/exports.txt" DESTINATION ${CMAKE_INSTALL_DATADIR}/rundown)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/rundown" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET rundown_cc)
  install(DIRECTORY "${RUNDOWN_BIN_DIR}/../include/rundown/letter-case"
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rundown)
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

install(EXPORT rundownTargets NAMESPACE rundown:: DESTINATION ${rundown_cmake_dir})
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/rundownConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/install/rundownConfig.cmake"
  INSTALL_DESTINATION ${rundown_cmake_dir}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/install/rundownConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/install/rundownConfig.cmake"
  "${PROJECT_BINARY_DIR}/install/rundownConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/RundownPrograms.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/FindBoostContext.cmake"
  DESTINATION ${rundown_cmake_dir})

# pkg-config: the private libraries are what a program needs that links the static library.
set(rundown_pc_private "-lm -pthread")
foreach(library IN LISTS CMAKE_DL_LIBS)
  string(APPEND rundown_pc_private " -l${library}")
endforeach()
if(RUNDOWN_HAVE_FIBER)
  string(PREPEND rundown_pc_private "-lboost_context ")
endif()
# Of a static library the private libraries are always needed, also without pkg-config --static.
if(BUILD_SHARED_LIBS)
  set(rundown_pc_libs "")
else()
  set(rundown_pc_libs " ${rundown_pc_private}")
endif()
file(RELATIVE_PATH rundown_pc_prefix
  "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
configure_file("${PROJECT_SOURCE_DIR}/cmake/rundown.pc.in"
  "${PROJECT_BINARY_DIR}/install/rundown.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/install/rundown.pc"
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
