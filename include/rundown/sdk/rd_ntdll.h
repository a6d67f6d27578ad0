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

#define THREAD_CREATE_FLAGS_CREATE_SUSPENDED 0x00000001
#define THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH 0x00000002
#define PS_ATTRIBUTE_CLIENT_ID 0x00010003

typedef struct _PS_ATTRIBUTE {
    ULONG_PTR Attribute;
    SIZE_T Size;
    union {
        ULONG_PTR Value;
        PVOID ValuePtr;
    };
    PSIZE_T ReturnLength;
} PS_ATTRIBUTE, *PPS_ATTRIBUTE;

typedef struct _PS_ATTRIBUTE_LIST {
    SIZE_T TotalLength;
    PS_ATTRIBUTE Attributes[1];
} PS_ATTRIBUTE_LIST, *PPS_ATTRIBUTE_LIST;

NTSYSAPI NTSTATUS NtOpenProcessToken(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                     PHANDLE TokenHandle);
NTSYSAPI NTSTATUS NtOpenProcessTokenEx(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                                       ULONG HandleAttributes, PHANDLE TokenHandle);
NTSYSAPI NTSTATUS NtOpenThreadToken(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                    BOOLEAN OpenAsSelf, PHANDLE TokenHandle);
NTSYSAPI NTSTATUS NtQueryInformationToken(HANDLE TokenHandle,
                                          TOKEN_INFORMATION_CLASS TokenInformationClass,
                                          PVOID TokenInformation, ULONG TokenInformationLength,
                                          PULONG ReturnLength);
NTSYSAPI NTSTATUS NtAdjustPrivilegesToken(HANDLE TokenHandle, BOOLEAN DisableAllPrivileges,
                                          PTOKEN_PRIVILEGES NewState, ULONG BufferLength,
                                          PTOKEN_PRIVILEGES PreviousState, PULONG ReturnLength);
NTSYSAPI BOOLEAN RtlValidSid(PSID Sid);
NTSYSAPI BOOLEAN RtlEqualSid(PSID Sid1, PSID Sid2);
NTSYSAPI ULONG RtlLengthSid(PSID Sid);
NTSYSAPI ULONG RtlLengthRequiredSid(ULONG SubAuthorityCount);
NTSYSAPI NTSTATUS RtlCopySid(ULONG DestinationSidLength, PSID DestinationSid, PSID SourceSid);
NTSYSAPI NTSTATUS RtlInitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY IdentifierAuthority,
                                   UCHAR SubAuthorityCount);
NTSYSAPI PULONG RtlSubAuthoritySid(PSID Sid, ULONG SubAuthority);
NTSYSAPI PUCHAR RtlSubAuthorityCountSid(PSID Sid);
NTSYSAPI NTSTATUS RtlConvertSidToUnicodeString(PUNICODE_STRING UnicodeString, PSID Sid,
                                               BOOLEAN AllocateDestinationString);

typedef struct _SECTION_IMAGE_INFORMATION {
    PVOID TransferAddress;
    ULONG ZeroBits;
    SIZE_T MaximumStackSize;
    SIZE_T CommittedStackSize;
    ULONG SubSystemType;
    ULONG SubSystemVersion;
    ULONG OperatingSystemVersion;
    USHORT ImageCharacteristics;
    USHORT DllCharacteristics;
    USHORT Machine;
    BOOLEAN ImageContainsCode;
    UCHAR ImageFlags;
    ULONG LoaderFlags;
    ULONG ImageFileSize;
    ULONG CheckSum;
} SECTION_IMAGE_INFORMATION, *PSECTION_IMAGE_INFORMATION;

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
NTSYSAPI NTSTATUS NtCreateThreadEx(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                   POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                                   PVOID StartRoutine, PVOID Argument, ULONG CreateFlags,
                                   SIZE_T ZeroBits, SIZE_T StackSize, SIZE_T MaximumStackSize,
                                   PPS_ATTRIBUTE_LIST AttributeList);
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
NTSYSAPI NTSTATUS NtQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                         PVOID FileInformation, ULONG Length,
                                         ULONG FileInformationClass);
NTSYSAPI NTSTATUS NtSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                       PVOID FileInformation, ULONG Length,
                                       ULONG FileInformationClass);
NTSYSAPI NTSTATUS NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                  POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                                  ULONG SectionPageProtection, ULONG AllocationAttributes,
                                  HANDLE FileHandle);
NTSYSAPI NTSTATUS NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSAPI NTSTATUS NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID *BaseAddress,
                                     ULONG_PTR ZeroBits, SIZE_T CommitSize,
                                     PLARGE_INTEGER SectionOffset, PSIZE_T ViewSize,
                                     ULONG InheritDisposition, ULONG AllocationType,
                                     ULONG Win32Protect);
NTSYSAPI NTSTATUS NtUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress);
NTSYSAPI NTSTATUS NtLockFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                             PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER ByteOffset,
                             PLARGE_INTEGER Length, ULONG Key, BOOLEAN FailImmediately,
                             BOOLEAN ExclusiveLock);
NTSYSAPI NTSTATUS NtUnlockFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                               PLARGE_INTEGER ByteOffset, PLARGE_INTEGER Length, ULONG Key);
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
NTSYSAPI NTSTATUS NtAlertResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);
NTSYSAPI NTSTATUS NtTestAlert(VOID);
NTSYSAPI NTSTATUS NtQueueApcThread(HANDLE ThreadHandle, PVOID ApcRoutine, PVOID ApcArgument1,
                                   PVOID ApcArgument2, PVOID ApcArgument3);
NTSYSAPI NTSTATUS NtWaitForMultipleObjects(ULONG Count, HANDLE *Handles, WAIT_TYPE WaitType,
                                           BOOLEAN Alertable, PLARGE_INTEGER Timeout);
NTSYSAPI NTSTATUS NtSignalAndWaitForSingleObject(HANDLE SignalHandle, HANDLE WaitHandle,
                                                 BOOLEAN Alertable, PLARGE_INTEGER Timeout);
NTSYSAPI NTSTATUS NtCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                                BOOLEAN InitialState);
NTSYSAPI NTSTATUS NtOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSAPI NTSTATUS NtSetEvent(HANDLE EventHandle, PLONG PreviousState);
NTSYSAPI NTSTATUS NtResetEvent(HANDLE EventHandle, PLONG PreviousState);
NTSYSAPI NTSTATUS NtClearEvent(HANDLE EventHandle);
NTSYSAPI NTSTATUS NtPulseEvent(HANDLE EventHandle, PLONG PreviousState);
NTSYSAPI NTSTATUS NtCreateMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                                 POBJECT_ATTRIBUTES ObjectAttributes, BOOLEAN InitialOwner);
NTSYSAPI NTSTATUS NtOpenMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSAPI NTSTATUS NtReleaseMutant(HANDLE MutantHandle, PLONG PreviousCount);
NTSYSAPI NTSTATUS NtCreateSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                    POBJECT_ATTRIBUTES ObjectAttributes, LONG InitialCount,
                                    LONG MaximumCount);
NTSYSAPI NTSTATUS NtOpenSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                  POBJECT_ATTRIBUTES ObjectAttributes);
NTSYSAPI NTSTATUS NtReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount,
                                     PLONG PreviousCount);

NTSYSAPI DECLSPEC_NORETURN VOID RtlExitUserProcess(NTSTATUS ExitStatus);
NTSYSAPI DECLSPEC_NORETURN VOID RtlExitUserThread(NTSTATUS ExitStatus);
NTSYSAPI BOOLEAN RtlDllShutdownInProgress(VOID);
NTSYSAPI VOID RtlAcquirePebLock(VOID);
NTSYSAPI VOID RtlReleasePebLock(VOID);
typedef ULONG (*PRTL_RUN_ONCE_INIT_FN)(PRTL_RUN_ONCE RunOnce, PVOID Parameter, PVOID *Context);
NTSYSAPI VOID RtlRunOnceInitialize(PRTL_RUN_ONCE RunOnce);
NTSYSAPI NTSTATUS RtlRunOnceBeginInitialize(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID *Context);
NTSYSAPI NTSTATUS RtlRunOnceComplete(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID Context);
NTSYSAPI NTSTATUS RtlRunOnceExecuteOnce(PRTL_RUN_ONCE RunOnce, PRTL_RUN_ONCE_INIT_FN InitFn,
                                        PVOID Parameter, PVOID *Context);
NTSYSAPI NTSTATUS RtlCreateUserThread(HANDLE ProcessHandle, PVOID SecurityDescriptor,
                                      BOOLEAN CreateSuspended, ULONG ZeroBits,
                                      SIZE_T MaximumStackSize, SIZE_T CommittedStackSize,
                                      PVOID StartAddress, PVOID Parameter, PHANDLE ThreadHandle,
                                      PCLIENT_ID ClientId);
NTSYSAPI NTSTATUS RtlQueueWorkItem(WORKERCALLBACKFUNC Function, PVOID Context, ULONG Flags);
NTSYSAPI NTSTATUS RtlRegisterWait(PHANDLE NewWait, HANDLE Object, WAITORTIMERCALLBACKFUNC Callback,
                                  PVOID Context, ULONG Milliseconds, ULONG Flags);
NTSYSAPI NTSTATUS RtlDeregisterWait(HANDLE Wait);
NTSYSAPI NTSTATUS RtlDeregisterWaitEx(HANDLE Wait, HANDLE CompletionEvent);
NTSYSAPI NTSTATUS RtlCreateTimerQueue(PHANDLE TimerQueue);
NTSYSAPI NTSTATUS RtlCreateTimer(HANDLE TimerQueue, PHANDLE NewTimer,
                                 WAITORTIMERCALLBACKFUNC Callback, PVOID Parameter, ULONG DueTime,
                                 ULONG Period, ULONG Flags);
NTSYSAPI NTSTATUS RtlUpdateTimer(HANDLE TimerQueue, HANDLE Timer, ULONG DueTime, ULONG Period);
NTSYSAPI NTSTATUS RtlDeleteTimer(HANDLE TimerQueue, HANDLE Timer, HANDLE CompletionEvent);
NTSYSAPI NTSTATUS RtlDeleteTimerQueue(HANDLE TimerQueue);
NTSYSAPI NTSTATUS RtlDeleteTimerQueueEx(HANDLE TimerQueue, HANDLE CompletionEvent);
NTSYSAPI NTSTATUS RtlGetLastNtStatus(VOID);
NTSYSAPI VOID RtlSetLastWin32ErrorAndNtStatusFromNtStatus(NTSTATUS Status);
NTSYSAPI VOID RtlSetLastWin32Error(ULONG Error);
NTSYSAPI ULONG RtlGetLastWin32Error(VOID);
NTSYSAPI NTSTATUS RtlSetProcessIsCritical(BOOLEAN NewValue, PBOOLEAN OldValue, BOOLEAN NeedBreaks);
NTSYSAPI NTSTATUS RtlSetThreadIsCritical(BOOLEAN NewValue, PBOOLEAN OldValue, BOOLEAN NeedBreaks);
NTSYSAPI NTSTATUS RtlAdjustPrivilege(ULONG Privilege, BOOLEAN Enable, BOOLEAN CurrentThread,
                                     PBOOLEAN Enabled);

NTSYSAPI VOID LdrShutdownProcess(VOID);
NTSYSAPI VOID LdrShutdownThread(VOID);
NTSYSAPI NTSTATUS LdrLockLoaderLock(ULONG Flags, PULONG Disposition, PVOID *Cookie);
NTSYSAPI NTSTATUS LdrUnlockLoaderLock(ULONG Flags, PVOID Cookie);
NTSYSAPI NTSTATUS LdrDisableThreadCalloutsForDll(PVOID DllHandle);
NTSYSAPI NTSTATUS LdrAddRefDll(ULONG Flags, PVOID DllHandle);

RD_SDK_END

#endif
