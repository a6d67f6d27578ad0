/* SPDX-License-Identifier: MIT */
/* Types of the file calls. */
#ifndef RD_SDK_SYS_TYPES_H
#define RD_SDK_SYS_TYPES_H

#include "../corecrt.h"

typedef unsigned short _ino_t;
typedef unsigned int _dev_t;
typedef int _off_t;
typedef _ino_t ino_t;
typedef _dev_t dev_t;
#ifndef _OFF_T_DEFINED
#define _OFF_T_DEFINED
typedef long off_t;
#endif
typedef int _pid_t;
typedef unsigned short _mode_t;
#if defined(__MINGW32__) || defined(RD_SDK_POSIX_NAMES)
typedef _pid_t pid_t;
typedef __PTRDIFF_TYPE__ ssize_t;
#endif

#endif
