/* SPDX-License-Identifier: MIT */
/*
 * For libstdc++: the threads under std::mutex, std::call_once and the reference counts of
 * std::shared_ptr are Win32's, so that they are seen by the simulator's scheduler.
 */
#ifndef RD_SDK_CXX_GTHR_DEFAULT_H
#define RD_SDK_CXX_GTHR_DEFAULT_H

#include "../../synchapi.h"
#include "../../processthreadsapi.h"
#include "../../fibersapi.h"
#include "../../sysinfoapi.h"

#define __GTHREADS 1
#define __GTHREADS_CXX0X 1
#define __GTHREAD_HAS_COND 1

typedef DWORD __gthread_key_t;
typedef INIT_ONCE __gthread_once_t;
typedef SRWLOCK __gthread_mutex_t;
typedef CRITICAL_SECTION __gthread_recursive_mutex_t;
typedef CONDITION_VARIABLE __gthread_cond_t;
typedef HANDLE __gthread_t;
struct __gthread_time_t {
    long long tv_sec;
    long tv_nsec;
};

#define __GTHREAD_ONCE_INIT INIT_ONCE_STATIC_INIT
#define __GTHREAD_MUTEX_INIT SRWLOCK_INIT
#define __GTHREAD_COND_INIT CONDITION_VARIABLE_INIT
#define __GTHREAD_RECURSIVE_MUTEX_INIT_FUNCTION(m) InitializeCriticalSection(m)

RD_SDK_INLINE int __gthread_active_p(void) {
    return 1;
}

/* Whoever leaves by an exception has not done it: the next one tries again. */
RD_SDK_INLINE int __gthread_once(__gthread_once_t *once, void (*function)(void)) {
    struct attempt {
        PINIT_ONCE once;
        DWORD result;
        ~attempt() {
            InitOnceComplete(once, result, NULL);
        }
    };
    BOOL pending;
    if (!InitOnceBeginInitialize(once, 0, &pending, NULL))
        return 22;
    if (pending) {
        attempt attempt = {once, INIT_ONCE_INIT_FAILED};
        function();
        attempt.result = 0;
    }
    return 0;
}

RD_SDK_INLINE int __gthread_key_create(__gthread_key_t *key, void (*destructor)(void *)) {
    *key = FlsAlloc(destructor);
    return *key == FLS_OUT_OF_INDEXES;
}

RD_SDK_INLINE int __gthread_key_delete(__gthread_key_t key) {
    return !FlsFree(key);
}
RD_SDK_INLINE void *__gthread_getspecific(__gthread_key_t key) {
    return FlsGetValue(key);
}
RD_SDK_INLINE int __gthread_setspecific(__gthread_key_t key, const void *value) {
    return !FlsSetValue(key, const_cast<void *>(value));
}

RD_SDK_INLINE int __gthread_mutex_destroy(__gthread_mutex_t *) {
    return 0;
}
RD_SDK_INLINE int __gthread_mutex_lock(__gthread_mutex_t *mutex) {
    AcquireSRWLockExclusive(mutex);
    return 0;
}
RD_SDK_INLINE int __gthread_mutex_trylock(__gthread_mutex_t *mutex) {
    return !TryAcquireSRWLockExclusive(mutex);
}
RD_SDK_INLINE int __gthread_mutex_unlock(__gthread_mutex_t *mutex) {
    ReleaseSRWLockExclusive(mutex);
    return 0;
}

RD_SDK_INLINE int __gthread_recursive_mutex_destroy(__gthread_recursive_mutex_t *mutex) {
    DeleteCriticalSection(mutex);
    return 0;
}
RD_SDK_INLINE int __gthread_recursive_mutex_lock(__gthread_recursive_mutex_t *mutex) {
    EnterCriticalSection(mutex);
    return 0;
}
RD_SDK_INLINE int __gthread_recursive_mutex_trylock(__gthread_recursive_mutex_t *mutex) {
    return !TryEnterCriticalSection(mutex);
}
RD_SDK_INLINE int __gthread_recursive_mutex_unlock(__gthread_recursive_mutex_t *mutex) {
    LeaveCriticalSection(mutex);
    return 0;
}

RD_SDK_INLINE int __gthread_cond_destroy(__gthread_cond_t *) {
    return 0;
}
RD_SDK_INLINE int __gthread_cond_signal(__gthread_cond_t *condition) {
    WakeConditionVariable(condition);
    return 0;
}
RD_SDK_INLINE int __gthread_cond_broadcast(__gthread_cond_t *condition) {
    WakeAllConditionVariable(condition);
    return 0;
}
RD_SDK_INLINE int __gthread_cond_wait(__gthread_cond_t *condition, __gthread_mutex_t *mutex) {
    return !SleepConditionVariableSRW(condition, mutex, INFINITE, 0);
}
RD_SDK_INLINE int __gthread_cond_wait_recursive(__gthread_cond_t *condition,
                                                __gthread_recursive_mutex_t *mutex) {
    return !SleepConditionVariableCS(condition, mutex, INFINITE);
}

/* The deadline counts from 1970, the clock from 1601. */
RD_SDK_INLINE DWORD rd_sdk_until(const __gthread_time_t *deadline) {
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    const long long ticks = static_cast<long long>(now.dwHighDateTime) << 32 |
                            static_cast<long long>(now.dwLowDateTime);
    const long long wanted =
        (deadline->tv_sec + 11644473600LL) * 10000000LL + deadline->tv_nsec / 100;
    const long long left = wanted > ticks ? (wanted - ticks + 9999) / 10000 : 0;
    return left < 0x7fffffff ? static_cast<DWORD>(left) : 0x7fffffff;
}

RD_SDK_INLINE int __gthread_cond_timedwait(__gthread_cond_t *condition, __gthread_mutex_t *mutex,
                                           const __gthread_time_t *deadline) {
    return SleepConditionVariableSRW(condition, mutex, rd_sdk_until(deadline), 0) ? 0 : 138;
}

RD_SDK_INLINE __gthread_t __gthread_self(void) {
    return ULongToHandle(GetCurrentThreadId());
}
RD_SDK_INLINE int __gthread_equal(__gthread_t a, __gthread_t b) {
    return a == b;
}
RD_SDK_INLINE int __gthread_yield(void) {
    SwitchToThread();
    return 0;
}

#endif
