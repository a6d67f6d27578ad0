/**
 * @file status.h
 * Results of the host API: what rd_ functions return to the program that embeds Rundown.
 */
#ifndef RUNDOWN_STATUS_H
#define RUNDOWN_STATUS_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define RD_API
#elif defined(__GNUC__)
#define RD_API __attribute__((visibility("default")))
#else
#define RD_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Result of a host API call. Everything but RD_OK leaves the world as it was. */
typedef enum rd_status {
    RD_OK = 0,
    RD_INVALID_ARGUMENT, /**< an argument is NULL, out of range or contradictory */
    RD_NOT_FOUND,        /**< no image, process, thread, driver, event or file of that name */
    RD_ALREADY_EXISTS,   /**< the name is taken */
    RD_NO_MEMORY,        /**< the host has no memory left */
    RD_UNAVAILABLE,      /**< not built in (the fiber carrier without Boost.Context, for example) */
    RD_BAD_IMAGE,        /**< a file is no image that rundown-cc made, or lacks an entry point */
    RD_UNRESOLVED,       /**< an image imports something that nobody exports */
    RD_BUSY,             /**< not allowed while the world runs */
    RD_FAILED            /**< simulated Windows refused; the message holds the NTSTATUS */
} rd_status;

/** How a run ended. */
typedef enum rd_verdict {
    RD_VERDICT_NONE = 0,  /**< nothing has run yet */
    RD_VERDICT_FINISHED,  /**< every process has ended; only system threads may still wait */
    RD_VERDICT_RUNNABLE,  /**< stopped by rd_step or a time limit; something can still run */
    RD_VERDICT_DEADLOCK,  /**< processes are alive, but no thread can ever run again */
    RD_VERDICT_LIMIT,     /**< a limit of rd_world_options was reached */
    RD_VERDICT_BUGCHECK,  /**< driver code crashed the simulated machine */
    RD_VERDICT_NO_MEMORY, /**< the host ran out of memory inside the run */
    RD_VERDICT_DIVERGED   /**< the replayed decisions do not fit this program */
} rd_verdict;

/** Name of a status or verdict, for messages: "RD_OK" and so on; never NULL. */
RD_API const char *rd_status_name(rd_status status);
RD_API const char *rd_verdict_name(rd_verdict verdict);

#ifdef __cplusplus
}
#endif

#endif
