/*
 * Wait-any returns the lowest index that is signaled and uses up only that object.
 *
 * rules: WAIT-17, WAIT-21, WAIT-06
 */
#include <stdio.h>
#include <windows.h>

int main(void) {
    HANDLE events[4];
    int i;

    for (i = 0; i < 4; i++)
        events[i] = CreateEventA(NULL, FALSE, FALSE, NULL);
    printf("nothing set: 0x%lx\n", WaitForMultipleObjects(4, events, FALSE, 0));
    SetEvent(events[3]);
    SetEvent(events[1]);
    printf("3 and 1 set: %lu\n", WaitForMultipleObjects(4, events, FALSE, INFINITE));
    printf("1 is used up: 0x%lx\n", WaitForSingleObject(events[1], 0));
    printf("3 is left: %lu\n", WaitForMultipleObjects(4, events, FALSE, INFINITE));
    printf("nothing left: 0x%lx\n", WaitForMultipleObjects(4, events, FALSE, 10));
    return 0;
}
