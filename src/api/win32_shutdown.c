/* win32_shutdown.c - the place of a process in a shutdown, and shutdowns that are announced. */
#include "api/win32.h"
#include "csr/session.h"
#include "ps/token.h"

/* ---- the place of a process ------------------------------------------------------------------ */

BOOL SetProcessShutdownParameters(DWORD dwLevel, DWORD dwFlags) {
    enum { LEVEL_MAX = 0x4FF };
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwLevel > LEVEL_MAX || (dwFlags & ~(DWORD)SHUTDOWN_NORETRY))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    ke_point(me.w, CSR_SESSION, KE_WRITE);
    struct csr_process *csr = csr_process_get(me.w, me.process);
    csr->shutdown_level = dwLevel;
    csr->shutdown_flags = dwFlags;
    return TRUE;
}

BOOL GetProcessShutdownParameters(LPDWORD lpdwLevel, LPDWORD lpdwFlags) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    const struct csr_process *csr = csr_process_get(me.w, me.process);
    *lpdwLevel = csr->shutdown_level;
    *lpdwFlags = csr->shutdown_flags;
    return TRUE;
}

/* ---- announced shutdowns --------------------------------------------------------------------- */

struct announcement {
    struct api_name machine; /* NULL or empty: this one */
    DWORD seconds;
    BOOL force, restart;
};

static bool is_this_machine(struct api_caller *me, struct api_name machine) {
    const char *name = machine.w ? api_utf8(me, machine.w) : machine.a;
    return !name || !*name;
}

/* A point, then: may the caller decide about shutdowns of that machine? */
static BOOL may_shut_down(struct api_caller *me, struct api_name machine) {
    if (!api_caller_get(me))
        return FALSE;
    ke_point(me->w, CSR_SESSION, KE_WRITE);
    if (!is_this_machine(me, machine))
        return api_fail(me, ERROR_BAD_NETPATH);
    if (!ps_privilege_enabled(me->w, me->process, PS_SHUTDOWN_PRIVILEGE))
        return api_fail(me, ERROR_ACCESS_DENIED);
    return TRUE;
}

static BOOL announce(const struct announcement *announcement) {
    struct api_caller me;
    if (!may_shut_down(&me, announcement->machine))
        return FALSE;
    if (announcement->seconds > MAX_SHUTDOWN_TIMEOUT)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    const struct csr_end end = {.flags = (announcement->restart ? EWX_REBOOT : EWX_SHUTDOWN) |
                                         (announcement->force ? EWX_FORCE : 0),
                                .session = me.process->session,
                                .seconds = announcement->seconds};
    return api_result(&me, csr_session_end(me.w, &end));
}

BOOL InitiateSystemShutdownA(LPSTR lpMachineName, LPSTR lpMessage, DWORD dwTimeout,
                             BOOL bForceAppsClosed, BOOL bRebootAfterShutdown) {
    (void)lpMessage;
    return announce(&(struct announcement){
        {.a = lpMachineName}, dwTimeout, bForceAppsClosed, bRebootAfterShutdown});
}

BOOL InitiateSystemShutdownW(LPWSTR lpMachineName, LPWSTR lpMessage, DWORD dwTimeout,
                             BOOL bForceAppsClosed, BOOL bRebootAfterShutdown) {
    (void)lpMessage;
    return announce(&(struct announcement){
        {.w = lpMachineName}, dwTimeout, bForceAppsClosed, bRebootAfterShutdown});
}

BOOL InitiateSystemShutdownExA(LPSTR lpMachineName, LPSTR lpMessage, DWORD dwTimeout,
                               BOOL bForceAppsClosed, BOOL bRebootAfterShutdown, DWORD dwReason) {
    (void)dwReason;
    return InitiateSystemShutdownA(lpMachineName, lpMessage, dwTimeout, bForceAppsClosed,
                                   bRebootAfterShutdown);
}

BOOL InitiateSystemShutdownExW(LPWSTR lpMachineName, LPWSTR lpMessage, DWORD dwTimeout,
                               BOOL bForceAppsClosed, BOOL bRebootAfterShutdown, DWORD dwReason) {
    (void)dwReason;
    return InitiateSystemShutdownW(lpMachineName, lpMessage, dwTimeout, bForceAppsClosed,
                                   bRebootAfterShutdown);
}

static BOOL call_off(struct api_name machine) {
    struct api_caller me;
    return may_shut_down(&me, machine) && api_result(&me, csr_session_abort(me.w));
}

BOOL AbortSystemShutdownA(LPSTR lpMachineName) {
    return call_off((struct api_name){.a = lpMachineName});
}

BOOL AbortSystemShutdownW(LPWSTR lpMachineName) {
    return call_off((struct api_name){.w = lpMachineName});
}
