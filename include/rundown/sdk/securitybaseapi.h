/* SPDX-License-Identifier: MIT */
/* Tokens and security identifiers. */
#ifndef RD_SDK_SECURITYBASEAPI_H
#define RD_SDK_SECURITYBASEAPI_H

#include "minwindef.h"
#include "winnt.h"

RD_SDK_BEGIN

WINADVAPI BOOL OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, PHANDLE TokenHandle);
WINADVAPI BOOL OpenThreadToken(HANDLE ThreadHandle, DWORD DesiredAccess, BOOL OpenAsSelf,
                               PHANDLE TokenHandle);
WINADVAPI BOOL GetTokenInformation(HANDLE TokenHandle,
                                   TOKEN_INFORMATION_CLASS TokenInformationClass,
                                   LPVOID TokenInformation, DWORD TokenInformationLength,
                                   PDWORD ReturnLength);
WINADVAPI BOOL AdjustTokenPrivileges(HANDLE TokenHandle, BOOL DisableAllPrivileges,
                                     PTOKEN_PRIVILEGES NewState, DWORD BufferLength,
                                     PTOKEN_PRIVILEGES PreviousState, PDWORD ReturnLength);
WINADVAPI BOOL CheckTokenMembership(HANDLE TokenHandle, PSID SidToCheck, PBOOL IsMember);

#define GetCurrentProcessToken() ((HANDLE)(LONG_PTR)-4)
#define GetCurrentThreadToken() ((HANDLE)(LONG_PTR)-5)
#define GetCurrentThreadEffectiveToken() ((HANDLE)(LONG_PTR)-6)

WINADVAPI BOOL IsValidSid(PSID pSid);
WINADVAPI DWORD GetLengthSid(PSID pSid);
WINADVAPI DWORD GetSidLengthRequired(UCHAR nSubAuthorityCount);
WINADVAPI BOOL CopySid(DWORD nDestinationSidLength, PSID pDestinationSid, PSID pSourceSid);
WINADVAPI BOOL EqualSid(PSID pSid1, PSID pSid2);
WINADVAPI BOOL InitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                             BYTE nSubAuthorityCount);
WINADVAPI PSID_IDENTIFIER_AUTHORITY GetSidIdentifierAuthority(PSID pSid);
WINADVAPI PDWORD GetSidSubAuthority(PSID pSid, DWORD nSubAuthority);
WINADVAPI PUCHAR GetSidSubAuthorityCount(PSID pSid);
WINADVAPI BOOL AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                                        BYTE nSubAuthorityCount, DWORD nSubAuthority0,
                                        DWORD nSubAuthority1, DWORD nSubAuthority2,
                                        DWORD nSubAuthority3, DWORD nSubAuthority4,
                                        DWORD nSubAuthority5, DWORD nSubAuthority6,
                                        DWORD nSubAuthority7, PSID *pSid);
WINADVAPI PVOID FreeSid(PSID pSid);

RD_SDK_END

#endif
