/**
 * @file console.h
 * What the user and the system do to a console: press CTRL+C, close its window, log off, shut down.
 *
 * Every process that rd_process_start starts has a console of its own; the processes that it
 * creates share it unless they are created otherwise.
 */
#ifndef RUNDOWN_CONSOLE_H
#define RUNDOWN_CONSOLE_H

#include "rundown/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Values of CTRL_C_EVENT and so on. */
typedef enum rd_console_signal {
    RD_CONSOLE_CTRL_C = 0,
    RD_CONSOLE_CTRL_BREAK = 1,
    RD_CONSOLE_CLOSE = 2,   /**< the window is closed: all its processes end within 5 seconds */
    RD_CONSOLE_LOGOFF = 5,  /**< likewise */
    RD_CONSOLE_SHUTDOWN = 6 /**< likewise */
} rd_console_signal;

/**
 * Sends an event to all processes of the console that process `pid` is attached to. It takes effect
 * with the next rd_run, in a new thread of each process. A service outlives logoff and shutdown; a
 * program that has used the window system hears of them by messages only (rd_session_end). Where a
 * program has switched ENABLE_PROCESSED_INPUT off, CTRL+C is a character of standard input.
 * @return RD_OK; RD_NOT_FOUND: there is no such process, it has ended, or it has no console;
 * RD_INVALID_ARGUMENT, RD_BUSY.
 */
RD_API rd_status rd_console_event(rd_world *world, uint32_t pid, rd_console_signal signal);

#ifdef __cplusplus
}
#endif

#endif
