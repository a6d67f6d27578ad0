/* win32_debug.h - the debug object of a thread, for CreateProcess. */
#ifndef RD_API_WIN32_DEBUG_H
#define RD_API_WIN32_DEBUG_H

#include "api/win32.h"
#include "ps/debug.h"

/* DbgUiConnectToDbg: the caller's debug object, which is made on first use. */
NTSTATUS api_debug_connect(struct api_caller *me, struct ps_debug **debug);

#endif
