/* win32_tls.c - thread-local and fiber-local storage. */
#include "api/win32.h"
#include "ldr/verify.h"

/* Slots are their threads' own, but whoever gives an index away or back changes those of all. */
static void touch_slots(const struct api_caller *me, enum core_access_kind kind) {
    core_touch(me->w, core_handle_place(ob_id(me->process), PS_SLOTS_PLACE), kind);
}

static bool tls_used(const struct ldr_process *process, DWORD index) {
    return index < LDR_TLS_SLOTS && (process->tls_bitmap[index / 64] >> index % 64 & 1);
}

/* NULL: the thread has never written a slot of that part. */
static void **tls_slot(struct ldr_thread *thread, DWORD index) {
    if (index < LDR_TLS_FIRST_SLOTS)
        return thread->tls ? &thread->tls[index] : NULL;
    return thread->tls_expansion ? &thread->tls_expansion[index - LDR_TLS_FIRST_SLOTS] : NULL;
}

static void tls_make(struct rd_world *w, struct ldr_thread *thread, DWORD index) {
    if (index < LDR_TLS_FIRST_SLOTS && !thread->tls)
        thread->tls = core_alloc(w, LDR_TLS_FIRST_SLOTS * sizeof(void *));
    if (index >= LDR_TLS_FIRST_SLOTS && !thread->tls_expansion)
        thread->tls_expansion =
            core_alloc(w, (LDR_TLS_SLOTS - LDR_TLS_FIRST_SLOTS) * sizeof(void *));
}

/* Runs over the threads of the process that have not ended. */
#define each_thread(link, process) base_list_each(link, &(process)->threads)

static struct ldr_thread *loader_part(LIST_ENTRY *link) {
    return base_container(link, struct ps_thread, link)->ldr;
}

static void tls_clear(struct api_caller *me, DWORD index) {
    each_thread(link, me->process) {
        struct ldr_thread *thread = loader_part(link);
        void **slot = thread ? tls_slot(thread, index) : NULL;
        if (slot)
            *slot = NULL;
    }
}

DWORD TlsAlloc(VOID) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return TLS_OUT_OF_INDEXES;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    touch_slots(&me, CORE_WRITE);
    struct ldr_process *process = me.process->ldr;
    for (DWORD index = 0; index < LDR_TLS_SLOTS; index++) {
        if (tls_used(process, index))
            continue;
        process->tls_bitmap[index / 64] |= UINT64_C(1) << index % 64;
        tls_clear(&me, index);
        ldr_verify_tls(me.w, index, true);
        return index;
    }
    api_set_error(&me, ERROR_NO_MORE_ITEMS);
    return TLS_OUT_OF_INDEXES;
}

BOOL TlsFree(DWORD dwTlsIndex) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    touch_slots(&me, CORE_WRITE);
    if (!tls_used(me.process->ldr, dwTlsIndex))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    me.process->ldr->tls_bitmap[dwTlsIndex / 64] &= ~(UINT64_C(1) << dwTlsIndex % 64);
    tls_clear(&me, dwTlsIndex);
    ldr_verify_tls(me.w, dwTlsIndex, false);
    return TRUE;
}

/* No scheduling point: nobody else can see these. As on Windows, only the range is checked. */
LPVOID TlsGetValue(DWORD dwTlsIndex) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    touch_slots(&me, CORE_UPDATE);
    ldr_verify_tls_use(me.w, dwTlsIndex, "TlsGetValue");
    if (dwTlsIndex >= LDR_TLS_SLOTS) {
        api_set_error(&me, ERROR_INVALID_PARAMETER);
        return NULL;
    }
    api_set_error(&me, ERROR_SUCCESS);
    void **slot = tls_slot(ldr_thread_get(me.w, me.thread), dwTlsIndex);
    return slot ? *slot : NULL;
}

BOOL TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    touch_slots(&me, CORE_UPDATE);
    ldr_verify_tls_use(me.w, dwTlsIndex, "TlsSetValue");
    if (dwTlsIndex >= LDR_TLS_SLOTS)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    struct ldr_thread *thread = ldr_thread_get(me.w, me.thread);
    tls_make(me.w, thread, dwTlsIndex);
    *tls_slot(thread, dwTlsIndex) = lpTlsValue;
    return TRUE;
}

/* ---- fiber-local storage --------------------------------------------------------------------- */

/* Index 0 is never handed out (TLS-15); how many there are is the profile's (TLS-16). */
static DWORD fls_limit(const struct api_caller *me) {
    return me->w->profile->fls_slots_max + 1 < LDR_FLS_SLOTS_MAX ? me->w->profile->fls_slots_max + 1
                                                                 : LDR_FLS_SLOTS_MAX;
}

static bool fls_used(const struct api_caller *me, DWORD index) {
    const struct ldr_process *process = me->process->ldr;
    return index > 0 && index < fls_limit(me) && process->fls_used && process->fls_used[index];
}

DWORD FlsAlloc(PFLS_CALLBACK_FUNCTION lpCallback) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FLS_OUT_OF_INDEXES;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    touch_slots(&me, CORE_WRITE);
    struct ldr_process *process = me.process->ldr;
    if (!process->fls_used) {
        process->fls_used = core_alloc(me.w, LDR_FLS_SLOTS_MAX);
        process->fls_callbacks =
            core_alloc(me.w, LDR_FLS_SLOTS_MAX * sizeof *process->fls_callbacks);
    }
    for (DWORD index = 1; index < fls_limit(&me); index++) {
        if (process->fls_used[index])
            continue;
        process->fls_used[index] = 1;
        process->fls_callbacks[index] = lpCallback;
        return index;
    }
    api_set_error(&me, ERROR_INVALID_PARAMETER);
    return FLS_OUT_OF_INDEXES;
}

/* Of the threads of the process, killed ones included: the first one with a value. */
static void **find_value(const struct api_caller *me, DWORD index) {
    base_list_each(link, &me->process->ldr->fls_blocks) {
        struct ldr_fls *fls = base_container(link, struct ldr_fls, link);
        if (fls->values[index])
            return &fls->values[index];
    }
    return NULL;
}

/*
 * The callback runs for the values of all threads, those killed by ExitProcess included, in the
 * caller's context (TLS-07, TLS-13). It may do anything, so the search starts anew after every
 * call.
 */
BOOL FlsFree(DWORD dwFlsIndex) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    touch_slots(&me, CORE_WRITE);
    if (!fls_used(&me, dwFlsIndex))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    struct ldr_process *process = me.process->ldr;
    void (*callback)(void *) = process->fls_callbacks[dwFlsIndex];
    void **slot;
    while ((slot = find_value(&me, dwFlsIndex)) != NULL) {
        void *value = *slot;
        *slot = NULL;
        if (!callback)
            continue;
        core_event(me.w, RD_EVENT_FLS_CALLBACK, process->shutting_down ? RULE_TLS_13 : RULE_TLS_07,
                   .a = dwFlsIndex);
        callback(value);
        touch_slots(&me, CORE_WRITE); /* whatever it did, this may be another step */
    }
    process->fls_used[dwFlsIndex] = 0;
    process->fls_callbacks[dwFlsIndex] = NULL;
    return TRUE;
}

PVOID FlsGetValue(DWORD dwFlsIndex) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    if (!dwFlsIndex || dwFlsIndex >= fls_limit(&me)) {
        api_set_error(&me, ERROR_INVALID_PARAMETER);
        return NULL;
    }
    api_set_error(&me, ERROR_SUCCESS);
    touch_slots(&me, CORE_UPDATE);
    const struct ldr_thread *thread = ldr_thread_get(me.w, me.thread);
    return thread->fls ? thread->fls->values[dwFlsIndex] : NULL;
}

BOOL FlsSetValue(DWORD dwFlsIndex, PVOID lpFlsData) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (!dwFlsIndex || dwFlsIndex >= fls_limit(&me))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    struct ldr_thread *thread = ldr_thread_get(me.w, me.thread);
    touch_slots(&me,
                thread->fls ? CORE_UPDATE : CORE_WRITE); /* who is first is called back first */
    if (!thread->fls) {
        thread->fls = core_alloc(me.w, sizeof *thread->fls);
        base_list_push_back(&me.process->ldr->fls_blocks, &thread->fls->link);
    }
    thread->fls->values[dwFlsIndex] = lpFlsData;
    return TRUE;
}
