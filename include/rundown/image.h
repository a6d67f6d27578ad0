/**
 * @file image.h
 * How code gets into a world: as registered functions (unit tests, labs) or as files that
 * rundown-cc made.
 */
#ifndef RUNDOWN_IMAGE_H
#define RUNDOWN_IMAGE_H

#include "rundown/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A name and the function behind it, for GetProcAddress. Tables end with a NULL name. */
typedef struct rd_export {
    const char *name;
    void (*function)(void);
} rd_export;

/**
 * An image made of functions of the host program. Its global variables are the host program's: they
 * are shared by all simulated processes and not reset.
 *
 * At most one of `main` (run by the CRT model: returning calls exit), `entry` (the raw process
 * entry point: returning ends only the thread) and `driver_entry` may be set; an image with none of
 * them is a DLL.
 */
typedef struct rd_image_desc {
    size_t size; /**< sizeof(rd_image_desc) */
    int (*main)(int argc, char **argv);
    uint32_t (*entry)(void *peb);
    /** DriverEntry: it is a driver, which rd_driver_load_file, StartService and NtLoadDriver load
     */
    int32_t (*driver_entry)(void *driver_object, void *registry_path);
    /** BOOL WINAPI DllMain(HINSTANCE, DWORD reason, LPVOID reserved); may be NULL */
    int (*dll_main)(void *module, uint32_t reason, void *reserved);
    const char *const *imports; /**< DLLs that must be loaded first; ends with NULL; may be NULL */
    const rd_export *exports;   /**< may be NULL */
    /** TLS callbacks: VOID NTAPI Callback(PVOID module, DWORD reason, PVOID reserved). They are
     * called in this order; ends with NULL; may be NULL */
    void (*const *tls_callbacks)(void *module, uint32_t reason, void *reserved);
} rd_image_desc;

/** Registers functions under a file name such as "app.exe". RD_ALREADY_EXISTS if the name is taken.
 */
RD_API rd_status rd_image_register(rd_world *world, const char *name, const rd_image_desc *desc);

/**
 * Registers an image file made by rundown-cc under its file name; the DLLs that it names are looked
 * for beside it and in the directories of rd_image_add_path, now and at LoadLibrary.
 * @return RD_OK, RD_NOT_FOUND, RD_BAD_IMAGE, RD_UNRESOLVED (an import that is no Windows function
 * that Rundown has), RD_ALREADY_EXISTS.
 */
RD_API rd_status rd_image_load(rd_world *world, const char *path);

/** Adds a directory to the end of the DLL search path. */
RD_API rd_status rd_image_add_path(rd_world *world, const char *directory);

/** Names that images can import from Rundown (Windows, kernel and C run-time functions): index 0,
 * 1, ... until NULL. */
RD_API const char *rd_export_name(unsigned index);

/** Whose process it is: notify routines are called for some kinds only. */
typedef enum rd_process_kind {
    RD_PROCESS_WIN32 = 0, /**< an ordinary program */
    /** A process of another subsystem, such as WSL: only PsSetCreateProcessNotifyRoutineEx2 and
     * PsCreateThreadNotifySubsystems routines hear of it, without image name and command line. It
     * runs the image's code as an ordinary program does. Source: NTFY-P-55 to NTFY-P-57. */
    RD_PROCESS_PICO,
    /** A process of the kernel's own without an image, such as Registry: `image` is only its name.
     * It has one thread, which ends at once. RD_CONFLICT_MINIMAL_PROCESS says who hears of it. */
    RD_PROCESS_MINIMAL
} rd_process_kind;

/** Options of rd_process_start. Zero-initialise and set `size`. */
typedef struct rd_process_options {
    size_t size;
    const char *command_line; /**< NULL: the image's name */
    /** Current directory; NULL: "C:\\", which is the directory in which the host program runs. */
    const char *directory;
    bool suspended; /**< leave the first thread suspended */
    rd_process_kind kind;
    uint32_t session; /**< the session it belongs to; 0: the services' */
    bool service;     /**< it runs in the security context of the system, and so do its children:
                           logoff does not end them, shutdown ends them last */
} rd_process_options;

/** Creates a process from a registered image; it begins to run with the next rd_run. `options` may
 * be NULL. */
RD_API rd_status rd_process_start(rd_world *world, const char *image,
                                  const rd_process_options *options, uint32_t *pid);

/** LONG DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING) */
typedef int32_t rd_driver_entry(void *driver_object, void *registry_path);

/**
 * Loads a driver made of host functions, or from a file made by `rundown-cc --driver`: DriverEntry
 * runs in a system thread. @return RD_OK, or RD_FAILED with DriverEntry's NTSTATUS in *ntstatus
 * (may be NULL).
 */
RD_API rd_status rd_driver_load(rd_world *world, const char *name, rd_driver_entry *entry,
                                int32_t *ntstatus);
RD_API rd_status rd_driver_load_file(rd_world *world, const char *path, int32_t *ntstatus);

/**
 * Calls DriverUnload, then reports what the driver left behind. While files of its devices are open
 * or devices are attached to them, that happens later, in a run, once they are gone; the call
 * succeeds all the same. RD_FAILED: it has no DriverUnload, or its unload is pending already; or
 * DriverUnload waits for ever, which makes the verdict RD_VERDICT_DEADLOCK.
 */
RD_API rd_status rd_driver_unload(rd_world *world, const char *name, int32_t *ntstatus);

/** Runs a function of the host program as a system thread until it returns (for tests of kernel
 * routines). */
RD_API rd_status rd_system_call(rd_world *world, void (*function)(void *context), void *context);

#ifdef __cplusplus
}
#endif

#endif
