/*
 * A ring in shared memory, semaphores and a mutex that a killed process has abandoned.
 *
 * rules: PROC-04 PROC-10
 */
#include <windows.h>
#include <stdio.h>
#include <string.h>
#define SLOTS 8
typedef struct {
    int items[SLOTS];
    int in, out;
    LONG sum, count;
} Ring;
int main(int argc, char **argv) {
    HANDLE map =
        CreateFileMapping(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(Ring), "pc_ring");
    int first = GetLastError() != ERROR_ALREADY_EXISTS;
    Ring *ring = (Ring *)MapViewOfFile(map, FILE_MAP_WRITE, 0, 0, 0);
    HANDLE empty = CreateSemaphore(NULL, SLOTS, SLOTS, "pc_empty"),
           full = CreateSemaphore(NULL, 0, SLOTS + 4, "pc_full"),
           mutex = CreateMutex(NULL, FALSE, "pc_mutex"),
           held = CreateEvent(NULL, FALSE, FALSE, "pc_held");
    if (argc > 1 && !strcmp(argv[1], "bad")) {
        WaitForSingleObject(mutex, INFINITE);
        SetEvent(held);
        Sleep(INFINITE);
    }
    if (argc > 1) {
        for (;;) {
            WaitForSingleObject(full, INFINITE);
            DWORD r = WaitForSingleObject(mutex, INFINITE);
            int item = ring->items[ring->out++ % SLOTS];
            ring->sum += item;
            ring->count++;
            ReleaseMutex(mutex);
            ReleaseSemaphore(empty, 1, NULL);
            if (item == 0)
                return r == WAIT_ABANDONED ? 2 : 0;
        }
    }
    char self[MAX_PATH], cmd[MAX_PATH + 16];
    PROCESS_INFORMATION bad, pi[3];
    STARTUPINFO si = {sizeof(si)};
    HANDLE h[3];
    GetModuleFileName(NULL, self, MAX_PATH);
    sprintf(cmd, "%s bad", self);
    CreateProcess(NULL, cmd, NULL, NULL, FALSE, 0, NULL, NULL, &si, &bad);
    WaitForSingleObject(held, INFINITE);
    TerminateProcess(bad.hProcess, 1);
    WaitForSingleObject(bad.hProcess, INFINITE);
    DWORD r = WaitForSingleObject(mutex, INFINITE);
    printf("first %d, mutex %s\n", first, r == WAIT_ABANDONED ? "abandoned" : "free");
    ReleaseMutex(mutex);
    sprintf(cmd, "%s consumer", self);
    for (int i = 0; i < 3; i++) {
        CreateProcess(NULL, cmd, NULL, NULL, FALSE, 0, NULL, NULL, &si, &pi[i]);
        h[i] = pi[i].hProcess;
    }
    for (int i = 1; i <= 103; i++) {
        WaitForSingleObject(empty, INFINITE);
        WaitForSingleObject(mutex, INFINITE);
        ring->items[ring->in++ % SLOTS] = i <= 100 ? i : 0;
        ReleaseMutex(mutex);
        ReleaseSemaphore(full, 1, NULL);
    }
    WaitForMultipleObjects(3, h, TRUE, INFINITE);
    DWORD sum = 0, c;
    for (int i = 0; i < 3; i++) {
        GetExitCodeProcess(h[i], &c);
        sum += c;
    }
    printf("sum %ld, count %ld, codes %lu\n", ring->sum, ring->count, sum);
    return 0;
}
