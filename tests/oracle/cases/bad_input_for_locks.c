/*
 * Locks, condition variables, one-time initialisation, barriers, addresses and lists: NULL, flags
 * that mean nothing, and uses in the wrong order.
 *
 * rules: WAIT-14
 * windows: WAIT-14 Wine has no barriers and ignores who owns an SRW lock and flags of INIT_ONCE
 * links: -lsynchronization
 */
#include "bad_input.h"

static CRITICAL_SECTION section;
static SRWLOCK lock;
static CONDITION_VARIABLE condition;
static INIT_ONCE once;
static SYNCHRONIZATION_BARRIER barrier;
static SLIST_HEADER list;

static BOOL CALLBACK refuses(INIT_ONCE *unused, void *parameter, void **context) {
    (void)unused, (void)parameter, (void)context;
    SetLastError(1234);
    return FALSE;
}

static void critical_sections(void) {
    DO(InitializeCriticalSection(NULL));
    TRY(InitializeCriticalSectionAndSpinCount(NULL, 0));
    TRY(InitializeCriticalSectionEx(NULL, 0, 0));
    TRY(InitializeCriticalSectionEx(&section, 0, 0));
    DO(DeleteCriticalSection(&section));
    DO(InitializeCriticalSection(&section));
    DO(EnterCriticalSection(NULL));
    TRY(TryEnterCriticalSection(NULL));
    DO(LeaveCriticalSection(NULL));
    DO(DeleteCriticalSection(NULL));
    DO(SetCriticalSectionSpinCount(NULL, 1));
    NUMBER(SetCriticalSectionSpinCount(&section, 100));
    TRY(TryEnterCriticalSection(&section));
    TRY(TryEnterCriticalSection(&section));
    DO(LeaveCriticalSection(&section));
    DO(LeaveCriticalSection(&section));
    DO(DeleteCriticalSection(&section));
}

static void slim_locks(void) {
    DO(InitializeSRWLock(NULL));
    DO(AcquireSRWLockExclusive(NULL));
    DO(AcquireSRWLockShared(NULL));
    TRY(TryAcquireSRWLockExclusive(NULL));
    TRY(TryAcquireSRWLockShared(NULL));
    DO(ReleaseSRWLockExclusive(NULL));
    DO(ReleaseSRWLockShared(NULL));
    TRY(TryAcquireSRWLockShared(&lock));
    TRY(TryAcquireSRWLockShared(&lock));
    TRY(TryAcquireSRWLockExclusive(&lock));
    DO(ReleaseSRWLockShared(&lock));
    DO(ReleaseSRWLockShared(&lock));
    DO(ReleaseSRWLockExclusive(&lock));
    DO(ReleaseSRWLockShared(&lock));
}

static void conditions(void) {
    InitializeSRWLock(&lock);
    InitializeCriticalSection(&section);
    DO(InitializeConditionVariable(NULL));
    DO(WakeConditionVariable(NULL));
    DO(WakeAllConditionVariable(NULL));
    DO(WakeConditionVariable(&condition));
    EnterCriticalSection(&section);
    TRY(SleepConditionVariableCS(&condition, &section, 0));
    TRY(SleepConditionVariableCS(&condition, NULL, 0));
    LeaveCriticalSection(&section);
    TRY(TryAcquireSRWLockExclusive(&lock));
    TRY(SleepConditionVariableSRW(&condition, &lock, 0, 0));
    TRY(SleepConditionVariableSRW(&condition, NULL, 0, 0));
    DO(ReleaseSRWLockExclusive(&lock));
}

static void initialisation(void) {
    BOOL pending;
    void *context;

    DO(InitOnceInitialize(NULL));
    TRY(InitOnceExecuteOnce(NULL, refuses, NULL, NULL));
    TRY(InitOnceExecuteOnce(&once, NULL, NULL, NULL));
    DO(InitOnceInitialize(&once));
    TRY(InitOnceExecuteOnce(&once, refuses, NULL, NULL));
    TRY(InitOnceBeginInitialize(NULL, 0, &pending, &context));
    TRY(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY | INIT_ONCE_ASYNC, &pending, &context));
    TRY(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY, &pending, &context));
    TRY(InitOnceBeginInitialize(&once, 0, NULL, &context));
    DO(InitOnceInitialize(&once));
    TRY(InitOnceComplete(NULL, 0, NULL));
    TRY(InitOnceComplete(&once, 0, NULL));
    TRY(InitOnceBeginInitialize(&once, 0, &pending, &context));
    TRY(InitOnceComplete(&once, INIT_ONCE_ASYNC, NULL));
    TRY(InitOnceComplete(&once, 0x10, NULL));
    TRY(InitOnceComplete(&once, INIT_ONCE_INIT_FAILED | INIT_ONCE_ASYNC, NULL));
    TRY(InitOnceComplete(&once, INIT_ONCE_INIT_FAILED, &once));
    TRY(InitOnceComplete(&once, 0, (void *)1));
    TRY(InitOnceComplete(&once, 0, NULL));
    TRY(InitOnceComplete(&once, 0, NULL));
    TRY(InitOnceBeginInitialize(&once, INIT_ONCE_ASYNC, &pending, &context));
    DO(InitOnceInitialize(&once));
    TRY(InitOnceBeginInitialize(&once, 0x10, &pending, &context));
}

static void barriers(void) {
    TRY(InitializeSynchronizationBarrier(NULL, 1, 0));
    TRY(InitializeSynchronizationBarrier(&barrier, 0, 0));
    TRY(InitializeSynchronizationBarrier(&barrier, -1, 0));
    TRY(InitializeSynchronizationBarrier(&barrier, 1, -2));
    TRY(InitializeSynchronizationBarrier(&barrier, 1, 0));
    TRY(EnterSynchronizationBarrier(&barrier, 0));
    TRY(EnterSynchronizationBarrier(NULL, 0));
    TRY(DeleteSynchronizationBarrier(NULL));
    TRY(DeleteSynchronizationBarrier(&barrier));
}

static void addresses(void) {
    int value = 1, other = 2;

    TRY(WaitOnAddress(&value, &value, 0, 0));
    TRY(WaitOnAddress(&value, &value, 3, 0));
    TRY(WaitOnAddress(&value, &value, 16, 0));
    TRY(WaitOnAddress(&value, &value, sizeof value, 0));
    TRY(WaitOnAddress(&value, &other, sizeof value, 0));
    DO(WakeByAddressSingle(NULL));
    DO(WakeByAddressAll(NULL));
    DO(WakeByAddressAll(&value));
    TRY(WaitOnAddress(&value, NULL, sizeof value, 0));
    TRY(WaitOnAddress(NULL, &value, sizeof value, 0));
}

static void lists(void) {
    DO(InitializeSListHead(NULL));
    DO(InitializeSListHead(&list));
    TRY(InterlockedPopEntrySList(&list));
    TRY(InterlockedFlushSList(&list));
    TRY(QueryDepthSList(&list));
    TRY(QueryDepthSList(NULL));
    TRY(InterlockedPopEntrySList(NULL));
    TRY(InterlockedFlushSList(NULL));
    TRY(InterlockedPushEntrySList(&list, NULL));
    TRY(InterlockedPushEntrySList(NULL, NULL));
}

int main(void) {
    prepare();
    critical_sections();
    slim_locks();
    conditions();
    initialisation();
    barriers();
    addresses();
    lists();
    return 0;
}
