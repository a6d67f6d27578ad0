/*
 * crt.h - the C run-time model: what exit, atexit, stdio and the memory functions of a Windows
 * program do.
 *
 * Public names for simulated code are functions crt_<name>, mapped to <name> in the export table.
 * State belongs to the process (crt_process) or thread (crt_thread) that calls.
 */
#ifndef RD_LDR_CRT_H
#define RD_LDR_CRT_H

#include "ldr/ldr.h"

/* Virtual time 0 is 2026-01-01 00:00:00 UTC; the machine's time zone is UTC. In seconds since 1970.
 */
#define CRT_EPOCH_SECONDS INT64_C(1767225600)

/* ---- life of a process ----------------------------------------------------------------------- */

/*
 * When the process is created: its environment becomes a copy of the parent's at this moment, or of
 * `block` (UTF-8 strings, each terminated, an empty one at the end) unless that is NULL. The parent
 * may be NULL.
 */
void crt_process_created(struct rd_world *w, struct ps_process *process, struct ps_process *parent,
                         const char *block);

/* Before any of its code runs: the descriptors that it was given. */
void crt_process_start(struct rd_world *w, struct ps_process *process);

/*
 * What the CRT's DLL does at its own DLL_PROCESS_DETACH when the process exits (the last DLL to be
 * detached): streams are flushed, however ExitProcess was reached. Not called when the process is
 * terminated.
 */
void crt_detach_flush(struct rd_world *w);

/* Bytes in the buffer of its standard output. */
size_t crt_unflushed(const struct ps_process *process);

/* The process is gone: closes host files, logs bytes that were never flushed (RD_EVENT_CRT_LOST).
 */
void crt_process_gone(struct rd_world *w, struct ps_process *process);

/* Before memory of the run is rewound: closes the host files of all processes. */
void crt_world_reset(struct rd_world *w);

/* The current thread leaves its process (DLL_THREAD_DETACH): its thread-local destructors run, last
 * registered first. */
void crt_thread_detach(struct rd_world *w);
/* Has the thread destructors of thread-local objects to run? */
bool crt_thread_exit_pending(const struct ps_thread *thread);
/* The thread's object goes away. */
void crt_thread_gone(struct rd_world *w, struct ps_thread *thread);

/* exit(code): thread-local destructors, atexit functions in LIFO order, flush, ExitProcess. */
_Noreturn void crt_do_exit(struct rd_world *w, int code);

/* std::terminate ends the process: what led to it goes to its stderr. Both may be NULL. */
void crt_tell_terminate(const char *type, const char *what);

/* abort() of the current process. */
void crt_abort(void);

/* ---- start ----------------------------------------------------------------------------------- */

/* Arguments of main as the CRT parses them out of the command line. */
int crt_arguments(struct rd_world *w, char ***argv);
uint16_t **crt_wide_arguments(struct rd_world *w);
/* Third argument of main and wmain. */
char **crt_environment(struct rd_world *w);
uint16_t **crt_wide_environment(struct rd_world *w);
/* Third argument of WinMain and wWinMain: the command line behind the program's name. */
char *crt_command_tail(struct rd_world *w);
uint16_t *crt_wide_command_tail(struct rd_world *w);

/* Runs constructors of an image (in the simulated process). */
void crt_run_constructors(struct rd_world *w, struct ldr_module *module);
/* atexit functions and destructors that a DLL registered, run in its DLL_PROCESS_DETACH (CRT-10).
 */
void crt_run_dll_exit(struct rd_world *w, struct ldr_module *module);

/* ---- standard handles ------------------------------------------------------------------------ */

/* Bytes to a standard handle of the process: output callback and event. The caller has passed a
 * scheduling point. */
void crt_write_standard(struct rd_world *w, rd_stream stream, const char *bytes, size_t size);
/* Bytes from standard input; 0 is its end. */
size_t crt_read_standard(struct rd_world *w, char *bytes, size_t size);

/* ---- environment, for GetEnvironmentVariable and its kin ------------------------------------- */

/* Of the process: the value or NULL; valid until the variable is set again. Names ignore case. */
const char *crt_env_get(struct rd_world *w, struct ps_process *process, const char *name);
/* value NULL removes. False: no such variable to remove, or a malformed name. */
bool crt_env_set(struct rd_world *w, struct ps_process *process, const char *name,
                 const char *value);
/* All strings "NAME=value", NULL-terminated; *count may be NULL. */
char *const *crt_env_strings(struct rd_world *w, struct ps_process *process, size_t *count);

/* ---- heap.c, beyond ldr.h -------------------------------------------------------------------- */

/*
 * A block knows which heap it was taken from: 0 is the process heap (and malloc), other numbers are
 * HeapCreate's. ldr_heap_alloc takes from heap 0; ldr_heap_free and ldr_heap_realloc accept blocks
 * of any heap.
 */
void *ldr_heap_alloc_from(struct rd_world *w, uint64_t heap, size_t size, bool zero);
/* (uint64_t)-1: not a live block of this process. */
uint64_t ldr_heap_of(struct rd_world *w, const void *block);
/* HeapDestroy: frees all blocks of that heap. */
void ldr_heap_free_all(struct rd_world *w, uint64_t heap);
/* The address space goes away: all memory returns to the world, heap_bytes and heap_blocks become
 * 0. */
void ldr_heap_gone(struct rd_world *w, struct ps_process *process);

#endif
