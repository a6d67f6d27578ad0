/* A callback that has finished its job waits until all callbacks of its object are over. */
#include <windows.h>

#ifdef PROGRAM
static PTP_WORK work;

static VOID CALLBACK run(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK self) {
    (void)instance, (void)context, (void)self;
#ifdef BROKEN
    WaitForThreadpoolWorkCallbacks(work, FALSE);
#endif
}

int main(void) {
    work = CreateThreadpoolWork(run, NULL, NULL);
    SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CloseThreadpoolWork(work);
    return 0;
}
#endif
