/*
 * An unhandled exception filter fills a report in shared memory and waits for the watchdog.
 *
 * rules: EXIT-11 SEH-09
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef struct {
    DWORD code, tid, pid;
    char what[64];
} Report;
static Report *report;
static HANDLE crashed, written;
static LONG WINAPI filter(EXCEPTION_POINTERS *ep) {
    report->code = ep->ExceptionRecord->ExceptionCode;
    report->tid = GetCurrentThreadId();
    report->pid = GetCurrentProcessId();
    if (report->code == EXCEPTION_ACCESS_VIOLATION)
        snprintf(report->what, sizeof report->what, "%s of address %p",
                 ep->ExceptionRecord->ExceptionInformation[0] ? "write" : "read",
                 (void *)ep->ExceptionRecord->ExceptionInformation[1]);
    else
        snprintf(report->what, sizeof report->what, "exception");
    SignalObjectAndWait(crashed, written, INFINITE, FALSE);
    return EXCEPTION_EXECUTE_HANDLER;
}
static DWORD WINAPI worker(LPVOID how) {
    if (*(char *)how == 'a')
        *(volatile int *)16 = 5;
    else
        RaiseException(0xE0000042, EXCEPTION_NONCONTINUABLE, 0, NULL);
    return 0;
}
int main(int argc, char **argv) {
    HANDLE map = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(Report),
                                    "crash_report_map");
    report = MapViewOfFile(map, FILE_MAP_ALL_ACCESS, 0, 0, sizeof(Report));
    crashed = CreateEventA(NULL, FALSE, FALSE, "crash_report_crashed");
    written = CreateEventA(NULL, FALSE, FALSE, "crash_report_written");
    if (argc > 1) {
        SetErrorMode(SEM_NOGPFAULTERRORBOX);
        SetUnhandledExceptionFilter(filter);
        HANDLE t = CreateThread(NULL, 0, worker, argv[1], 0, NULL);
        WaitForSingleObject(t, INFINITE);
        return 0;
    }
    const char *ways[] = {"access", "raise"};
    for (int i = 0; i < 2; i++) {
        STARTUPINFOA si = {.cb = sizeof si};
        PROCESS_INFORMATION pi;
        char self[MAX_PATH], cmd[MAX_PATH + 32];
        GetModuleFileNameA(NULL, self, MAX_PATH);
        sprintf(cmd, "\"%s\" %s", self, ways[i]);
        CreateProcessA(NULL, cmd, NULL, NULL, FALSE, 0, NULL, NULL, &si, &pi);
        HANDLE h[2] = {crashed, pi.hProcess};
        DWORD r = WaitForMultipleObjects(2, h, FALSE, INFINITE);
        printf("wait %lu: code %08lx, pid ok %d, main thread %d, %s\n", r, report->code,
               report->pid == pi.dwProcessId, report->tid == pi.dwThreadId, report->what);
        SetEvent(written);
        WaitForSingleObject(pi.hProcess, INFINITE);
        DWORD code;
        GetExitCodeProcess(pi.hProcess, &code);
        printf("exit %08lx\n", code);
        memset(report, 0, sizeof *report);
    }
    return 0;
}
