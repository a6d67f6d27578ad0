# Other spellings of the SDK's headers. Windows does not care for the case of letters in
# "#include <Windows.h>", most hosts do: for those, each spelling becomes a small file that includes
# the header. Where the file system does not care either, nothing is written, as all spellings would
# be one file.
#
#     cmake -DSDK=include/rundown/sdk -DOUTPUT=DIR -P cmake/letter_case.cmake

# Spellings that occur beside the lower-case one, WINDOWS.H, WINDOWS.h and Windows.h.
set(spellings
  BaseTsd.h BugCodes.h ConsoleApi.h ConcurrencySal.h DebugApi.h DriverSpecs.h ErrHandlingApi.h
  FibersApi.h FileAPI.h FileApi.h FltKernel.h fltKernel.h GuidDef.h HandleApi.h HeapApi.h
  IoApiSet.h IOApiSet.h InitGuid.h JobApi.h KernelSpecs.h LibLoaderAPI.h LibLoaderApi.h
  MemoryApi.h MinWinBase.h MinWinDef.h NamedPipeApi.h NTSecAPI.h NTStatus.h NtDDK.h NtDef.h
  NtDdk.h NtIfs.h NtImage.h NtIntSafe.h NtStatus.h NtStrSafe.h ProcessEnv.h ProcessThreadsApi.h
  ProcessThreadsAPI.h ProfileApi.h PsApi.h PSAPI.h SDKDDKVer.h SdkDdkVer.h SpecStrings.h
  StrSafe.h StringApiSet.h SynchAPI.h SynchApi.h SysInfoApi.h TChar.h ThreadPoolApiSet.h
  ThreadPoolLegacyApiSet.h TimeZoneApi.h TlHelp32.h TLHelp32.h VcRuntime.h WDMSec.h WdmSec.h
  WinApiFamily.h WinBase.h WinCon.h WinDef.h WinError.h WinIoCtl.h WinNls.h WinNT.h winNT.h
  WinNt.h WinTernl.h WinUser.h)

# True if files that differ in the case of letters only are the same file.
function(rundown_ignores_case directory result)
  file(WRITE "${directory}/case-probe" "")
  if(EXISTS "${directory}/CASE-PROBE")
    set(${result} TRUE PARENT_SCOPE)
  else()
    set(${result} FALSE PARENT_SCOPE)
  endif()
  file(REMOVE "${directory}/case-probe")
endfunction()

function(rundown_write_spellings sdk output)
  file(MAKE_DIRECTORY "${output}")
  rundown_ignores_case("${output}" ignores)
  if(ignores)
    return()
  endif()
  file(GLOB headers RELATIVE "${sdk}" "${sdk}/*.h")
  list(FILTER headers EXCLUDE REGEX "^rd_")
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "\\.h$" "" stem "${header}")
    string(TOUPPER "${stem}" upper)
    string(SUBSTRING "${upper}" 0 1 first)
    string(SUBSTRING "${stem}" 1 -1 rest)
    set(names "${upper}.H" "${upper}.h" "${first}${rest}.h" "${first}${rest}.H" "${stem}.H")
    foreach(spelling IN LISTS spellings)
      string(TOLOWER "${spelling}" lower)
      if(lower STREQUAL header)
        list(APPEND names "${spelling}")
      endif()
    endforeach()
    foreach(name IN LISTS names)
      string(CONCAT text "/* SPDX-License-Identifier: MIT */\n"
        "/* Another spelling of ${header}. */\n" "#include <${header}>\n")
      file(CONFIGURE OUTPUT "${output}/${name}" CONTENT "${text}")
    endforeach()
  endforeach()
endfunction()

if(CMAKE_SCRIPT_MODE_FILE AND SDK)
  rundown_write_spellings("${SDK}" "${OUTPUT}")
endif()
