/* SPDX-License-Identifier: MIT */
/* Checked string functions for drivers, which answer with an NTSTATUS. */
#ifndef RD_SDK_NTSTRSAFE_H
#define RD_SDK_NTSTRSAFE_H

#include "ntdef.h"
#include "ntstatus.h"

RD_SDK_BEGIN

#define NTSTRSAFE_MAX_CCH 2147483647
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH 32767
#define NTSTRSAFE_MAX_LENGTH (NTSTRSAFE_MAX_CCH - 1)
#define STRSAFE_FILL_BEHIND_NULL 0x00000200
#define STRSAFE_NULL_ON_FAILURE 0x00000800

typedef CHAR *NTSTRSAFE_PSTR;
typedef const CHAR *NTSTRSAFE_PCSTR;
typedef WCHAR *NTSTRSAFE_PWSTR;
typedef const WCHAR *NTSTRSAFE_PCWSTR;

/* The two workers are the kernel's own exports. */
#ifdef __RUNDOWN__
int _vsnprintf(char *buffer, size_t count, const char *format, va_list arguments);
int _vsnwprintf(WCHAR *buffer, size_t count, const WCHAR *format, va_list arguments);

#define RD_SDK_NTSTRSAFE(suffix, character, worker)                                                \
    RD_SDK_STATIC NTSTATUS RtlStringCchLength##suffix(const character *string, SIZE_T maximum,     \
                                                      SIZE_T *length) {                            \
        SIZE_T used = 0;                                                                           \
        if (!string || maximum > NTSTRSAFE_MAX_CCH)                                                \
            return STATUS_INVALID_PARAMETER;                                                       \
        while (used < maximum && string[used])                                                     \
            used++;                                                                                \
        if (length)                                                                                \
            *length = used < maximum ? used : 0;                                                   \
        return used < maximum ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;                         \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCchCopyN##suffix(character *destination, SIZE_T size,          \
                                                     const character *source, SIZE_T count) {      \
        SIZE_T used = 0;                                                                           \
        if (size == 0 || size > NTSTRSAFE_MAX_CCH)                                                 \
            return STATUS_INVALID_PARAMETER;                                                       \
        while (used < size - 1 && used < count && source[used]) {                                  \
            destination[used] = source[used];                                                      \
            used++;                                                                                \
        }                                                                                          \
        destination[used] = 0;                                                                     \
        return used < count && source[used] ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;             \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCchCopy##suffix(character *destination, SIZE_T size,           \
                                                    const character *source) {                     \
        return RtlStringCchCopyN##suffix(destination, size, source, NTSTRSAFE_MAX_CCH);            \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCchCat##suffix(character *destination, SIZE_T size,            \
                                                   const character *source) {                      \
        SIZE_T used = 0;                                                                           \
        NTSTATUS status = RtlStringCchLength##suffix(destination, size, &used);                    \
        return NT_SUCCESS(status)                                                                  \
                   ? RtlStringCchCopy##suffix(destination + used, size - used, source)             \
                   : status;                                                                       \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCchVPrintf##suffix(                                            \
        character *destination, SIZE_T size, const character *format, va_list arguments) {         \
        int length;                                                                                \
        if (size == 0 || size > NTSTRSAFE_MAX_CCH)                                                 \
            return STATUS_INVALID_PARAMETER;                                                       \
        length = worker(destination, size, format, arguments);                                     \
        destination[size - 1] = 0;                                                                 \
        return length >= 0 && (SIZE_T)length < size ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;     \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCchPrintf##suffix(character *destination, SIZE_T size,         \
                                                      const character *format, ...) {              \
        va_list arguments;                                                                         \
        NTSTATUS status;                                                                           \
        va_start(arguments, format);                                                               \
        status = RtlStringCchVPrintf##suffix(destination, size, format, arguments);                \
        va_end(arguments);                                                                         \
        return status;                                                                             \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCbLength##suffix(const character *string, SIZE_T bytes,        \
                                                     SIZE_T *length) {                             \
        NTSTATUS status = RtlStringCchLength##suffix(string, bytes / sizeof(character), length);   \
        if (length)                                                                                \
            *length *= sizeof(character);                                                          \
        return status;                                                                             \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCbCopy##suffix(character *destination, SIZE_T bytes,           \
                                                   const character *source) {                      \
        return RtlStringCchCopy##suffix(destination, bytes / sizeof(character), source);           \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCbCopyN##suffix(character *destination, SIZE_T bytes,          \
                                                    const character *source, SIZE_T count) {       \
        return RtlStringCchCopyN##suffix(destination, bytes / sizeof(character), source,           \
                                         count / sizeof(character));                               \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCbCat##suffix(character *destination, SIZE_T bytes,            \
                                                  const character *source) {                       \
        return RtlStringCchCat##suffix(destination, bytes / sizeof(character), source);            \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCbVPrintf##suffix(                                             \
        character *destination, SIZE_T bytes, const character *format, va_list arguments) {        \
        return RtlStringCchVPrintf##suffix(destination, bytes / sizeof(character), format,         \
                                           arguments);                                             \
    }                                                                                              \
    RD_SDK_STATIC NTSTATUS RtlStringCbPrintf##suffix(character *destination, SIZE_T bytes,         \
                                                     const character *format, ...) {               \
        va_list arguments;                                                                         \
        NTSTATUS status;                                                                           \
        va_start(arguments, format);                                                               \
        status = RtlStringCchVPrintf##suffix(destination, bytes / sizeof(character), format,       \
                                             arguments);                                           \
        va_end(arguments);                                                                         \
        return status;                                                                             \
    }

RD_SDK_NTSTRSAFE(A, CHAR, _vsnprintf)
RD_SDK_NTSTRSAFE(W, WCHAR, _vsnwprintf)

RD_SDK_STATIC NTSTATUS RtlStringCchCopyUnicodeString(NTSTRSAFE_PWSTR destination, SIZE_T size,
                                                     PCUNICODE_STRING source) {
    return RtlStringCchCopyNW(destination, size, source->Buffer, source->Length / sizeof(WCHAR));
}

RD_SDK_STATIC NTSTATUS RtlStringCbCopyUnicodeString(NTSTRSAFE_PWSTR destination, SIZE_T bytes,
                                                    PCUNICODE_STRING source) {
    return RtlStringCchCopyUnicodeString(destination, bytes / sizeof(WCHAR), source);
}

RD_SDK_STATIC NTSTATUS RtlUnicodeStringVPrintf(PUNICODE_STRING destination, NTSTRSAFE_PCWSTR format,
                                               va_list arguments) {
    const SIZE_T size = destination->MaximumLength / sizeof(WCHAR);
    const int length = _vsnwprintf(destination->Buffer, size, format, arguments);
    const BOOLEAN fits = (BOOLEAN)(length >= 0 && (SIZE_T)length <= size);
    destination->Length = (USHORT)((fits ? (SIZE_T)length : size) * sizeof(WCHAR));
    return fits ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

RD_SDK_STATIC NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING destination, NTSTRSAFE_PCWSTR format,
                                              ...) {
    va_list arguments;
    NTSTATUS status;
    va_start(arguments, format);
    status = RtlUnicodeStringVPrintf(destination, format, arguments);
    va_end(arguments);
    return status;
}

RD_SDK_STATIC NTSTATUS RtlUnicodeStringCopyString(PUNICODE_STRING destination,
                                                  NTSTRSAFE_PCWSTR source) {
    const SIZE_T size = destination->MaximumLength / sizeof(WCHAR);
    SIZE_T used = 0;
    while (used < size && source[used]) {
        destination->Buffer[used] = source[used];
        used++;
    }
    destination->Length = (USHORT)(used * sizeof(WCHAR));
    return source[used] ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

RD_SDK_STATIC NTSTATUS RtlUnicodeStringCatString(PUNICODE_STRING destination,
                                                 NTSTRSAFE_PCWSTR source) {
    const SIZE_T size = destination->MaximumLength / sizeof(WCHAR);
    SIZE_T used = destination->Length / sizeof(WCHAR);
    while (used < size && *source)
        destination->Buffer[used++] = *source++;
    destination->Length = (USHORT)(used * sizeof(WCHAR));
    return *source ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

RD_SDK_STATIC NTSTATUS RtlUnicodeStringCopy(PUNICODE_STRING destination, PCUNICODE_STRING source) {
    USHORT length =
        source->Length < destination->MaximumLength ? source->Length : destination->MaximumLength;
    __builtin_memcpy(destination->Buffer, source->Buffer, length);
    destination->Length = length;
    return length < source->Length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

RD_SDK_STATIC NTSTATUS RtlUnicodeStringInit(PUNICODE_STRING destination, NTSTRSAFE_PCWSTR source) {
    SIZE_T length = 0;
    while (source && source[length])
        length++;
    if (length > NTSTRSAFE_UNICODE_STRING_MAX_CCH)
        return STATUS_INVALID_PARAMETER;
    destination->Length = (USHORT)(length * sizeof(WCHAR));
    destination->MaximumLength = (USHORT)(destination->Length + (source ? sizeof(WCHAR) : 0));
    destination->Buffer = (PWCH)(ULONG_PTR)source;
    return STATUS_SUCCESS;
}
#endif

RD_SDK_END

#endif
