/*
 * win32_state.h - what the Win32 functions remember of processes and threads beyond what the layers
 * below need: standard handles, priorities, start-up information. Kept only for those that differ
 * from the defaults.
 */
#ifndef RD_API_WIN32_STATE_H
#define RD_API_WIN32_STATE_H

#include "api/win32.h"
#include "port/host_memory.h"

enum { API_STD_INPUT, API_STD_OUTPUT, API_STD_ERROR, API_STD_HANDLES = LDR_STANDARD_HANDLES };

struct api_startup {
    DWORD flags, x, y, width, height, columns, rows, fill;
    WORD show;
    const char *desktop, *title; /* UTF-8, may be NULL */
    HANDLE std[API_STD_HANDLES];
    const void *files; /* lpReserved2, in run memory */
    WORD files_size;
};

struct api_section;

/* Memory from VirtualAlloc, or a view of a section. */
struct api_region {
    LIST_ENTRY link;
    char *base;
    size_t size;
    void *block; /* of the process's heap, or of the run if another process allocated it */
    bool foreign;
    struct api_section *section; /* referenced; NULL: memory of the process's own */
    LIST_ENTRY view_link;        /* of a view: in api_views.views */
    struct port_view view;       /* of the host */
    uint64_t offset;             /* in the section */
    DWORD protect, state;
};

/* A heap; number 0 is the process's. */
struct api_heap {
    bool live;
    uint32_t owner, depth; /* of HeapLock: thread id */
};

struct api_process_data {
    DWORD priority_class;
    bool no_boost;         /* SetProcessPriorityBoost */
    SIZE_T working_set[2]; /* least and most; 0: the defaults */
    struct api_startup startup;
    WCHAR *command_line_w; /* made on first use */
    char *command_line_a;
    struct api_heap process_heap;
    struct api_heap *heaps; /* made by HeapCreate: number 1 and up */
    uint32_t heap_count, heap_capacity;
    LIST_ENTRY regions;  /* of api_region */
    LIST_ENTRY searches; /* of FindFirstFile, of api_search */
};

struct api_thread_data {
    int priority;
    bool no_boost; /* SetThreadPriorityBoost */
    const char *description;
    LIST_ENTRY debug_handles; /* of api_debug_handle */
};

/* Made on first use. process->api and thread->api are NULL until then. */
struct api_process_data *api_process_data(struct rd_world *w, struct ps_process *process);
struct api_thread_data *api_thread_data(struct rd_world *w, struct ps_thread *thread);

#endif
