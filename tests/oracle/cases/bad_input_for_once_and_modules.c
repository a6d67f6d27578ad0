/*
 * Native one-time initialisation, directories of DLLs, what psapi tells of modules, and Beep: what
 * is wrong, and what is not.
 *
 * rules: -
 */
#define PSAPI_VERSION 2 /* in kernel32.dll */
#include "bad_input.h"

#include <psapi.h>

static void *once, *context;

static ULONG WINAPI refuses(void *place, void *parameter, void **result) {
    (void)place, (void)parameter, (void)result;
    return FALSE;
}

static ULONG WINAPI makes(void *place, void *parameter, void **result) {
    (void)place;
    *result = parameter;
    return TRUE;
}

static void initialise_once(void) {
    NATIVE(RtlRunOnceBeginInitialize, NULL, 0, &context);
    NATIVE(RtlRunOnceBeginInitialize, &once, RTL_RUN_ONCE_CHECK_ONLY, &context);
    NATIVE(RtlRunOnceComplete, &once, 0, NULL);
    NATIVE(RtlRunOnceComplete, NULL, 0, NULL);
    NATIVE(RtlRunOnceExecuteOnce, &once, refuses, NULL, NULL);
    NATIVE(RtlRunOnceBeginInitialize, &once, 0, &context);
    NATIVE(RtlRunOnceComplete, &once, RTL_RUN_ONCE_INIT_FAILED | RTL_RUN_ONCE_ASYNC, NULL);
    NATIVE(RtlRunOnceComplete, &once, RTL_RUN_ONCE_INIT_FAILED, &once);
    NATIVE(RtlRunOnceComplete, &once, 0, (void *)1);
    NATIVE(RtlRunOnceComplete, &once, RTL_RUN_ONCE_INIT_FAILED, NULL);
    NATIVE(RtlRunOnceExecuteOnce, &once, makes, &context, &context);
    NUMBER(context == &context);
    context = NULL;
    NATIVE(RtlRunOnceExecuteOnce, &once, refuses, NULL, &context);
    NUMBER(context == &context);
    NATIVE(RtlRunOnceBeginInitialize, &once, RTL_RUN_ONCE_CHECK_ONLY, &context);
    ATTEMPT("RtlRunOnceInitialize(NULL)", (native("RtlRunOnceInitialize")(NULL), 1), tell_result);
    ATTEMPT("RtlRunOnceInitialize(&once)", (native("RtlRunOnceInitialize")(&once), 1), tell_result);
    NUMBER(once == NULL);
}

static void directories(void) {
    void *cookie = NULL;

    TRY(AddDllDirectory(L"no such directory"));
    TRY(AddDllDirectory(L"C:\\no such directory"));
    TRY(AddDllDirectory(L""));
    TRY(cookie = AddDllDirectory(L"C:\\"));
    TRY(RemoveDllDirectory(cookie));
    TRY(LoadLibraryExA("no such.dll", NULL, LOAD_LIBRARY_SEARCH_USER_DIRS));
}

static void find(DWORD flags) {
    HMODULE module = LoadLibraryExA("added.dll", NULL, flags);
    printf("flags 0x%lX: %s\n", flags, module ? "found" : "not found");
    if (module)
        FreeLibrary(module);
}

/* A DLL in a directory that is added. */
static void added_directories(void) {
    static const WCHAR name[] = L"\\added-directory";
    static WCHAR path[MAX_PATH];
    DWORD length = GetCurrentDirectoryW(MAX_PATH, path);
    void *cookie;

    if (path[length - 1] == '\\')
        length--;
    memcpy(path + length, name, sizeof name);
    printf("moved: %d\n", CreateDirectoryA("added-directory", NULL) &&
                              MoveFileA("added.dll", "added-directory\\added.dll"));
    cookie = AddDllDirectory(path);
    printf("added: %d\n", cookie != NULL);
    find(0);
    find(LOAD_LIBRARY_SEARCH_APPLICATION_DIR);
    find(LOAD_LIBRARY_SEARCH_USER_DIRS);
    find(LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    find(0);
    printf("removed: %d\n", RemoveDllDirectory(cookie));
    find(0);
}

static void modules(void) {
    static const HMODULE wrong = (HMODULE)0x1000;
    HANDLE me = GetCurrentProcess(), closed = (HANDLE)0xDEAD0;
    HMODULE first = NULL, self = GetModuleHandleA(NULL);
    MODULEINFO info = {0};
    DWORD needed = 0;

    TRY(EnumProcessModulesEx(closed, &first, sizeof first, &needed, LIST_MODULES_ALL));
    TRY(EnumProcessModulesEx(me, &first, sizeof first, &needed, LIST_MODULES_ALL));
    NUMBER(first == self && needed >= sizeof first);
    TRY(EnumProcessModulesEx(me, &first, sizeof first, &needed, LIST_MODULES_DEFAULT));
    TRY(GetModuleInformation(closed, self, &info, sizeof info));
    TRY(GetModuleInformation(me, wrong, &info, sizeof info));
    TRY(GetModuleInformation(me, self, &info, sizeof info - 1));
    TRY(GetModuleInformation(me, self, &info, sizeof info));
    NUMBER(info.lpBaseOfDll == self && (char *)info.EntryPoint > (char *)self &&
           (char *)info.EntryPoint < (char *)self + info.SizeOfImage);
    TRY(GetModuleInformation(me, NULL, &info, sizeof info));
    NUMBER(info.lpBaseOfDll == self);
}

static void sounds(void) {
    TRY(Beep(440, 1));
    TRY(MessageBeep(0));
    TRY(MessageBeep(0xFFFFFFFF));
}

int main(void) {
    prepare();
    initialise_once();
    directories();
    added_directories();
    modules();
    sounds();
    return 0;
}
