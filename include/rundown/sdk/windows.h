/* SPDX-License-Identifier: MIT */
/* The umbrella of user mode. */
#ifndef RD_SDK_WINDOWS_H
#define RD_SDK_WINDOWS_H
#ifndef _WINDOWS_
#define _WINDOWS_
#endif

#include "excpt.h"
#include "windef.h"
#include "winbase.h"
#include "wincon.h"
#include "winnls.h"
#include "winreg.h"
#include "winuser.h"
#ifndef NOSERVICE
#include "winsvc.h"
#endif
#ifndef WIN32_LEAN_AND_MEAN
#include "winioctl.h"
#endif

#endif
