/*
 * races.c - what is a data race and what is not; built with -fsanitize=thread. The first argument
 * names two routines that run at the same time.
 */
#include <stdatomic.h>
#include <string.h>
#include <windows.h>

struct pair {
    LONG first, second, more[14];
};

static int count;
static struct pair pair;
static char bytes[8];
static volatile LONG flag;
static _Atomic int atom;
static _Thread_local int own;
static CRITICAL_SECTION section;
static HANDLE event;

/* ---- races ----------------------------------------------------------------------------------- */

static void writer(void) {
    count = 1;
}

static void reader(void) {
    if (count)
        own = 1;
}

static void reader_of_flag(void) {
    if (*(LONG *)(ULONG_PTR)&flag)
        own = 1;
}

static void adder(void) {
    InterlockedIncrement((LONG *)&count);
}

static void copier(void) {
    struct pair copy;
    memcpy(&copy, &pair, sizeof copy);
    own = copy.first == copy.second;
}

static void assigner(void) {
    struct pair other = {0};
    pair = other;
}

static void setter(void) {
    pair.second = 1;
}

static void filler(void) {
    memset(&pair, 1, sizeof pair);
}

static void exchanger(void) {
    InterlockedCompareExchange((LONG *)&count, 2, 0);
}

static void teller(void) {
    count = 7;
    SetEvent(event);
    count = 8; /* too late */
}

/* ---- none ------------------------------------------------------------------------------------ */

static void locked_writer(void) {
    EnterCriticalSection(&section);
    count++;
    LeaveCriticalSection(&section);
}

static void listener(void) {
    WaitForSingleObject(event, INFINITE);
    own = count;
}

static void first_byte(void) {
    bytes[0]++;
}

static void second_byte(void) {
    bytes[1]++;
}

static void volatile_writer(void) {
    flag = 1;
}

static void volatile_waiter(void) {
    while (!flag)
        SwitchToThread();
}

static void atomic_adder(void) {
    atom++;
}

static void failing_exchanger(void) {
    InterlockedCompareExchange((LONG *)&count, 2, 5);
}

static void mine(void) {
    int local = 3;
    own += local;
    own = memcmp(&own, &local, sizeof own);
}

__attribute__((no_sanitize("thread"))) static void silent_writer(void) {
    count = 3;
}

static void sibling(void) {
    char command[] = "races.exe child";
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION child;
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child))
        ExitProcess(9);
    count = 4;
}

/* Memory that two processes share. */
static void view(void) {
    HANDLE section_handle =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, "Local\\Shared");
    int *shared = MapViewOfFile(section_handle, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    shared[100]++;
}

static void view_and_child(void) {
    char command[] = "races.exe map";
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION child;
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child))
        ExitProcess(9);
    view();
    WaitForSingleObject(child.hProcess, INFINITE);
}

static void nothing(void) {}

/* ---- ways ------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    void (*first)(void), (*second)(void);
} ways[] = {
    {"write-read", writer, reader},
    {"write-write", writer, writer},
    {"write-add", writer, adder},
    {"read-add", reader, adder},
    {"read-exchange", reader, exchanger},
    {"flag-plain", volatile_writer, reader_of_flag},
    {"copy-write", copier, setter},
    {"assign-write", assigner, setter},
    {"fill-write", filler, setter},
    {"lock-forgotten", locked_writer, writer},
    {"too-late", teller, listener},
    {"view", view_and_child, nothing},
    {"read-read", reader, reader},
    {"locked", locked_writer, locked_writer},
    {"bytes", first_byte, second_byte},
    {"flag", volatile_writer, volatile_waiter},
    {"atomic", atomic_adder, atomic_adder},
    {"read-failing-exchange", reader, failing_exchanger},
    {"mine", mine, mine},
    {"silent", silent_writer, silent_writer},
    {"siblings", sibling, nothing},
};

static DWORD WINAPI run_second(LPVOID way) {
    ways[(INT_PTR)way].second();
    return 0;
}

int main(int argc, char **argv) {
    INT_PTR way = 0;
    if (argc > 1 && strcmp(argv[1], "child") == 0) {
        writer();
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "map") == 0) {
        view();
        return 0;
    }
    if (argc < 2)
        return 1;
    while (strcmp(ways[way].name, argv[1]) != 0)
        way++;
    InitializeCriticalSection(&section);
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, run_second, (LPVOID)way, 0, NULL);
    ways[way].first();
    WaitForSingleObject(thread, INFINITE);
    return 0;
}
