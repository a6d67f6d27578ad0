/*
 * Waits by native calls: what they return, and what they say to handles and numbers that cannot be.
 *
 * rules: WAIT-13, WAIT-17, WAIT-20, WAIT-24
 */
#include <stdio.h>
#include <windows.h>

typedef LONG(WINAPI *one_fn)(HANDLE object, BOOLEAN alertable, LARGE_INTEGER *timeout);
typedef LONG(WINAPI *many_fn)(ULONG count, HANDLE *handles, int type, BOOLEAN alertable,
                              LARGE_INTEGER *timeout);
typedef LONG(WINAPI *both_fn)(HANDLE signal, HANDLE object, BOOLEAN alertable,
                              LARGE_INTEGER *timeout);
typedef LONG(WINAPI *delay_fn)(BOOLEAN alertable, LARGE_INTEGER *interval);
typedef LONG(WINAPI *test_fn)(void);

enum { ALL, ANY };

#define TRY(call) printf("%s: 0x%lX\n", #call, (ULONG)(call))

static void *native(const char *name) {
    return (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
}

static void CALLBACK called(ULONG_PTR count) {
    ++*(int *)count;
}

int main(void) {
    one_fn one = (one_fn)native("NtWaitForSingleObject");
    many_fn many = (many_fn)native("NtWaitForMultipleObjects");
    both_fn both = (both_fn)native("NtSignalAndWaitForSingleObject");
    delay_fn delay = (delay_fn)native("NtDelayExecution");
    test_fn test = (test_fn)native("NtTestAlert");
    HANDLE set = CreateEventA(NULL, TRUE, TRUE, NULL);
    HANDLE clear = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE closed = CreateEventA(NULL, TRUE, FALSE, NULL), self = GetCurrentThread();
    HANDLE handles[] = {clear, set}, bad[] = {set, NULL};
    LARGE_INTEGER none = {.QuadPart = 0}, soon = {.QuadPart = -10000}, past = {.QuadPart = 1};
    int calls = 0;

    CloseHandle(closed);
    TRY(one(set, FALSE, NULL));
    TRY(one(clear, FALSE, &none));
    TRY(one(clear, FALSE, &soon));
    TRY(one(clear, FALSE, &past));
    TRY(one(closed, FALSE, NULL));
    TRY(one(NULL, FALSE, NULL));
    TRY(one(self, FALSE, &none));
    TRY(many(2, handles, ANY, FALSE, NULL));
    TRY(many(2, handles, ALL, FALSE, &none));
    TRY(many(1, handles + 1, ALL, FALSE, NULL));
    TRY(many(0, handles, ANY, FALSE, NULL));
    TRY(many(65, handles, ANY, FALSE, NULL));
    TRY(many(2, bad, ANY, FALSE, NULL));
    TRY(both(clear, set, FALSE, NULL));
    TRY(one(clear, FALSE, &none));
    TRY(both(closed, set, FALSE, NULL));
    TRY(both(set, closed, FALSE, NULL));
    TRY(delay(FALSE, &soon));
    QueueUserAPC(called, self, (ULONG_PTR)&calls);
    TRY(delay(FALSE, &soon));
    printf("calls: %d\n", calls);
    TRY(delay(TRUE, &soon));
    printf("calls: %d\n", calls);
    QueueUserAPC(called, self, (ULONG_PTR)&calls);
    TRY(test());
    printf("calls: %d\n", calls);
    return 0;
}
