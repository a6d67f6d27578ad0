/* win32_threadpool.h - what the newer and the older functions of the thread pool share. */
#ifndef RD_API_WIN32_THREADPOOL_H
#define RD_API_WIN32_THREADPOOL_H

#include "api/win32.h"
#include "ldr/tp.h"

/*
 * The caller, whose process has a thread pool from now on, after the scheduling point of the call.
 * False on behalf of the host.
 */
bool api_pool_caller(struct api_caller *caller);

/*
 * Passes the scheduling point. NULL: it is no object of that kind and the exception that says so
 * was raised, or nobody calls.
 */
struct ldr_tp_object *api_pool_object(struct api_caller *caller, const void *address,
                                      enum ldr_tp_kind kind);
/* As a callback environment wants it; NULL with the error set. */
struct ldr_tp_object *api_pool_create(struct api_caller *caller, struct ldr_tp_new *new,
                                      const TP_CALLBACK_ENVIRON *environment);

#endif
