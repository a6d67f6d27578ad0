/*
 * win32_state.c - what the Win32 functions remember of processes and threads. It hangs on the
 * object that it belongs to, is made on first use and goes with the object.
 */
#include "api/win32_state.h"

struct api_process_data *api_process_data(struct rd_world *w, struct ps_process *process) {
    if (process->api)
        return process->api;
    struct api_process_data *data = core_alloc(w, sizeof *data);
    data->priority_class = NORMAL_PRIORITY_CLASS;
    base_list_init(&data->regions);
    base_list_init(&data->searches);
    process->api = data;
    return data;
}

struct api_thread_data *api_thread_data(struct rd_world *w, struct ps_thread *thread) {
    if (!thread->api) {
        thread->api = core_alloc(w, sizeof *thread->api);
        base_list_init(&thread->api->debug_handles);
    }
    return thread->api;
}

void api_process_deleted(struct rd_world *w, struct ps_process *process) {
    if (!process->api)
        return;
    core_free(w, process->api->heaps, process->api->heap_capacity * sizeof *process->api->heaps);
    core_free(w, process->api, sizeof *process->api);
    process->api = NULL;
}

void api_thread_deleted(struct rd_world *w, struct ps_thread *thread) {
    if (thread->api)
        core_free(w, thread->api, sizeof *thread->api);
    thread->api = NULL;
}
