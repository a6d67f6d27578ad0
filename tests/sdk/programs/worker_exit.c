/* A console program with a worker, a control handler and an exit code. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <process.h>
#include <stdio.h>
#include <stdlib.h>

static HANDLE stop_event;
static volatile LONG processed;
static volatile long also_processed;
static __declspec(thread) int depth;
__declspec(thread) static DWORD last_seen;

static BOOL WINAPI OnConsole(DWORD type) {
    switch (type) {
    case CTRL_C_EVENT:
    case CTRL_BREAK_EVENT:
        SetEvent(stop_event);
        return TRUE;
    default:
        return FALSE;
    }
}

static DWORD WINAPI Worker(LPVOID param) {
    DWORD id = GetCurrentThreadId();
    UNREFERENCED_PARAMETER(param);
    depth++;
    last_seen = id;
    while (WaitForSingleObject(stop_event, 100) == WAIT_TIMEOUT) {
        InterlockedIncrement(&processed);
        InterlockedIncrement(&also_processed);
        _InterlockedExchangeAdd(&processed, 2);
    }
    return InterlockedCompareExchange(&processed, 0, 0) > 0 ? ERROR_SUCCESS : ERROR_TIMEOUT;
}

static unsigned __stdcall CrtWorker(void *param) {
    printf("crt worker %p depth %d\n", param, depth);
    _endthreadex(3);
    return 0;
}

static void AtEnd(void) {
    printf("%ld items, last error %lu\n", (long)processed, GetLastError());
}

int __cdecl main(int argc, char *argv[]) {
    HANDLE threads[2];
    DWORD code = STILL_ACTIVE, wait;
    unsigned tid;

    if (argc > 1 && !_stricmp(argv[1], "/fail"))
        return EXIT_FAILURE;
    atexit(AtEnd);
    stop_event = CreateEvent(NULL, TRUE, FALSE, TEXT("Local\\stop"));
    if (stop_event == NULL) {
        fprintf(stderr, "CreateEvent: %lu\n", GetLastError());
        return 1;
    }
    SetConsoleCtrlHandler(OnConsole, TRUE);
    threads[0] = CreateThread(NULL, 0, Worker, NULL, CREATE_SUSPENDED, NULL);
    threads[1] = (HANDLE)_beginthreadex(NULL, 0, CrtWorker, &code, 0, &tid);
    ResumeThread(threads[0]);
    wait = WaitForMultipleObjects(ARRAYSIZE(threads), threads, TRUE, 5000);
    if (wait == WAIT_TIMEOUT && GetExitCodeThread(threads[0], &code) && code == STILL_ACTIVE)
        TerminateThread(threads[0], (DWORD)-1);
    if (wait >= WAIT_ABANDONED_0 && wait < WAIT_ABANDONED_0 + 2)
        puts("abandoned");
    for (int i = 0; i < _countof(threads); i++)
        CloseHandle(threads[i]);
    ExitProcess(argc > 2 ? max(1, atoi(argv[2])) : 0);
}
