/* Waits for the objects of a killed thread when the process ends. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void cleaner_expect(HANDLE mutex, HANDLE event, HANDLE semaphore);

static HANDLE expected_mutex, expected_event, expected_semaphore;

void cleaner_expect(HANDLE mutex, HANDLE event, HANDLE semaphore) {
    expected_mutex = mutex;
    expected_event = event;
    expected_semaphore = semaphore;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_DETACH) {
        printf("mutex: 0x%lx\n", WaitForSingleObject(expected_mutex, INFINITE));
        printf("event: 0x%lx\n", WaitForSingleObject(expected_event, 20));
        printf("semaphore: 0x%lx\n", WaitForSingleObject(expected_semaphore, 20));
        fflush(stdout);
    }
    return TRUE;
}
