/*
 * frames.c - a program with every shape of __try statement, written as for Windows' compilers. Each
 * part prints one line.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define CODE 0xE0000001

static char journal[512];

static void say(const char *word) {
    strcat(journal, " ");
    strcat(journal, word);
}

static int answer(const char *word, int result) {
    say(word);
    return result;
}

static void raise_it(void) {
    RaiseException(CODE, 0, 0, NULL);
    say("resumed");
}

static int handles(void) {
    int value = 1;
    __try {
        value = 2;
        raise_it();
        value = 3;
    } __except (GetExceptionCode() == CODE ? EXCEPTION_EXECUTE_HANDLER
                                           : EXCEPTION_CONTINUE_SEARCH) {
        say(GetExceptionCode() == CODE ? "code" : "other");
        return value;
    }
    return 0;
}

static int passes(void) {
    __try {
        say("body");
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        say("handler");
    }
    __try {
        say("body");
    } __finally {
        say(AbnormalTermination() ? "abnormal" : "normal");
    }
    return 0;
}

static void inner(void) {
    __try {
        __try {
            raise_it();
        } __finally {
            say(AbnormalTermination() ? "finally1" : "normal");
        }
    } __except (answer("inner-filter", EXCEPTION_CONTINUE_SEARCH)) {
        say("wrong");
    }
}

/* The filters first, outwards; then the __finally blocks; then the handler. */
static int nests(void) {
    __try {
        __try {
            inner();
        } __finally {
            say("finally2");
        }
    } __except (answer("outer-filter", EXCEPTION_EXECUTE_HANDLER)) {
        say("handler");
    }
    return 0;
}

static int returns_early(int how) {
    int value = 10;
    __try {
        value = 11;
        if (how == 0)
            return value;
        if (how == 1)
            goto out;
        if (how == 2)
            __leave;
        for (int i = 0; i < 5; i++)
            if (i == 3) {
                value = 20 + i;
                __leave;
            }
        value = 0;
    } __finally {
        say(AbnormalTermination() ? "abnormal" : "normal");
        value += 100;
    }
    say("behind");
    return value;
out:
    say("out");
    return value + 1;
}

static int returns(void) {
    char text[64];
    for (int how = 0; how < 4; how++) {
        snprintf(text, sizeof text, "%d", returns_early(how));
        say(text);
    }
    return 0;
}

/* The result is computed before the __finally block runs. */
static int nested_return(void) {
    int value = 5;
    __try {
        __try {
            return value;
        } __finally {
            value = 6;
            say("one");
        }
    } __finally {
        value = 7;
        say("two");
    }
    return 0;
}

/* A return out of a __finally block ends the unwinding. */
static int swallow(void) {
    __try {
        raise_it();
    } __finally {
        say("finally");
        return 3;
    }
    return 4;
}

static int swallows(void) {
    int value = 0;
    __try {
        value = swallow();
        say("went-on");
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        say("wrong");
    }
    return value;
}

static int loops(void) {
    int sum = 0;
    for (int i = 0; i < 4; i++) {
        __try {
            if (i == 1)
                continue; /* ends this block, and so this iteration */
            if (i == 2)
                raise_it();
            sum += 1;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            sum += 10;
        }
    }
    for (int i = 0; i < 1000; i++) {
        __try {
            if (i % 2)
                raise_it();
            sum += 100;
        } __except (i < 1000) {
            sum += 1000;
        }
    }
    return sum;
}

static int without_braces(int how) {
    if (how)
        __try {
            raise_it();
        } __except (1) {
            say("caught");
        }
    else
        say("else");
    return how;
}

static int several(void) {
    __try {
        raise_it();
    } __except (1) {
        say("a");
    }
    __try {
        raise_it();
    } __except (1) {
        say("b");
    }
    without_braces(1);
    return without_braces(0);
}

static int handler_raises(void) {
    __try {
        __try {
            raise_it();
        } __except (1) {
            RaiseException(CODE + 1, 0, 0, NULL);
        }
    } __except (1) {
        return (int)(GetExceptionCode() - CODE);
    }
    return 0;
}

static int finally_raises(void) {
    __try {
        __try {
            raise_it();
        } __finally {
            say("finally");
            RaiseException(CODE + 2, 0, 0, NULL);
        }
    } __except (1) {
        return (int)(GetExceptionCode() - CODE);
    }
    return 0;
}

static int filter_that_raises(void) {
    RaiseException(CODE + 3, 0, 0, NULL);
    return 1;
}

static int filter_raises(void) {
    __try {
        __try {
            raise_it();
        } __except (filter_that_raises()) {
            say("wrong");
        }
    } __except (1) {
        return (int)(GetExceptionCode() - CODE);
    }
    return 0;
}

/* A filter may use __try itself. */
static int filter_that_tries(void) {
    __try {
        RaiseException(CODE + 4, 0, 0, NULL);
    } __except (GetExceptionCode() == CODE + 4) {
        say("inside");
    }
    return EXCEPTION_EXECUTE_HANDLER;
}

static int filter_tries(void) {
    __try {
        raise_it();
    } __except (filter_that_tries()) {
        return GetExceptionCode() == CODE;
    }
    return 0;
}

static int continues(void) {
    int asked = 0;
    __try {
        raise_it();
        say("on");
    } __except (asked++, EXCEPTION_CONTINUE_EXECUTION) {
        say("wrong");
    }
    return asked;
}

static int may_not_continue(void) {
    __try {
        RaiseException(CODE, EXCEPTION_NONCONTINUABLE, 0, NULL);
    } __except (GetExceptionCode() == CODE ? EXCEPTION_CONTINUE_EXECUTION
                                           : EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode() == 0xC0000025;
    }
    return 0;
}

static int look(EXCEPTION_POINTERS *pointers, ULONG_PTR expected) {
    const EXCEPTION_RECORD *record = pointers->ExceptionRecord;
    say(record->ExceptionCode == EXCEPTION_ACCESS_VIOLATION ? "violation" : "other");
    say(record->NumberParameters == 2 && record->ExceptionInformation[0] == 1 &&
                record->ExceptionInformation[1] == expected
            ? "write"
            : "other");
    say(pointers->ContextRecord->Rip == (DWORD64)record->ExceptionAddress ? "rip" : "other");
    return EXCEPTION_EXECUTE_HANDLER;
}

static int faults(void) {
    int *volatile pointer = (int *)8;
    int before = 1;
    __try {
        before = 2;
        *pointer = 1;
        before = 3;
    } __except (look(GetExceptionInformation(), 8)) {
        say("handler");
    }
    return before;
}

/* Repairs the register that the instruction below uses. */
static int repair(EXCEPTION_POINTERS *pointers, void *good) {
    if (pointers->ContextRecord->Rbx != 16)
        return EXCEPTION_CONTINUE_SEARCH;
    pointers->ContextRecord->Rbx = (DWORD64)good;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int load_through_rbx(void) {
    int result;
    double one = 1.5, two = 2.25;
    __asm__ volatile("movsd %2, %%xmm7\n\tmovl (%%rbx), %0\n\taddsd %%xmm7, %1"
                     : "=r"(result), "+x"(two)
                     : "m"(one), "b"((void *)16)
                     : "xmm7", "memory");
    return result + (int)(two * 100);
}

static int repairs(void) {
    int good = 1000, result = 0;
    __try {
        result = load_through_rbx();
    } __except (repair(GetExceptionInformation(), &good)) {
        say("wrong");
    }
    return result;
}

static LONG CALLBACK skip(EXCEPTION_POINTERS *pointers) {
    say("vectored");
    if (pointers->ExceptionRecord->ExceptionCode != EXCEPTION_BREAKPOINT)
        return EXCEPTION_CONTINUE_SEARCH;
    pointers->ContextRecord->Rip += 1;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static LONG CALLBACK first(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    say("first");
    return EXCEPTION_CONTINUE_SEARCH;
}

static int vectored(void) {
    void *a = AddVectoredExceptionHandler(0, skip), *b = AddVectoredExceptionHandler(1, first);
    __asm__ volatile("int3");
    __try {
        raise_it();
    } __except (answer("filter", 1)) {
        say("handler");
    }
    RemoveVectoredExceptionHandler(a);
    RemoveVectoredExceptionHandler(b);
    return 0;
}

static volatile int zero;

static int divides(void) {
    __try {
        return 100 / zero;
    } __except (GetExceptionCode() == EXCEPTION_INT_DIVIDE_BY_ZERO) {
        return 77;
    }
}

static int deep(int level) {
    int result = 0;
    __try {
        if (level == 0)
            raise_it();
        result = deep(level - 1);
    } __finally {
        if (level % 25 == 0)
            say("f");
    }
    return result;
}

static int deeply(void) {
    __try {
        return deep(100);
    } __except (1) {
        return 1;
    }
}

static jmp_buf back;

static void jump(void) {
    __try {
        longjmp(back, 6);
    } __finally {
        say("finally");
    }
}

static int jumps(void) {
    int result = 0;
    __try {
        result = setjmp(back);
        if (result == 0)
            jump();
        say("back");
    } __finally {
        say("outer-finally");
    }
    return result;
}

static DWORD WINAPI exits(void *argument) {
    __try {
        ExitThread((DWORD)(ULONG_PTR)argument);
    } __finally {
        say("wrong");
    }
    return 0;
}

static DWORD WINAPI sleeps(void *argument) {
    (void)argument;
    __try {
        Sleep(INFINITE);
    } __finally {
        say("wrong");
    }
    return 0;
}

static int threads(void) {
    DWORD code = 0;
    HANDLE thread = CreateThread(NULL, 0, exits, (void *)9, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    thread = CreateThread(NULL, 0, sleeps, NULL, 0, NULL);
    Sleep(1);
    TerminateThread(thread, 4);
    WaitForSingleObject(thread, INFINITE);
    return (int)code;
}

static LONG WINAPI top(EXCEPTION_POINTERS *pointers) {
    say("top");
    pointers->ContextRecord->Rip += 2; /* behind ud2 */
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int unhandled(void) {
    SetUnhandledExceptionFilter(top);
    __asm__ volatile("ud2");
    SetUnhandledExceptionFilter(NULL);
    return 8;
}

static const struct part {
    const char *name;
    int (*function)(void);
} parts[] = {
    {"handles", handles},
    {"passes", passes},
    {"nests", nests},
    {"returns", returns},
    {"nested_return", nested_return},
    {"swallows", swallows},
    {"loops", loops},
    {"several", several},
    {"handler_raises", handler_raises},
    {"finally_raises", finally_raises},
    {"filter_raises", filter_raises},
    {"filter_tries", filter_tries},
    {"continues", continues},
    {"may_not_continue", may_not_continue},
    {"faults", faults},
    {"repairs", repairs},
    {"vectored", vectored},
    {"divides", divides},
    {"deeply", deeply},
    {"jumps", jumps},
    {"threads", threads},
    {"unhandled", unhandled},
};

int main(void) {
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        journal[0] = '\0';
        int result = parts[i].function();
        printf("%s %d:%s\n", parts[i].name, result, journal);
    }
    journal[0] = '\0';
    __try {
        ExitProcess(42);
    } __finally {
        puts("wrong");
    }
    return 0;
}
