/*
 * Threads made by native calls are like any other; a flag keeps the DLLs from hearing of one.
 *
 * rules: DLL-08, DLL-09, THRD-07
 * windows: DLL-08: THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH is not known to this Wine
 */
#include <stdio.h>
#include <windows.h>

typedef LONG(WINAPI *create_fn)(HANDLE *thread, ACCESS_MASK access, void *attributes,
                                HANDLE process, void *start, void *argument, ULONG flags,
                                SIZE_T zero_bits, SIZE_T stack, SIZE_T most, void *list);
typedef LONG(WINAPI *rtl_fn)(HANDLE process, void *security, BOOLEAN suspended, ULONG zero_bits,
                             SIZE_T most, SIZE_T stack, void *start, void *argument,
                             HANDLE *thread, void *id);

static DWORD WINAPI work(void *code) {
    return (DWORD)(ULONG_PTR)code;
}

static void *native(const char *name) {
    return (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
}

static void show(LONG status, HANDLE thread) {
    DWORD code = 0;

    printf("status 0x%lX", status);
    if (status == 0) {
        DWORD resumed = ResumeThread(thread);

        WaitForSingleObject(thread, INFINITE);
        GetExitCodeThread(thread, &code);
        printf(", suspended %lu, code %lu", resumed, code);
        CloseHandle(thread);
    }
    puts("");
    fflush(stdout);
}

int main(void) {
    create_fn create = (create_fn)native("NtCreateThreadEx");
    rtl_fn rtl = (rtl_fn)native("RtlCreateUserThread");
    HANDLE self = GetCurrentProcess(), thread = NULL, event;
    LONG status;

    event = CreateEventA(NULL, FALSE, FALSE, NULL);
    LoadLibraryA("hears.dll");
    status = create(&thread, THREAD_ALL_ACCESS, NULL, self, (void *)work, (void *)7, 1, 0, 0, 0,
                    NULL);
    show(status, thread);
    puts("without DLLs:");
    status = create(&thread, THREAD_ALL_ACCESS, NULL, self, (void *)work, (void *)8, 3, 0, 0, 0,
                    NULL);
    show(status, thread);
    puts("RtlCreateUserThread:");
    status = rtl(self, NULL, TRUE, 0, 0, 0, (void *)work, (void *)9, &thread, NULL);
    show(status, thread);
    status = create(&thread, THREAD_ALL_ACCESS, NULL, event, (void *)work, NULL, 1, 0, 0, 0, NULL);
    show(status, thread);
    status = create(&thread, THREAD_ALL_ACCESS, NULL, NULL, (void *)work, NULL, 1, 0, 0, 0, NULL);
    show(status, thread);
    return 0;
}
