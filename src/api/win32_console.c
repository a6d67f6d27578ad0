/* win32_console.c - the console, as far as output and its title need it. */
#include "api/win32_file.h"
#include "csr/csr.h"

/* The console behind a handle; output may also be a pipe or a file, which is none. */
static struct api_file *console_of(struct api_caller *me, HANDLE handle) {
    struct api_file *file = api_file_of(me, handle, 0, KE_WRITE);
    bool is_console = file && file->kind == API_FILE_STREAM && me->w->options.console &&
                      csr_process_get(me->w, me->process)->console;
    if (file && !is_console) {
        api_set_error(me, ERROR_INVALID_HANDLE);
        return NULL;
    }
    return file;
}

BOOL GetConsoleMode(HANDLE hConsoleHandle, LPDWORD lpMode) {
    struct api_caller me;
    const struct api_file *file = console_of(&me, hConsoleHandle);
    if (!file)
        return FALSE;
    const struct csr_console *console = csr_process_get(me.w, me.process)->console;
    *lpMode = file->which == API_STD_INPUT ? console->input_mode : console->output_mode;
    return TRUE;
}

BOOL SetConsoleMode(HANDLE hConsoleHandle, DWORD dwMode) {
    struct api_caller me;
    const struct api_file *file = console_of(&me, hConsoleHandle);
    if (!file)
        return FALSE;
    struct csr_console *console = csr_process_get(me.w, me.process)->console;
    *(file->which == API_STD_INPUT ? &console->input_mode : &console->output_mode) = dwMode;
    return TRUE;
}

BOOL SetConsoleTextAttribute(HANDLE hConsoleOutput, WORD wAttributes) {
    struct api_caller me;
    (void)wAttributes;
    return console_of(&me, hConsoleOutput) != NULL;
}

BOOL FlushConsoleInputBuffer(HANDLE hConsoleInput) {
    struct api_caller me;
    if (!console_of(&me, hConsoleInput))
        return FALSE;
    me.w->ldr->typed_ctrl_c = 0;
    return TRUE;
}

BOOL WriteConsoleA(HANDLE hConsoleOutput, const VOID *lpBuffer, DWORD nNumberOfCharsToWrite,
                   LPDWORD lpNumberOfCharsWritten, LPVOID lpReserved) {
    struct api_caller me;
    DWORD written;
    (void)lpReserved;
    if (!console_of(&me, hConsoleOutput))
        return FALSE;
    return WriteFile(hConsoleOutput, lpBuffer, nNumberOfCharsToWrite,
                     lpNumberOfCharsWritten ? lpNumberOfCharsWritten : &written, NULL);
}

BOOL WriteConsoleW(HANDLE hConsoleOutput, const VOID *lpBuffer, DWORD nNumberOfCharsToWrite,
                   LPDWORD lpNumberOfCharsWritten, LPVOID lpReserved) {
    struct api_caller me;
    DWORD written;
    (void)lpReserved;
    if (!console_of(&me, hConsoleOutput))
        return FALSE;
    size_t size = base_utf16_to_8(lpBuffer, nNumberOfCharsToWrite, NULL, 0);
    char *bytes = base_arena_alloc(&me.w->run, size + 1);
    if (!bytes)
        return api_fail(&me, ERROR_NOT_ENOUGH_MEMORY);
    base_utf16_to_8(lpBuffer, nNumberOfCharsToWrite, bytes, size);
    BOOL done = WriteFile(hConsoleOutput, bytes, (DWORD)size, &written, NULL);
    if (done && lpNumberOfCharsWritten)
        *lpNumberOfCharsWritten = nNumberOfCharsToWrite;
    return done;
}

BOOL ReadConsoleA(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
                  LPDWORD lpNumberOfCharsRead, LPVOID pInputControl) {
    struct api_caller me;
    (void)pInputControl;
    if (!console_of(&me, hConsoleInput))
        return FALSE;
    return ReadFile(hConsoleInput, lpBuffer, nNumberOfCharsToRead, lpNumberOfCharsRead, NULL);
}

BOOL ReadConsoleW(HANDLE hConsoleInput, LPVOID lpBuffer, DWORD nNumberOfCharsToRead,
                  LPDWORD lpNumberOfCharsRead, LPVOID pInputControl) {
    struct api_caller me;
    DWORD count = 0;
    (void)pInputControl;
    if (!console_of(&me, hConsoleInput))
        return FALSE;
    char *bytes = base_arena_alloc(&me.w->run, (size_t)nNumberOfCharsToRead + 1);
    if (!bytes)
        return api_fail(&me, ERROR_NOT_ENOUGH_MEMORY);
    if (!ReadFile(hConsoleInput, bytes, nNumberOfCharsToRead, &count, NULL))
        return FALSE;
    *lpNumberOfCharsRead = (DWORD)base_utf8_to_16(bytes, count, lpBuffer, nNumberOfCharsToRead);
    return TRUE;
}

/* Whether the process has a console; else the error is set. */
static bool has_console(struct api_caller *me) {
    if (!api_caller_get(me))
        return false;
    if (csr_process_get(me->w, me->process)->console)
        return true;
    api_set_error(me, ERROR_INVALID_HANDLE);
    return false;
}

UINT GetConsoleCP(VOID) {
    return CP_UTF8;
}

UINT GetConsoleOutputCP(VOID) {
    return CP_UTF8;
}

BOOL SetConsoleCP(UINT wCodePageID) {
    struct api_caller me;
    if (!has_console(&me))
        return FALSE;
    return wCodePageID == CP_UTF8 || api_fail(&me, ERROR_INVALID_PARAMETER);
}

BOOL SetConsoleOutputCP(UINT wCodePageID) {
    return SetConsoleCP(wCodePageID);
}

/* The title is part of the start-up information, as GetStartupInfo shows it. */
BOOL SetConsoleTitleA(LPCSTR lpConsoleTitle) {
    struct api_caller me;
    if (!has_console(&me))
        return FALSE;
    api_process_data(me.w, me.process)->startup.title = core_text(me.w, lpConsoleTitle);
    return TRUE;
}

BOOL SetConsoleTitleW(LPCWSTR lpConsoleTitle) {
    struct api_caller me;
    return api_caller_get(&me) && SetConsoleTitleA(api_utf8(&me, lpConsoleTitle));
}

static const char *title(struct api_caller *me) {
    if (!has_console(me))
        return NULL;
    const char *text = api_process_data(me->w, me->process)->startup.title;
    return text ? text : core_textf(me->w, "C:\\%s", me->process->name);
}

DWORD GetConsoleTitleA(LPSTR lpConsoleTitle, DWORD nSize) {
    struct api_caller me;
    const char *text = title(&me);
    return text ? api_copy_a(text, lpConsoleTitle, nSize) : 0;
}

DWORD GetConsoleTitleW(LPWSTR lpConsoleTitle, DWORD nSize) {
    struct api_caller me;
    const char *text = title(&me);
    return text ? api_copy_w(text, lpConsoleTitle, nSize) : 0;
}

/* There is no window of the console. */
HWND GetConsoleWindow(VOID) {
    struct api_caller me;
    (void)has_console(&me);
    return NULL;
}
