/*
 * A fiber that returns, that deletes itself or that calls ExitThread ends the thread that runs it,
 * and the DLLs hear of it. A fiber can go on in another thread than the one that it began in.
 *
 * rules: THRD-32, THRD-02, THRD-05
 */
#include <stdio.h>
#include <windows.h>

static LPVOID home, wanderer;
static DWORD first_thread;

static VOID CALLBACK returns(LPVOID parameter) {
    printf("  a fiber returns: %s\n", (const char *)parameter);
    fflush(stdout);
}

static VOID CALLBACK deletes_itself(LPVOID parameter) {
    printf("  a fiber deletes itself: %s\n", (const char *)parameter);
    fflush(stdout);
    DeleteFiber(GetCurrentFiber());
    puts("  and lives on?");
}

static VOID CALLBACK exits(LPVOID parameter) {
    printf("  a fiber calls ExitThread: %s\n", (const char *)parameter);
    fflush(stdout);
    ExitThread(7);
}

static VOID CALLBACK wanders(LPVOID parameter) {
    first_thread = GetCurrentThreadId();
    SwitchToFiber(home);
    printf("  in another thread: %d, with the same data: %d\n",
           GetCurrentThreadId() != first_thread, GetFiberData() == parameter);
    fflush(stdout);
    ExitThread(8);
}

static DWORD WINAPI run_fiber(LPVOID routine) {
    LPVOID self = ConvertThreadToFiber("own");
    LPVOID fiber;

    printf("  a fiber now: %d, %d, %s\n", self == GetCurrentFiber(), IsThreadAFiber(),
           (const char *)GetFiberData());
    fflush(stdout);
    if (!routine) {
        SwitchToFiber(wanderer);
        return 99;
    }
    fiber = CreateFiber(0, (LPFIBER_START_ROUTINE)(ULONG_PTR)routine, "data");
    SwitchToFiber(fiber);
    return 99;
}

static void run(const char *what, LPFIBER_START_ROUTINE routine) {
    HANDLE thread;
    DWORD code = 0;

    printf("%s\n", what);
    fflush(stdout);
    thread = CreateThread(NULL, 0, run_fiber, (LPVOID)(ULONG_PTR)routine, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("  thread code %lu\n", code);
}

int main(void) {
    BOOL done;

    run("return", returns);
    run("DeleteFiber", deletes_itself);
    run("ExitThread", exits);
    printf("main is a fiber: %d\n", IsThreadAFiber());
    home = ConvertThreadToFiber("home");
    wanderer = CreateFiberEx(0, 0, 0, wanders, "luggage");
    SwitchToFiber(wanderer);
    printf("back home: %d\n", GetCurrentFiber() == home);
    run("another thread", NULL);
    done = ConvertFiberToThread();
    printf("main to thread: %d, a fiber: %d\n", done, IsThreadAFiber());
    return 0;
}
