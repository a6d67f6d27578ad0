/* win32_fiber.c - fibers: decoding and errors; ldr/fiber.c does the work. */
#include "api/win32.h"

/* What the thread block says of a thread that has never been a fiber: the version of its format. */
#define NEVER_A_FIBER ((LPVOID)(ULONG_PTR)0x1E00)

/* A scheduling point on the process, whose fibers all its threads can see. */
static struct ldr_thread *decode(struct api_caller *me) {
    if (!api_caller_get(me))
        return NULL;
    ke_point(me->w, ob_id(me->process), KE_WRITE);
    return ldr_thread_get(me->w, me->thread);
}

LPVOID ConvertThreadToFiberEx(LPVOID lpParameter, DWORD dwFlags) {
    struct api_caller me;
    const struct ldr_thread *thread = decode(&me);
    if (!thread)
        return NULL;
    if (dwFlags & ~(DWORD)FIBER_FLAG_FLOAT_SWITCH)
        api_set_error(&me, ERROR_INVALID_PARAMETER);
    else if (thread->fiber)
        api_set_error(&me, ERROR_ALREADY_FIBER);
    else
        return ldr_fiber_convert(me.w, lpParameter);
    return NULL;
}

LPVOID ConvertThreadToFiber(LPVOID lpParameter) {
    return ConvertThreadToFiberEx(lpParameter, 0);
}

BOOL ConvertFiberToThread(VOID) {
    struct api_caller me;
    const struct ldr_thread *thread = decode(&me);
    if (!thread)
        return FALSE;
    if (!thread->fiber)
        return api_fail(&me, ERROR_ALREADY_THREAD);
    ldr_fiber_revert(me.w);
    return TRUE;
}

/* As for threads, what is committed of the stack at first makes no difference here. */
LPVOID CreateFiberEx(SIZE_T dwStackCommitSize, SIZE_T dwStackReserveSize, DWORD dwFlags,
                     LPFIBER_START_ROUTINE lpStartAddress, LPVOID lpParameter) {
    static const size_t stack_max = (size_t)1 << 30;
    struct api_caller me;
    if (!decode(&me))
        return NULL;
    SIZE_T size = dwStackReserveSize > dwStackCommitSize ? dwStackReserveSize : dwStackCommitSize;
    if (dwFlags & ~(DWORD)FIBER_FLAG_FLOAT_SWITCH)
        api_set_error(&me, ERROR_INVALID_PARAMETER);
    else if (size > stack_max)
        api_set_error(&me, ERROR_NOT_ENOUGH_MEMORY);
    else
        return ldr_fiber_create(me.w, size, lpStartAddress, lpParameter);
    return NULL;
}

LPVOID CreateFiber(SIZE_T dwStackSize, LPFIBER_START_ROUTINE lpStartAddress, LPVOID lpParameter) {
    return CreateFiberEx(dwStackSize, 0, 0, lpStartAddress, lpParameter);
}

VOID SwitchToFiber(LPVOID lpFiber) {
    struct api_caller me;
    if (decode(&me))
        ldr_fiber_switch(me.w, lpFiber);
}

VOID DeleteFiber(LPVOID lpFiber) {
    struct api_caller me;
    if (decode(&me))
        ldr_fiber_delete(me.w, lpFiber);
}

/* ---- questions: nobody else can see the answers ---------------------------------------------- */

BOOL IsThreadAFiber(VOID) {
    struct api_caller me;
    return api_caller_get(&me) && ldr_thread_get(me.w, me.thread)->fiber;
}

/* GetCurrentFiber */
LPVOID rd_sdk_current_fiber(VOID) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    const struct ldr_thread *thread = ldr_thread_get(me.w, me.thread);
    return thread->fiber || thread->was_fiber ? thread->fiber : NEVER_A_FIBER;
}
