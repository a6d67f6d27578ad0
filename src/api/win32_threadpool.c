/* win32_threadpool.c - thread pools with work, timer and wait objects, and cleanup groups. */
#include "api/win32_threadpool.h"

/* ---- arguments ------------------------------------------------------------------------------- */

/* What is no object of its kind raises an exception: these functions have no result to tell it. */
static void refuse(NTSTATUS status) {
    RaiseException((DWORD)status, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

bool api_pool_caller(struct api_caller *me) {
    if (!api_caller_get(me))
        return false;
    ldr_tp_get(me->w);
    return true;
}

struct ldr_tp_object *api_pool_object(struct api_caller *me, const void *address,
                                      enum ldr_tp_kind kind) {
    if (!api_pool_caller(me))
        return NULL;
    struct ldr_tp_object *object = ldr_tp_find(me->w, address, kind);
    if (!object)
        refuse(STATUS_INVALID_PARAMETER);
    return object;
}

static struct ldr_tp_pool *pool_of(struct api_caller *me, const void *address) {
    if (!api_pool_caller(me))
        return NULL;
    struct ldr_tp_pool *pool = ldr_tp_find_pool(me->w, address);
    if (!pool)
        refuse(STATUS_INVALID_PARAMETER);
    return pool;
}

static struct ldr_tp_group *group_of(struct api_caller *me, const void *address) {
    if (!api_pool_caller(me))
        return NULL;
    struct ldr_tp_group *group = ldr_tp_find_group(me->w, address);
    if (!group)
        refuse(STATUS_INVALID_PARAMETER);
    return group;
}

/* A call in progress; the address is that of a structure on the stack of the thread that makes it.
 */
static struct ldr_tp_instance *instance_of(struct api_caller *me, PTP_CALLBACK_INSTANCE pci) {
    if (!api_pool_caller(me))
        return NULL;
    if (!pci)
        refuse(STATUS_INVALID_PARAMETER);
    return (struct ldr_tp_instance *)(void *)pci;
}

static NTSTATUS decode(struct api_caller *me, const TP_CALLBACK_ENVIRON *environment,
                       struct ldr_tp_new *new) {
    new->priority = TP_CALLBACK_PRIORITY_NORMAL;
    if (!environment)
        return STATUS_SUCCESS;
    if (environment->Version != 1 && environment->Version != 3)
        return STATUS_INVALID_PARAMETER;
    if (environment->RaceDll) {
        new->library = ldr_hold_dll(me->w, environment->RaceDll, false);
        if (!new->library)
            return STATUS_DLL_NOT_FOUND;
        ldr_tp_get(me->w);
    }
    if (environment->Pool)
        new->pool = ldr_tp_find_pool(me->w, environment->Pool);
    if (environment->CleanupGroup)
        new->group = ldr_tp_find_group(me->w, environment->CleanupGroup);
    new->cancel = (void *)(uintptr_t)environment->CleanupGroupCancelCallback;
    new->finalization = (void *)(uintptr_t)environment->FinalizationCallback;
    if (environment->Version == 3)
        new->priority = (uint8_t)environment->CallbackPriority;
    bool valid = (new->pool || !environment->Pool) && (new->group || !environment->CleanupGroup) &&
                 new->priority < LDR_TP_PRIORITIES;
    return valid ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

struct ldr_tp_object *api_pool_create(struct api_caller *me, struct ldr_tp_new *new,
                                      const TP_CALLBACK_ENVIRON *environment) {
    if (!api_pool_caller(me))
        return NULL;
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    if (new->callback)
        status = decode(me, environment, new);
    if (api_result(me, status))
        return ldr_tp_create(me->w, new);
    if (new->library)
        ldr_unload_dll(me->w, new->library);
    return NULL;
}

/* A FILETIME as virtual time: negative ones count from now. */
static uint64_t due_time(struct api_caller *me, const FILETIME *time) {
    if (!time)
        return LDR_TP_NEVER;
    LONGLONG due = (LONGLONG)((uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime);
    if (due < 0)
        return me->w->now + (uint64_t)-due;
    uint64_t start = api_file_time(0);
    return (uint64_t)due > start ? (uint64_t)due - start : me->w->now;
}

/* ---- pools ----------------------------------------------------------------------------------- */

PTP_POOL CreateThreadpool(PVOID reserved) {
    struct api_caller me;
    if (!api_pool_caller(&me))
        return NULL;
    if (reserved) {
        api_set_error(&me, ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return (PTP_POOL)(void *)ldr_tp_pool_create(me.w);
}

VOID SetThreadpoolThreadMaximum(PTP_POOL ptpp, DWORD cthrdMost) {
    struct api_caller me;
    struct ldr_tp_pool *pool = pool_of(&me, ptpp);
    if (!pool)
        return;
    pool->most = cthrdMost ? cthrdMost : 1;
    if (pool->least > pool->most)
        pool->least = pool->most;
}

BOOL SetThreadpoolThreadMinimum(PTP_POOL ptpp, DWORD cthrdMic) {
    struct api_caller me;
    struct ldr_tp_pool *pool = pool_of(&me, ptpp);
    if (!pool)
        return FALSE;
    return ldr_tp_pool_keep(me.w, pool, cthrdMic) || api_fail(&me, ERROR_NOT_ENOUGH_MEMORY);
}

VOID CloseThreadpool(PTP_POOL ptpp) {
    struct api_caller me;
    struct ldr_tp_pool *pool = pool_of(&me, ptpp);
    if (pool)
        ldr_tp_pool_close(me.w, pool);
}

/* ---- cleanup groups -------------------------------------------------------------------------- */

PTP_CLEANUP_GROUP CreateThreadpoolCleanupGroup(VOID) {
    struct api_caller me;
    return api_pool_caller(&me) ? (PTP_CLEANUP_GROUP)(void *)ldr_tp_group_create(me.w) : NULL;
}

VOID CloseThreadpoolCleanupGroupMembers(PTP_CLEANUP_GROUP ptpcg, BOOL fCancelPendingCallbacks,
                                        PVOID pvCleanupContext) {
    struct api_caller me;
    struct ldr_tp_group *group = group_of(&me, ptpcg);
    if (group)
        ldr_tp_group_close_members(me.w, group, fCancelPendingCallbacks != FALSE, pvCleanupContext);
}

VOID CloseThreadpoolCleanupGroup(PTP_CLEANUP_GROUP ptpcg) {
    struct api_caller me;
    struct ldr_tp_group *group = group_of(&me, ptpcg);
    if (group)
        ldr_tp_group_close(me.w, group);
}

/* ---- work ------------------------------------------------------------------------------------ */

BOOL TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK pfns, PVOID pv, PTP_CALLBACK_ENVIRON pcbe) {
    struct api_caller me;
    struct ldr_tp_new new = {LDR_TP_SIMPLE, .callback = (void *)(uintptr_t)pfns, .context = pv};
    struct ldr_tp_object *object = api_pool_create(&me, &new, pcbe);
    if (!object)
        return FALSE;
    object->closed = true; /* goes with its callback */
    ldr_tp_submit(me.w, object);
    return TRUE;
}

PTP_WORK CreateThreadpoolWork(PTP_WORK_CALLBACK pfnwk, PVOID pv, PTP_CALLBACK_ENVIRON pcbe) {
    struct api_caller me;
    struct ldr_tp_new new = {LDR_TP_WORK, .callback = (void *)(uintptr_t)pfnwk, .context = pv};
    return (PTP_WORK)(void *)api_pool_create(&me, &new, pcbe);
}

VOID SubmitThreadpoolWork(PTP_WORK pwk) {
    struct api_caller me;
    struct ldr_tp_object *work = api_pool_object(&me, pwk, LDR_TP_WORK);
    if (work)
        ldr_tp_submit(me.w, work);
}

static void wait_for(const void *address, enum ldr_tp_kind kind, BOOL cancel) {
    struct api_caller me;
    struct ldr_tp_object *object = api_pool_object(&me, address, kind);
    if (object)
        ldr_tp_wait(me.w, object, cancel != FALSE);
}

static void close(const void *address, enum ldr_tp_kind kind) {
    struct api_caller me;
    struct ldr_tp_object *object = api_pool_object(&me, address, kind);
    if (object)
        ldr_tp_close(me.w, object);
}

VOID WaitForThreadpoolWorkCallbacks(PTP_WORK pwk, BOOL fCancelPendingCallbacks) {
    wait_for(pwk, LDR_TP_WORK, fCancelPendingCallbacks);
}

VOID CloseThreadpoolWork(PTP_WORK pwk) {
    close(pwk, LDR_TP_WORK);
}

/* ---- timers ---------------------------------------------------------------------------------- */

PTP_TIMER CreateThreadpoolTimer(PTP_TIMER_CALLBACK pfnti, PVOID pv, PTP_CALLBACK_ENVIRON pcbe) {
    struct api_caller me;
    struct ldr_tp_new new = {LDR_TP_TIMER, .callback = (void *)(uintptr_t)pfnti, .context = pv};
    return (PTP_TIMER)(void *)api_pool_create(&me, &new, pcbe);
}

VOID SetThreadpoolTimer(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod, DWORD msWindowLength) {
    struct api_caller me;
    struct ldr_tp_object *timer = api_pool_object(&me, pti, LDR_TP_TIMER);
    (void)msWindowLength;
    if (timer)
        ldr_tp_set_timer(me.w, timer, due_time(&me, pftDueTime),
                         (uint64_t)msPeriod * CORE_TICKS_PER_MS);
}

BOOL IsThreadpoolTimerSet(PTP_TIMER pti) {
    struct api_caller me;
    const struct ldr_tp_object *timer = api_pool_object(&me, pti, LDR_TP_TIMER);
    return timer && timer->set;
}

VOID WaitForThreadpoolTimerCallbacks(PTP_TIMER pti, BOOL fCancelPendingCallbacks) {
    wait_for(pti, LDR_TP_TIMER, fCancelPendingCallbacks);
}

VOID CloseThreadpoolTimer(PTP_TIMER pti) {
    close(pti, LDR_TP_TIMER);
}

/* ---- waits ----------------------------------------------------------------------------------- */

PTP_WAIT CreateThreadpoolWait(PTP_WAIT_CALLBACK pfnwa, PVOID pv, PTP_CALLBACK_ENVIRON pcbe) {
    struct api_caller me;
    struct ldr_tp_new new = {LDR_TP_WAIT, .callback = (void *)(uintptr_t)pfnwa, .context = pv};
    return (PTP_WAIT)(void *)api_pool_create(&me, &new, pcbe);
}

VOID SetThreadpoolWait(PTP_WAIT pwa, HANDLE h, PFILETIME pftTimeout) {
    struct api_caller me;
    DISPATCHER_HEADER *target = NULL;
    struct ldr_tp_object *wait = api_pool_object(&me, pwa, LDR_TP_WAIT);
    if (!wait)
        return;
    NTSTATUS status = h ? api_wait_objects(&me, &h, 1, &target) : STATUS_SUCCESS;
    if (NT_SUCCESS(status))
        ldr_tp_set_wait(me.w, wait, target, due_time(&me, pftTimeout));
    else
        refuse(status);
}

VOID WaitForThreadpoolWaitCallbacks(PTP_WAIT pwa, BOOL fCancelPendingCallbacks) {
    wait_for(pwa, LDR_TP_WAIT, fCancelPendingCallbacks);
}

VOID CloseThreadpoolWait(PTP_WAIT pwa) {
    close(pwa, LDR_TP_WAIT);
}

/* ---- within callbacks ------------------------------------------------------------------------ */

/* What fails now can be told to nobody else. */
static void need(BOOL done, NTSTATUS status) {
    if (!done)
        refuse(status);
}

static void leave(struct ldr_tp_instance *instance) {
    if (instance->section)
        LeaveCriticalSection(instance->section);
    if (instance->mutex)
        need(ReleaseMutex(instance->mutex), STATUS_THREADPOOL_RELEASE_MUTEX_ON_COMPLETION_FAILED);
    if (instance->semaphore)
        need(ReleaseSemaphore(instance->semaphore, (LONG)instance->release, NULL),
             STATUS_THREADPOOL_RELEASE_SEMAPHORE_ON_COMPLETION_FAILED);
    if (instance->event)
        need(SetEvent(instance->event), STATUS_THREADPOOL_SET_EVENT_ON_COMPLETION_FAILED);
    if (instance->library)
        need(FreeLibrary(instance->library), STATUS_THREADPOOL_FREE_LIBRARY_ON_COMPLETION_FAILED);
}

/* One of each kind: the first that was named counts. */
static void at_return(PTP_CALLBACK_INSTANCE pci, size_t slot, void *what) {
    struct api_caller me;
    struct ldr_tp_instance *instance = instance_of(&me, pci);
    if (!instance)
        return;
    void **place = (void **)(void *)((char *)instance + slot);
    instance->leave = leave;
    if (!*place)
        *place = what;
}

VOID SetEventWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE evt) {
    at_return(pci, offsetof(struct ldr_tp_instance, event), evt);
}

VOID ReleaseMutexWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE mut) {
    at_return(pci, offsetof(struct ldr_tp_instance, mutex), mut);
}

VOID ReleaseSemaphoreWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE sem, DWORD crel) {
    struct ldr_tp_instance *instance = (struct ldr_tp_instance *)(void *)pci;
    if (instance && !instance->semaphore)
        instance->release = crel;
    at_return(pci, offsetof(struct ldr_tp_instance, semaphore), sem);
}

VOID LeaveCriticalSectionWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, PCRITICAL_SECTION pcs) {
    at_return(pci, offsetof(struct ldr_tp_instance, section), pcs);
}

VOID FreeLibraryWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HMODULE mod) {
    at_return(pci, offsetof(struct ldr_tp_instance, library), mod);
}

BOOL CallbackMayRunLong(PTP_CALLBACK_INSTANCE pci) {
    struct api_caller me;
    struct ldr_tp_instance *instance = instance_of(&me, pci);
    return instance && (ldr_tp_may_run_long(me.w, instance) || api_fail(&me, ERROR_GEN_FAILURE));
}

VOID DisassociateCurrentThreadFromCallback(PTP_CALLBACK_INSTANCE pci) {
    struct api_caller me;
    struct ldr_tp_instance *instance = instance_of(&me, pci);
    if (instance)
        ldr_tp_dissociate(me.w, instance);
}
