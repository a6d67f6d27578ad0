/* SPDX-License-Identifier: MIT */
/* Pipes. */
#ifndef RD_SDK_NAMEDPIPEAPI_H
#define RD_SDK_NAMEDPIPEAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

#define PIPE_ACCESS_INBOUND 0x00000001
#define PIPE_ACCESS_OUTBOUND 0x00000002
#define PIPE_ACCESS_DUPLEX 0x00000003
#define PIPE_WAIT 0x00000000
#define PIPE_NOWAIT 0x00000001
#define PIPE_READMODE_BYTE 0x00000000
#define PIPE_READMODE_MESSAGE 0x00000002
#define PIPE_TYPE_BYTE 0x00000000
#define PIPE_TYPE_MESSAGE 0x00000004
#define PIPE_ACCEPT_REMOTE_CLIENTS 0x00000000
#define PIPE_REJECT_REMOTE_CLIENTS 0x00000008
#define PIPE_CLIENT_END 0x00000000
#define PIPE_SERVER_END 0x00000001
#define PIPE_UNLIMITED_INSTANCES 255
#define NMPWAIT_WAIT_FOREVER 0xffffffff
#define NMPWAIT_NOWAIT 0x00000001
#define NMPWAIT_USE_DEFAULT_WAIT 0x00000000

WINBASEAPI BOOL CreatePipe(PHANDLE hReadPipe, PHANDLE hWritePipe,
                           LPSECURITY_ATTRIBUTES lpPipeAttributes, DWORD nSize);
WINBASEAPI HANDLE CreateNamedPipeA(LPCSTR lpName, DWORD dwOpenMode, DWORD dwPipeMode,
                                   DWORD nMaxInstances, DWORD nOutBufferSize, DWORD nInBufferSize,
                                   DWORD nDefaultTimeOut,
                                   LPSECURITY_ATTRIBUTES lpSecurityAttributes);
WINBASEAPI HANDLE CreateNamedPipeW(LPCWSTR lpName, DWORD dwOpenMode, DWORD dwPipeMode,
                                   DWORD nMaxInstances, DWORD nOutBufferSize, DWORD nInBufferSize,
                                   DWORD nDefaultTimeOut,
                                   LPSECURITY_ATTRIBUTES lpSecurityAttributes);
WINBASEAPI BOOL ConnectNamedPipe(HANDLE hNamedPipe, LPOVERLAPPED lpOverlapped);
WINBASEAPI BOOL DisconnectNamedPipe(HANDLE hNamedPipe);
WINBASEAPI BOOL WaitNamedPipeA(LPCSTR lpNamedPipeName, DWORD nTimeOut);
WINBASEAPI BOOL WaitNamedPipeW(LPCWSTR lpNamedPipeName, DWORD nTimeOut);
WINBASEAPI BOOL PeekNamedPipe(HANDLE hNamedPipe, LPVOID lpBuffer, DWORD nBufferSize,
                              LPDWORD lpBytesRead, LPDWORD lpTotalBytesAvail,
                              LPDWORD lpBytesLeftThisMessage);
WINBASEAPI BOOL SetNamedPipeHandleState(HANDLE hNamedPipe, LPDWORD lpMode,
                                        LPDWORD lpMaxCollectionCount, LPDWORD lpCollectDataTimeout);
WINBASEAPI BOOL TransactNamedPipe(HANDLE hNamedPipe, LPVOID lpInBuffer, DWORD nInBufferSize,
                                  LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead,
                                  LPOVERLAPPED lpOverlapped);
WINBASEAPI BOOL CallNamedPipeA(LPCSTR lpNamedPipeName, LPVOID lpInBuffer, DWORD nInBufferSize,
                               LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead,
                               DWORD nTimeOut);
WINBASEAPI BOOL CallNamedPipeW(LPCWSTR lpNamedPipeName, LPVOID lpInBuffer, DWORD nInBufferSize,
                               LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead,
                               DWORD nTimeOut);
WINBASEAPI BOOL GetNamedPipeHandleStateA(HANDLE hNamedPipe, LPDWORD lpState, LPDWORD lpCurInstances,
                                         LPDWORD lpMaxCollectionCount, LPDWORD lpCollectDataTimeout,
                                         LPSTR lpUserName, DWORD nMaxUserNameSize);
WINBASEAPI BOOL GetNamedPipeInfo(HANDLE hNamedPipe, LPDWORD lpFlags, LPDWORD lpOutBufferSize,
                                 LPDWORD lpInBufferSize, LPDWORD lpMaxInstances);
WINBASEAPI BOOL GetNamedPipeClientProcessId(HANDLE Pipe, PULONG ClientProcessId);
WINBASEAPI BOOL GetNamedPipeServerProcessId(HANDLE Pipe, PULONG ServerProcessId);

#ifdef UNICODE
#define CallNamedPipe CallNamedPipeW
#define CreateNamedPipe CreateNamedPipeW
#define WaitNamedPipe WaitNamedPipeW
#else
#define CallNamedPipe CallNamedPipeA
#define CreateNamedPipe CreateNamedPipeA
#define WaitNamedPipe WaitNamedPipeA
#endif

RD_SDK_END

#endif
