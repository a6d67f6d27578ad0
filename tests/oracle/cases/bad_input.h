/*
 * bad_input.h - for cases that are tables of bad input: one line for each call, with what it
 * returned and the error that it left, or the exception with which it ended.
 */
#ifndef BAD_INPUT_H
#define BAD_INPUT_H

#include <setjmp.h>
#include <stdio.h>
#include <windows.h>

/* A call that tells of failure by 0 or -1. */
#define TRY(call) ATTEMPT(#call, call, tell_result)
/* A call that returns an NTSTATUS. */
#define STATUS(call) ATTEMPT(#call, call, tell_status)
/* A call that returns an error, or nothing else than a number that is the same everywhere. */
#define NUMBER(call) ATTEMPT(#call, call, tell_number)
/* A call that returns nothing. */
#define DO(call) ATTEMPT(#call, ((call), 1), tell_result)

/* A function of ntdll.dll, which is looked up: numbers of 64 bits must be such in the call. */
#define NATIVE(name, ...)                                                                          \
    ATTEMPT(#name "(" #__VA_ARGS__ ")", native(#name)(__VA_ARGS__), tell_status)

#define ATTEMPT(text, call, tell)                                                                  \
    do {                                                                                           \
        printf("%s: ", text);                                                                      \
        SetLastError(0);                                                                           \
        attempting = 1;                                                                            \
        if (setjmp(landing) == 0)                                                                  \
            tell((LONG_PTR)(call));                                                                \
        else                                                                                       \
            printf("exception 0x%lX\n", exception);                                                \
        attempting = 0;                                                                            \
    } while (0)

typedef LONG(WINAPI *native_fn)();

static jmp_buf landing;
static volatile int attempting;
static volatile DWORD exception;

static inline native_fn native(const char *name) {
    return (native_fn)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
}

static inline void tell_result(LONG_PTR result) {
    DWORD error = GetLastError();
    if (result == 0 || (LONG)result == -1)
        printf("%ld/%lu\n", (LONG)result, error);
    else
        puts("good");
}

static inline void tell_status(LONG_PTR result) {
    printf("0x%lX\n", (DWORD)result);
}

static inline void tell_number(LONG_PTR result) {
    DWORD error = GetLastError();
    printf("%ld/%lu\n", (LONG)result, error);
}

static LONG CALLBACK land(EXCEPTION_POINTERS *pointers) {
    if (!attempting)
        return EXCEPTION_CONTINUE_SEARCH;
    attempting = 0;
    exception = pointers->ExceptionRecord->ExceptionCode;
    longjmp(landing, 1);
}

static inline void prepare(void) {
    setvbuf(stdout, NULL, _IONBF, 0); /* nothing is lost if a call does not return */
    SetErrorMode(SEM_NOGPFAULTERRORBOX | SEM_FAILCRITICALERRORS);
    AddVectoredExceptionHandler(1, land);
}

#endif
