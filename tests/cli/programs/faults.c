/*
 * faults.c - every way in which a program can go wrong, one per word on its command line.
 *
 * usage: faults WAY [PLACE]; PLACE is main (the default), worker, atexit, apc, fls, dll-WHEN or
 * child.
 */
#include <windows.h>

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void action(void);

static volatile int zero;
static volatile uintptr_t garbage = 0x123456789abcd000u;

static int deep(volatile char *above) {
    volatile char room[4096];
    room[0] = above[0];
    return deep(room) + room[1];
}

static void overflow(void) {
    char start[1] = {1};
    printf("%d\n", deep(start));
}

static int thin(int depth) {
    return depth == -1 ? 0 : thin(depth + 1) + zero;
}

static void thin_overflow(void) {
    printf("%d\n", thin(1));
}

static void big_frame(void) {
    volatile char room[8 * 1024 * 1024];
    room[zero] = 1;
}

static void read_null(void) {
    printf("%d\n", *(volatile int *)(uintptr_t)zero);
}

static void write_null(void) {
    *(volatile int *)(uintptr_t)zero = 1;
}

static void read_garbage(void) {
    printf("%d\n", *(volatile int *)garbage);
}

static void read_noncanonical(void) {
    printf("%d\n", *(volatile int *)(garbage | (uintptr_t)0xdead << 48));
}

static void write_constant(void) {
    *(volatile char *)(uintptr_t) "constant" = 'C';
}

static void call(uintptr_t address) {
    ((action *)address)();
}

static void jump_null(void) {
    call((uintptr_t)zero);
}

static void jump_garbage(void) {
    call(garbage);
}

static void jump_noncanonical(void) {
    call(garbage | (uintptr_t)0xdead << 48);
}

static void jump_data(void) {
    static char data[16] = {(char)0xc3};
    call((uintptr_t)data);
}

static void divide(void) {
    printf("%d\n", 7 / zero);
}

static void divide_overflow(void) {
    printf("%d\n", (INT_MIN + zero) / (zero - 1));
}

static void breakpoint(void) {
    DebugBreak();
}

static void trap(void) {
    __asm__ volatile("int3");
}

static void illegal(void) {
    __asm__ volatile("ud2");
}

static void privileged(void) {
    __asm__ volatile("hlt");
}

static void bad_stack_pointer(void) {
    __asm__ volatile("mov $16, %rsp; push %rax");
}

static void direction_and_alignment(void) {
    __asm__ volatile("std; pushf; orl $0x40000, (%rsp); popf; movl $0, 1(%rsp)");
}

static void raise_own_code(void) {
    RaiseException(0xE0001234, 0, 0, NULL);
}

static void noncontinuable(void) {
    RaiseException(0xE0001235, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

static void call_abort(void) {
    abort();
}

static void raise_segv(void) {
    raise(SIGSEGV);
}

static void free_bad(void) {
    static int on_no_heap[64];
    free(on_no_heap + 8);
}

static void free_inside(void) {
    char *block = malloc(256);
    free(block + 16);
}

static void free_garbage(void) {
    free((void *)garbage);
}

static void double_free(void) {
    char *block = malloc(64);
    free(block);
    free(block);
}

static void smash_stack(void) {
    volatile char room[8];
    for (volatile int i = 0; i < 100000000; i++)
        ((volatile char *)room)[i] = 'A';
}

static void smash_heap(void) {
    char *block = malloc(16);
    memset(block, 'A', 100);
    block = realloc(block, 100000);
    free(block);
    free(malloc(16));
}

static void huge_copy(void) {
    memset((void *)(uintptr_t)(zero + 16), 1, 100);
}

static void bad_string(void) {
    printf("%s\n", (const char *)garbage);
}

static void bad_wait(void) {
    WaitForMultipleObjects(3, (HANDLE *)garbage, FALSE, INFINITE);
    ExitProcess(3);
}

static void bad_create(void) {
    STARTUPINFOA startup = {sizeof startup};
    CreateProcessA(NULL, (char *)garbage, NULL, NULL, FALSE, 0, NULL, NULL, &startup,
                   (PROCESS_INFORMATION *)garbage);
    ExitProcess(3);
}

static void bad_lock(void) {
    EnterCriticalSection((CRITICAL_SECTION *)garbage);
    ExitProcess(3);
}

#ifndef NO_FILES
static void bad_output(void) {
    DWORD written;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), (const void *)garbage, 100, &written, NULL);
    ExitProcess(3);
}

#endif
static void spin(void) {
    for (;;)
        zero = 0;
}

static void spin_in_calls(void) {
    for (;;)
        Sleep(0);
}

static void print_for_ever(void) {
    for (;;)
        puts("0123456789012345678901234567890123456789012345678901234567890123456789");
}

static const struct {
    const char *name;
    action *run;
} ways[] = {
    {"overflow", overflow},
    {"thin-overflow", thin_overflow},
    {"big-frame", big_frame},
    {"read-null", read_null},
    {"write-null", write_null},
    {"read-garbage", read_garbage},
    {"read-noncanonical", read_noncanonical},
    {"write-constant", write_constant},
    {"jump-null", jump_null},
    {"jump-garbage", jump_garbage},
    {"jump-noncanonical", jump_noncanonical},
    {"jump-data", jump_data},
    {"divide", divide},
    {"divide-overflow", divide_overflow},
    {"breakpoint", breakpoint},
    {"trap", trap},
    {"illegal", illegal},
    {"privileged", privileged},
    {"bad-stack-pointer", bad_stack_pointer},
    {"direction", direction_and_alignment},
    {"raise", raise_own_code},
    {"noncontinuable", noncontinuable},
    {"abort", call_abort},
    {"raise-segv", raise_segv},
    {"free-bad", free_bad},
    {"free-inside", free_inside},
    {"free-garbage", free_garbage},
    {"double-free", double_free},
    {"smash-stack", smash_stack},
    {"smash-heap", smash_heap},
    {"huge-copy", huge_copy},
    {"bad-string", bad_string},
    {"bad-wait", bad_wait},
    {"bad-create", bad_create},
    {"bad-lock", bad_lock},
#ifndef NO_FILES
    {"bad-output", bad_output},
#endif
    {"spin", spin},
    {"spin-in-calls", spin_in_calls},
    {"print-for-ever", print_for_ever},
};

static action *way;

static void run_way(void) {
    printf("before\n");
    fflush(stdout);
    way();
    printf("after\n");
}

static DWORD WINAPI worker(void *unused) {
    (void)unused;
    run_way();
    return 5;
}

static VOID CALLBACK asynchronous(ULONG_PTR unused) {
    (void)unused;
    run_way();
}

static VOID WINAPI fiber_local(void *unused) {
    (void)unused;
    run_way();
}

static DWORD run_child(const char *name) {
    char line[MAX_PATH];
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION child;
    DWORD code = 0;
    snprintf(line, sizeof line, "faults.exe %s", name);
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child))
        return GetLastError();
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("child %08lX\n", code);
    return 0;
}

int main(int argc, char **argv) {
    const char *place = argc > 2 ? argv[2] : "main";
    for (size_t i = 0; argc > 1 && i < sizeof ways / sizeof ways[0]; i++)
        if (strcmp(argv[1], ways[i].name) == 0)
            way = ways[i].run;
    if (!way) {
        for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
            puts(ways[i].name);
        return 2;
    }
    if (strcmp(place, "main") == 0) {
        run_way();
    } else if (strcmp(place, "worker") == 0) {
        WaitForSingleObject(CreateThread(NULL, 0, worker, NULL, 0, NULL), INFINITE);
    } else if (strcmp(place, "atexit") == 0) {
        atexit(run_way);
    } else if (strcmp(place, "apc") == 0) {
        QueueUserAPC(asynchronous, GetCurrentThread(), 0);
        SleepEx(INFINITE, TRUE);
    } else if (strcmp(place, "fls") == 0) {
        FlsSetValue(FlsAlloc(fiber_local), (void *)1);
    } else if (strcmp(place, "child") == 0) {
        return (int)run_child(argv[1]);
    } else {
        return 2;
    }
    printf("end of main\n");
    return 0;
}
