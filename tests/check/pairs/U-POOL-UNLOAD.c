/* A DLL is freed while a timer of its is set. */
#include <windows.h>

#ifdef DLL
static PTP_TIMER timer;

static VOID CALLBACK tick(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER self) {
    (void)instance, (void)context, (void)self;
}

__declspec(dllexport) void start(void) {
    LARGE_INTEGER due = {.QuadPart = -1000000000};
    FILETIME time = {due.LowPart, (DWORD)due.HighPart};
    timer = CreateThreadpoolTimer(tick, NULL, NULL);
    SetThreadpoolTimer(timer, &time, 0, 0);
}

__declspec(dllexport) void stop(void) {
    SetThreadpoolTimer(timer, NULL, 0, 0);
    WaitForThreadpoolTimerCallbacks(timer, TRUE);
    CloseThreadpoolTimer(timer);
}
#endif

#ifdef PROGRAM
int main(void) {
    HMODULE dll = LoadLibraryA("pair.dll");
    ((void (*)(void))GetProcAddress(dll, "start"))();
#ifndef BROKEN
    ((void (*)(void))GetProcAddress(dll, "stop"))();
#endif
    FreeLibrary(dll);
    return 0;
}
#endif
