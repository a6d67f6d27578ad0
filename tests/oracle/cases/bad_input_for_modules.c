/*
 * Modules and the loader: NULL, names, flags, addresses and buffers that are wrong.
 *
 * rules: -
 * windows: DLL-47 Windows refuses an empty name, a reserved handle, an address of nothing
 */
#include "bad_input.h"

static const HMODULE wrong = (HMODULE)0x1000;
static char text[260];
static WCHAR wide[260];

static void loading(void) {
    TRY(LoadLibraryA(NULL));
    TRY(LoadLibraryA(""));
    TRY(LoadLibraryA("no such.dll"));
    TRY(LoadLibraryExA("no such.dll", NULL, 0));
    TRY(LoadLibraryExA("kernel32.dll", (HANDLE)1, 0));
    TRY(LoadLibraryExA(NULL, NULL, 0));
    TRY(LoadLibraryExA("", NULL, 0));
    TRY(LoadLibraryExW(NULL, NULL, 0));
    TRY(LoadLibraryExW(L"", NULL, 0));
    TRY(LoadLibraryExW(L"no such.dll", NULL, LOAD_LIBRARY_AS_DATAFILE));
    TRY(FreeLibrary(NULL));
    TRY(FreeLibrary(wrong));
    TRY(DisableThreadLibraryCalls(wrong));
    TRY(SetDefaultDllDirectories(0));
    TRY(SetDefaultDllDirectories(0x80000000));
    TRY(SetDllDirectoryA("a;b"));
    TRY(SetDllDirectoryW(L"a;b"));
    TRY(SetDllDirectoryW(NULL));
}

static void names(void) {
    HMODULE module;

    TRY(GetModuleHandleA("no such.dll"));
    TRY(GetModuleHandleA(""));
    TRY(GetModuleHandleExA(0, "no such.dll", &module));
    TRY(GetModuleHandleExA(0, NULL, NULL));
    TRY(GetModuleHandleExA(0x100, "kernel32.dll", &module));
    TRY(GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN |
                               GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                           "kernel32.dll", &module));
    TRY(GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const char *)16, &module));
    TRY(GetModuleHandleExW(0, L"no such.dll", &module));
    TRY(GetModuleHandleExW(0, NULL, NULL));
    TRY(GetModuleHandleExW(0x100, L"kernel32.dll", &module));
    TRY(GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, NULL, &module));
    TRY(GetModuleFileNameA(wrong, text, sizeof text));
    TRY(GetModuleFileNameA(NULL, text, 0));
    NUMBER(GetModuleFileNameA(NULL, text, 3));
    TRY(GetModuleFileNameW(wrong, wide, 260));
    NUMBER(GetModuleFileNameW(NULL, wide, 3));
    TRY(GetProcAddress(wrong, "name"));
    TRY(GetProcAddress(GetModuleHandleA("kernel32.dll"), "no such function"));
    TRY(GetProcAddress(GetModuleHandleA("kernel32.dll"), (const char *)0xFFFF));
    TRY(GetProcAddress(GetModuleHandleA("kernel32.dll"), NULL));
    TRY(GetProcAddress(GetModuleHandleA("kernel32.dll"), ""));
}

int main(void) {
    prepare();
    loading();
    names();
    return 0;
}
