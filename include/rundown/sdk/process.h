/* SPDX-License-Identifier: MIT */
/* Threads of the C runtime, child programs, and the end. */
#ifndef RD_SDK_PROCESS_H
#define RD_SDK_PROCESS_H

#include "corecrt.h"
#include "rd_crt_end.h"

#define _P_WAIT 0
#define _P_NOWAIT 1
#define _P_OVERLAY 2
#define _P_NOWAITO 3
#define _P_DETACH 4
#define P_WAIT _P_WAIT
#define P_NOWAIT _P_NOWAIT
#define P_OVERLAY _P_OVERLAY
#define _WAIT_CHILD 0
#define _WAIT_GRANDCHILD 1

typedef void (*_beginthread_proc_type)(void *);
typedef unsigned (*_beginthreadex_proc_type)(void *);

RD_CRT_BEGIN
uintptr_t _beginthread(_beginthread_proc_type start, unsigned stack_size, void *argument);
uintptr_t _beginthreadex(void *security, unsigned stack_size, _beginthreadex_proc_type start,
                         void *argument, unsigned flags, unsigned *thread_id);
void _endthread(void);
void _endthreadex(unsigned result);
int _getpid(void);
int getpid(void);
intptr_t _cwait(int *status, intptr_t process, int action);
intptr_t cwait(int *status, intptr_t process, int action);
intptr_t _execl(const char *program, const char *argument, ...);
intptr_t _execlp(const char *program, const char *argument, ...);
intptr_t _execv(const char *program, const char *const *arguments);
intptr_t _execvp(const char *program, const char *const *arguments);
intptr_t _execve(const char *program, const char *const *arguments, const char *const *environment);
intptr_t _spawnl(int mode, const char *program, const char *argument, ...);
intptr_t _spawnlp(int mode, const char *program, const char *argument, ...);
intptr_t _spawnv(int mode, const char *program, const char *const *arguments);
intptr_t _spawnvp(int mode, const char *program, const char *const *arguments);
intptr_t _spawnve(int mode, const char *program, const char *const *arguments,
                  const char *const *environment);
intptr_t spawnl(int mode, const char *program, const char *argument, ...);
intptr_t spawnv(int mode, const char *program, const char *const *arguments);
intptr_t _wspawnl(int mode, const wchar_t *program, const wchar_t *argument, ...);
intptr_t _wspawnv(int mode, const wchar_t *program, const wchar_t *const *arguments);
RD_CRT_END

#endif
