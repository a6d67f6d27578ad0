/*
 * exception.c - what becomes of an exception: vectored handlers, frames that catch, the
 * unhandled-exception filter, and the end of the process with the exception's code. In kernel mode
 * an exception is the machine's own crash.
 */
#include <inttypes.h>
#include <string.h>

#include "ldr/ldr.h"
#include "ps/debug.h"
#include "ps/job.h"
#include "rundown/sdk/winnt.h"

typedef LONG filter_fn(EXCEPTION_POINTERS *pointers);

enum { CONTINUE_EXECUTION = -1, CONTINUE_SEARCH = 0, EXECUTE_HANDLER = 1 };

/* The record as simulated code sees it. */
struct dispatch {
    EXCEPTION_RECORD record;
    CONTEXT context;
    EXCEPTION_POINTERS pointers;
};

_Static_assert(sizeof(XSAVE_FORMAT) == PORT_FLOAT_STATE, "the layout of FXSAVE");

/* In the order of port_registers.general; adjacent members, as in the processor's encoding. */
static void get_context(CONTEXT *context, const struct port_registers *registers) {
    context->ContextFlags = CONTEXT_FULL;
    memcpy((char *)context + offsetof(CONTEXT, Rax), registers->general, sizeof registers->general);
    context->Rip = registers->pc;
    context->EFlags = registers->flags;
    memcpy(&context->FltSave, registers->floats, PORT_FLOAT_STATE);
    context->MxCsr = context->FltSave.MxCsr;
}

static void put_context(struct port_registers *registers, const CONTEXT *context) {
    memcpy(registers->general, (const char *)context + offsetof(CONTEXT, Rax),
           sizeof registers->general);
    registers->pc = context->Rip;
    registers->flags = context->EFlags;
    memcpy(registers->floats, &context->FltSave, PORT_FLOAT_STATE);
}

_Static_assert(offsetof(CONTEXT, R15) - offsetof(CONTEXT, Rax) == 15 * sizeof(uint64_t),
               "general registers are adjacent");

static void prepare(struct dispatch *dispatch, const struct ldr_exception *exception) {
    memset(dispatch, 0, sizeof *dispatch);
    dispatch->record.ExceptionCode = (DWORD)exception->code;
    dispatch->record.ExceptionFlags = exception->flags;
    dispatch->record.ExceptionAddress = (PVOID)(uintptr_t)exception->address;
    dispatch->record.NumberParameters = exception->parameter_count;
    for (uint32_t i = 0; i < exception->parameter_count; i++)
        dispatch->record.ExceptionInformation[i] = (ULONG_PTR)exception->parameters[i];
    dispatch->pointers.ExceptionRecord = &dispatch->record;
    dispatch->record.ExceptionRecord = (PEXCEPTION_RECORD)(uintptr_t)exception->cause;
    dispatch->pointers.ContextRecord = &dispatch->context;
    dispatch->context.Rip = exception->address;
    if (exception->registers && exception->registers->valid)
        get_context(&dispatch->context, exception->registers);
}

static const char *detail(struct rd_world *w, const struct ldr_exception *exception) {
    enum { NULL_REGION = 0x10000 };
    if (exception->code != (uint32_t)STATUS_ACCESS_VIOLATION || exception->parameter_count < 2)
        return "";
    uint64_t kind = exception->parameters[0];
    const char *verb = kind == 1 ? "write to" : kind == 8 ? "execution of" : "read of";
    if (exception->parameters[1] < NULL_REGION)
        return core_textf(w, ": %s address 0x%" PRIx64, verb, exception->parameters[1]);
    return core_textf(w, ": %s an address that is not mapped", verb);
}

/* A driver's exception: the machine stops (DRV-22). */
static void crash_machine(struct rd_world *w, const struct ldr_exception *exception) {
    bool system = w->ke->current->system;
    uint64_t parameters[4] = {(uint64_t)(int64_t)(int32_t)exception->code, 0, 0, 0};
    ke_bugcheck(
        w, system ? 0x7E : 0x3B, parameters,
        core_textf(
            w, "%s: driver code raised exception 0x%08" PRIX32 "%s and nobody handled it (DRV-22)",
            system ? "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED" : "SYSTEM_SERVICE_EXCEPTION",
            exception->code, detail(w, exception)));
}

/* SEH-14: the debugger comes before all handlers, and once more when none has answered. */
static bool debugger_continues(struct rd_world *w, const struct dispatch *dispatch,
                               bool first_chance) {
    if (w->ke->current->kernel_depth > 0)
        return false;
    NTSTATUS answer = ps_debug_report(w, &(struct ps_debug_message){.code = PS_DEBUG_EXCEPTION,
                                                                    .first_chance = first_chance,
                                                                    .record = &dispatch->record});
    return NT_SUCCESS(answer);
}

/* Until one of them says that execution continues. */
static bool call_handlers(LIST_ENTRY *handlers, struct dispatch *dispatch) {
    base_list_each(link, handlers) {
        struct ldr_vectored *entry = base_container(link, struct ldr_vectored, link);
        filter_fn *handler = (filter_fn *)(uintptr_t)entry->handler;
        if (handler(&dispatch->pointers) == CONTINUE_EXECUTION)
            return true;
    }
    return false;
}

static bool vectored_handlers_continue(struct ldr_process *process, struct dispatch *dispatch) {
    return call_handlers(&process->vectored, dispatch);
}

/* Leaves through the innermost guard of the loader, if there is one. */
static void unwind_to_guard(struct rd_world *w, const struct ldr_exception *exception) {
    struct ldr_guard *guard = ldr_thread_get(w, ps_current(w))->guard;
    if (!guard || exception->no_frames)
        return;
    ldr_frames_unwind(w);
    guard->code = exception->code;
    longjmp(guard->resume, 1);
}

static bool filter_continues(struct rd_world *w, struct ldr_process *process,
                             struct dispatch *dispatch) {
    filter_fn *filter = (filter_fn *)(uintptr_t)process->unhandled_filter;
    if (!filter)
        return false;
    LONG answer = filter(&dispatch->pointers);
    unsigned rule = answer == EXECUTE_HANDLER      ? RULE_SEH_09
                    : answer == CONTINUE_EXECUTION ? RULE_SEH_10
                                                   : RULE_SEH_11;
    core_event(w, RD_EVENT_EXCEPTION_FILTER, rule, .a = (uint32_t)answer);
    return answer == CONTINUE_EXECUTION;
}

static _Noreturn void end_unhandled(struct rd_world *w, uint32_t code) {
    struct ps_process *process = ps_current(w)->process;
    bool job = ps_job_limits_process(process, PS_JOB_DIE_ON_UNHANDLED_EXCEPTION);
    w->failures[CORE_CRASH]++;
    core_event(w, RD_EVENT_EXCEPTION_UNHANDLED, job ? RULE_JOB_32 : RULE_EXIT_11, .a = code);
    ps_terminate_process(w, process, (NTSTATUS)code);
    ps_exit_thread(w, (NTSTATUS)code); /* it was being terminated already */
}

/* Vectored handlers, frames, unhandled filter or debugger. True: go on where the exception was. */
static bool search(struct rd_world *w, const struct ldr_exception *exception,
                   struct dispatch *dispatch) {
    struct ps_thread *thread = ps_current(w);
    struct ldr_process *process = thread->process->ldr;
    bool kernel = thread->tcb.kernel_depth > 0;
    const struct ldr_guard *guard = thread->ldr ? thread->ldr->guard : NULL;
    if (guard && guard->service)
        unwind_to_guard(w, exception);
    if (!kernel && vectored_handlers_continue(process, dispatch))
        return true;
    if (!exception->no_frames && ldr_frames_dispatch(w, &dispatch->pointers, exception->code))
        return true;
    if (kernel)
        crash_machine(w, exception);
    unwind_to_guard(w, exception);
    if (thread->process->debug)
        return debugger_continues(w, dispatch, false);
    return filter_continues(w, process, dispatch);
}

/* An exception that forbids to go on leads to another one, which nobody can answer that way. */
static void refuse_to_continue(struct rd_world *w, const struct ldr_exception *exception,
                               struct dispatch *dispatch) {
    const uint32_t code = (uint32_t)STATUS_NONCONTINUABLE_EXCEPTION;
    struct ldr_exception next = {.code = code,
                                 .flags = EXCEPTION_NONCONTINUABLE,
                                 .address = exception->address,
                                 .cause = &dispatch->record,
                                 .no_frames = exception->no_frames};
    if (exception->code != code)
        ldr_raise(w, &next);
    if (ps_current(w)->tcb.kernel_depth > 0)
        crash_machine(w, exception);
    end_unhandled(w, code);
}

void ldr_raise(struct rd_world *w, const struct ldr_exception *exception) {
    struct dispatch dispatch;
    core_event(w, RD_EVENT_EXCEPTION, RULE_NONE, .a = exception->code,
               .text = detail(w, exception));
    prepare(&dispatch, exception);
    if (!debugger_continues(w, &dispatch, true)) {
        if (!search(w, exception, &dispatch))
            end_unhandled(w, exception->code);
        if (w->ke->current->kernel_depth == 0)
            call_handlers(&ps_current_process(w)->ldr->continued, &dispatch);
        if (exception->flags & EXCEPTION_NONCONTINUABLE)
            refuse_to_continue(w, exception, &dispatch);
    }
    if (exception->registers && exception->registers->valid)
        put_context(exception->registers, &dispatch.context);
}

bool ldr_offer(struct rd_world *w, const struct ldr_exception *exception) {
    struct dispatch dispatch;
    prepare(&dispatch, exception);
    return debugger_continues(w, &dispatch, true) ||
           vectored_handlers_continue(ps_current_process(w)->ldr, &dispatch);
}

/* ---- faults of the processor ----------------------------------------------------------------- */

static uint32_t code_of(enum port_fault_kind kind) {
    switch (kind) {
    case PORT_FAULT_STACK_OVERFLOW:
        return (uint32_t)STATUS_STACK_OVERFLOW;
    case PORT_FAULT_INT_DIVIDE_BY_ZERO:
        return (uint32_t)STATUS_INTEGER_DIVIDE_BY_ZERO;
    case PORT_FAULT_FLT_DIVIDE_BY_ZERO:
        return (uint32_t)STATUS_FLOAT_DIVIDE_BY_ZERO;
    case PORT_FAULT_ILLEGAL_INSTRUCTION:
        return (uint32_t)STATUS_ILLEGAL_INSTRUCTION;
    case PORT_FAULT_PRIVILEGED_INSTRUCTION:
        return (uint32_t)STATUS_PRIVILEGED_INSTRUCTION;
    case PORT_FAULT_BREAKPOINT:
        return (uint32_t)STATUS_BREAKPOINT;
    case PORT_FAULT_MISALIGNED:
        return (uint32_t)STATUS_DATATYPE_MISALIGNMENT;
    default:
        return (uint32_t)STATUS_ACCESS_VIOLATION;
    }
}

/*
 * A handler that goes on without having changed anything faults again, for ever, as on Windows; the
 * scheduling point lets the others run meanwhile and a limit of steps take effect.
 */
void ldr_fault(struct rd_world *w, const struct port_fault *fault) {
    struct port_registers registers = fault->registers;
    struct ldr_exception exception = {.code = code_of(fault->kind),
                                      .address = fault->pc,
                                      .registers = &registers,
                                      .no_frames = fault->kind == PORT_FAULT_STACK_OVERFLOW};
    if (exception.code == (uint32_t)STATUS_ACCESS_VIOLATION) {
        exception.parameter_count = 2;
        exception.parameters[0] = fault->access;
        exception.parameters[1] = fault->address;
    }
    if (exception.no_frames)
        ldr_thread_get(w, ps_current(w))->frames = NULL;
    ldr_raise(w, &exception);
    if (!registers.valid || exception.no_frames)
        end_unhandled(w, exception.code); /* there is nothing to go back to */
    if (w->ke->current->kernel_depth == 0)
        ke_point(w, 0, KE_NOTHING);
    port_resume_fault(&registers);
}
