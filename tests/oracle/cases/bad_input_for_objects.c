/*
 * Events, mutexes, semaphores, timers, jobs, sections by name: NULL, names of another type, access
 * and flags that mean nothing, and the waits on them.
 *
 * rules: WAIT-14, WAIT-15, HNDL-46
 * windows: WAIT-14 Windows refuses a negative period, Wine takes it
 * links: -lwindowsapp
 */
#include "bad_input.h"

static void events_and_mutexes(void) {
    TRY(CreateEventW(NULL, TRUE, TRUE, L"bad event"));
    TRY(CreateMutexW(NULL, FALSE, L"bad mutex"));
    TRY(CreateEventW(NULL, TRUE, TRUE, L"bad mutex"));
    TRY(CreateEventW(NULL, TRUE, TRUE, L"a\\b"));
    TRY(CreateEventW(NULL, TRUE, TRUE, L""));
    TRY(CreateEventExW(NULL, L"bad mutex", 0, EVENT_ALL_ACCESS));
    TRY(CreateEventExW(NULL, NULL, 0, 0));
    TRY(CreateMutexW(NULL, FALSE, L"bad event"));
    TRY(CreateMutexW(NULL, FALSE, L"a\\b"));
    TRY(CreateMutexExW(NULL, L"bad event", 0, MUTEX_ALL_ACCESS));
    TRY(CreateMutexExW(NULL, L"bad mutex", 0, 0));
    TRY(OpenEventW(SYNCHRONIZE, FALSE, L"bad mutex"));
    TRY(OpenEventW(SYNCHRONIZE, FALSE, L"bad event"));
    TRY(OpenEventW(0, FALSE, L"bad event"));
    TRY(OpenEventW(SYNCHRONIZE, FALSE, L""));
    TRY(OpenMutexW(SYNCHRONIZE, FALSE, L"bad event"));
    TRY(OpenMutexW(SYNCHRONIZE, FALSE, L"Local\\nothing"));
}

static void semaphores_and_timers(void) {
    TRY(CreateSemaphoreW(NULL, 0, 0, NULL));
    TRY(CreateSemaphoreW(NULL, -1, 1, NULL));
    TRY(CreateSemaphoreW(NULL, 0, 1, L"bad event"));
    TRY(CreateSemaphoreExA(NULL, 3, 2, NULL, 0, SEMAPHORE_ALL_ACCESS));
    TRY(CreateSemaphoreExW(NULL, 1, 2, L"bad event", 0, SEMAPHORE_ALL_ACCESS));
    TRY(CreateSemaphoreExW(NULL, 1, -2, NULL, 0, SEMAPHORE_ALL_ACCESS));
    TRY(OpenSemaphoreW(SYNCHRONIZE, FALSE, NULL));
    TRY(OpenSemaphoreW(SYNCHRONIZE, FALSE, L"bad event"));
    TRY(CreateWaitableTimerW(NULL, FALSE, L"bad event"));
    TRY(CreateWaitableTimerW(NULL, FALSE, L"a\\b"));
    TRY(CreateWaitableTimerExA(NULL, "bad event", 0, TIMER_ALL_ACCESS));
    TRY(CreateWaitableTimerExA(NULL, NULL, 0, TIMER_ALL_ACCESS));
    TRY(CreateWaitableTimerExW(NULL, L"bad event", 0, TIMER_ALL_ACCESS));
    TRY(OpenWaitableTimerW(SYNCHRONIZE, FALSE, NULL));
    TRY(OpenWaitableTimerW(SYNCHRONIZE, FALSE, L"bad event"));
    TRY(OpenWaitableTimerW(SYNCHRONIZE, FALSE, L"nothing"));
}

static void timers(void) {
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL), event = CreateEventA(NULL, 0, 0, NULL);
    LARGE_INTEGER due = {.QuadPart = -10000000};

    TRY(SetWaitableTimer(timer, &due, -1, NULL, NULL, FALSE));
    TRY(SetWaitableTimerEx(timer, &due, -1, NULL, NULL, NULL, 0));
    TRY(SetWaitableTimerEx(timer, NULL, 0, NULL, NULL, NULL, 0));
    TRY(SetWaitableTimerEx(NULL, &due, 0, NULL, NULL, NULL, 0));
    TRY(SetWaitableTimerEx(event, &due, 0, NULL, NULL, NULL, 0));
    TRY(SetWaitableTimerEx(timer, &due, 0, NULL, NULL, NULL, 0));
    TRY(CancelWaitableTimer(timer));
}

static void jobs_and_sections(void) {
    TRY(CreateJobObjectW(NULL, L"bad event"));
    TRY(CreateJobObjectW(NULL, L"a\\b"));
    TRY(CreateJobObjectW(NULL, L"bad job"));
    TRY(OpenJobObjectW(JOB_OBJECT_QUERY, FALSE, NULL));
    TRY(OpenJobObjectW(JOB_OBJECT_QUERY, FALSE, L"bad event"));
    TRY(OpenJobObjectW(JOB_OBJECT_QUERY, FALSE, L"bad job"));
    TRY(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0, NULL));
    TRY(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, 0, 0, 10, NULL));
    TRY(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, 0x300, 0, 10, NULL));
    TRY(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 10, "bad event"));
    TRY(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_NOACCESS, 0, 10, NULL));
    TRY(CreateFileMappingW(GetCurrentThread(), NULL, PAGE_READWRITE, 0, 10, NULL));
    TRY(CreateFileMappingW((HANDLE)0xDEAD0, NULL, PAGE_READWRITE, 0, 10, NULL));
    TRY(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 10, L"bad section"));
    TRY(OpenFileMappingA(FILE_MAP_READ, FALSE, NULL));
    TRY(OpenFileMappingA(FILE_MAP_READ, FALSE, "bad event"));
    TRY(OpenFileMappingW(FILE_MAP_READ, FALSE, NULL));
    TRY(OpenFileMappingW(FILE_MAP_READ, FALSE, L"nothing"));
    TRY(OpenFileMappingW(FILE_MAP_READ, FALSE, L"bad section"));
}

static void views(void) {
    HANDLE event = CreateEventA(NULL, 0, 0, NULL);
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, NULL);
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    TRY(MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 0));
    TRY(MapViewOfFile(event, FILE_MAP_READ, 0, 0, 0));
    TRY(MapViewOfFile(section, FILE_MAP_READ, 0, 1, 0));
    TRY(MapViewOfFile(section, FILE_MAP_READ, 0, 0, 65537));
    TRY(MapViewOfFileEx(NULL, FILE_MAP_READ, 0, 0, 0, NULL));
    TRY(UnmapViewOfFile(NULL));
    TRY(UnmapViewOfFile(&event));
    TRY(FlushViewOfFile(view, 0));
    TRY(UnmapViewOfFile(view));
    TRY(UnmapViewOfFile(view));
}

static void waits(void) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL), both[2] = {event, NULL};

    TRY(WaitForMultipleObjectsEx(0, &event, FALSE, 0, FALSE));
    TRY(WaitForMultipleObjectsEx(65, &event, FALSE, 0, FALSE));
    TRY(WaitForMultipleObjectsEx(1, NULL, FALSE, 0, FALSE));
    TRY(WaitForMultipleObjects(1, NULL, FALSE, 0));
    TRY(WaitForMultipleObjectsEx(2, both, TRUE, 0, TRUE));
    TRY(WaitForSingleObjectEx(NULL, 0, TRUE));
    TRY(SignalObjectAndWait(event, NULL, 0, FALSE));
    NUMBER(SleepEx(0, 7));
    TRY(QueueUserAPC(NULL, NULL, 0));
    TRY(CompareObjectHandles(event, event));
    TRY(CompareObjectHandles(event, NULL));
    TRY(CompareObjectHandles(NULL, NULL));
}

int main(void) {
    prepare();
    events_and_mutexes();
    semaphores_and_timers();
    timers();
    jobs_and_sections();
    views();
    waits();
    return 0;
}
