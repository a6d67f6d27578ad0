/* A routine that was written for a thread of its own runs in a thread pool. */
#include <windows.h>

#ifdef PROGRAM
static HANDLE done;

static VOID CALLBACK run(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    (void)instance, (void)context;
    SetEvent(done);
#ifdef BROKEN
    ExitThread(0);
#endif
}

int main(void) {
    done = CreateEventA(NULL, TRUE, FALSE, NULL);
    TrySubmitThreadpoolCallback(run, NULL, NULL);
    WaitForSingleObject(done, INFINITE);
    Sleep(1);
    CloseHandle(done);
    return 0;
}
#endif
