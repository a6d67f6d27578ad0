/* SPDX-License-Identifier: MIT */
/* Files by number. */
#ifndef RD_SDK_IO_H
#define RD_SDK_IO_H

#include "corecrt.h"
#include "share.h"

#define _A_NORMAL 0x00
#define _A_RDONLY 0x01
#define _A_HIDDEN 0x02
#define _A_SYSTEM 0x04
#define _A_SUBDIR 0x10
#define _A_ARCH 0x20

RD_CRT_BEGIN
int _access(const char *name, int mode);
errno_t _access_s(const char *name, int mode);
int access(const char *name, int mode);
int _waccess(const wchar_t *name, int mode);
int _chmod(const char *name, int mode);
int _open(const char *name, int flags, ...);
int open(const char *name, int flags, ...);
int _wopen(const wchar_t *name, int flags, ...);
int _sopen(const char *name, int flags, int share, ...);
errno_t _sopen_s(int *file, const char *name, int flags, int share, int permission);
int _creat(const char *name, int permission);
int _close(int file);
int close(int file);
int _read(int file, void *buffer, unsigned int count);
int read(int file, void *buffer, unsigned int count);
int _write(int file, const void *buffer, unsigned int count);
int write(int file, const void *buffer, unsigned int count);
long _lseek(int file, long offset, int origin);
long lseek(int file, long offset, int origin);
long long _lseeki64(int file, long long offset, int origin);
long _tell(int file);
int _eof(int file);
int _commit(int file);
int _chsize(int file, long size);
errno_t _chsize_s(int file, long long size);
long long _telli64(int file);
long long _filelengthi64(int file);
long _filelength(int file);
int _dup(int file);
int _dup2(int file, int target);
int dup(int file);
int dup2(int file, int target);
int _isatty(int file);
int isatty(int file);
int _setmode(int file, int mode);
int _pipe(int *files, unsigned int size, int mode);
int _unlink(const char *name);
int _wunlink(const wchar_t *name);
int unlink(const char *name);
int remove(const char *name);
int rename(const char *old_name, const char *new_name);
char *_mktemp(char *name);
intptr_t _get_osfhandle(int file);
int _open_osfhandle(intptr_t handle, int flags);
RD_CRT_END

#endif
