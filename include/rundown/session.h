/**
 * @file session.h
 * What the user does to a session: log off, shut the machine down.
 */
#ifndef RUNDOWN_SESSION_H
#define RUNDOWN_SESSION_H

#include "rundown/world.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rd_session_end_kind {
    RD_SESSION_LOGOFF = 0, /**< the programs of one session end, services go on */
    RD_SESSION_SHUTDOWN,   /**< all programs and services end */
    RD_SESSION_RESTART,    /**< likewise; programs cannot tell it from a shutdown */
    RD_SESSION_POWER_OFF   /**< likewise */
} rd_session_end_kind;

/** Options of rd_session_end. Zero-initialise and set `size`. */
typedef struct rd_session_end_options {
    size_t size;
    rd_session_end_kind kind;
    uint32_t session;   /**< that is logged off; as rd_process_options.session */
    bool force;         /**< ask no program (EWX_FORCE) */
    bool force_if_hung; /**< end programs that do not answer within 5 seconds (EWX_FORCEIFHUNG) */
} rd_session_end_options;

/**
 * Begins the end of a session, as ExitWindowsEx does; it takes place with the next rd_run. Programs
 * are asked by WM_QUERYENDSESSION, those with the highest level of SetProcessShutdownParameters
 * first. If one objects, or does not answer, rd_world_options.user says what becomes of it. Then
 * each is told by WM_ENDSESSION or its console handlers, and terminated. Events: `session.*`,
 * `console.*`, `message.*`. `options` may be NULL. Source: SHUT-01 to SHUT-24.
 * @return RD_OK; RD_BUSY: called from inside the run, or a session is ending already;
 * RD_INVALID_ARGUMENT.
 */
RD_API rd_status rd_session_end(rd_world *world, const rd_session_end_options *options);

#ifdef __cplusplus
}
#endif

#endif
