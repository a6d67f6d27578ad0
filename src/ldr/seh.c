/*
 * seh.c - frames of __try statements: search for a handler, unwinding, and leaving the block.
 *
 * The frames are in the simulated stack and form a list per thread. A filter or __finally block is
 * part of its function: it is entered at the function's mark, on the stack below whoever asks, and
 * comes back by rd_seh_answer or rd_seh_proceed. So the code that raised an exception is untouched
 * until a handler is found.
 */
#include "ldr/ldr.h"
#include "rundown/sdk/excpt.h"
#include "rundown/sdk/winnt.h"

#if defined(__x86_64__)

/* Who has entered a frame's function and waits for it. */
struct visit {
    unsigned long long registers[8];
    int answer;
};

static struct ldr_thread *loader_thread(struct rd_world **world) {
    struct rd_world *w = port_current_world();
    if (!w || !w->ke->current)
        base_assert_fail("__try is used by simulated code", __FILE__, __LINE__);
    if (world)
        *world = w;
    return ldr_thread_get(w, ps_current(w));
}

/*
 * What an exception must not pass: code that the loader guards, and the border between a program
 * and the drivers that it calls. Guards have even addresses.
 */
static void *current_scope(const struct rd_world *w, const struct ldr_thread *thread) {
    uintptr_t scope = (uintptr_t)thread->guard;
    return (void *)(w->ke->current->kernel_depth > 0 ? scope | 1 : scope);
}

/* Runs the filter or the __finally block. The list of frames is as outside of the frame meanwhile.
 */
static int visit_frame(struct ldr_thread *thread, struct rd_seh_frame *frame,
                       enum rd_seh_state state) {
    struct visit visit = {.answer = EXCEPTION_CONTINUE_SEARCH};
    frame->state = state;
    frame->caller = &visit;
    thread->frames = frame->outer;
    if (rd_seh_mark(visit.registers) == 0)
        port_frame_enter(frame->registers, true);
    return visit.answer;
}

static void unwind_one(struct ldr_thread *thread, struct rd_seh_frame *frame) {
    frame->abnormal = 1;
    visit_frame(thread, frame, RD_SEH_UNWIND);
    frame->state = RD_SEH_ENDED;
}

static _Noreturn void enter_handler(struct rd_world *w, struct ldr_thread *thread,
                                    struct rd_seh_frame *target, uint32_t code) {
    while (thread->frames != target)
        unwind_one(thread, thread->frames);
    core_event(w, RD_EVENT_EXCEPTION_FILTER, RULE_SEH_04, .a = EXCEPTION_EXECUTE_HANDLER);
    thread->frames = target->outer;
    thread->frame_code = code;
    target->code = code;
    target->pointers = NULL;
    target->state = RD_SEH_HANDLER;
    port_frame_enter(target->registers, false);
}

bool ldr_frames_dispatch(struct rd_world *w, void *pointers, uint32_t code) {
    struct ldr_thread *thread = ldr_thread_get(w, ps_current(w));
    struct rd_seh_frame *innermost = thread->frames;
    void *scope = current_scope(w, thread);
    for (struct rd_seh_frame *frame = innermost; frame && frame->scope == scope;
         frame = frame->outer) {
        frame->pointers = pointers;
        frame->code = code;
        int answer = visit_frame(thread, frame, RD_SEH_FILTER);
        frame->state = RD_SEH_BODY;
        thread->frames = innermost;
        if (answer < 0)
            return true;
        if (answer > 0)
            enter_handler(w, thread, frame, code);
    }
    return false;
}

void ldr_frames_unwind(struct rd_world *w) {
    struct ldr_thread *thread = ldr_thread_get(w, ps_current(w));
    void *scope = current_scope(w, thread);
    while (thread->frames && thread->frames->scope == scope)
        unwind_one(thread, thread->frames);
}

/* ---- called by the statements ---------------------------------------------------------------- */

/*
 * Frames that a longjmp has left behind are further down on the stack than the new one, or where it
 * is now. The mark's stack pointer tells, because a function's own nested frames are in no
 * particular order.
 */
static struct rd_seh_frame *live_frames(struct ldr_thread *thread, uintptr_t here) {
    enum { STACK_POINTER = 6 };
    struct rd_seh_frame *frame = thread->frames;
    while (frame && frame->registers[STACK_POINTER] < here)
        frame = frame->outer;
    return frame;
}

unsigned long rd_seh_enter(struct rd_seh_frame *frame) {
    struct rd_world *w;
    struct ldr_thread *thread = loader_thread(&w);
    *frame = (struct rd_seh_frame){.code = thread->frame_code};
    frame->outer = live_frames(thread, (uintptr_t)__builtin_frame_address(0));
    frame->scope = current_scope(w, thread);
    thread->frames = frame->outer;
    return 1;
}

/* The room is passed so that compilers keep it. */
int rd_seh_proceed(struct rd_seh_frame *frame, const void *room) {
    (void)room;
    struct ldr_thread *thread = loader_thread(NULL);
    switch (frame->state) {
    case RD_SEH_NEW:
        thread->frames = frame;
        frame->state = RD_SEH_BODY;
        return 1;
    case RD_SEH_BODY:
        thread->frames = frame->outer;
        frame->state = RD_SEH_ENDED;
        return 1;
    case RD_SEH_UNWIND:
        port_frame_enter(((struct visit *)frame->caller)->registers, false);
    default:
        frame->state = RD_SEH_ENDED;
        return 0;
    }
}

void rd_seh_answer(struct rd_seh_frame *frame, int answer) {
    struct visit *visit = frame->caller;
    visit->answer = answer;
    port_frame_enter(visit->registers, false);
}

/* In a handler or a __finally block it is the statement around that is left. */
void rd_seh_leave(struct rd_seh_frame *frame) {
    struct ldr_thread *thread = loader_thread(NULL);
    struct rd_seh_frame *target = frame->state == RD_SEH_BODY ? frame : frame->outer;
    if (!target)
        base_assert_fail("__leave is inside of a __try block", __FILE__, __LINE__);
    thread->frames = target->outer;
    target->state = RD_SEH_ENDED;
    port_frame_enter(target->registers, false);
}

/* The scope of the statement is being left: by its end, or by return, goto or break. */
void rd_seh_left(struct rd_seh_frame *frame) {
    if (frame->state == RD_SEH_BODY)
        unwind_one(loader_thread(NULL), frame);
}

/* ---- setjmp and longjmp (sdk/setjmp.h) ------------------------------------------------------- */

void rd_seh_remember(unsigned long long *frames);
void rd_seh_unwind(const unsigned long long *frames);

/* The number is odd, and so no value of a buffer that setjmp has not seen. */
static unsigned long long number_of(const struct rd_seh_frame *frame) {
    return (unsigned long long)(uintptr_t)frame | 1;
}

void rd_seh_remember(unsigned long long *frames) {
    *frames = number_of(loader_thread(NULL)->frames);
}

/* Nothing is done for a buffer that belongs to no function which is still running. */
void rd_seh_unwind(const unsigned long long *frames) {
    struct rd_world *w;
    struct ldr_thread *thread = loader_thread(&w);
    void *scope = current_scope(w, thread);
    const struct rd_seh_frame *target = thread->frames;
    while (target && target->scope == scope && number_of(target) != *frames)
        target = target->outer;
    if (number_of(target) != *frames)
        return;
    while (thread->frames != target)
        unwind_one(thread, thread->frames);
}

#else

bool ldr_frames_dispatch(struct rd_world *w, void *pointers, uint32_t code) {
    (void)w, (void)pointers, (void)code;
    return false;
}

void ldr_frames_unwind(struct rd_world *w) {
    (void)w;
}

#endif
