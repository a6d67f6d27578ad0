/* test_loader.c - modules by name and address, reference counts, functions by name. */
#include "sim.h"

static int attached, detached, thread_calls;

static int notes(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    attached += reason == DLL_PROCESS_ATTACH;
    detached += reason == DLL_PROCESS_DETACH;
    thread_calls += reason == DLL_THREAD_ATTACH || reason == DLL_THREAD_DETACH;
    return TRUE;
}

static int refuses(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    detached += reason == DLL_PROCESS_DETACH;
    return reason != DLL_PROCESS_ATTACH;
}

static void answer(void) {}

static const rd_export exports[] = {{"Answer", answer}, {NULL, NULL}};

static int counts(int argc, char **argv) {
    (void)argc, (void)argv;
    attached = detached = 0;
    HMODULE module = LoadLibraryA("plugin");
    expect(module != NULL && attached == 1);
    expect(LoadLibraryW((const WCHAR[]){'P', 'L', 'U', 'G', 'I', 'N', '.', 'D', 'L', 'L', 0}) ==
           module);
    expect_equal(attached, 1);
    expect(FreeLibrary(module));
    expect_equal(detached, 0);
    expect(FreeLibrary(module));
    expect_equal(detached, 1);
    expect_fails(FreeLibrary(module), ERROR_MOD_NOT_FOUND);
    expect_fails(FreeLibrary(NULL), ERROR_INVALID_HANDLE);
    expect_fails(GetModuleHandleA("plugin"), ERROR_MOD_NOT_FOUND);
    expect_fails(LoadLibraryA("nothing.dll"), ERROR_MOD_NOT_FOUND);
    expect_fails(LoadLibraryA(NULL), ERROR_MOD_NOT_FOUND);
    expect_fails(LoadLibraryExA("plugin", (HANDLE)4, 0), ERROR_INVALID_PARAMETER);
    return 0;
}

static void DLL_45__DLL_46__reference_counts(void **state) {
    sim_dll(state, "plugin.dll", exports, notes);
    sim_run(state, counts);
}

static int refusing(int argc, char **argv) {
    (void)argc, (void)argv;
    detached = 0;
    expect_fails(LoadLibraryA("refuses.dll"), ERROR_DLL_INIT_FAILED);
    expect_equal(detached, 1);
    return 0;
}

static void DLL_35__refused_attachment(void **state) {
    sim_dll(state, "refuses.dll", NULL, refuses);
    sim_run(state, refusing);
}

static int names(int argc, char **argv) {
    char path[MAX_PATH];
    WCHAR wide[MAX_PATH];
    (void)argc, (void)argv;
    HMODULE module = LoadLibraryA("plugin.dll");
    expect(GetModuleHandleA(NULL) != NULL && GetModuleHandleA(NULL) != module);
    expect(GetModuleHandleA("app.exe") == GetModuleHandleA(NULL));
    expect_fails(GetModuleHandleA("app"), ERROR_MOD_NOT_FOUND);
    expect(GetModuleHandleA("Plugin") == module);
    expect_equal(GetModuleFileNameA(module, path, sizeof path), strlen("C:\\plugin.dll"));
    expect(strcmp(path, "C:\\plugin.dll") == 0);
    expect_equal(GetModuleFileNameW(NULL, wide, MAX_PATH), strlen("C:\\app.exe"));
    expect_equal(GetModuleFileNameA(module, path, 4), 4);
    expect_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    expect(strcmp(path, "C:\\") == 0);
    expect_fails(GetModuleFileNameA((HMODULE)4, path, 4), ERROR_MOD_NOT_FOUND);
    expect((uintptr_t)GetProcAddress(module, "Answer") == (uintptr_t)answer);
    expect_fails(GetProcAddress(module, "answer"), ERROR_PROC_NOT_FOUND);
    expect_fails(GetProcAddress(module, (LPCSTR)7), ERROR_PROC_NOT_FOUND);
    expect_fails(GetProcAddress((HMODULE)4, "Answer"), ERROR_MOD_NOT_FOUND);
    return 0;
}

static void names_and_functions(void **state) {
    sim_dll(state, "plugin.dll", exports, notes);
    sim_run(state, names);
}

static int handle_ex(int argc, char **argv) {
    HMODULE module = LoadLibraryA("plugin.dll"), found = NULL;
    (void)argc, (void)argv;
    detached = 0;
    expect(GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
                                  GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                              (LPCSTR)(uintptr_t)answer, &found));
    expect(found == module);
    expect(GetModuleHandleExA(0, "plugin", &found));
    expect(FreeLibrary(module));
    expect_equal(detached, 0);
    expect(GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN, "plugin", &found));
    for (int i = 0; i < 5; i++)
        expect(FreeLibrary(module));
    expect_equal(detached, 0);
    expect_fails(GetModuleHandleExA(0, "nothing", &found), ERROR_MOD_NOT_FOUND);
    expect(found == NULL);
    expect_fails(GetModuleHandleExA(8, "plugin", &found), ERROR_INVALID_PARAMETER);
    expect_fails(GetModuleHandleExA(3, "plugin", &found), ERROR_INVALID_PARAMETER);
    expect_fails(GetModuleHandleExA(0, "plugin", NULL), ERROR_INVALID_PARAMETER);
    return 0;
}

static void DLL_47__pinned_modules_stay(void **state) {
    sim_dll(state, "plugin.dll", exports, notes);
    sim_run(state, handle_ex);
}

static DWORD nothing(LPVOID parameter) {
    (void)parameter;
    return 0;
}

static int no_thread_calls(int argc, char **argv) {
    HMODULE module = LoadLibraryA("plugin.dll");
    (void)argc, (void)argv;
    thread_calls = 0;
    WaitForSingleObject(sim_thread(nothing, NULL), INFINITE);
    expect_equal(thread_calls, 2);
    expect(DisableThreadLibraryCalls(module));
    WaitForSingleObject(sim_thread(nothing, NULL), INFINITE);
    expect_equal(thread_calls, 2);
    expect_fails(DisableThreadLibraryCalls((HMODULE)4), ERROR_MOD_NOT_FOUND);
    return 0;
}

static void DLL_51__disable_thread_library_calls(void **state) {
    sim_dll(state, "plugin.dll", exports, notes);
    sim_run(state, no_thread_calls);
}

static DWORD frees_and_exits(LPVOID parameter) {
    FreeLibraryAndExitThread(parameter, 12);
}

static int free_and_exit(int argc, char **argv) {
    HMODULE module = LoadLibraryA("plugin.dll");
    (void)argc, (void)argv;
    detached = 0;
    HANDLE thread = sim_thread(frees_and_exits, module);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 12);
    expect_equal(detached, 1);
    return 0;
}

static void DLL_50__free_library_and_exit_thread(void **state) {
    sim_dll(state, "plugin.dll", exports, notes);
    sim_run(state, free_and_exit);
}

/* The DLLs of Windows are there without being images. */
static int system_modules(int argc, char **argv) {
    char path[MAX_PATH];
    HMODULE kernel32 = GetModuleHandleA("kernel32.dll"), ntdll = GetModuleHandleA("ntdll");
    (void)argc, (void)argv;
    expect(kernel32 && ntdll && kernel32 != ntdll);
    expect(LoadLibraryA("KERNEL32") == kernel32);
    for (int i = 0; i < 50; i++)
        expect(FreeLibrary(kernel32));
    expect((uintptr_t)GetProcAddress(kernel32, "CreateThread") == (uintptr_t)CreateThread);
    expect_fails(GetProcAddress(kernel32, "NtClose"), ERROR_PROC_NOT_FOUND);
    expect_fails(GetProcAddress(kernel32, "printf"), ERROR_PROC_NOT_FOUND);
    expect(GetProcAddress(ntdll, "NtTerminateProcess") != NULL);
    expect((uintptr_t)GetProcAddress(ntdll, "RtlEnterCriticalSection") ==
           (uintptr_t)EnterCriticalSection);
    expect(GetProcAddress(GetModuleHandleA("msvcrt"), "printf") != NULL);
    expect(GetModuleFileNameA(ntdll, path, sizeof path) > 0);
    expect(strcmp(path, "C:\\Windows\\System32\\ntdll.dll") == 0);
    return 0;
}

static void DLL_47__system_modules(void **state) {
    sim_run(state, system_modules);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(DLL_45__DLL_46__reference_counts),
        test_case(DLL_35__refused_attachment),
        test_case(names_and_functions),
        test_case(DLL_47__pinned_modules_stay),
        test_case(DLL_51__disable_thread_library_calls),
        test_case(DLL_50__free_library_and_exit_thread),
        test_case(DLL_47__system_modules),
    };
    return cmocka_run_group_tests_name("api.loader", tests, NULL, NULL);
}
