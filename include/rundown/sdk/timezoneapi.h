/* SPDX-License-Identifier: MIT */
/* Conversions of time. */
#ifndef RD_SDK_TIMEZONEAPI_H
#define RD_SDK_TIMEZONEAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

WINBASEAPI BOOL FileTimeToSystemTime(const FILETIME *lpFileTime, LPSYSTEMTIME lpSystemTime);
WINBASEAPI BOOL SystemTimeToFileTime(const SYSTEMTIME *lpSystemTime, LPFILETIME lpFileTime);
WINBASEAPI BOOL FileTimeToLocalFileTime(const FILETIME *lpFileTime, LPFILETIME lpLocalFileTime);
WINBASEAPI BOOL LocalFileTimeToFileTime(const FILETIME *lpLocalFileTime, LPFILETIME lpFileTime);
WINBASEAPI LONG CompareFileTime(const FILETIME *lpFileTime1, const FILETIME *lpFileTime2);

RD_SDK_END

#endif
