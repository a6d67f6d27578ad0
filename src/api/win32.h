/*
 * win32.h - what the Win32 and Nt entry points share beyond api.h: the SDK's prototypes,
 * conversions between handles and pointers, texts, and the common way to make a handle.
 */
#ifndef RD_API_WIN32_H
#define RD_API_WIN32_H

#include <string.h>

#include "api/api.h"
#include "base/utf16.h"
#include "rundown/sdk/windows.h"

#define API_CURRENT_PROCESS ((uint64_t)-1)
#define API_CURRENT_THREAD ((uint64_t)-2)

static inline uint64_t api_value(const void *handle) {
    return (uint64_t)(uintptr_t)handle;
}

static inline HANDLE api_handle(uint64_t value) {
    return (HANDLE)(uintptr_t)value;
}

static inline bool api_is_pseudo(const void *handle) {
    return api_value(handle) == API_CURRENT_PROCESS || api_value(handle) == API_CURRENT_THREAD;
}

/* An exploration wants to know who looks at which entry of which table. */
void api_touch_entry(struct api_caller *caller, const void *handle);
/* What a handle of any kind stands for now, without anybody's noticing. */
NTSTATUS api_peek_unseen(struct api_caller *caller, const void *handle, uint32_t access,
                         const struct ob_type *type, void **body);

/* As api_object, but for a lookup alone: no scheduling point. */
static inline NTSTATUS api_peek(struct api_caller *caller, const void *handle, uint32_t access,
                                const struct ob_type *type, void **body) {
    if (RD_UNLIKELY(core_is_watched(caller->w)))
        api_touch_entry(caller, handle);
    /* Above are the kernel's handles and, highest of all, pseudo handles. */
    if (RD_LIKELY(api_value(handle) < API_KERNEL_HANDLE))
        return ob_lookup(&caller->process->handles, api_value(handle), access, type, body);
    return api_peek_unseen(caller, handle, access, type, body);
}

/* A scheduling point on the caller's own handle table. */
void api_table_point(struct api_caller *caller);

/* For functions that cannot return, called outside of any simulated thread. */
_Noreturn void api_no_caller(const char *function);

/* Sets the error and returns FALSE. */
BOOL api_fail(struct api_caller *caller, uint32_t error);

/* ---- texts ----------------------------------------------------------------------------------- */

/* The UTF-8 form of a text, in memory of this run; NULL stays NULL. */
const char *api_utf8(struct api_caller *caller, const WCHAR *text);

/*
 * Copies into a caller's buffer of `size` units. Returns the length without terminator; if the
 * buffer is too small, the size that is needed, with it, and writes nothing.
 */
DWORD api_copy_a(const char *text, char *buffer, size_t size);
DWORD api_copy_w(const char *text, WCHAR *buffer, size_t size);

/*
 * The full path of an existing directory, in memory of this run; else ERROR_FILE_NOT_FOUND or
 * ERROR_DIRECTORY.
 */
DWORD api_directory(const struct api_caller *caller, const char *name, const char **directory);

/* ---- named objects --------------------------------------------------------------------------- */

enum { API_NAME_MAX = 3 * MAX_PATH };

/* Name of an object as the caller wrote it: one of both texts, or neither. */
struct api_name {
    const char *a;
    const WCHAR *w;
};

/*
 * The kernel's name of the object: prefixes "Local\" and "Global\" go. "" for none. False with the
 * error set if it is no legal name.
 */
bool api_object_name(struct api_caller *caller, struct api_name name, char text[API_NAME_MAX]);

/* The object of a Create... call becomes a handle: last error 0 or ERROR_ALREADY_EXISTS. */
struct api_created {
    void *body; /* its reference is given up; NULL: creation failed with `status` */
    NTSTATUS status;
    bool existing;
    uint32_t access;
    const SECURITY_ATTRIBUTES *attributes; /* may be NULL */
};
HANDLE api_created_handle(struct api_caller *caller, const struct api_created *created);

/* Open... by name. */
struct api_open {
    const struct ob_type *type;
    struct api_name name;
    uint32_t access;
    BOOL inherit;
};
HANDLE api_open_handle(const struct api_open *open);

/* A new handle of the caller to an object: STATUS_SUCCESS or why not. */
NTSTATUS api_new_handle(struct api_caller *caller, void *body, uint32_t access, bool inherit,
                        HANDLE *handle);

struct api_duplicate {
    HANDLE source_process, source, target_process;
    HANDLE *out; /* may be NULL */
    uint32_t access;
    bool inherit;
    uint32_t options;
};
NTSTATUS api_duplicate(struct api_caller *caller, const struct api_duplicate *request);

/* ---- waits (win32_wait.c) -------------------------------------------------------------------- */

/* Milliseconds as an NT timeout in *storage; NULL for INFINITE. */
const LONGLONG *api_timeout(DWORD milliseconds, LONGLONG *storage);

struct api_wait {
    DWORD count; /* 1 to 64 */
    const HANDLE *handles;
    bool all, alertable;
    bool pseudo_allowed; /* handles of the current process and thread */
    const LONGLONG *timeout;
};
/* What ke_wait returns, or what is wrong with the handles. */
NTSTATUS api_wait(struct api_caller *caller, const struct api_wait *request);
NTSTATUS api_signal_and_wait(struct api_caller *caller, HANDLE signal,
                             const struct api_wait *request);

/* Absolute times of a program are FILETIMEs, those of the kernel count from the machine's start. */
LONGLONG api_due_time(LONGLONG due);
/* Handles of waitable objects to what they stand for. */
NTSTATUS api_wait_objects(struct api_caller *caller, const HANDLE *handles, DWORD count,
                          DISPATCHER_HEADER **objects);

/* ---- processes and threads ------------------------------------------------------------------- */

/* Virtual time as FILETIME: the machine starts at 2026-01-01 00:00:00 UTC. */
uint64_t api_file_time(uint64_t time);
void api_set_file_time(FILETIME *out, uint64_t file_time);

#endif
