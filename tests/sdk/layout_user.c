/* Sizes, offsets and values that programs, the library, and Windows have to agree on. */
#include <windows.h>
#include <tlhelp32.h>
#include <process.h>
#include <setjmp.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

#ifdef __cplusplus
#define CHECK(e) static_assert(e, #e)
#else
#define CHECK(e) _Static_assert(e, #e)
#endif

CHECK(sizeof(wchar_t) == 2 && sizeof(WCHAR) == 2 && sizeof(L"ab") == 6);
CHECK(sizeof(LONG) == 4 && sizeof(ULONG) == 4 && sizeof(DWORD) == 4 && sizeof(BOOL) == 4);
CHECK(sizeof(BOOLEAN) == 1 && sizeof(BYTE) == 1 && sizeof(WORD) == 2 && sizeof(ATOM) == 2);
CHECK(sizeof(LONGLONG) == 8 && sizeof(SIZE_T) == 8 && sizeof(HANDLE) == 8 && sizeof(LRESULT) == 8);
CHECK(sizeof(LARGE_INTEGER) == 8 && sizeof(FILETIME) == 8 && sizeof(LUID) == 8);
CHECK(sizeof(LIST_ENTRY) == 16 && sizeof(SLIST_HEADER) == 16 && sizeof(SLIST_ENTRY) == 16);
CHECK(sizeof(CRITICAL_SECTION) == 40 && offsetof(CRITICAL_SECTION, LockCount) == 8);
CHECK(offsetof(CRITICAL_SECTION, RecursionCount) == 12 &&
      offsetof(CRITICAL_SECTION, SpinCount) == 32);
CHECK(sizeof(SRWLOCK) == 8 && sizeof(CONDITION_VARIABLE) == 8 && sizeof(INIT_ONCE) == 8);
CHECK(sizeof(SECURITY_ATTRIBUTES) == 24 && sizeof(OVERLAPPED) == 32);
CHECK(sizeof(STARTUPINFOA) == 104 && sizeof(STARTUPINFOW) == 104 && sizeof(STARTUPINFOEXW) == 112);
CHECK(offsetof(STARTUPINFOW, dwFlags) == 60 && offsetof(STARTUPINFOW, hStdInput) == 80);
CHECK(sizeof(PROCESS_INFORMATION) == 24 && offsetof(PROCESS_INFORMATION, dwProcessId) == 16);
CHECK(sizeof(EXCEPTION_RECORD) == 152 && offsetof(EXCEPTION_RECORD, ExceptionInformation) == 32);
CHECK(sizeof(CONTEXT) == 1232 && offsetof(CONTEXT, Rip) == 0xF8 && offsetof(CONTEXT, Rsp) == 0x98);
CHECK(sizeof(NT_TIB) == 56 && sizeof(MEMORY_BASIC_INFORMATION) == 48);
CHECK(sizeof(SYSTEM_INFO) == 48 && sizeof(SYSTEMTIME) == 16 && sizeof(DEBUG_EVENT) == 176);
CHECK(sizeof(JOBOBJECT_BASIC_LIMIT_INFORMATION) == 64);
CHECK(sizeof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION) == 144);
CHECK(sizeof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION) == 48);
CHECK(sizeof(JOBOBJECT_ASSOCIATE_COMPLETION_PORT) == 16);
CHECK(sizeof(WIN32_FIND_DATAW) == 592 && sizeof(PROCESSENTRY32W) == 568);
CHECK(sizeof(THREADENTRY32) == 28 && sizeof(MODULEENTRY32W) == 1080);
CHECK(sizeof(MSG) == 48 && sizeof(WNDCLASSW) == 72 && sizeof(WNDCLASSEXW) == 80);
CHECK(sizeof(IMAGE_DOS_HEADER) == 64 && sizeof(IMAGE_NT_HEADERS64) == 264);
CHECK(sizeof(IMAGE_SECTION_HEADER) == 40 && sizeof(IMAGE_EXPORT_DIRECTORY) == 40);
CHECK(sizeof(OSVERSIONINFOW) == 276 && sizeof(OSVERSIONINFOEXW) == 284 && sizeof(GUID) == 16);
CHECK(sizeof(time_t) == 8 && sizeof(clock_t) == 4 && sizeof(struct tm) == 36 &&
      sizeof(fpos_t) == 8);
CHECK(sizeof(int64_t) == 8 && sizeof(intptr_t) == 8 && sizeof(wint_t) == 2 &&
      sizeof(mbstate_t) == 8);

CHECK(STILL_ACTIVE == 259 && WAIT_TIMEOUT == 0x102 && WAIT_ABANDONED_0 == 0x80);
CHECK(WAIT_IO_COMPLETION == 0xC0 && WAIT_FAILED == 0xFFFFFFFFu && INFINITE == 0xFFFFFFFFu);
CHECK(PROCESS_ALL_ACCESS == 0x1FFFFF && THREAD_ALL_ACCESS == 0x1FFFFF && SYNCHRONIZE == 0x100000);
CHECK(EVENT_ALL_ACCESS == 0x1F0003 && MUTEX_ALL_ACCESS == 0x1F0001);
CHECK(GENERIC_READ == 0x80000000u && (LONG)GENERIC_READ < 0);
CHECK(EXCEPTION_ACCESS_VIOLATION == 0xC0000005u && STATUS_CONTROL_C_EXIT == 0xC000013Au);
CHECK(DLL_PROCESS_ATTACH == 1 && DLL_THREAD_ATTACH == 2 && DLL_THREAD_DETACH == 3);
CHECK(ERROR_INVALID_HANDLE == 6 && ERROR_NOT_OWNER == 288 && ERROR_DLL_INIT_FAILED == 1114);
CHECK(ERROR_CONTROL_C_EXIT == 572 && ERROR_CANT_TERMINATE_SELF == 555 && ERROR_NOACCESS == 998);
CHECK(ERROR_SIGNAL_PENDING == 162 && ERROR_NOT_ENOUGH_QUOTA == 1816);
CHECK(HRESULT_FROM_WIN32(5) == (HRESULT)0x80070005);
CHECK(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE == 0x2000 && JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO == 4);
CHECK(WM_QUERYENDSESSION == 0x11 && WM_ENDSESSION == 0x16 && WM_QUIT == 0x12 && WM_APP == 0x8000);
CHECK(SIGBREAK == 21 && SIGABRT == 22 && EDEADLK == 36 && EWOULDBLOCK == 140 && ETIMEDOUT == 138);
CHECK(RAND_MAX == 0x7fff && BUFSIZ == 512 && FILENAME_MAX == 260 && _P_NOWAIT == 1);
