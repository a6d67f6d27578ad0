/**
 * @file rundown.h
 * Rundown: how Windows ends processes and threads, on any machine, the same every time.
 */
#ifndef RUNDOWN_RUNDOWN_H
#define RUNDOWN_RUNDOWN_H

#define RD_VERSION_MAJOR 0
#define RD_VERSION_MINOR 1
#define RD_VERSION_PATCH 0
#define RD_VERSION_STRING "0.1.0"

#include "rundown/check.h"
#include "rundown/console.h"
#include "rundown/event.h"
#include "rundown/explore.h"
#include "rundown/image.h"
#include "rundown/inspect.h"
#include "rundown/report.h"
#include "rundown/session.h"
#include "rundown/status.h"
#include "rundown/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the library that is linked, RD_VERSION_STRING when it was built. */
RD_API const char *rd_version(void);

#ifdef __cplusplus
}
#endif

#endif
