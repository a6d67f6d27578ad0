/* SPDX-License-Identifier: MIT */
/* Overlapped and device I/O, completion ports. */
#ifndef RD_SDK_IOAPISET_H
#define RD_SDK_IOAPISET_H

#include "minwinbase.h"

RD_SDK_BEGIN

WINBASEAPI BOOL DeviceIoControl(HANDLE hDevice, DWORD dwIoControlCode, LPVOID lpInBuffer,
                                DWORD nInBufferSize, LPVOID lpOutBuffer, DWORD nOutBufferSize,
                                LPDWORD lpBytesReturned, LPOVERLAPPED lpOverlapped);
WINBASEAPI BOOL GetOverlappedResult(HANDLE hFile, LPOVERLAPPED lpOverlapped,
                                    LPDWORD lpNumberOfBytesTransferred, BOOL bWait);
WINBASEAPI BOOL GetOverlappedResultEx(HANDLE hFile, LPOVERLAPPED lpOverlapped,
                                      LPDWORD lpNumberOfBytesTransferred, DWORD dwMilliseconds,
                                      BOOL bAlertable);
#define FILE_SKIP_COMPLETION_PORT_ON_SUCCESS 0x1
#define FILE_SKIP_SET_EVENT_ON_HANDLE 0x2
#define HasOverlappedIoCompleted(lpOverlapped)                                                     \
    (((DWORD)(lpOverlapped)->Internal) != 0x00000103 /* STATUS_PENDING */)
WINBASEAPI BOOL SetFileCompletionNotificationModes(HANDLE FileHandle, UCHAR Flags);
WINBASEAPI BOOL CancelIo(HANDLE hFile);
WINBASEAPI BOOL CancelIoEx(HANDLE hFile, LPOVERLAPPED lpOverlapped);
WINBASEAPI BOOL CancelSynchronousIo(HANDLE hThread);
WINBASEAPI BOOL BindIoCompletionCallback(HANDLE FileHandle,
                                         LPOVERLAPPED_COMPLETION_ROUTINE Function, ULONG Flags);
WINBASEAPI HANDLE CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort,
                                         ULONG_PTR CompletionKey, DWORD NumberOfConcurrentThreads);
WINBASEAPI BOOL GetQueuedCompletionStatus(HANDLE CompletionPort, LPDWORD lpNumberOfBytesTransferred,
                                          PULONG_PTR lpCompletionKey, LPOVERLAPPED *lpOverlapped,
                                          DWORD dwMilliseconds);
WINBASEAPI BOOL GetQueuedCompletionStatusEx(HANDLE CompletionPort,
                                            LPOVERLAPPED_ENTRY lpCompletionPortEntries,
                                            ULONG ulCount, PULONG ulNumEntriesRemoved,
                                            DWORD dwMilliseconds, BOOL fAlertable);
WINBASEAPI BOOL PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD dwNumberOfBytesTransferred,
                                           ULONG_PTR dwCompletionKey, LPOVERLAPPED lpOverlapped);

RD_SDK_END

#endif
