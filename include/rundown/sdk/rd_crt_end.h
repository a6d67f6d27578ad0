/* SPDX-License-Identifier: MIT */
/* The ends of a program, which <stdlib.h> and <process.h> both declare. */
#ifndef RD_SDK_RD_CRT_END_H
#define RD_SDK_RD_CRT_END_H

#include "corecrt.h"

RD_CRT_BEGIN
__attribute__((__noreturn__)) void exit(int status);
__attribute__((__noreturn__)) void _exit(int status);
__attribute__((__noreturn__)) void _Exit(int status);
__attribute__((__noreturn__)) void quick_exit(int status);
__attribute__((__noreturn__)) void abort(void);
void _cexit(void);
void _c_exit(void);
int system(const char *command);
int _wsystem(const wchar_t *command);
RD_CRT_END

#endif
