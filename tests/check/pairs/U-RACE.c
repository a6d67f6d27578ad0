/* Two threads say how far they are, in one variable. */
/* flags: -fsanitize=thread */
#include <windows.h>

#ifdef PROGRAM
static LONG reached;

static DWORD WINAPI work(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < 300; i++) {
#ifdef BROKEN
        reached = i;
#else
        InterlockedExchange(&reached, i);
#endif
    }
    return 0;
}

int main(void) {
    HANDLE threads[2];
    for (int i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, work, NULL, 0, NULL);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    return 0;
}
#endif
