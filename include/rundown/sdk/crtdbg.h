/* SPDX-License-Identifier: MIT */
/* The debug runtime, of which a release build has only these names. */
#ifndef RD_SDK_CRTDBG_H
#define RD_SDK_CRTDBG_H

#include "corecrt.h"

#define _CRT_WARN 0
#define _CRT_ERROR 1
#define _CRT_ASSERT 2
#define _CRT_ERRCNT 3
#define _CRTDBG_MODE_FILE 0x1
#define _CRTDBG_MODE_DEBUG 0x2
#define _CRTDBG_MODE_WNDW 0x4
#define _CRTDBG_REPORT_MODE (-1)
#define _CRTDBG_FILE_STDOUT ((void *)-4)
#define _CRTDBG_FILE_STDERR ((void *)-5)
#define _CRTDBG_ALLOC_MEM_DF 0x01
#define _CRTDBG_DELAY_FREE_MEM_DF 0x02
#define _CRTDBG_CHECK_ALWAYS_DF 0x04
#define _CRTDBG_CHECK_CRT_DF 0x10
#define _CRTDBG_LEAK_CHECK_DF 0x20
#define _CRTDBG_REPORT_FLAG (-1)
#define _NORMAL_BLOCK 1
#define _CLIENT_BLOCK 4

#define _ASSERT(e) ((void)0)
#define _ASSERTE(e) ((void)0)
#define _ASSERT_EXPR(e, message) ((void)0)
#define _RPT0(type, message) ((void)0)
#define _CrtSetReportMode(type, mode) ((int)0)
#define _CrtSetReportFile(type, file) ((void *)0)
#define _CrtSetReportHook(hook) ((void *)0)
#define _CrtDbgReport(...) ((int)0)
#define _CrtSetDbgFlag(flag) ((int)0)
#define _CrtSetBreakAlloc(number) ((long)0)
#define _CrtDumpMemoryLeaks() ((int)0)
#define _CrtCheckMemory() ((int)1)
#define _CrtMemCheckpoint(state) ((void)0)
#define _CrtMemDifference(difference, old_state, new_state) ((int)0)
#define _malloc_dbg(size, type, file, line) malloc(size)
#define _free_dbg(block, type) free(block)

#endif
