/*
 * Threads of the pool are announced to DLLs like any other before they run a callback. ExitProcess
 * ends them wherever they are: no DLL_THREAD_DETACH, and the code after the wait never runs.
 *
 * rules: DLL-08, DLL-01, PROC-01, THRD-02
 * links: watcher.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) LONG watcher_attached(void);

static HANDLE begun, never;

static DWORD CALLBACK item(void *context) {
    printf("%s: announced %ld\n", (char *)context, watcher_attached());
    SetEvent(begun);
    WaitForSingleObject(never, INFINITE);
    puts("this is never printed");
    return 0;
}

int main(void) {
    begun = CreateEventA(NULL, FALSE, FALSE, NULL);
    never = CreateEventA(NULL, FALSE, FALSE, NULL);
    printf("queued: %d\n", QueueUserWorkItem(item, "first", WT_EXECUTEDEFAULT));
    WaitForSingleObject(begun, INFINITE);
    QueueUserWorkItem(item, "second", WT_EXECUTELONGFUNCTION);
    WaitForSingleObject(begun, INFINITE);
    puts("main returns");
    return 5;
}
