/* start.c - images, processes and drivers of the host API. */
#include <stdio.h>
#include <string.h>

#include "port/image.h"
#include "rundown/rundown.h"
#include "world/world_internal.h"

enum { FILE_STACK = 1024 * 1024 }; /* a program's stack, as PE headers usually ask for */

static rd_status check(rd_world *w, const void *argument, const char *name) {
    if (!w)
        return RD_INVALID_ARGUMENT;
    if (w->running)
        return core_error(w, RD_BUSY, "the world is running: this call came from inside the run");
    if (!argument)
        return core_error(w, RD_INVALID_ARGUMENT, "the argument `%s` is NULL", name);
    return RD_OK;
}

/* ---- images ---------------------------------------------------------------------------------- */

rd_status rd_image_register(rd_world *world, const char *name, const rd_image_desc *desc) {
    struct ldr_image *image;
    rd_status status = check(world, name, "name");
    if (status == RD_OK)
        status = check(world, desc, "desc");
    if (status != RD_OK)
        return status;
    if (desc->size != sizeof *desc)
        return core_error(world, RD_INVALID_ARGUMENT,
                          "rd_image_desc.size must be sizeof(rd_image_desc)");
    if ((desc->main != NULL) + (desc->entry != NULL) + (desc->driver_entry != NULL) > 1)
        return core_error(world, RD_INVALID_ARGUMENT,
                          "'%s' has more than one of `main`, `entry` and `driver_entry`", name);
    if (!*name || strlen(name) >= LDR_NAME_MAX || strpbrk(name, "/\\"))
        return core_error(world, RD_INVALID_ARGUMENT,
                          "'%.80s' is no file name; expected a name without a directory, such as "
                          "app.exe",
                          name);
    return ldr_image_register(world, name, desc, &image);
}

rd_status rd_image_load(rd_world *world, const char *path) {
    struct ldr_image *image;
    rd_status status = check(world, path, "path");
    if (status != RD_OK)
        return status;
    status = ldr_image_load(world, path, &image);
    if (status != RD_OK)
        return status;
    if (image->unresolved && !image->missing_dll)
        return core_error(world, RD_UNRESOLVED,
                          "%s imports '%s', which neither its DLLs nor Rundown export; "
                          "`rundown exports` lists what there is",
                          path, image->unresolved);
    return RD_OK;
}

rd_status rd_image_add_path(rd_world *world, const char *directory) {
    rd_status status = check(world, directory, "directory");
    return status == RD_OK ? ldr_add_path(world, directory) : status;
}

/* ---- processes ------------------------------------------------------------------------------- */

struct start_call {
    struct rd_world *w;
    struct ps_create_process create;
    struct ps_process *process;
    struct ps_thread *thread;
    NTSTATUS status;
};

static void start_process(void *context) {
    struct start_call *call = context;
    call->status = ps_create_process(call->w, &call->create, &call->process, &call->thread);
}

/* With notify routines to be told, creation needs a thread: it then runs on one of the System
 * process. */
static void perform_start(struct rd_world *w, struct start_call *call) {
    if (ps_notify_any(w))
        world_system_call(w, start_process, call);
    else
        start_process(call);
}

/* The program to run, or NULL and *status. */
static struct ldr_image *find_program(rd_world *world, const char *image, rd_status *status) {
    struct ldr_image *found = ldr_image_find(world, image, ".exe", false);
    if (found && !found->is_dll && !found->is_driver)
        return found;
    *status = found ? core_error(world, RD_NOT_FOUND,
                                 "'%s' is a %s, not a program; give the name of a program", image,
                                 found->is_dll ? "DLL" : "driver")
                    : core_error(world, RD_NOT_FOUND,
                                 "no image is named '%s'; register one with rd_image_register or "
                                 "rd_image_load",
                                 image);
    return NULL;
}

static rd_status check_options(rd_world *world, const rd_process_options *options) {
    if (options->size != sizeof *options)
        return core_error(world, RD_INVALID_ARGUMENT,
                          "rd_process_options.size must be sizeof(rd_process_options)");
    if ((unsigned)options->kind > RD_PROCESS_MINIMAL)
        return core_error(world, RD_INVALID_ARGUMENT,
                          "rd_process_options.kind is none of the values of rd_process_kind");
    return RD_OK;
}

/* What the thread of a minimal process does. */
static void nothing(void *context) {
    (void)context;
}

static void describe_program(struct ps_create_process *create, struct ldr_image *image,
                             const rd_process_options *options) {
    create->image = image;
    create->name = image->name;
    create->command_line = options->command_line ? options->command_line : image->name;
    create->stack_size = image->file ? FILE_STACK : 0;
    if (options->kind == RD_PROCESS_PICO) {
        create->kind = PS_PICO;
        create->command_line = options->command_line;
    }
}

rd_status rd_process_start(rd_world *world, const char *image, const rd_process_options *options,
                           uint32_t *pid) {
    static const rd_process_options defaults = {.size = sizeof defaults};
    rd_status status = check(world, image, "image");
    if (!options)
        options = &defaults;
    if (status == RD_OK)
        status = check_options(world, options);
    if (status != RD_OK)
        return status;
    struct start_call call = {
        .w = world,
        .create = {.name = image,
                   .directory = options->directory,
                   .parent = world->ps->system,
                   .suspended = options->suspended,
                   .session = options->session,
                   .service = options->service,
                   .kind = PS_MINIMAL,
                   .kernel_start = nothing},
        .status = STATUS_UNSUCCESSFUL,
    };
    if (options->kind != RD_PROCESS_MINIMAL) {
        struct ldr_image *program = find_program(world, image, &status);
        if (!program)
            return status;
        call.create.kind = PS_WIN32;
        call.create.kernel_start = NULL;
        describe_program(&call.create, program, options);
    }
    perform_start(world, &call);
    if (!call.process)
        return core_error(world, RD_FAILED, "process '%s' was not created: NTSTATUS 0x%08X", image,
                          (unsigned)call.status);
    if (pid)
        *pid = call.process->pid;
    ob_dereference(world, call.thread);
    ob_reference_for(world, call.process, "started by the host (rd_process_start)");
    ob_dereference(world, call.process);
    return RD_OK;
}

/* ---- drivers --------------------------------------------------------------------------------- */

struct driver_call {
    struct rd_world *w;
    struct io_driver *driver;
    NTSTATUS status;
};

static void load(void *context) {
    struct driver_call *call = context;
    call->status = io_driver_start(call->w, call->driver);
}

static void unload(void *context) {
    struct driver_call *call = context;
    call->status = io_driver_stop(call->w, call->driver);
}

static rd_status finish(rd_world *w, const char *name, const char *what, bool returned,
                        const struct driver_call *call, int32_t *ntstatus) {
    if (ntstatus)
        *ntstatus = call->status;
    if (!returned) {
        world_judge(w);
        return world_did_not_return(w, core_textf(w, "%s of '%s'", what, name));
    }
    if (call->status == STATUS_IMAGE_ALREADY_LOADED)
        return core_error(w, RD_ALREADY_EXISTS, "a driver named '%s' is already loaded", name);
    if (!NT_SUCCESS(call->status))
        return core_error(w, RD_FAILED, "%s of '%s' failed with NTSTATUS 0x%08X", what, name,
                          (unsigned)call->status);
    return RD_OK;
}

rd_status rd_driver_load(rd_world *world, const char *name, rd_driver_entry *entry,
                         int32_t *ntstatus) {
    rd_status status = check(world, name, "name");
    if (status == RD_OK)
        status = check(world, (const void *)(uintptr_t)entry, "entry");
    if (status != RD_OK)
        return status;
    struct driver_call call = {.w = world, .status = STATUS_UNSUCCESSFUL};
    call.driver = io_driver_create(world, name, entry, NULL, &call.status);
    bool returned = !call.driver || world_system_call(world, load, &call);
    return finish(world, name, "DriverEntry", returned, &call, ntstatus);
}

rd_status rd_driver_load_file(rd_world *world, const char *path, int32_t *ntstatus) {
    rd_status status = check(world, path, "path");
    if (status != RD_OK)
        return status;
    struct ldr_image *image = ldr_image_find(world, path, ".sys", false);
    if (!image)
        status = ldr_image_load(world, path, &image);
    if (status != RD_OK)
        return status;
    if (!image->is_driver)
        return core_error(world, RD_BAD_IMAGE, "%s is no driver: build it with rundown-cc --driver",
                          path);
    if (image->unresolved)
        return core_error(world, RD_UNRESOLVED,
                          "%s imports '%s', which Rundown does not export; `rundown exports` lists "
                          "what there is",
                          path, image->unresolved);
    struct driver_call call = {.w = world, .status = STATUS_UNSUCCESSFUL};
    call.driver = io_driver_of_image(world, image, &call.status);
    bool returned = !call.driver || world_system_call(world, load, &call);
    return finish(world, image->name, "DriverEntry", returned, &call, ntstatus);
}

rd_status rd_driver_unload(rd_world *world, const char *name, int32_t *ntstatus) {
    rd_status status = check(world, name, "name");
    if (status != RD_OK)
        return status;
    struct driver_call call = {.w = world, .status = STATUS_UNSUCCESSFUL};
    call.driver = io_driver_find(world, ldr_base_name(name));
    if (!call.driver)
        return core_error(world, RD_NOT_FOUND, "no driver named '%s' is loaded", name);
    bool returned = world_system_call(world, unload, &call);
    status = finish(world, name, "DriverUnload", returned, &call, ntstatus);
    if (!returned && world->verdict == RD_VERDICT_FINISHED)
        world_judge_deadlock(world);
    return status;
}
