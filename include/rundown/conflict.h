/**
 * @file conflict.h
 * Questions about Windows that the sources leave open or answer differently. Every one has a
 * default, the first of its answers; a world may be given another to see whether a driver or
 * program depends on it.
 */
#ifndef RUNDOWN_CONFLICT_H
#define RUNDOWN_CONFLICT_H

#include <stddef.h>
#include <stdint.h>

#include "rundown/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The questions: indices of rd_world_options.conflicts. The answers are numbers, 0 the default. */
typedef enum rd_conflict {
    /** Registering a process routine twice: 0 STATUS_INVALID_PARAMETER, 1 accepted (NTFY-P-10). */
    RD_CONFLICT_PROCESS_DUPLICATE,
    /** Registering a thread routine twice: 0 accepted, 1 STATUS_INVALID_PARAMETER (NTFY-T-07). */
    RD_CONFLICT_THREAD_DUPLICATE,
    /** Registering an image routine twice: 0 accepted, 1 STATUS_INVALID_PARAMETER (NTFY-I-07). */
    RD_CONFLICT_IMAGE_DUPLICATE,
    /** Exit call for a process that never had a thread: 0 made, 1 not made (NTFY-P-36). */
    RD_CONFLICT_THREADLESS_EXIT,
    /** Exit call for a process whose creation was refused: 0 made, 1 not made (NTFY-P-48). */
    RD_CONFLICT_VETO_EXIT,
    /** After a routine has refused a creation: 0 the others are called too, 1 not (NTFY-P-49). */
    RD_CONFLICT_VETO_WALK,
    /** Parent of a process that inherits no handles: 0 told to all, 1 to Ex2 as NULL (NTFY-P-61).
     */
    RD_CONFLICT_PARENT_NULL,
    /** IRQL of thread routines: 0 PASSIVE_LEVEL, 1 APC_LEVEL (NTFY-T-11). */
    RD_CONFLICT_THREAD_IRQL,
    /** First calls for a new process: 0 process then thread, 1 thread then process (NTFY-T-26). */
    RD_CONFLICT_FIRST_THREAD_ORDER,
    /** Calls for minimal processes that no subsystem owns: 0 none, 1 to Ex2 (NTFY-P-58). */
    RD_CONFLICT_MINIMAL_PROCESS,
    /** Removal of object callbacks: 0 waits for running ones, 1 returns at once (OB-26). */
    RD_CONFLICT_OBJECT_REMOVAL,
    /** PS_CREATE_NOTIFY_INFO.CommandLine: 0 given, 1 NULL, which it may be (NTFY-P-54). */
    RD_CONFLICT_COMMAND_LINE,
    /** FullImageName of image routines: 0 given, 1 NULL, which it may be (NTFY-I-05). */
    RD_CONFLICT_IMAGE_NAME,
    /** IMAGE_INFO of image routines: 0 inside an IMAGE_INFO_EX, 1 alone (NTFY-I-21). */
    RD_CONFLICT_IMAGE_INFO,
    /** End of a session: 0 all programs are asked, then all are told and ended; 1 one after the
     * other is asked, told and ended, so that an objection comes too late for some (SHUT-13). */
    RD_CONFLICT_SESSION_END,
    RD_CONFLICTS
} rd_conflict;

/** Name of a question, such as "veto-walk"; NULL past the last one. */
RD_API const char *rd_conflict_name(unsigned conflict);

/** Name of one of its answers, such as "continue" and "stop"; NULL past the last one. */
RD_API const char *rd_conflict_answer(unsigned conflict, unsigned answer);

#ifdef __cplusplus
}
#endif

#endif
