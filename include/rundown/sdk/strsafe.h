/* SPDX-License-Identifier: MIT */
/* Checked string functions that answer with an HRESULT. */
#ifndef RD_SDK_STRSAFE_H
#define RD_SDK_STRSAFE_H

#include "rd_nttypes.h"
#include "winerror.h"

#define STRSAFE_MAX_CCH 2147483647
#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007A)
#define STRSAFE_E_INVALID_PARAMETER ((HRESULT)0x80070057)
#define STRSAFE_E_END_OF_FILE ((HRESULT)0x80070026)

typedef char *STRSAFE_LPSTR;
typedef const char *STRSAFE_LPCSTR;
typedef WCHAR *STRSAFE_LPWSTR;
typedef const WCHAR *STRSAFE_LPCWSTR;

RD_SDK_BEGIN

/* The two workers are the C runtime's; both report the length that was needed. */
#ifdef __RUNDOWN__
int _vsnprintf(char *buffer, size_t count, const char *format, va_list arguments);
int _vsnwprintf(WCHAR *buffer, size_t count, const WCHAR *format, va_list arguments);

#define RD_SDK_STRSAFE(suffix, character, worker)                                                  \
    RD_SDK_STATIC HRESULT StringCchCopyN##suffix(character *destination, size_t size,              \
                                                 const character *source, size_t count) {          \
        size_t used = 0;                                                                           \
        if (size == 0 || size > STRSAFE_MAX_CCH)                                                   \
            return STRSAFE_E_INVALID_PARAMETER;                                                    \
        while (used < size - 1 && used < count && source[used]) {                                  \
            destination[used] = source[used];                                                      \
            used++;                                                                                \
        }                                                                                          \
        destination[used] = 0;                                                                     \
        return used < count && source[used] ? STRSAFE_E_INSUFFICIENT_BUFFER : S_OK;                \
    }                                                                                              \
    RD_SDK_STATIC HRESULT StringCchCopy##suffix(character *destination, size_t size,               \
                                                const character *source) {                         \
        return StringCchCopyN##suffix(destination, size, source, STRSAFE_MAX_CCH);                 \
    }                                                                                              \
    RD_SDK_STATIC HRESULT StringCbCopy##suffix(character *destination, size_t bytes,               \
                                               const character *source) {                          \
        return StringCchCopy##suffix(destination, bytes / sizeof(character), source);              \
    }                                                                                              \
    RD_SDK_STATIC HRESULT StringCchLength##suffix(const character *string, size_t maximum,         \
                                                  size_t *length) {                                \
        size_t used = 0;                                                                           \
        while (used < maximum && string[used])                                                     \
            used++;                                                                                \
        if (length)                                                                                \
            *length = used < maximum ? used : 0;                                                   \
        return used < maximum ? S_OK : STRSAFE_E_INVALID_PARAMETER;                                \
    }                                                                                              \
    RD_SDK_STATIC HRESULT StringCchCat##suffix(character *destination, size_t size,                \
                                               const character *source) {                          \
        size_t used = 0;                                                                           \
        HRESULT result = StringCchLength##suffix(destination, size, &used);                        \
        return FAILED(result) ? result                                                             \
                              : StringCchCopy##suffix(destination + used, size - used, source);    \
    }                                                                                              \
    RD_SDK_STATIC HRESULT StringCbCat##suffix(character *destination, size_t bytes,                \
                                              const character *source) {                           \
        return StringCchCat##suffix(destination, bytes / sizeof(character), source);               \
    }                                                                                              \
    RD_SDK_STATIC HRESULT StringCchVPrintf##suffix(character *destination, size_t size,            \
                                                   const character *format, va_list arguments) {   \
        int length;                                                                                \
        if (size == 0 || size > STRSAFE_MAX_CCH)                                                   \
            return STRSAFE_E_INVALID_PARAMETER;                                                    \
        length = worker(destination, size, format, arguments);                                     \
        destination[size - 1] = 0;                                                                 \
        return length >= 0 && (size_t)length < size ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;        \
    }                                                                                              \
    RD_SDK_STATIC HRESULT StringCchPrintf##suffix(character *destination, size_t size,             \
                                                  const character *format, ...) {                  \
        va_list arguments;                                                                         \
        HRESULT result;                                                                            \
        va_start(arguments, format);                                                               \
        result = StringCchVPrintf##suffix(destination, size, format, arguments);                   \
        va_end(arguments);                                                                         \
        return result;                                                                             \
    }                                                                                              \
    RD_SDK_STATIC HRESULT StringCbPrintf##suffix(character *destination, size_t bytes,             \
                                                 const character *format, ...) {                   \
        va_list arguments;                                                                         \
        HRESULT result;                                                                            \
        va_start(arguments, format);                                                               \
        result =                                                                                   \
            StringCchVPrintf##suffix(destination, bytes / sizeof(character), format, arguments);   \
        va_end(arguments);                                                                         \
        return result;                                                                             \
    }

RD_SDK_STRSAFE(A, char, _vsnprintf)
RD_SDK_STRSAFE(W, WCHAR, _vsnwprintf)
#endif

RD_SDK_END

#ifdef UNICODE
#define StringCchCopy StringCchCopyW
#define StringCchCopyN StringCchCopyNW
#define StringCbCopy StringCbCopyW
#define StringCchLength StringCchLengthW
#define StringCchCat StringCchCatW
#define StringCbCat StringCbCatW
#define StringCchPrintf StringCchPrintfW
#define StringCchVPrintf StringCchVPrintfW
#define StringCbPrintf StringCbPrintfW
#else
#define StringCchCopy StringCchCopyA
#define StringCchCopyN StringCchCopyNA
#define StringCbCopy StringCbCopyA
#define StringCchLength StringCchLengthA
#define StringCchCat StringCchCatA
#define StringCbCat StringCbCatA
#define StringCchPrintf StringCchPrintfA
#define StringCchVPrintf StringCchVPrintfA
#define StringCbPrintf StringCbPrintfA
#endif

#endif
