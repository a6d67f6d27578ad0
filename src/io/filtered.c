/*
 * filtered.c - minifilters around an operation on a file of the disk.
 *
 * Before it the pre-operation routines are called, the filter registered first being the highest.
 * FLT_PREOP_COMPLETE ends the operation with the status that the filter has set: nobody below is
 * asked. Afterwards those who want it are told in reverse order, and may change the status. From
 * the first to the last call the filters are held, so FltUnregisterFilter waits (rundown).
 */
#include "io/filtered.h"

#include <string.h>

#include "io/file.h"
#include "io/filter.h"

/* A filter that has been asked, and what it has left for its post-operation routine. */
struct asked {
    PFLT_FILTER filter;
    PFLT_POST_OPERATION_CALLBACK post; /* NULL: it does not want to be told */
    void *completion_context;
};

struct walk {
    struct io_filtered *operation;
    FLT_IO_PARAMETER_BLOCK parameters;
    IO_SECURITY_CONTEXT security;
    FLT_CALLBACK_DATA *data;
    struct asked *asked;
    uint32_t count, room;
};

static PFLT_FILTER at(LIST_ENTRY *link) {
    return base_container(link, struct _FLT_FILTER, link);
}

bool io_filters_attached(struct rd_world *w) {
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_READ);
    base_list_each(link, &w->io->filters) if (at(link)->attached) return true;
    return false;
}

/* ---- what filters see ------------------------------------------------------------------------ */

static void fill(struct walk *walk) {
    const struct io_filtered *o = walk->operation;
    FLT_PARAMETERS *p = &walk->parameters.Parameters;
    walk->parameters.MajorFunction = o->major;
    walk->parameters.TargetFileObject = o->file;
    switch (o->major) {
    case IRP_MJ_CREATE:
        walk->security.DesiredAccess = o->access;
        p->Create.SecurityContext = &walk->security;
        p->Create.Options = o->options;
        p->Create.ShareAccess = (USHORT)o->share;
        break;
    case IRP_MJ_READ:
        p->Read.Length = o->length;
        p->Read.ByteOffset.QuadPart = o->offset;
        p->Read.ReadBuffer = o->buffer;
        break;
    case IRP_MJ_WRITE:
        p->Write.Length = o->length;
        p->Write.ByteOffset.QuadPart = o->offset;
        p->Write.WriteBuffer = o->buffer;
        break;
    case IRP_MJ_SET_INFORMATION:
        p->SetFileInformation.Length = o->length;
        p->SetFileInformation.FileInformationClass = o->information_class;
        p->SetFileInformation.InfoBuffer = o->buffer;
        break;
    default:
        break;
    }
}

static const FLT_OPERATION_REGISTRATION *registered(PFLT_FILTER filter, uint8_t major) {
    const FLT_OPERATION_REGISTRATION *row = filter->registration.OperationRegistration;
    for (; row && row->MajorFunction != IRP_MJ_OPERATION_END; row++)
        if (row->MajorFunction == major)
            return row;
    return NULL;
}

static FLT_RELATED_OBJECTS related(const struct walk *walk, PFLT_FILTER filter) {
    FLT_RELATED_OBJECTS objects = io_filter_objects(filter, walk->operation->file);
    walk->data->Iopb->TargetInstance = objects.Instance;
    return objects;
}

static void log_call(struct rd_world *w, const struct walk *walk, PFLT_FILTER filter,
                     const char *when) {
    core_event(w, RD_EVENT_FLT_CALL, RULE_NONE,
               .text = core_textf(w, "'%s' is called %s %s", filter->driver->name, when,
                                  io_major_name(walk->operation->major)));
}

/* ---- before ---------------------------------------------------------------------------------- */

static void stop(struct rd_world *w, uint64_t what, const char *text) {
    ke_bugcheck(w, 0xF5, (const uint64_t[4]){what, 0, 0, 0},
                core_textf(w, "FLTMGR_FILE_SYSTEM: %s", text));
}

static FLT_PREOP_CALLBACK_STATUS call_pre(struct rd_world *w, struct walk *walk,
                                          struct asked *asked,
                                          PFLT_PRE_OPERATION_CALLBACK routine) {
    FLT_RELATED_OBJECTS objects = related(walk, asked->filter);
    struct ps_routine_call bracket;
    log_call(w, walk, asked->filter, "before");
    ke_point(w, asked->filter->routine.idle.Header.ObjectId, KE_READ);
    ps_routine_begin(w, &asked->filter->routine, &bracket);
    FLT_PREOP_CALLBACK_STATUS answer = routine(walk->data, &objects, &asked->completion_context);
    ps_routine_end(w, &asked->filter->routine, &bracket);
    return answer;
}

/* False: the operation is over. */
static bool ask(struct rd_world *w, struct walk *walk, struct asked *asked) {
    const FLT_OPERATION_REGISTRATION *row = registered(asked->filter, walk->operation->major);
    FLT_PREOP_CALLBACK_STATUS answer = row->PreOperation
                                           ? call_pre(w, walk, asked, row->PreOperation)
                                           : FLT_PREOP_SUCCESS_WITH_CALLBACK;
    switch (answer) {
    case FLT_PREOP_COMPLETE:
        core_event(w, RD_EVENT_FLT_COMPLETE, RULE_NONE, .a = (uint32_t)walk->data->IoStatus.Status,
                   .text = core_textf(w, "'%s'", asked->filter->driver->name));
        return false;
    case FLT_PREOP_SUCCESS_WITH_CALLBACK:
    case FLT_PREOP_SYNCHRONIZE:
        if (!row->PostOperation)
            stop(w, 0x66,
                 "a pre-operation routine wants its post-operation routine to be called, but has "
                 "registered none");
        asked->post = row->PostOperation;
        return true;
    case FLT_PREOP_PENDING:
        /* Nobody can complete it: FltCompletePendedPreOperation is not exported. */
        ke_wait(w, &(struct ke_wait){.mode = KernelMode,
                                     .reason = "for a minifilter to complete what it has pended"});
        return false;
    default:
        return true;
    }
}

/* Those who have registered for it are held: an unregistration that begins later waits. */
static void gather(struct rd_world *w, struct walk *walk) {
    base_list_each(link, &w->io->filters) walk->room++;
    walk->asked = core_alloc(w, walk->room * sizeof *walk->asked);
    base_list_each(link, &w->io->filters) {
        if (!at(link)->attached || !registered(at(link), walk->operation->major))
            continue;
        at(link)->routine.running++;
        walk->asked[walk->count++].filter = at(link);
    }
}

/* ---- afterwards ------------------------------------------------------------------------------ */

static void tell(struct rd_world *w, struct walk *walk, const struct asked *asked) {
    FLT_RELATED_OBJECTS objects = related(walk, asked->filter);
    struct ps_routine_call bracket;
    log_call(w, walk, asked->filter, "after");
    ke_point(w, asked->filter->routine.idle.Header.ObjectId, KE_READ);
    ps_routine_begin(w, &asked->filter->routine, &bracket);
    FLT_POSTOP_CALLBACK_STATUS answer =
        asked->post(walk->data, &objects, asked->completion_context, 0);
    ps_routine_end(w, &asked->filter->routine, &bracket);
    if (answer == FLT_POSTOP_MORE_PROCESSING_REQUIRED)
        ke_wait(w, &(struct ke_wait){.mode = KernelMode,
                                     .reason = "for a minifilter to complete what it has kept"});
}

static NTSTATUS walk_filters(struct rd_world *w, struct walk *walk) {
    struct io_filtered *o = walk->operation;
    IO_STATUS_BLOCK *result = &walk->data->IoStatus;
    uint32_t passed = 0;
    while (passed < walk->count && ask(w, walk, &walk->asked[passed]))
        passed++;
    if (passed == walk->count) {
        uint64_t information = 0;
        result->Status = o->perform ? o->perform(w, o->context, &information) : STATUS_SUCCESS;
        result->Information = information;
    }
    while (passed-- > 0)
        if (walk->asked[passed].post)
            tell(w, walk, &walk->asked[passed]);
    o->information = result->Information;
    return result->Status;
}

NTSTATUS io_filtered_perform(struct rd_world *w, struct io_filtered *operation) {
    struct ke_thread *thread = w->ke->current;
    struct walk walk = {.operation = operation};
    FLT_CALLBACK_DATA data = {.Flags = FLTFL_CALLBACK_DATA_IRP_OPERATION,
                              .Thread = (PETHREAD)(void *)ps_current(w),
                              .Iopb = &walk.parameters,
                              .RequestorMode = operation->kernel ? KernelMode : UserMode};
    walk.data = &data;
    fill(&walk);
    ke_enter_kernel(thread);
    gather(w, &walk);
    NTSTATUS status = walk_filters(w, &walk);
    for (uint32_t i = 0; i < walk.count; i++)
        ps_routine_release(w, &walk.asked[i].filter->routine);
    core_free(w, walk.asked, walk.room * sizeof *walk.asked);
    ke_leave_kernel(w, thread);
    return status;
}

/* ---- file objects ---------------------------------------------------------------------------- */

void *io_filtered_file(struct rd_world *w, const char *path) {
    const char *drive = strchr(path, ':');
    const char *rest = drive ? drive + 1 : path;
    bool rooted = *rest == '\\' || *rest == '/';
    char *name = (char *)(uintptr_t)core_textf(w, "%s%s", rooted ? "" : "\\", rest);
    for (char *c = name; *c; c++)
        if (*c == '/')
            *c = '\\';
    return io_image_file(w, name);
}

void io_filtered_close(struct rd_world *w, void *file) {
    struct io_filtered operation = {.major = IO_FILTERED_CLOSE, .file = file};
    if (io_filters_attached(w))
        io_filtered_perform(w, &operation);
    ob_dereference(w, file);
}

static void run_close(struct rd_world *w, struct io_work *work) {
    io_filtered_close(w, work->a);
}

void io_filtered_close_later(struct rd_world *w, void *file) {
    struct io_work *work = core_alloc(w, sizeof *work);
    *work = (struct io_work){.run = run_close, .a = file, .size = sizeof *work};
    io_work_queue(w, work);
}
