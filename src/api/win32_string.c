/* win32_string.c - strings: lstr functions, conversions, wsprintf, messages of error codes. */
#include <stdarg.h>
#include <stdio.h>

#include "api/win32.h"
#include "ldr/crt_format.h"

/* ---- lstr ------------------------------------------------------------------------------------ */

int lstrlenA(LPCSTR lpString) {
    return lpString ? (int)strlen(lpString) : 0;
}

int lstrlenW(LPCWSTR lpString) {
    return lpString ? (int)base_utf16_length(lpString) : 0;
}

static unsigned fold(unsigned unit) {
    return unit - 'A' < 26u ? unit + 32 : unit;
}

static int compare_a(const char *a, const char *b, bool ignore_case) {
    const unsigned char *p = (const unsigned char *)a, *q = (const unsigned char *)b;
    while (*p && (*p == *q || (ignore_case && fold(*p) == fold(*q))))
        p++, q++;
    int x = (int)(ignore_case ? fold(*p) : *p), y = (int)(ignore_case ? fold(*q) : *q);
    return (x > y) - (x < y);
}

static int compare_w(const WCHAR *p, const WCHAR *q, bool ignore_case) {
    while (*p && (*p == *q || (ignore_case && fold(*p) == fold(*q))))
        p++, q++;
    int x = (int)(ignore_case ? fold(*p) : *p), y = (int)(ignore_case ? fold(*q) : *q);
    return (x > y) - (x < y);
}

/*
 * NULL is less than any text. Copying from or to NULL gives NULL: these functions survive what
 * strcmp and strcpy do not.
 */
static int compare_null(const void *a, const void *b) {
    return (a != NULL) - (b != NULL);
}

int lstrcmpA(LPCSTR lpString1, LPCSTR lpString2) {
    return lpString1 && lpString2 ? compare_a(lpString1, lpString2, false)
                                  : compare_null(lpString1, lpString2);
}

int lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2) {
    return lpString1 && lpString2 ? compare_w(lpString1, lpString2, false)
                                  : compare_null(lpString1, lpString2);
}

int lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2) {
    return lpString1 && lpString2 ? compare_a(lpString1, lpString2, true)
                                  : compare_null(lpString1, lpString2);
}

int lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2) {
    return lpString1 && lpString2 ? compare_w(lpString1, lpString2, true)
                                  : compare_null(lpString1, lpString2);
}

LPSTR lstrcpyA(LPSTR lpString1, LPCSTR lpString2) {
    if (!lpString1 || !lpString2)
        return NULL;
    return memmove(lpString1, lpString2, strlen(lpString2) + 1);
}

LPWSTR lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2) {
    if (!lpString1 || !lpString2)
        return NULL;
    return memmove(lpString1, lpString2, (base_utf16_length(lpString2) + 1) * sizeof(WCHAR));
}

LPSTR lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength) {
    int i = 0;
    if (!lpString1 || !lpString2)
        return NULL;
    if (iMaxLength <= 0)
        return lpString1;
    for (; i < iMaxLength - 1 && lpString2[i]; i++)
        lpString1[i] = lpString2[i];
    lpString1[i] = '\0';
    return lpString1;
}

LPWSTR lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength) {
    int i = 0;
    if (!lpString1 || !lpString2)
        return NULL;
    if (iMaxLength <= 0)
        return lpString1;
    for (; i < iMaxLength - 1 && lpString2[i]; i++)
        lpString1[i] = lpString2[i];
    lpString1[i] = 0;
    return lpString1;
}

LPSTR lstrcatA(LPSTR lpString1, LPCSTR lpString2) {
    if (!lpString1 || !lpString2)
        return NULL;
    lstrcpyA(lpString1 + strlen(lpString1), lpString2);
    return lpString1;
}

LPWSTR lstrcatW(LPWSTR lpString1, LPCWSTR lpString2) {
    if (!lpString1 || !lpString2)
        return NULL;
    lstrcpyW(lpString1 + base_utf16_length(lpString1), lpString2);
    return lpString1;
}

/* ---- conversions ----------------------------------------------------------------------------- */

static int fail(DWORD error) {
    struct api_caller me;
    if (api_caller_get(&me))
        api_set_error(&me, error);
    return 0;
}

/* All code pages of this machine are UTF-8. */
static bool is_code_page(UINT page) {
    return page == CP_ACP || page == CP_OEMCP || page == CP_UTF8 || page == 3 /* CP_THREAD_ACP */;
}

UINT GetACP(VOID) {
    return CP_UTF8;
}

UINT GetOEMCP(VOID) {
    return CP_UTF8;
}

static int converted(size_t length, int capacity) {
    return capacity && length > (size_t)capacity ? fail(ERROR_INSUFFICIENT_BUFFER) : (int)length;
}

int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCSTR lpMultiByteStr, int cbMultiByte,
                        LPWSTR lpWideCharStr, int cchWideChar) {
    if (!is_code_page(CodePage) || !lpMultiByteStr || !cbMultiByte || cchWideChar < 0 ||
        (cchWideChar && !lpWideCharStr))
        return fail(ERROR_INVALID_PARAMETER);
    size_t size = cbMultiByte < 0 ? strlen(lpMultiByteStr) + 1 : (size_t)cbMultiByte;
    if ((dwFlags & MB_ERR_INVALID_CHARS) && !base_utf8_valid(lpMultiByteStr, size))
        return fail(ERROR_NO_UNICODE_TRANSLATION);
    return converted(base_utf8_to_16(lpMultiByteStr, size, lpWideCharStr, (size_t)cchWideChar),
                     cchWideChar);
}

int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWSTR lpWideCharStr, int cchWideChar,
                        LPSTR lpMultiByteStr, int cbMultiByte, LPCSTR lpDefaultChar,
                        LPBOOL lpUsedDefaultChar) {
    (void)dwFlags;
    bool utf8_only = CodePage == CP_UTF8 && (lpDefaultChar || lpUsedDefaultChar);
    if (!is_code_page(CodePage) || utf8_only || !lpWideCharStr || !cchWideChar || cbMultiByte < 0 ||
        (cbMultiByte && !lpMultiByteStr))
        return fail(ERROR_INVALID_PARAMETER);
    if (lpUsedDefaultChar)
        *lpUsedDefaultChar = FALSE;
    size_t size = cchWideChar < 0 ? base_utf16_length(lpWideCharStr) + 1 : (size_t)cchWideChar;
    return converted(base_utf16_to_8(lpWideCharStr, size, lpMultiByteStr, (size_t)cbMultiByte),
                     cbMultiByte);
}

/* ---- wsprintf -------------------------------------------------------------------------------- */

enum { WSPRINTF_SIZE = 1025 }; /* never writes more, terminator included */

int wvsprintfA(LPSTR buffer, LPCSTR format, va_list arguments) {
    int length = crt_format_narrow(buffer, WSPRINTF_SIZE, 0, format, arguments);
    return length < WSPRINTF_SIZE ? length : WSPRINTF_SIZE - 1;
}

int wvsprintfW(LPWSTR buffer, LPCWSTR format, va_list arguments) {
    int length = crt_format_wide(buffer, WSPRINTF_SIZE, CRT_FORMAT_WIDE, format, arguments);
    return length < WSPRINTF_SIZE ? length : WSPRINTF_SIZE - 1;
}

int wsprintfA(LPSTR buffer, LPCSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = wvsprintfA(buffer, format, arguments);
    va_end(arguments);
    return length;
}

int wsprintfW(LPWSTR buffer, LPCWSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = wvsprintfW(buffer, format, arguments);
    va_end(arguments);
    return length;
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

/* Rounds half away from zero; -1 if the result does not exist or does not fit. */
int MulDiv(int nNumber, int nNumerator, int nDenominator) {
    if (nDenominator == 0)
        return -1;
    int64_t product = (int64_t)nNumber * nNumerator, divisor = nDenominator;
    if (divisor < 0) {
        divisor = -divisor;
        product = -product;
    }
    int64_t half = divisor / 2;
    int64_t result = (product < 0 ? product - half : product + half) / divisor;
    return result < INT32_MIN || result > INT32_MAX ? -1 : (int)result;
}

/* ---- messages of error codes ----------------------------------------------------------------- */

static const struct {
    DWORD error;
    const char *text;
} messages[] = {
    {ERROR_SUCCESS, "The operation completed successfully."},
    {ERROR_INVALID_FUNCTION, "Incorrect function."},
    {ERROR_FILE_NOT_FOUND, "The system cannot find the file specified."},
    {ERROR_PATH_NOT_FOUND, "The system cannot find the path specified."},
    {ERROR_ACCESS_DENIED, "Access is denied."},
    {ERROR_INVALID_HANDLE, "The handle is invalid."},
    {ERROR_NOT_ENOUGH_MEMORY, "Not enough memory resources are available to process this command."},
    {ERROR_BAD_LENGTH, "The program issued a command but the command length is incorrect."},
    {ERROR_GEN_FAILURE, "A device attached to the system is not functioning."},
    {ERROR_SHARING_VIOLATION,
     "The process cannot access the file because it is being used by another process."},
    {ERROR_NOT_SUPPORTED, "The request is not supported."},
    {ERROR_INVALID_PARAMETER, "The parameter is incorrect."},
    {ERROR_BROKEN_PIPE, "The pipe has been ended."},
    {ERROR_INSUFFICIENT_BUFFER, "The data area passed to a system call is too small."},
    {ERROR_MOD_NOT_FOUND, "The specified module could not be found."},
    {ERROR_PROC_NOT_FOUND, "The specified procedure could not be found."},
    {ERROR_ALREADY_EXISTS, "Cannot create a file when that file already exists."},
    {ERROR_BAD_EXE_FORMAT, "%1 is not a valid Win32 application."},
    {ERROR_ENVVAR_NOT_FOUND, "The system could not find the environment option that was entered."},
    {WAIT_TIMEOUT, "The wait operation timed out."},
    {ERROR_NOT_OWNER, "Attempt to release mutex not owned by caller."},
    {ERROR_TOO_MANY_POSTS, "Too many posts were made to a semaphore."},
    {ERROR_PARTIAL_COPY, "Only part of a ReadProcessMemory or WriteProcessMemory request was "
                         "completed."},
    {ERROR_NOACCESS, "Invalid access to memory location."},
    {ERROR_DLL_INIT_FAILED, "A dynamic link library (DLL) initialization routine failed."},
    {ERROR_TIMEOUT, "This operation returned because the timeout period expired."},
    {ERROR_NOT_ENOUGH_QUOTA, "Not enough quota is available to process this command."},
};

static const char *message_of(DWORD error) {
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
        if (messages[i].error == error)
            return messages[i].text;
    return NULL;
}

/* The text of a system message or of `source`, or NULL with the error set. Inserts stay as they
 * are. */
static const char *find_message(struct api_caller *me, DWORD flags, const char *source, DWORD id) {
    if (flags & FORMAT_MESSAGE_FROM_STRING)
        return source;
    const char *text = flags & FORMAT_MESSAGE_FROM_SYSTEM ? message_of(id) : NULL;
    if (!text) {
        const DWORD from = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_FROM_HMODULE;
        api_set_error(me, flags & from ? ERROR_MR_MID_NOT_FOUND : ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return core_textf(me->w, "%s\r\n", text);
}

static DWORD too_small(struct api_caller *me) {
    api_set_error(me, ERROR_INSUFFICIENT_BUFFER);
    return 0;
}

DWORD FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
                     LPSTR lpBuffer, DWORD nSize, va_list *Arguments) {
    struct api_caller me;
    (void)dwLanguageId, (void)Arguments;
    if (!api_caller_get(&me))
        return 0;
    const char *text = find_message(&me, dwFlags, lpSource, dwMessageId);
    if (!text)
        return 0;
    DWORD length = (DWORD)strlen(text);
    if (dwFlags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
        char *block = ldr_heap_alloc(me.w, length < nSize ? nSize : length + 1, true);
        *(char **)(void *)lpBuffer = block;
        return block ? api_copy_a(text, block, (size_t)length + 1) : 0;
    }
    return length < nSize ? api_copy_a(text, lpBuffer, nSize) : too_small(&me);
}

DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
                     LPWSTR lpBuffer, DWORD nSize, va_list *Arguments) {
    struct api_caller me;
    (void)dwLanguageId, (void)Arguments;
    if (!api_caller_get(&me))
        return 0;
    const char *source = dwFlags & FORMAT_MESSAGE_FROM_STRING ? api_utf8(&me, lpSource) : NULL;
    const char *text = find_message(&me, dwFlags, source, dwMessageId);
    if (!text)
        return 0;
    DWORD length = api_copy_w(text, NULL, 0) - 1;
    if (dwFlags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
        size_t units = length < nSize ? nSize : length + 1;
        WCHAR *block = ldr_heap_alloc(me.w, units * sizeof *block, true);
        *(WCHAR **)(void *)lpBuffer = block;
        return block ? api_copy_w(text, block, units) : 0;
    }
    return length < nSize ? api_copy_w(text, lpBuffer, nSize) : too_small(&me);
}
