/* memory.c - threads that share plain variables and atomic ones; built with -fsanitize=thread. */
#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <windows.h>

struct pair {
    LONG first, second;
    char more[56];
};

static int counter;
static struct pair pair;
static CRITICAL_SECTION section;
static atomic_int flags[2], turn, ready;
static int inside, data;

static DWORD WINAPI add(LPVOID parameter) {
    (void)parameter;
    counter++;
    return 0;
}

static DWORD WINAPI add_locked(LPVOID parameter) {
    EnterCriticalSection(&section);
    add(parameter);
    LeaveCriticalSection(&section);
    return 0;
}

/* The first thread writes halves one after the other, the second one copies the whole. */
static DWORD WINAPI tear(LPVOID parameter) {
    if (parameter) {
        struct pair copy;
        memcpy(&copy, &pair, sizeof copy);
        assert(copy.first == copy.second);
    } else {
        pair.first = 1;
        pair.second = 1;
    }
    return 0;
}

static DWORD WINAPI enter(LPVOID parameter) {
    int self = parameter != NULL;
    flags[self] = 1;
    turn = !self;
    while (flags[!self] && turn == !self)
        YieldProcessor();
    assert(inside++ == 0);
    inside--;
    flags[self] = 0;
    return 0;
}

static DWORD WINAPI pass(LPVOID parameter) {
    if (parameter) {
        while (!atomic_load_explicit(&ready, memory_order_acquire))
            SwitchToThread();
        assert(data == 7);
    } else {
        data = 7;
        atomic_store_explicit(&ready, 1, memory_order_release);
    }
    return 0;
}

/* It is too early to say so. */
static DWORD WINAPI pass_hastily(LPVOID parameter) {
    if (parameter)
        return pass(parameter);
    ready = 1;
    data = 7;
    return 0;
}

static DWORD WINAPI wait_for_local(LPVOID parameter) {
    *(volatile BOOL *)parameter = TRUE;
    return 0;
}

static DWORD WINAPI nothing(LPVOID parameter) {
    (void)parameter;
    return 0;
}

#define CHECK_ATOMIC(type)                                                                         \
    do {                                                                                           \
        _Atomic type a = 5;                                                                        \
        type expected = 4;                                                                         \
        assert(atomic_fetch_add(&a, 3) == 5 && atomic_fetch_sub(&a, 2) == 8);                      \
        assert(atomic_fetch_or(&a, 8) == 6 && atomic_fetch_and(&a, 12) == 14);                     \
        assert(atomic_fetch_xor(&a, 5) == 12 && atomic_exchange(&a, 1) == 9);                      \
        assert(!atomic_compare_exchange_strong(&a, &expected, 2) && expected == 1);                \
        assert(atomic_compare_exchange_strong(&a, &expected, 2) && atomic_load(&a) == 2);          \
        assert(__atomic_fetch_nand((type *)&a, 3, __ATOMIC_SEQ_CST) == 2);                         \
        assert(a == (type)~2);                                                                     \
        atomic_store(&a, 9);                                                                       \
        assert(a == 9);                                                                            \
    } while (0)

static int check_atomics(void) {
    CHECK_ATOMIC(unsigned char);
    CHECK_ATOMIC(unsigned short);
    CHECK_ATOMIC(unsigned int);
    CHECK_ATOMIC(unsigned long long);
    atomic_thread_fence(memory_order_seq_cst);
    WriteRelease((LONG *)&data, 3);
    assert(ReadAcquire((LONG *)&data) == 3);
    memset(&pair, 1, sizeof pair);
    memmove(&pair.second, &pair.first, sizeof pair.first);
    assert(pair.second == 0x01010101);
    return 0;
}

/* Main's own variable, which another thread sets. */
static int wait_here(void) {
    volatile BOOL done = FALSE;
    CloseHandle(CreateThread(NULL, 0, wait_for_local, (LPVOID)&done, 0, NULL));
    while (!done)
        SwitchToThread();
    return 0;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        LPTHREAD_START_ROUTINE routine;
    } ways[] = {{"plain", add}, {"locked", add_locked},  {"tear", tear},      {"enter", enter},
                {"pass", pass}, {"hasty", pass_hastily}, {"nothing", nothing}};
    HANDLE threads[2];
    unsigned i = 0;
    if (argc < 2)
        return check_atomics();
    if (strcmp(argv[1], "local") == 0)
        return wait_here();
    while (strcmp(ways[i].name, argv[1]) != 0)
        i++;
    InitializeCriticalSection(&section);
    for (int t = 0; t < 2; t++)
        threads[t] = CreateThread(NULL, 0, ways[i].routine, (LPVOID)(INT_PTR)t, 0, NULL);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    if (i < 2)
        assert(counter == 2);
    return 0;
}
