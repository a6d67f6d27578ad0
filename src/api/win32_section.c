/*
 * win32_section.c - critical sections. All state is in the program's own memory: OwningThread is
 * the id of the owner, LockCount is -1 if the section is free and grows with every thread that owns
 * it or waits for it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "api/win32_park.h"
#include "ldr/verify.h"

enum { SPIN_COUNT_MASK = 0x00FFFFFF };

static void initialize(LPCRITICAL_SECTION section, DWORD spin_count) {
    struct api_caller me;
    memset(section, 0, sizeof *section);
    section->DebugInfo = (PRTL_CRITICAL_SECTION_DEBUG)(uintptr_t)-1;
    section->LockCount = -1;
    section->SpinCount = spin_count & SPIN_COUNT_MASK;
    if (api_caller_get(&me))
        ldr_verify_lock_made(me.w, section);
}

VOID InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection) {
    initialize(lpCriticalSection, 0);
}

BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection,
                                           DWORD dwSpinCount) {
    initialize(lpCriticalSection, dwSpinCount);
    return TRUE;
}

BOOL InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount,
                                 DWORD Flags) {
    enum { KNOWN = 0x1F000000 };
    struct api_caller me;
    if (Flags & ~(DWORD)KNOWN || dwSpinCount & ~(DWORD)SPIN_COUNT_MASK) {
        if (api_caller_get(&me))
            api_set_error(&me, ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    initialize(lpCriticalSection, dwSpinCount);
    return TRUE;
}

DWORD SetCriticalSectionSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount) {
    DWORD old = (DWORD)lpCriticalSection->SpinCount;
    lpCriticalSection->SpinCount = dwSpinCount & SPIN_COUNT_MASK;
    return old;
}

/* ---- enter and leave ------------------------------------------------------------------------- */

static uint32_t owner_of(const CRITICAL_SECTION *section) {
    return (uint32_t)api_value(section->OwningThread);
}

/* ke_gate.is_open */
static bool is_free(const struct rd_world *w, const struct ke_thread *thread, const void *lock) {
    uint32_t owner = owner_of(lock);
    (void)w;
    return owner == 0 || owner == thread->tid;
}

static void own(struct api_caller *me, LPCRITICAL_SECTION section) {
    section->OwningThread = api_handle(me->thread->tcb.tid);
    section->RecursionCount = 1;
}

static const char *wait_text(struct api_caller *me, uint32_t owner, char *text, size_t size) {
    snprintf(text, size, "for a critical section owned by thread %" PRIu32 "%s", owner,
             api_is_alive(me, owner) ? "" : ", which has ended");
    return text;
}

static void enter(struct api_caller *me, LPCRITICAL_SECTION section) {
    char text[80];
    uint32_t my_tid = me->thread->tcb.tid, owner;
    if (!section->DebugInfo)
        ldr_verify_lock_unmade(me->w, "EnterCriticalSection");
    section->LockCount++;
    if (owner_of(section) == my_tid) {
        section->RecursionCount++;
        ldr_verify_lock_taken(me->w, section, LDR_CRITICAL_SECTION, false);
        return;
    }
    while ((owner = owner_of(section)) != 0) {
        api_check_orphan(me, owner, "a critical section");
        api_park(me, section, INFINITE, wait_text(me, owner, text, sizeof text));
    }
    own(me, section);
    ldr_verify_lock_taken(me->w, section, LDR_CRITICAL_SECTION, false);
}

static void leave(struct api_caller *me, LPCRITICAL_SECTION section) {
    ldr_verify_lock_given(me->w, section, LDR_CRITICAL_SECTION, false);
    section->LockCount--;
    if (--section->RecursionCount > 0)
        return;
    section->RecursionCount = 0;
    section->OwningThread = NULL;
    api_unlock_touch(me, section);
    api_unpark(me, section, 1);
}

/* Then nobody can tell how often its owner enters it. */
static bool is_own(const struct api_caller *me, const CRITICAL_SECTION *section) {
    return owner_of(section) == me->thread->tcb.tid;
}

static void enter_point(struct api_caller *me, LPCRITICAL_SECTION section) {
    if (is_own(me, section))
        api_memory_point(me, section, KE_NOTHING);
    else
        api_lock_point(me, section, is_free);
}

VOID EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    enter_point(&me, lpCriticalSection);
    enter(&me, lpCriticalSection);
}

BOOL TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    bool own = is_own(&me, lpCriticalSection);
    api_memory_point(&me, lpCriticalSection, own ? KE_NOTHING : KE_READ);
    bool taken = !own && owner_of(lpCriticalSection);
    if (!own)
        core_touch(me.w, api_memory_place(me.w, lpCriticalSection),
                   taken ? CORE_READ | CORE_CLOSED : CORE_WRITE);
    if (taken)
        return FALSE;
    enter(&me, lpCriticalSection);
    return TRUE;
}

VOID LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    api_memory_point(&me, lpCriticalSection, KE_NOTHING);
    leave(&me, lpCriticalSection);
}

VOID DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection) {
    struct api_caller me;
    if (api_caller_get(&me)) {
        api_memory_point(&me, lpCriticalSection, KE_WRITE);
        ldr_verify_lock_deleted(me.w, lpCriticalSection);
    }
    memset(lpCriticalSection, 0, sizeof *lpCriticalSection);
    lpCriticalSection->LockCount = -1;
}

/* ---- condition variables that go with them --------------------------------------------------- */

BOOL SleepConditionVariableCS(PCONDITION_VARIABLE ConditionVariable,
                              PCRITICAL_SECTION CriticalSection, DWORD dwMilliseconds) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    api_memory_point(&me, ConditionVariable, KE_WRITE);
    leave(&me, CriticalSection);
    NTSTATUS status = STATUS_TIMEOUT;
    if (dwMilliseconds)
        status = api_park(&me, ConditionVariable, dwMilliseconds, "for a condition variable");
    if (me.w->ke->every_order)
        enter_point(&me, CriticalSection);
    enter(&me, CriticalSection);
    return status == STATUS_TIMEOUT ? api_fail(&me, ERROR_TIMEOUT) : TRUE;
}

VOID InitializeConditionVariable(PCONDITION_VARIABLE ConditionVariable) {
    ConditionVariable->Ptr = NULL;
}

VOID WakeConditionVariable(PCONDITION_VARIABLE ConditionVariable) {
    (void)*(PVOID volatile *)&ConditionVariable->Ptr; /* NULL is the caller's access violation */
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    api_memory_point(&me, ConditionVariable, KE_WRITE);
    api_unpark(&me, ConditionVariable, 1);
}

VOID WakeAllConditionVariable(PCONDITION_VARIABLE ConditionVariable) {
    (void)*(PVOID volatile *)&ConditionVariable->Ptr;
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    api_memory_point(&me, ConditionVariable, KE_WRITE);
    api_unpark(&me, ConditionVariable, UINT32_MAX);
}
