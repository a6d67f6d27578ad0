# cpack: one Debian package and one archive, both with the library, the headers and the commands.
set(CPACK_PACKAGE_VENDOR "The Rundown authors")
set(CPACK_PACKAGE_CONTACT "The Rundown authors <rundown@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_SOURCE_IGNORE_FILES "/build/;/\\.git/")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# rundown-cc drives the host's compiler; programs that link the static library need Boost.Context.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "gcc | clang")
if(RUNDOWN_HAVE_FIBER AND NOT BUILD_SHARED_LIBS)
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libboost-context-dev")
endif()
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Rundown runs ordinary Win32 programs and WDM drivers, compiled from unchanged source,
in a deterministic simulated machine and shows how their processes and threads end.
This package holds the library, its headers and the commands rundown and rundown-cc.")

include(CPack)
