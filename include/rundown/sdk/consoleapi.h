/* SPDX-License-Identifier: MIT */
/* Consoles. */
#ifndef RD_SDK_CONSOLEAPI_H
#define RD_SDK_CONSOLEAPI_H

#include "windef.h"
#include "minwinbase.h"

RD_SDK_BEGIN

#define CTRL_C_EVENT 0
#define CTRL_BREAK_EVENT 1
#define CTRL_CLOSE_EVENT 2
#define CTRL_LOGOFF_EVENT 5
#define CTRL_SHUTDOWN_EVENT 6

#define ENABLE_PROCESSED_INPUT 0x0001
#define ENABLE_LINE_INPUT 0x0002
#define ENABLE_ECHO_INPUT 0x0004
#define ENABLE_WINDOW_INPUT 0x0008
#define ENABLE_MOUSE_INPUT 0x0010
#define ENABLE_QUICK_EDIT_MODE 0x0040
#define ENABLE_EXTENDED_FLAGS 0x0080
#define ENABLE_VIRTUAL_TERMINAL_INPUT 0x0200
#define ENABLE_PROCESSED_OUTPUT 0x0001
#define ENABLE_WRAP_AT_EOL_OUTPUT 0x0002
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#define ATTACH_PARENT_PROCESS ((DWORD)-1)

#define FOREGROUND_BLUE 0x0001
#define FOREGROUND_GREEN 0x0002
#define FOREGROUND_RED 0x0004
#define FOREGROUND_INTENSITY 0x0008
#define BACKGROUND_BLUE 0x0010
#define BACKGROUND_GREEN 0x0020
#define BACKGROUND_RED 0x0040
#define BACKGROUND_INTENSITY 0x0080

typedef BOOL (*PHANDLER_ROUTINE)(DWORD CtrlType);

WINBASEAPI BOOL AllocConsole(VOID);
WINBASEAPI BOOL AttachConsole(DWORD dwProcessId);
WINBASEAPI BOOL FreeConsole(VOID);
WINBASEAPI BOOL SetConsoleCtrlHandler(PHANDLER_ROUTINE HandlerRoutine, BOOL Add);
WINBASEAPI BOOL GenerateConsoleCtrlEvent(DWORD dwCtrlEvent, DWORD dwProcessGroupId);
WINBASEAPI DWORD GetConsoleProcessList(LPDWORD lpdwProcessList, DWORD dwProcessCount);
WINBASEAPI HWND GetConsoleWindow(VOID);
WINBASEAPI UINT GetConsoleCP(VOID);
WINBASEAPI UINT GetConsoleOutputCP(VOID);
WINBASEAPI BOOL SetConsoleCP(UINT wCodePageID);
WINBASEAPI BOOL SetConsoleOutputCP(UINT wCodePageID);
WINBASEAPI BOOL GetConsoleMode(HANDLE hConsoleHandle, LPDWORD lpMode);
WINBASEAPI BOOL SetConsoleMode(HANDLE hConsoleHandle, DWORD dwMode);
WINBASEAPI BOOL SetConsoleTextAttribute(HANDLE hConsoleOutput, WORD wAttributes);
WINBASEAPI BOOL SetConsoleTitleA(LPCSTR lpConsoleTitle);
WINBASEAPI BOOL SetConsoleTitleW(LPCWSTR lpConsoleTitle);
WINBASEAPI DWORD GetConsoleTitleA(LPSTR lpConsoleTitle, DWORD nSize);
WINBASEAPI DWORD GetConsoleTitleW(LPWSTR lpConsoleTitle, DWORD nSize);
WINBASEAPI BOOL ReadConsoleA(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
                             LPDWORD lpNumberOfCharsRead, LPVOID pInputControl);
WINBASEAPI BOOL ReadConsoleW(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
                             LPDWORD lpNumberOfCharsRead, LPVOID pInputControl);
WINBASEAPI BOOL WriteConsoleA(HANDLE hConsoleOutput, const VOID *lpBuffer,
                              DWORD nNumberOfCharsToWrite, LPDWORD lpNumberOfCharsWritten,
                              LPVOID lpReserved);
WINBASEAPI BOOL WriteConsoleW(HANDLE hConsoleOutput, const VOID *lpBuffer,
                              DWORD nNumberOfCharsToWrite, LPDWORD lpNumberOfCharsWritten,
                              LPVOID lpReserved);
WINBASEAPI BOOL FlushConsoleInputBuffer(HANDLE hConsoleInput);

#ifdef UNICODE
#define SetConsoleTitle SetConsoleTitleW
#define GetConsoleTitle GetConsoleTitleW
#define ReadConsole ReadConsoleW
#define WriteConsole WriteConsoleW
#else
#define SetConsoleTitle SetConsoleTitleA
#define GetConsoleTitle GetConsoleTitleA
#define ReadConsole ReadConsoleA
#define WriteConsole WriteConsoleA
#endif

RD_SDK_END

#endif
