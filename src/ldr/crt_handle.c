/*
 * crt_handle.c - between descriptors and handles of the process. The handles are the Win32 layer's,
 * which lies above; it is reached as programs reach it, by the names of its exports.
 */
#include "ldr/crt_state.h"

enum { STD_INPUT = -10 }; /* STD_INPUT_HANDLE; the others follow downwards */

static const intptr_t no_handle = -1;

typedef void *get_std_handle_fn(uint32_t which);
typedef void *get_process_heap_fn(void);

static void *win32_function(const struct crt_process *crt, const char *name) {
    return crt->world->ldr->export_find ? crt->world->ldr->export_find(name) : NULL;
}

static intptr_t standard_handle(const struct crt_process *crt, int standard) {
    get_std_handle_fn *get = (get_std_handle_fn *)(uintptr_t)win32_function(crt, "GetStdHandle");
    return get ? (intptr_t)get((uint32_t)(STD_INPUT - standard)) : no_handle;
}

CRT_API(intptr_t, _get_osfhandle, (int descriptor)) {
    struct crt_process *crt = crt_here();
    const struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    if (d && d->kind == CRT_STANDARD)
        return standard_handle(crt, d->standard);
    crt_set_errno(CRT_EBADF);
    return no_handle;
}

/* Only the standard handles can become descriptors: other files are opened by name. */
CRT_API(int, _open_osfhandle, (intptr_t handle, int flags)) {
    struct crt_process *crt = crt_here();
    (void)flags;
    for (int i = 0; crt && i < CRT_STANDARD_STREAMS; i++)
        if (standard_handle(crt, i) == handle)
            return i;
    crt_set_errno(CRT_EBADF);
    return -1;
}

CRT_API(intptr_t, _get_heap_handle, (void)) {
    struct crt_process *crt = crt_here();
    get_process_heap_fn *get =
        crt ? (get_process_heap_fn *)(uintptr_t)win32_function(crt, "GetProcessHeap") : NULL;
    return get ? (intptr_t)get() : 0;
}
