/*
 * Processes that cannot be made, opened or asked: NULL, wrong handles, flags and sizes.
 *
 * rules: HNDL-46
 * windows: HNDL-46 Wine passes over flags and sizes that Windows checks, and lacks one call
 * links: -lpsapi -lwindowsapp
 */
#include "bad_input.h"
#include <psapi.h>
#include <tlhelp32.h>

#define SUSPENDED(name, flags)                                                                     \
    CreateProcessW(NULL, (WCHAR[]){name}, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &child)

WINBASEAPI BOOL WINAPI IsProcessCritical(HANDLE process, BOOL *critical); /* not in MinGW */

static HANDLE event;

static void creation(void) {
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;

    TRY(SUSPENDED(L"no such.exe", 0));
    TRY(SUSPENDED(L"", 0));
    TRY(CreateProcessW(L"", NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child));
    TRY(CreateProcessW(L"no such.exe", NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child));
    TRY(CreateProcessW(NULL, NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child));
    TRY(CreateProcessW(L"x.exe", NULL, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &child));
    TRY(CreateProcessW(L"x.exe", NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, NULL));
    TRY(SUSPENDED(L"bad_input_for_processes.exe", DETACHED_PROCESS | CREATE_NEW_CONSOLE));
    NUMBER(WinExec("no such.exe", 0));
    NUMBER(WinExec("", 0));
}

static void attributes(void) {
    SIZE_T size = 0;
    char memory[256], small[8];
    LPPROC_THREAD_ATTRIBUTE_LIST list = (LPPROC_THREAD_ATTRIBUTE_LIST)memory;
    HANDLE parent = GetCurrentProcess();

    TRY(InitializeProcThreadAttributeList(NULL, 1, 0, &size));
    TRY(InitializeProcThreadAttributeList(NULL, 1, 2, &size));
    size = sizeof small;
    TRY(InitializeProcThreadAttributeList((void *)small, 1, 0, &size));
    size = sizeof memory;
    TRY(InitializeProcThreadAttributeList(list, 1, 0, NULL));
    TRY(InitializeProcThreadAttributeList(list, 1, 0, &size));
    TRY(UpdateProcThreadAttribute(list, 0, 0x1234, &parent, sizeof parent, NULL, NULL));
    TRY(UpdateProcThreadAttribute(list, 2, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &parent,
                                  sizeof parent, NULL, NULL));
    TRY(UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &parent, 4, NULL,
                                  NULL));
    TRY(UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &parent,
                                  sizeof parent, NULL, NULL));
    TRY(UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &parent,
                                  sizeof parent, NULL, NULL));
    TRY(UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &parent,
                                  sizeof parent, NULL, NULL));
    TRY(UpdateProcThreadAttribute(NULL, 0, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &parent,
                                  sizeof parent, NULL, NULL));
    DO(DeleteProcThreadAttributeList(list));
}

static void questions(void) {
    DWORD number, size = sizeof number;
    WCHAR name[4];
    DWORD_PTR mask, system;
    SIZE_T least, most;
    BOOL answer;
    PROCESS_MEMORY_COUNTERS counters;

    TRY(GetProcessHandleCount(NULL, &number));
    TRY(GetProcessHandleCount(event, &number));
    TRY(GetProcessHandleCount(GetCurrentProcess(), NULL));
    TRY(GetProcessAffinityMask(event, &mask, &system));
    TRY(GetProcessAffinityMask(NULL, &mask, &system));
    TRY(SetProcessAffinityMask(event, 1));
    TRY(SetProcessAffinityMask(GetCurrentProcess(), 0));
    TRY(CheckRemoteDebuggerPresent(NULL, &answer));
    TRY(CheckRemoteDebuggerPresent(event, &answer));
    TRY(CheckRemoteDebuggerPresent(GetCurrentProcess(), NULL));
    TRY(GetProcessVersion(0xFFFFFFF0));
    TRY(GetProcessWorkingSetSize(NULL, &least, &most));
    TRY(SetProcessWorkingSetSize(NULL, 0, 0));
    TRY(QueryFullProcessImageNameW(GetCurrentProcess(), 0, name, &size));
    TRY(QueryFullProcessImageNameW(GetCurrentProcess(), 0, name, NULL));
    TRY(QueryFullProcessImageNameW(event, 0, name, &size));
    TRY(GetProcessMemoryInfo(event, &counters, sizeof counters));
    TRY(GetProcessMemoryInfo(GetCurrentProcess(), &counters, 4));
    TRY(GetProcessMemoryInfo(GetCurrentProcess(), NULL, sizeof counters));
    TRY(IsProcessCritical(GetCurrentProcess(), NULL));
    TRY(IsProcessCritical(event, &answer));
    TRY(GetProcessShutdownParameters(NULL, &number));
    TRY(FlushInstructionCache(event, NULL, 0));
    TRY(FlushInstructionCache(NULL, NULL, 0));
    TRY(GetPriorityClass(event));
}

static void modules(void) {
    DWORD needed, ids[1];
    HMODULE module;
    char name[260];

    TRY(EnumProcesses(NULL, 0, &needed));
    TRY(EnumProcesses(ids, 2, &needed));
    TRY(EnumProcesses(ids, sizeof ids, NULL));
    TRY(EnumProcessModules(event, &module, sizeof module, &needed));
    TRY(EnumProcessModules(NULL, &module, sizeof module, &needed));
    TRY(EnumProcessModules(GetCurrentProcess(), &module, 0, &needed));
    TRY(EnumProcessModules(GetCurrentProcess(), &module, sizeof module, NULL));
    TRY(GetModuleBaseNameA(GetCurrentProcess(), (HMODULE)0x1000, name, sizeof name));
    TRY(GetModuleBaseNameA(event, NULL, name, sizeof name));
    TRY(GetModuleFileNameExA(GetCurrentProcess(), (HMODULE)0x1000, name, sizeof name));
    TRY(GetModuleFileNameExA(event, NULL, name, sizeof name));
    TRY(GetProcessImageFileNameA(event, name, sizeof name));
    TRY(GetProcessImageFileNameA(GetCurrentProcess(), name, 3));
}

static void snapshots(void) {
    PROCESSENTRY32 process = {.dwSize = 8};
    PROCESSENTRY32W wide = {.dwSize = 8};
    THREADENTRY32 thread = {.dwSize = 4};
    MODULEENTRY32 module = {.dwSize = 4};
    MODULEENTRY32W wide_module = {.dwSize = 4};
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPALL, GetCurrentProcessId());
    HANDLE nothing = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);

    TRY(Process32First(all, &process));
    TRY(Process32Next(all, &process));
    TRY(Process32FirstW(all, &wide));
    TRY(Process32NextW(all, &wide));
    TRY(Thread32First(all, &thread));
    TRY(Thread32Next(all, &thread));
    TRY(Module32First(all, &module));
    TRY(Module32Next(all, &module));
    TRY(Module32FirstW(all, &wide_module));
    TRY(Module32NextW(all, &wide_module));
    process.dwSize = sizeof process;
    module.dwSize = sizeof module;
    wide.dwSize = sizeof wide;
    TRY(Process32First(nothing, &process));
    TRY(Module32First(nothing, &module));
    TRY(Process32First(NULL, &process));
    TRY(Process32Next(event, &process));
    TRY(Process32FirstW(event, &wide));
    TRY(Process32First(all, NULL));
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    creation();
    attributes();
    questions();
    modules();
    snapshots();
    return 0;
}
