# Finds the assembler part of Boost.Context (make_fcontext and jump_fcontext), which has C linkage
# and needs neither a C++ compiler nor other Boost libraries. Defines BoostContext::BoostContext.
#
# The static library is preferred: it contributes two small functions, whereas the shared one brings
# the C++ runtime with it.

find_path(BoostContext_INCLUDE_DIR boost/context/detail/fcontext.hpp)
find_library(BoostContext_LIBRARY NAMES libboost_context.a boost_context)
mark_as_advanced(BoostContext_INCLUDE_DIR BoostContext_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(BoostContext
  REQUIRED_VARS BoostContext_LIBRARY BoostContext_INCLUDE_DIR)

if(BoostContext_FOUND AND NOT TARGET BoostContext::BoostContext)
  add_library(BoostContext::BoostContext UNKNOWN IMPORTED)
  set_target_properties(BoostContext::BoostContext PROPERTIES
    IMPORTED_LOCATION "${BoostContext_LIBRARY}")
endif()
