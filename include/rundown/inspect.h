/**
 * @file inspect.h
 * Looks at a world between runs. Nothing here changes it.
 */
#ifndef RUNDOWN_INSPECT_H
#define RUNDOWN_INSPECT_H

#include "rundown/world.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RD_STILL_ACTIVE 259u

typedef struct rd_process_info {
    uint32_t pid;
    uint32_t parent_pid;
    const char *image;
    uint32_t exit_code; /**< RD_STILL_ACTIVE until it has ended */
    bool terminated;    /**< no thread of it will run user code again */
    bool signaled;
    uint32_t threads;       /**< threads that have not ended */
    uint32_t handles;       /**< open handles in its table */
    uint32_t handle_count;  /**< handles to the process object */
    uint32_t pointer_count; /**< references to the process object, handles included */
    uint64_t heap_bytes;    /**< live heap allocations */
    uint64_t create_time, exit_time;
    uint64_t unflushed; /**< bytes that it has printed and that are still in the buffer of stdout */
} rd_process_info;

/** The process object with that id, also after its end while something refers to it. */
RD_API rd_status rd_process_get(const rd_world *world, uint32_t pid, rd_process_info *out);
/** The process with the smallest id above `after` (0 to begin); RD_NOT_FOUND at the end. */
RD_API rd_status rd_process_next(const rd_world *world, uint32_t after, rd_process_info *out);

typedef enum rd_thread_state {
    RD_THREAD_READY,
    RD_THREAD_RUNNING,
    RD_THREAD_WAITING,
    RD_THREAD_SUSPENDED,
    RD_THREAD_TERMINATED
} rd_thread_state;

typedef struct rd_thread_info {
    uint32_t tid, pid;
    rd_thread_state state;
    uint32_t exit_code;
    bool signaled;
    uint32_t suspend_count;
    const char *waiting_for; /**< what a waiting thread waits for and who holds it; "" otherwise */
    uint32_t handle_count, pointer_count;
} rd_thread_info;

RD_API rd_status rd_thread_get(const rd_world *world, uint32_t tid, rd_thread_info *out);
RD_API rd_status rd_thread_next(const rd_world *world, uint32_t after, rd_thread_info *out);

typedef struct rd_handle_info {
    uint64_t handle;
    uint32_t object;  /**< number of the object, as in the log */
    const char *type; /**< "Event", "Process", ... */
    const char *name; /**< "" if it has none */
    uint32_t access;
    bool inheritable, protected_from_close;
    uint32_t handle_count, pointer_count;
} rd_handle_info;

/** The handle with the smallest value above `after` (0 to begin) in the process's table. */
RD_API rd_status rd_handle_next(const rd_world *world, uint32_t pid, uint64_t after,
                                rd_handle_info *out);

/**
 * Why does this process object still exist? One line for every reference: who took it, why and
 * since which event. Valid until the next call.
 */
RD_API const char *rd_who_holds(rd_world *world, uint32_t pid);

#ifdef __cplusplus
}
#endif

#endif
