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

#endif
