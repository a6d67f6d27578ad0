/* Starts a child in a job, waits for it, and reads its output through a pipe. */
#ifndef UNICODE
#define UNICODE
#endif
#define _UNICODE
#include <Windows.h>
#include <tchar.h>
#include <stdio.h>
#include <tlhelp32.h>
#include <strsafe.h>

#pragma comment(lib, "user32.lib")
#pragma warning(disable : 4996)

static void ShowLastError(LPCTSTR what) {
    LPTSTR text = NULL;
    DWORD error = GetLastError();
    FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                      FORMAT_MESSAGE_IGNORE_INSERTS,
                  NULL, error, MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), (LPTSTR)&text, 0, NULL);
    _tprintf(TEXT("%s failed with error %d: %s\n"), what, error, text ? text : TEXT("?"));
    LocalFree(text);
}

static DWORD CountChildren(DWORD parent) {
    DWORD count = 0;
    PROCESSENTRY32 entry = {sizeof(entry)};
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (snapshot == INVALID_HANDLE_VALUE)
        return 0;
    for (BOOL more = Process32First(snapshot, &entry); more; more = Process32Next(snapshot, &entry))
        if (entry.th32ParentProcessID == parent)
            count++;
    CloseHandle(snapshot);
    return count;
}

int _tmain(int argc, TCHAR *argv[]) {
    TCHAR command[MAX_PATH];
    STARTUPINFO si;
    PROCESS_INFORMATION pi;
    SECURITY_ATTRIBUTES sa = {sizeof(sa), NULL, TRUE};
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    HANDLE job, read_end, write_end;
    DWORD exit_code, got;
    char buffer[256];

    if (argc != 2) {
        _tprintf(_T("Usage: %s [cmdline]\n"), argv[0]);
        return 2;
    }
    ZeroMemory(&si, sizeof(si));
    si.cb = sizeof(si);
    si.dwFlags = STARTF_USESTDHANDLES;
    ZeroMemory(&pi, sizeof(pi));
    if (!CreatePipe(&read_end, &write_end, &sa, 0))
        ShowLastError(TEXT("CreatePipe"));
    SetHandleInformation(read_end, HANDLE_FLAG_INHERIT, 0);
    si.hStdOutput = write_end;
    si.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    StringCchCopy(command, ARRAYSIZE(command), argv[1]);
    job = CreateJobObject(NULL, NULL);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof(limits));
    if (!CreateProcess(NULL, command, NULL, NULL, TRUE, CREATE_SUSPENDED | CREATE_NO_WINDOW, NULL,
                       NULL, &si, &pi)) {
        ShowLastError(TEXT("CreateProcess"));
        return 1;
    }
    AssignProcessToJobObject(job, pi.hProcess);
    ResumeThread(pi.hThread);
    CloseHandle(write_end);
    while (ReadFile(read_end, buffer, sizeof(buffer), &got, NULL) && got)
        fwrite(buffer, 1, got, stdout);
    if (WaitForSingleObject(pi.hProcess, INFINITE) != WAIT_OBJECT_0)
        ShowLastError(TEXT("WaitForSingleObject"));
    GetExitCodeProcess(pi.hProcess, &exit_code);
    _tprintf(_T("exit 0x%08lX, %u children\n"), exit_code, CountChildren(GetCurrentProcessId()));
    CloseHandle(pi.hThread);
    CloseHandle(pi.hProcess);
    CloseHandle(job);
    return exit_code == (DWORD)STATUS_CONTROL_C_EXIT ? 3 : 0;
}
