/* SPDX-License-Identifier: MIT */
/* Security identifiers as text. */
#ifndef RD_SDK_SDDL_H
#define RD_SDK_SDDL_H

#include "windows.h"

RD_SDK_BEGIN

WINADVAPI BOOL ConvertSidToStringSidA(PSID Sid, LPSTR *StringSid);
WINADVAPI BOOL ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid);
#ifdef UNICODE
#define ConvertSidToStringSid ConvertSidToStringSidW
#else
#define ConvertSidToStringSid ConvertSidToStringSidA
#endif

RD_SDK_END

#endif
