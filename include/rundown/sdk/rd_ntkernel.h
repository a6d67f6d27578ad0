/* SPDX-License-Identifier: MIT */
/* Kernel exports that no public header declares; drivers that use them bring their own prototypes,
 * which differ in detail, so only the library and its tests include this file. */
#ifndef RD_SDK_RD_NTKERNEL_H
#define RD_SDK_RD_NTKERNEL_H

#include "ntifs.h"

RD_SDK_BEGIN

NTKERNELAPI PUCHAR PsGetProcessImageFileName(PEPROCESS Process);
NTKERNELAPI struct _PEB *PsGetProcessPeb(PEPROCESS Process);
NTKERNELAPI PVOID PsGetProcessWow64Process(PEPROCESS Process);
NTKERNELAPI PVOID PsGetProcessSectionBaseAddress(PEPROCESS Process);
NTKERNELAPI HANDLE PsGetProcessInheritedFromUniqueProcessId(PEPROCESS Process);
NTKERNELAPI BOOLEAN PsGetProcessExitProcessCalled(PEPROCESS Process);
NTKERNELAPI ULONG PsGetProcessSessionId(PEPROCESS Process);
NTKERNELAPI UCHAR PsGetProcessProtection(PEPROCESS Process);
NTKERNELAPI BOOLEAN PsIsProtectedProcess(PEPROCESS Process);
NTKERNELAPI BOOLEAN PsIsProtectedProcessLight(PEPROCESS Process);
NTKERNELAPI BOOLEAN PsIsProcessBeingDebugged(PEPROCESS Process);
NTKERNELAPI NTSTATUS PsSuspendProcess(PEPROCESS Process);
NTKERNELAPI NTSTATUS PsResumeProcess(PEPROCESS Process);
NTKERNELAPI NTSTATUS PsGetContextThread(PETHREAD Thread, PCONTEXT ThreadContext,
                                        KPROCESSOR_MODE Mode);
NTKERNELAPI NTSTATUS PsWrapApcWow64Thread(PVOID *ApcContext, PVOID *ApcRoutine);
NTKERNELAPI USHORT PsWow64GetProcessMachine(PEPROCESS Process);
NTKERNELAPI VOID KeInitializeApc(PRKAPC Apc, PRKTHREAD Thread, ULONG Environment,
                                 PVOID KernelRoutine, PVOID RundownRoutine, PVOID NormalRoutine,
                                 KPROCESSOR_MODE ProcessorMode, PVOID NormalContext);
NTKERNELAPI BOOLEAN KeInsertQueueApc(PRKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2,
                                     KPRIORITY Increment);
NTKERNELAPI BOOLEAN KeRemoveQueueApc(PRKAPC Apc);
NTKERNELAPI BOOLEAN KeAlertThread(PKTHREAD Thread, KPROCESSOR_MODE AlertMode);
NTKERNELAPI BOOLEAN KeTestAlertThread(KPROCESSOR_MODE AlertMode);
NTKERNELAPI LONG KeReadStateThread(PKTHREAD Thread);
NTKERNELAPI LONG KeReadStateProcess(PKPROCESS Process);
NTKERNELAPI NTSTATUS ZwQueryInformationProcess(HANDLE ProcessHandle,
                                               PROCESSINFOCLASS ProcessInformationClass,
                                               PVOID ProcessInformation,
                                               ULONG ProcessInformationLength, PULONG ReturnLength);
NTKERNELAPI NTSTATUS ZwSetInformationProcess(HANDLE ProcessHandle,
                                             PROCESSINFOCLASS ProcessInformationClass,
                                             PVOID ProcessInformation,
                                             ULONG ProcessInformationLength);
NTKERNELAPI NTSTATUS ZwQueryInformationThread(HANDLE ThreadHandle,
                                              THREADINFOCLASS ThreadInformationClass,
                                              PVOID ThreadInformation,
                                              ULONG ThreadInformationLength, PULONG ReturnLength);
NTKERNELAPI NTSTATUS ZwQuerySystemInformation(ULONG SystemInformationClass, PVOID SystemInformation,
                                              ULONG SystemInformationLength, PULONG ReturnLength);
NTKERNELAPI NTSTATUS ZwOpenThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                                  POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId);
NTKERNELAPI NTSTATUS ZwProtectVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress,
                                            PSIZE_T RegionSize, ULONG NewProtect,
                                            PULONG OldProtect);
NTKERNELAPI NTSTATUS ZwTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus);
NTKERNELAPI POBJECT_TYPE ObGetObjectType(PVOID Object);
NTKERNELAPI PVOID RtlImageDirectoryEntryToData(PVOID Base, BOOLEAN MappedAsImage,
                                               USHORT DirectoryEntry, PULONG Size);
NTKERNELAPI PVOID RtlImageNtHeader(PVOID Base);
NTKERNELAPI ULONG RtlWalkFrameChain(PVOID *Callers, ULONG Count, ULONG Flags);

RD_SDK_END

#endif
