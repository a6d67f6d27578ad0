/* What Microsoft's compilers accept beyond C and C++. */
#include <windows.h>
#include <crtdbg.h>
#include <intrin.h>
#include <malloc.h>
#include <sal.h>
#include <stdio.h>
#include <stdlib.h>
#include <tchar.h>

#pragma warning(push)
#pragma warning(disable : 4100 4201)
#pragma comment(lib, "kernel32.lib")
__pragma(warning(suppress : 4127))

    typedef unsigned __int64 QWORD;
typedef __int8 S8;
typedef struct __declspec(align(32)) Wide {
    char first;
} Wide;
__declspec(align(16)) static int aligned_value;
__declspec(thread) static int before = 1;
static __declspec(thread) int after = 2;
__declspec(selectany) int shared_value = 3;
extern __declspec(dllimport) int imported_value;
__declspec(deprecated("use another")) int old_function(void);
__declspec(deprecated) int older_function(void);
__declspec(nothrow) __declspec(noinline) int __cdecl two_attributes(void);

static __forceinline int forced(int x) {
    return x + 1;
}

__forceinline static int forced_too(int x) {
    return x + 2;
}

__inline int inlined(int x) {
    return x;
}

static __inline int inlined_static(int x) {
    return forced(x) + forced_too(x);
}

FORCEINLINE int user_forced(int x) {
    return inlined(x);
}

static FORCEINLINE VOID user_forced_static(VOID) {}

__declspec(noreturn) static void leave(void) {
    ExitProcess(1);
}

typedef int(__stdcall *STDCALL_FN)(_In_ int, _Out_opt_ int *);
typedef void(__fastcall *FASTCALL_FN)(void);

static _Success_(return != 0) int annotated(_In_reads_bytes_opt_(n) const void *p, _In_ int n,
                                            _Outptr_result_maybenull_ void **out) {
    *out = NULL;
    return p != NULL && n > 0;
}

__declspec(dllexport) int exported(void) {
    void *p = _alloca(16);
    unsigned long index;
    unsigned int small_index;
    LONG value = 0;
    volatile long plain = 0;
    PVOID pointer = NULL;
    user_forced_static();
    __noop("never evaluated", leave());
    __assume(p != NULL);
    _ASSERTE(p != NULL);
    _BitScanForward(&index, 8);
    _BitScanReverse(&small_index, 8);
    InterlockedIncrement(&plain);
    InterlockedExchangeAdd(&plain, 2);
    InterlockedCompareExchange(&value, 1, 0);
    InterlockedOr(&value, 4);
    InterlockedExchangePointer(&pointer, p);
    InterlockedCompareExchangePointer(&pointer, NULL, p);
    MemoryBarrier();
    YieldProcessor();
    _ReadWriteBarrier();
    if (annotated(p, 16, &pointer) && before > after)
        __debugbreak();
    _tprintf(_T("%I64u %s %d\n"), (QWORD)_byteswap_uint64(1), __FUNCTION__, __argc);
    return inlined_static(1) + user_forced((int)sizeof(Wide)) + aligned_value + shared_value +
           (S8)value + (int)index;
}
#pragma warning(pop)
