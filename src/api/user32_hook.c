/* user32_hook.c - hooks. */
#include "api/user32.h"

static HHOOK set_hook(const struct csr_hook_request *request) {
    struct api_caller me;
    uint64_t number;
    if (!api_user_enter(&me, KE_WRITE) || !api_result(&me, csr_hook_set(me.w, request, &number)))
        return NULL;
    return (HHOOK)(uintptr_t)number;
}

HHOOK SetWindowsHookExA(int idHook, HOOKPROC lpfn, HINSTANCE hmod, DWORD dwThreadId) {
    return set_hook(&(struct csr_hook_request){idHook, lpfn, hmod, dwThreadId, false});
}

HHOOK SetWindowsHookExW(int idHook, HOOKPROC lpfn, HINSTANCE hmod, DWORD dwThreadId) {
    return set_hook(&(struct csr_hook_request){idHook, lpfn, hmod, dwThreadId, true});
}

BOOL UnhookWindowsHookEx(HHOOK hhk) {
    struct api_caller me;
    return api_user_enter(&me, KE_WRITE) &&
           api_result(&me, csr_hook_remove(me.w, (uint64_t)(uintptr_t)hhk));
}

LRESULT CallNextHookEx(HHOOK hhk, int nCode, WPARAM wParam, LPARAM lParam) {
    struct api_caller me;
    const void *parameter = (const void *)(uintptr_t)lParam;
    (void)hhk; /* the system knows which hook is running */
    if (!api_user_enter(&me, KE_READ))
        return 0;
    return csr_hook_call_next(
        me.w,
        &(struct csr_hook_call){.code = nCode, .wparam = wParam, .a = parameter, .w = parameter});
}
