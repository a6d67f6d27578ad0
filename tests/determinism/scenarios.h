/*
 * scenarios.h - programs, DLLs and a driver that between them use most of what ends a process, and
 * what one run of them leaves behind: a digest of log and output.
 *
 * They are host functions without any variable of their own, so that several worlds can run them at
 * once. A process ends by every road here: return, exit, ExitProcess, TerminateProcess, a crash,
 * its last thread. Threads that others kill hold no lock of the C run-time while they can be
 * killed.
 */
#ifndef RD_TESTS_SCENARIOS_H
#define RD_TESTS_SCENARIOS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crt/crt_calls.h"
#include "rundown/rundown.h"
#include "rundown/sdk/ntddk.h"
#include "rundown/sdk/windows.h"

#define UNUSED_MAIN (void)argc, (void)argv

#if defined(__clang__)
#define MAY_FAULT __attribute__((noinline, no_sanitize("address", "undefined", "thread")))
#else
#define MAY_FAULT                                                                                  \
    __attribute__((noinline, no_sanitize_address, no_sanitize_undefined, no_sanitize_thread))
#endif

static HANDLE scenario_spawn(const char *arguments, DWORD flags, PROCESS_INFORMATION *child) {
    char command[128];
    STARTUPINFOA startup = {.cb = sizeof startup};
    snprintf(command, sizeof command, "app.exe %s", arguments);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, flags, NULL, NULL, &startup, child))
        return NULL;
    return child->hProcess;
}

static DWORD scenario_join(PROCESS_INFORMATION *child) {
    DWORD code = 0xBAD;
    WaitForSingleObject(child->hProcess, INFINITE);
    GetExitCodeProcess(child->hProcess, &code);
    CloseHandle(child->hThread);
    CloseHandle(child->hProcess);
    return code;
}

/* ---- threads: locks, waits, kills ------------------------------------------------------------ */

struct thread_lab {
    HANDLE mutex, semaphore, started, stop;
    CRITICAL_SECTION section;
    LONG counter, apcs;
};

static DWORD WINAPI lab_worker(LPVOID argument) {
    struct thread_lab *lab = argument;
    for (int i = 0; i < 4; i++) {
        WaitForSingleObject(lab->semaphore, 3);
        EnterCriticalSection(&lab->section);
        lab->counter++;
        LeaveCriticalSection(&lab->section);
        if (i % 2)
            SwitchToThread();
        InterlockedIncrement(&lab->counter);
    }
    return (DWORD)WaitForSingleObject(lab->stop, INFINITE) + 1;
}

static DWORD WINAPI lab_victim(LPVOID argument) {
    struct thread_lab *lab = argument;
    WaitForSingleObject(lab->mutex, INFINITE);
    ReleaseSemaphore(lab->started, 1, NULL);
    while (SleepEx(INFINITE, TRUE) || lab)
        continue;
    return 0;
}

static void NTAPI lab_apc(ULONG_PTR argument) {
    struct thread_lab *lab = (struct thread_lab *)argument;
    InterlockedIncrement(&lab->apcs);
}

static int threads_main(int argc, char **argv) {
    struct thread_lab lab = {.counter = 0};
    HANDLE threads[6], victim;
    UNUSED_MAIN;
    lab.mutex = CreateMutexA(NULL, FALSE, NULL);
    lab.semaphore = CreateSemaphoreA(NULL, 2, 100, NULL);
    lab.started = CreateSemaphoreA(NULL, 0, 100, NULL);
    lab.stop = CreateEventA(NULL, TRUE, FALSE, "stop");
    InitializeCriticalSection(&lab.section);
    for (int i = 0; i < 6; i++)
        threads[i] = CreateThread(NULL, 0, lab_worker, &lab, i == 5 ? CREATE_SUSPENDED : 0, NULL);
    victim = CreateThread(NULL, 0, lab_victim, &lab, 0, NULL);
    WaitForSingleObject(lab.started, INFINITE);
    QueueUserAPC(lab_apc, victim, (ULONG_PTR)&lab);
    SuspendThread(victim);
    ReleaseSemaphore(lab.semaphore, 5, NULL);
    ResumeThread(threads[5]);
    DWORD busy = WaitForMultipleObjects(6, threads, FALSE, 2);
    TerminateThread(victim, 77);
    DWORD abandoned = WaitForSingleObject(lab.mutex, INFINITE);
    SetEvent(lab.stop);
    DWORD all = WaitForMultipleObjects(6, threads, TRUE, INFINITE);
    crt_printf("busy %u abandoned %u all %u counter %d\n", busy, abandoned, all, (int)lab.counter);
    return lab.counter == 48 && abandoned == WAIT_ABANDONED && all == WAIT_OBJECT_0 ? 40 : 41;
}

/* ---- processes: trees, inheritance, kills ---------------------------------------------------- */

static int child_counts(HANDLE inherited) {
    HANDLE gate = OpenEventA(SYNCHRONIZE, FALSE, "gate");
    LONG before = 0;
    WaitForSingleObject(gate, INFINITE);
    ReleaseSemaphore(inherited, 1, &before);
    crt_printf("child adds to %d\n", (int)before);
    return 20;
}

static int child_hangs(void) {
    HANDLE ready = OpenSemaphoreA(SEMAPHORE_MODIFY_STATE, FALSE, "ready");
    CreateMutexA(NULL, TRUE, "shared");
    ReleaseSemaphore(ready, 1, NULL);
    Sleep(INFINITE);
    return 21;
}

static int processes_main(int argc, char **argv) {
    PROCESS_INFORMATION children[3], grandchild;
    SECURITY_ATTRIBUTES inheritable = {.nLength = sizeof inheritable, .bInheritHandle = TRUE};
    char command[64];
    if (argc > 2)
        return child_counts((HANDLE)(ULONG_PTR)strtoul(argv[2], NULL, 10));
    if (argc > 1)
        return child_hangs();
    HANDLE count = CreateSemaphoreA(&inheritable, 0, 100, NULL);
    HANDLE gate = CreateEventA(NULL, TRUE, FALSE, "gate");
    HANDLE ready = CreateSemaphoreA(NULL, 0, 9, "ready");
    snprintf(command, sizeof command, "count %u", (unsigned)(ULONG_PTR)count);
    for (int i = 0; i < 3; i++)
        if (!scenario_spawn(command, i == 1 ? CREATE_SUSPENDED : 0, &children[i]))
            return 31;
    if (!scenario_spawn("hang", 0, &grandchild))
        return 32;
    WaitForSingleObject(ready, INFINITE);
    HANDLE shared = OpenMutexA(SYNCHRONIZE, FALSE, "shared");
    SetEvent(gate);
    TerminateProcess(grandchild.hProcess, 22);
    DWORD abandoned = WaitForSingleObject(shared, INFINITE);
    ResumeThread(children[1].hThread);
    DWORD sum = scenario_join(&grandchild);
    for (int i = 0; i < 3; i++)
        sum += scenario_join(&children[i]);
    crt_printf("sum %u, abandoned %u\n", sum, abandoned);
    crt_exit(sum == 82 && abandoned == WAIT_ABANDONED ? 40 : 41);
    return 0;
}

/* ---- crashes --------------------------------------------------------------------------------- */

MAY_FAULT static int fault_write(volatile uintptr_t address) {
    *(volatile int *)address = 1;
    return 1;
}

MAY_FAULT static int fault_divide(volatile int by) {
    return 7 / by;
}

MAY_FAULT static int fault_jump(volatile uintptr_t address) {
    return ((int (*)(void))address)();
}

MAY_FAULT static int fault_overflow(volatile char *outer) {
    volatile char frame[512];
    frame[0] = frame[511] = outer ? *outer : 1;
    return frame[0] ? fault_overflow(frame) + frame[0] : 0;
}

static DWORD WINAPI crash_thread(LPVOID kind) {
    switch ((ULONG_PTR)kind) {
    case 0:
        return (DWORD)fault_write(8);
    case 1:
        return (DWORD)fault_divide(0);
    case 2:
        return (DWORD)fault_jump(16);
    case 3:
        return (DWORD)fault_overflow(NULL);
    case 4:
        crt_abort();
        break;
    default:
        RaiseException(0xE0000001, EXCEPTION_NONCONTINUABLE, 0, NULL);
    }
    return 0;
}

static int crashes_main(int argc, char **argv) {
    static const DWORD expected[] = {0xC0000005, 0xC0000094, 0xC0000005, 0xC00000FD, 0, 0xE0000001};
    unsigned bad = 0;
    if (argc > 1) {
        ULONG_PTR kind = strtoul(argv[1], NULL, 10);
        if (kind < 6)
            return (int)crash_thread((LPVOID)kind);
        HANDLE thread = CreateThread(NULL, 0, crash_thread, (LPVOID)(kind - 6), 0, NULL);
        WaitForSingleObject(thread, INFINITE);
        return 1;
    }
    for (unsigned kind = 0; kind < 12; kind++) {
        PROCESS_INFORMATION child;
        char command[16];
        snprintf(command, sizeof command, "%u", kind);
        if (!scenario_spawn(command, 0, &child))
            return 31;
        DWORD code = scenario_join(&child);
        bad += kind % 6 == 4 ? code == 1 : code != expected[kind % 6];
    }
    crt_printf("bad %u\n", bad);
    return bad ? 41 : 40;
}

/* ---- DLLs ------------------------------------------------------------------------------------ */

static int helper_main(void *module, uint32_t reason, void *reserved) {
    (void)module;
    OutputDebugStringA(reserved ? "helper: for good" : "helper");
    return reason != DLL_PROCESS_ATTACH || TlsAlloc() != TLS_OUT_OF_INDEXES;
}

static int plugin_main(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        LoadLibraryA("helper.dll");
    SwitchToThread();
    return TRUE;
}

static int refusing_main(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    return reason != DLL_PROCESS_ATTACH;
}

static DWORD plugin_work(DWORD value) {
    return value * 2;
}

static DWORD WINAPI dll_worker(LPVOID argument) {
    for (int i = 0; i < 3; i++) {
        HMODULE plugin = LoadLibraryA("plugin.dll");
        DWORD (*work)(DWORD) = (DWORD(*)(DWORD))(void (*)(void))GetProcAddress(plugin, "work");
        if (!work || work(21) != 42)
            return 1;
        Sleep((DWORD)(ULONG_PTR)argument);
        FreeLibrary(plugin);
    }
    return 0;
}

static void WINAPI fls_callback(PVOID value) {
    if (value)
        OutputDebugStringA("fls");
}

static DWORD WINAPI sleeps_for_ever(LPVOID unused) {
    (void)unused;
    Sleep(INFINITE);
    return 0;
}

static int dlls_main(int argc, char **argv) {
    HANDLE threads[4];
    DWORD sum = 0;
    UNUSED_MAIN;
    FlsSetValue(FlsAlloc(fls_callback), &threads);
    if (LoadLibraryA("refusing.dll"))
        return 31;
    for (int i = 0; i < 4; i++)
        threads[i] = CreateThread(NULL, 0, dll_worker, (LPVOID)(ULONG_PTR)(i % 2), 0, NULL);
    WaitForMultipleObjects(4, threads, TRUE, INFINITE);
    for (int i = 0; i < 4; i++) {
        DWORD code = 1;
        GetExitCodeThread(threads[i], &code);
        sum += code;
        CloseHandle(threads[i]);
    }
    LoadLibraryA("plugin.dll");
    CreateThread(NULL, 0, sleeps_for_ever, NULL, 0, NULL);
    ExitProcess(sum ? 41 : 40);
}

/* ---- time ------------------------------------------------------------------------------------ */

static DWORD WINAPI ticks(LPVOID timer) {
    DWORD count = 0;
    while (count < 5)
        if (WaitForSingleObject(timer, 20) == WAIT_OBJECT_0)
            count++;
    return count;
}

static int time_main(int argc, char **argv) {
    HANDLE timer = CreateWaitableTimerA(NULL, FALSE, NULL), threads[3];
    LARGE_INTEGER due = {.QuadPart = -50000};
    DWORD sum = 0;
    UNUSED_MAIN;
    SetWaitableTimer(timer, &due, 5, NULL, NULL, FALSE);
    for (int i = 0; i < 3; i++)
        threads[i] = CreateThread(NULL, 0, ticks, timer, 0, NULL);
    for (DWORD i = 0; i < 8; i++)
        Sleep(i % 3);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    for (int i = 0; i < 3; i++) {
        DWORD code = 0;
        GetExitCodeThread(threads[i], &code);
        sum += code;
    }
    CancelWaitableTimer(timer);
    crt_printf("%u ticks at %u ms\n", sum, GetTickCount());
    return sum == 15 ? 40 : 41;
}

/* ---- memory and output ----------------------------------------------------------------------- */

static unsigned WINAPI writer(void *argument) {
    unsigned id = (unsigned)(uintptr_t)argument;
    char *blocks[20] = {NULL};
    for (unsigned i = 0; i < 60; i++) {
        unsigned slot = (i * 7 + id) % 20;
        blocks[slot] = crt_realloc(blocks[slot], 1 + (size_t)((i * 37 + id * 11) % 3000));
        blocks[slot][0] = (char)i;
        if (i % 10 == 0)
            crt_printf("%u: %5.3f %e %s %#x\n", id, i / 7.0, i * 1e100, "text", i * 77);
    }
    for (int i = 0; i < 20; i += 2)
        crt_free(blocks[i]);
    return id;
}

static int output_main(int argc, char **argv) {
    HANDLE threads[3];
    UNUSED_MAIN;
    for (unsigned i = 0; i < 3; i++)
        threads[i] = (HANDLE)crt__beginthreadex(NULL, 0, writer, (void *)(uintptr_t)i, 0, NULL);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    crt_srand(5);
    crt_printf("random %d, time %lld\n", crt_rand(), (long long)crt_time(NULL));
    ExitThread(40); /* the last thread: its code is the code of the process */
}

/* ---- a driver -------------------------------------------------------------------------------- */

static void on_process(HANDLE parent, HANDLE pid, BOOLEAN create) {
    void *block = ExAllocatePoolWithTag(PagedPool, 32, 'tseT');
    DbgPrint("process %u of %u %s\n", (unsigned)(ULONG_PTR)pid, (unsigned)(ULONG_PTR)parent,
             create ? "begins" : "ends");
    if (block)
        ExFreePoolWithTag(block, 'tseT');
}

static void on_thread(HANDLE pid, HANDLE tid, BOOLEAN create) {
    (void)pid, (void)tid, (void)create;
}

static VOID driver_unload(PDRIVER_OBJECT driver) {
    (void)driver;
    PsRemoveCreateThreadNotifyRoutine(on_thread);
    PsSetCreateProcessNotifyRoutine(on_process, TRUE);
}

static int32_t driver_entry(void *driver_object, void *registry_path) {
    (void)registry_path;
    ((PDRIVER_OBJECT)driver_object)->DriverUnload = driver_unload;
    NTSTATUS status = PsSetCreateProcessNotifyRoutine(on_process, FALSE);
    return NT_SUCCESS(status) ? PsSetCreateThreadNotifyRoutine(on_thread) : status;
}

/* ---- running them ---------------------------------------------------------------------------- */

struct scenario {
    const char *name;
    int (*main)(int argc, char **argv);
    bool driver;
};

static const struct scenario scenarios[] = {
    {"threads", threads_main, false}, {"processes", processes_main, false},
    {"crashes", crashes_main, false}, {"dlls", dlls_main, false},
    {"time", time_main, false},       {"output", output_main, false},
    {"driver", processes_main, true},
};

enum { SCENARIOS = sizeof scenarios / sizeof scenarios[0] };

/* Output of a world is part of what must be the same everywhere: rd_world_options.context. */
struct scenario_output {
    uint64_t hash; /* FNV-1a of streams and bytes */
    size_t size;
};

static void scenario_collect(void *context, rd_stream stream, const char *bytes, size_t size) {
    struct scenario_output *output = context;
    output->size += size;
    for (size_t i = 0; i < size; i++)
        output->hash = (output->hash ^ (unsigned char)bytes[i] ^ (uint64_t)stream << 8) *
                       UINT64_C(1099511628211);
}

/* Makes the images known; a scenario is then one call of scenario_run after each reset. */
static bool scenario_prepare(rd_world *world, const struct scenario *scenario) {
    static const rd_export plugin_exports[] = {{"work", (void (*)(void))plugin_work}, {NULL, NULL}};
    const rd_image_desc app = {.size = sizeof app, .main = scenario->main};
    const rd_image_desc helper = {.size = sizeof helper, .dll_main = helper_main};
    const rd_image_desc plugin = {
        .size = sizeof plugin, .dll_main = plugin_main, .exports = plugin_exports};
    const rd_image_desc refusing = {.size = sizeof refusing, .dll_main = refusing_main};
    return rd_image_register(world, "app.exe", &app) == RD_OK &&
           rd_image_register(world, "helper.dll", &helper) == RD_OK &&
           rd_image_register(world, "plugin.dll", &plugin) == RD_OK &&
           rd_image_register(world, "refusing.dll", &refusing) == RD_OK;
}

struct scenario_result {
    rd_status status;
    rd_verdict verdict;
    uint32_t pid, exit_code;
    uint64_t log, output; /* digests */
};

static inline struct scenario_result scenario_run(rd_world *world, const struct scenario *scenario,
                                                  struct scenario_output *output) {
    struct scenario_result result = {.status = RD_OK};
    rd_process_info info = {.exit_code = 0};
    *output = (struct scenario_output){.hash = UINT64_C(14695981039346656037)};
    if (scenario->driver)
        result.status = rd_driver_load(world, "test.sys", driver_entry, NULL);
    if (result.status == RD_OK)
        result.status = rd_process_start(world, "app.exe", NULL, &result.pid);
    if (result.status == RD_OK)
        result.status = rd_run(world, &result.verdict);
    if (result.status == RD_OK && scenario->driver)
        result.status = rd_driver_unload(world, "test.sys", NULL);
    rd_process_get(world, result.pid, &info);
    result.exit_code = info.exit_code;
    result.log = rd_event_digest(world);
    result.output = output->hash;
    return result;
}

#endif
