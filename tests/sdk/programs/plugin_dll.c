/* A DLL with thread-local data, exports, and a DllMain that looks at every reason. */
#include <windows.h>

#ifdef PLUGIN_EXPORTS
#define PLUGIN_API __declspec(dllexport)
#else
#define PLUGIN_API __declspec(dllimport)
#endif

static DWORD tls_index = TLS_OUT_OF_INDEXES;
static CRITICAL_SECTION lock;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static SRWLOCK table_lock = SRWLOCK_INIT;
static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;
typedef int(__cdecl *PLUGIN_FN)(int);

static BOOL CALLBACK InitTable(PINIT_ONCE init, PVOID parameter, PVOID *context) {
    (void)init;
    (void)parameter;
    *context = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 64);
    return *context != NULL;
}

__declspec(dllexport) int __cdecl plugin_next(int value) {
    int *slot = (int *)TlsGetValue(tls_index);
    PVOID table;
    if (!slot) {
        slot = (int *)LocalAlloc(LPTR, sizeof(*slot));
        TlsSetValue(tls_index, slot);
    }
    InitOnceExecuteOnce(&once, InitTable, NULL, &table);
    EnterCriticalSection(&lock);
    *slot += value;
    LeaveCriticalSection(&lock);
    AcquireSRWLockExclusive(&table_lock);
    WakeAllConditionVariable(&changed);
    ReleaseSRWLockExclusive(&table_lock);
    return *slot;
}

__declspec(dllexport) PLUGIN_FN WINAPI plugin_find(HMODULE module) {
    return (PLUGIN_FN)GetProcAddress(module, "plugin_next");
}

__declspec(noinline) static void say(LPCSTR text) {
    DWORD written;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, lstrlenA(text), &written, NULL);
}

BOOL APIENTRY DllMain(HMODULE hModule, DWORD ul_reason_for_call, LPVOID lpReserved) {
    switch (ul_reason_for_call) {
    case DLL_PROCESS_ATTACH:
        InitializeCriticalSectionAndSpinCount(&lock, 4000);
        if ((tls_index = TlsAlloc()) == TLS_OUT_OF_INDEXES)
            return FALSE;
        say(lpReserved ? "attach static\n" : "attach dynamic\n");
        break;
    case DLL_THREAD_ATTACH:
        break;
    case DLL_THREAD_DETACH:
        LocalFree(TlsGetValue(tls_index));
        break;
    case DLL_PROCESS_DETACH:
        if (lpReserved != NULL)
            break;
        TlsFree(tls_index);
        DeleteCriticalSection(&lock);
        break;
    }
    UNREFERENCED_PARAMETER(hModule);
    return TRUE;
}
