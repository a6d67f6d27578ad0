/* SPDX-License-Identifier: MIT */
/* What is known of a file. */
#ifndef RD_SDK_SYS_STAT_H
#define RD_SDK_SYS_STAT_H

#include "types.h"

#define _S_IFMT 0xF000
#define _S_IFDIR 0x4000
#define _S_IFCHR 0x2000
#define _S_IFIFO 0x1000
#define _S_IFREG 0x8000
#define _S_IREAD 0x0100
#define _S_IWRITE 0x0080
#define _S_IEXEC 0x0040
#define S_IFMT _S_IFMT
#define S_IFDIR _S_IFDIR
#define S_IFREG _S_IFREG
#define S_IREAD _S_IREAD
#define S_IWRITE _S_IWRITE

struct _stat64 {
    _dev_t st_dev;
    _ino_t st_ino;
    unsigned short st_mode;
    short st_nlink;
    short st_uid;
    short st_gid;
    _dev_t st_rdev;
    long long st_size;
    __time64_t st_atime;
    __time64_t st_mtime;
    __time64_t st_ctime;
};
#define _stat _stat64
#define stat _stat64
#define _stat64i32 _stat64
#define __stat64 _stat64
#define _fstat _fstat64
#define fstat _fstat64

RD_CRT_BEGIN
int _stat64(const char *name, struct _stat64 *result);
int _fstat64(int file, struct _stat64 *result);
int _wstat64(const wchar_t *name, struct _stat64 *result);
RD_CRT_END

#endif
