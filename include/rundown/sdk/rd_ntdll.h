/* SPDX-License-Identifier: MIT */
/*
 * Native entry points that no public Windows header declares. Programs that use them bring their
 * own prototypes, so no other SDK header includes this one; the library and its tests do.
 */
#ifndef RD_SDK_NTDLL_H
#define RD_SDK_NTDLL_H

#include "winternl.h"

RD_SDK_BEGIN

typedef struct _THREAD_BASIC_INFORMATION {
    NTSTATUS ExitStatus;
    PVOID TebBaseAddress;
    CLIENT_ID ClientId;
    KAFFINITY AffinityMask;
    KPRIORITY Priority;
    KPRIORITY BasePriority;
} THREAD_BASIC_INFORMATION, *PTHREAD_BASIC_INFORMATION;

typedef struct _KERNEL_USER_TIMES {
    LARGE_INTEGER CreateTime;
    LARGE_INTEGER ExitTime;
    LARGE_INTEGER KernelTime;
    LARGE_INTEGER UserTime;
} KERNEL_USER_TIMES, *PKERNEL_USER_TIMES;

#define PROCESS_CREATE_FLAGS_BREAKAWAY 0x00000001
#define PROCESS_CREATE_FLAGS_INHERIT_HANDLES 0x00000004

NTSYSAPI NTSTATUS NtCreateProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                  POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ParentProcess,
                                  BOOLEAN InheritObjectTable, HANDLE SectionHandle,
                                  HANDLE DebugPort, HANDLE TokenHandle);
NTSYSAPI NTSTATUS NtCreateProcessEx(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                    POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ParentProcess,
                                    ULONG Flags, HANDLE SectionHandle, HANDLE DebugPort,
                                    HANDLE TokenHandle, ULONG Reserved);
NTSYSAPI NTSTATUS NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus);
NTSYSAPI NTSTATUS NtTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus);
NTSYSAPI NTSTATUS NtTerminateJobObject(HANDLE JobHandle, NTSTATUS ExitStatus);
NTSYSAPI NTSTATUS NtSuspendProcess(HANDLE ProcessHandle);
NTSYSAPI NTSTATUS NtResumeProcess(HANDLE ProcessHandle);
NTSYSAPI NTSTATUS NtSuspendThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);
NTSYSAPI NTSTATUS NtResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);
NTSYSAPI NTSTATUS NtOpenProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId);
NTSYSAPI NTSTATUS NtOpenThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId);
NTSYSAPI NTSTATUS NtSetInformationProcess(HANDLE ProcessHandle,
                                          PROCESSINFOCLASS ProcessInformationClass,
                                          PVOID ProcessInformation, ULONG ProcessInformationLength);
NTSYSAPI NTSTATUS NtSetInformationThread(HANDLE ThreadHandle,
                                         THREADINFOCLASS ThreadInformationClass,
                                         PVOID ThreadInformation, ULONG ThreadInformationLength);
NTSYSAPI NTSTATUS NtReadFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                             PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                             PLARGE_INTEGER ByteOffset, PULONG Key);
NTSYSAPI NTSTATUS NtWriteFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                              PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                              PLARGE_INTEGER ByteOffset, PULONG Key);
NTSYSAPI NTSTATUS NtLoadDriver(PUNICODE_STRING DriverServiceName);
NTSYSAPI NTSTATUS NtUnloadDriver(PUNICODE_STRING DriverServiceName);
NTSYSAPI NTSTATUS NtDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                                    HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                                    ACCESS_MASK DesiredAccess, ULONG HandleAttributes,
                                    ULONG Options);
NTSYSAPI NTSTATUS NtGetNextProcess(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                   ULONG HandleAttributes, ULONG Flags, PHANDLE NewProcessHandle);
NTSYSAPI NTSTATUS NtGetNextThread(HANDLE ProcessHandle, HANDLE ThreadHandle,
                                  ACCESS_MASK DesiredAccess, ULONG HandleAttributes, ULONG Flags,
                                  PHANDLE NewThreadHandle);
NTSYSAPI NTSTATUS NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER DelayInterval);
NTSYSAPI NTSTATUS NtYieldExecution(VOID);
NTSYSAPI NTSTATUS NtAlertThread(HANDLE ThreadHandle);
NTSYSAPI NTSTATUS NtTestAlert(VOID);
NTSYSAPI NTSTATUS NtQueueApcThread(HANDLE ThreadHandle, PVOID ApcRoutine, PVOID ApcArgument1,
                                   PVOID ApcArgument2, PVOID ApcArgument3);
NTSYSAPI NTSTATUS NtWaitForMultipleObjects(ULONG Count, HANDLE *Handles, WAIT_TYPE WaitType,
                                           BOOLEAN Alertable, PLARGE_INTEGER Timeout);
NTSYSAPI NTSTATUS NtSignalAndWaitForSingleObject(HANDLE SignalHandle, HANDLE WaitHandle,
                                                 BOOLEAN Alertable, PLARGE_INTEGER Timeout);
NTSYSAPI NTSTATUS NtRaiseHardError(NTSTATUS ErrorStatus, ULONG NumberOfParameters,
                                   ULONG UnicodeStringParameterMask, PULONG_PTR Parameters,
                                   ULONG ValidResponseOptions, PULONG Response);

NTSYSAPI DECLSPEC_NORETURN VOID RtlExitUserProcess(NTSTATUS ExitStatus);
NTSYSAPI DECLSPEC_NORETURN VOID RtlExitUserThread(NTSTATUS ExitStatus);
NTSYSAPI BOOLEAN RtlDllShutdownInProgress(VOID);
NTSYSAPI VOID RtlAcquirePebLock(VOID);
NTSYSAPI VOID RtlReleasePebLock(VOID);
NTSYSAPI struct _PEB *RtlGetCurrentPeb(VOID);
NTSYSAPI NTSTATUS RtlCreateUserThread(HANDLE ProcessHandle, PVOID SecurityDescriptor,
                                      BOOLEAN CreateSuspended, ULONG ZeroBits,
                                      SIZE_T MaximumStackSize, SIZE_T CommittedStackSize,
                                      PVOID StartAddress, PVOID Parameter, PHANDLE ThreadHandle,
                                      PCLIENT_ID ClientId);
NTSYSAPI NTSTATUS RtlQueueWorkItem(WORKERCALLBACKFUNC Function, PVOID Context, ULONG Flags);
NTSYSAPI NTSTATUS RtlGetLastNtStatus(VOID);
NTSYSAPI VOID RtlSetLastWin32ErrorAndNtStatusFromNtStatus(NTSTATUS Status);

NTSYSAPI VOID LdrShutdownProcess(VOID);
NTSYSAPI VOID LdrShutdownThread(VOID);
NTSYSAPI NTSTATUS LdrLockLoaderLock(ULONG Flags, PULONG Disposition, PVOID *Cookie);
NTSYSAPI NTSTATUS LdrUnlockLoaderLock(ULONG Flags, PVOID Cookie);
NTSYSAPI NTSTATUS LdrDisableThreadCalloutsForDll(PVOID DllHandle);
NTSYSAPI NTSTATUS LdrAddRefDll(ULONG Flags, PVOID DllHandle);

RD_SDK_END

#endif
