/*
 * Queued calls run in the order of queueing, all of them in one alertable wait; a wait that is not
 * alertable runs none.
 *
 * rules: WAIT-27, WAIT-28, WAIT-30
 */
#include <stdio.h>
#include <windows.h>

static void CALLBACK note(ULONG_PTR number) {
    printf("  call %d\n", (int)number);
}

static void CALLBACK queue_another(ULONG_PTR number) {
    printf("  call %d queues %d\n", (int)number, (int)number + 1);
    QueueUserAPC(note, GetCurrentThread(), number + 1);
}

int main(void) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL),
           never = CreateEventA(NULL, TRUE, FALSE, NULL);
    ULONG_PTR i;

    printf("nothing queued: 0x%lx\n", SleepEx(0, TRUE));
    for (i = 1; i <= 3; i++)
        printf("queued: %d\n", QueueUserAPC(note, GetCurrentThread(), i) != 0);
    puts("not alertable:");
    Sleep(1);
    printf("  SleepEx 0x%lx\n", SleepEx(1, FALSE));
    printf("  wait 0x%lx\n", WaitForSingleObjectEx(never, 1, FALSE));
    puts("alertable:");
    printf("  SleepEx 0x%lx\n", SleepEx(INFINITE, TRUE));
    printf("  nothing left 0x%lx\n", SleepEx(0, TRUE));

    QueueUserAPC(queue_another, GetCurrentThread(), 10);
    puts("alertable wait:");
    printf("  wait 0x%lx\n", WaitForSingleObjectEx(never, INFINITE, TRUE));
    printf("  nothing left 0x%lx\n", SleepEx(0, TRUE));
    printf("alertable, object signaled: 0x%lx\n", WaitForSingleObjectEx(event, 0, TRUE));
    return 0;
}
