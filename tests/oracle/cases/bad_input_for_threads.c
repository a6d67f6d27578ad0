/*
 * Threads, fibers and their storage: NULL, wrong handles, flags and sizes.
 *
 * rules: HNDL-46
 * windows: HNDL-46 Windows writes through each pointer and knows which thread is no fiber
 * links: -lwindowsapp
 */
#include "bad_input.h"

/* Not in MinGW's headers. */
WINBASEAPI HRESULT WINAPI SetThreadDescription(HANDLE thread, const WCHAR *text);
WINBASEAPI HRESULT WINAPI GetThreadDescription(HANDLE thread, WCHAR **text);

static HANDLE event;

static DWORD WINAPI nothing(void *unused) {
    (void)unused;
    return 0;
}

static void CALLBACK fiber(void *unused) {
    (void)unused;
}

static void threads(void) {
    HANDLE thread = GetCurrentThread(), self = GetCurrentProcess();
    BOOL answer;
    FILETIME time;

    TRY(CreateRemoteThreadEx(NULL, NULL, 0, nothing, NULL, 0, NULL, NULL));
    TRY(CreateRemoteThreadEx(event, NULL, 0, nothing, NULL, 0, NULL, NULL));
    TRY(CreateRemoteThreadEx(self, NULL, (SIZE_T)1 << 60, nothing, NULL, 0, NULL, NULL));
    TRY(GetThreadIOPendingFlag(event, &answer));
    TRY(GetThreadIOPendingFlag(thread, NULL));
    TRY(GetThreadTimes(thread, NULL, &time, &time, &time));
    TRY(SetThreadErrorMode(0x8000, NULL));
    TRY(SetThreadErrorMode(0x10, NULL));
    TRY(SetThreadErrorMode(SEM_NOGPFAULTERRORBOX, NULL));
    TRY(SetThreadStackGuarantee(NULL));
    TRY(GetProcessIdOfThread(event));
    TRY(QueueUserAPC((PAPCFUNC)fiber, event, 0));
    TRY(ResumeThread(thread));
    TRY(SetThreadPriorityBoost(event, TRUE));
    TRY(SetThreadPriorityBoost(thread, TRUE));
    TRY(GetThreadPriorityBoost(event, &answer));
    TRY(GetThreadPriorityBoost(NULL, &answer));
    TRY(SetProcessPriorityBoost(event, TRUE));
    TRY(GetProcessPriorityBoost(event, &answer));
    TRY(GetProcessPriorityBoost(self, &answer));
}

static void contexts(void) {
    CONTEXT context = {.ContextFlags = CONTEXT_CONTROL};

    TRY(SetThreadContext(event, &context));
    TRY(SetThreadContext(NULL, &context));
    TRY(GetThreadContext(NULL, &context));
    TRY(GetThreadContext(event, &context));
}

static void descriptions(void) {
    WCHAR *text;

    TRY(SUCCEEDED(SetThreadDescription(GetCurrentThread(), L"name")));
    NUMBER(SetThreadDescription(event, L"name"));
    NUMBER(SetThreadDescription(NULL, L"name"));
    NUMBER(GetThreadDescription(event, &text));
    NUMBER(GetThreadDescription(NULL, &text));
    NUMBER(GetThreadDescription(GetCurrentThread(), NULL));
    DO(GetCurrentThreadStackLimits(NULL, NULL));
}

static void fibers(void) {
    void *made;

    TRY(IsThreadAFiber());
    TRY(ConvertFiberToThread());
    DO(DeleteFiber(NULL));
    TRY(CreateFiber((SIZE_T)1 << 60, fiber, NULL) == NULL);
    TRY(made = CreateFiber(0, fiber, NULL));
    DO(DeleteFiber(made));
    TRY(CreateFiberEx(65536, 4096, 0, fiber, NULL));
    TRY(ConvertThreadToFiber(NULL));
    TRY(ConvertThreadToFiber(NULL));
    TRY(ConvertThreadToFiberEx(NULL, 0));
    DO(SwitchToFiber(NULL));
    TRY(ConvertFiberToThread());
    TRY(ConvertFiberToThread());
    TRY(ConvertThreadToFiberEx(NULL, FIBER_FLAG_FLOAT_SWITCH));
    TRY(ConvertFiberToThread());
}

static void slots(void) {
    TRY(FlsAlloc(NULL) != FLS_OUT_OF_INDEXES);
    TRY(FlsSetValue(FLS_OUT_OF_INDEXES, NULL));
    TRY(TlsGetValue(TLS_OUT_OF_INDEXES));
    TRY(TlsSetValue(TLS_OUT_OF_INDEXES, NULL));
    TRY(TlsFree(1087));
    for (int i = 0; i < 1100; i++)
        TlsAlloc();
    NUMBER(TlsAlloc());
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    threads();
    contexts();
    descriptions();
    fibers();
    slots();
    return 0;
}
