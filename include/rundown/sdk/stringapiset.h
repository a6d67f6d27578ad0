/* SPDX-License-Identifier: MIT */
/* Conversions between code pages and UTF-16. */
#ifndef RD_SDK_STRINGAPISET_H
#define RD_SDK_STRINGAPISET_H

#include "minwinbase.h"

RD_SDK_BEGIN

#define CP_ACP 0
#define CP_OEMCP 1
#define CP_UTF7 65000
#define CP_UTF8 65001
#define MB_PRECOMPOSED 0x00000001
#define MB_ERR_INVALID_CHARS 0x00000008
#define WC_NO_BEST_FIT_CHARS 0x00000400
#define WC_ERR_INVALID_CHARS 0x00000080

WINBASEAPI int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCSTR lpMultiByteStr,
                                   int cbMultiByte, LPWSTR lpWideCharStr, int cchWideChar);
WINBASEAPI int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWSTR lpWideCharStr,
                                   int cchWideChar, LPSTR lpMultiByteStr, int cbMultiByte,
                                   LPCSTR lpDefaultChar, LPBOOL lpUsedDefaultChar);
WINBASEAPI UINT GetACP(VOID);
WINBASEAPI UINT GetOEMCP(VOID);

RD_SDK_END

#endif
