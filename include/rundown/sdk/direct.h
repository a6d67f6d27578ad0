/* SPDX-License-Identifier: MIT */
/* Directories. */
#ifndef RD_SDK_DIRECT_H
#define RD_SDK_DIRECT_H

#include "corecrt.h"

RD_CRT_BEGIN
char *_getcwd(char *buffer, int size);
char *getcwd(char *buffer, int size);
int _chdir(const char *name);
int chdir(const char *name);
int _mkdir(const char *name);
int mkdir(const char *name);
int _rmdir(const char *name);
int rmdir(const char *name);
int _getdrive(void);
int _chdrive(int drive);
RD_CRT_END

#endif
