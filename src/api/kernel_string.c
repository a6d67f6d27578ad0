/* kernel_string.c - counted strings (Rtl...String): initialise, copy, append, compare, convert
 * case. */
#include "api/kernel.h"

enum { STRING_TAG = KERNEL_TAG('R', 'S', 't', 'r') };

/* ---- initialisation -------------------------------------------------------------------------- */

VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    enum { LONGEST = 32766 };
    size_t length = SourceString ? base_utf16_length((const uint16_t *)SourceString) : 0;
    if (length > LONGEST)
        length = LONGEST;
    DestinationString->Buffer = (PWCH)(uintptr_t)SourceString;
    DestinationString->Length = (USHORT)(length * 2);
    DestinationString->MaximumLength = (USHORT)(SourceString ? length * 2 + 2 : 0);
}

NTSTATUS RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    enum { LONGEST = 32766 };
    if (SourceString && base_utf16_length((const uint16_t *)SourceString) > LONGEST)
        return STATUS_NAME_TOO_LONG;
    RtlInitUnicodeString(DestinationString, SourceString);
    return STATUS_SUCCESS;
}

VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString) {
    enum { LONGEST = 65534 };
    size_t length = SourceString ? strlen(SourceString) : 0;
    if (length > LONGEST)
        length = LONGEST;
    DestinationString->Buffer = (PCHAR)(uintptr_t)SourceString;
    DestinationString->Length = (USHORT)length;
    DestinationString->MaximumLength = (USHORT)(SourceString ? length + 1 : 0);
}

VOID RtlInitString(PSTRING DestinationString, PCSZ SourceString) {
    RtlInitAnsiString(DestinationString, SourceString);
}

/* ---- copy and append ------------------------------------------------------------------------- */

VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString) {
    USHORT length = SourceString ? SourceString->Length : 0;
    if (length > DestinationString->MaximumLength)
        length = DestinationString->MaximumLength;
    if (length)
        memmove(DestinationString->Buffer, SourceString->Buffer, length);
    DestinationString->Length = length;
    if (length + 2 <= DestinationString->MaximumLength)
        DestinationString->Buffer[length / 2] = 0;
}

VOID RtlCopyString(PSTRING DestinationString, const STRING *SourceString) {
    USHORT length = SourceString ? SourceString->Length : 0;
    if (length > DestinationString->MaximumLength)
        length = DestinationString->MaximumLength;
    if (length)
        memmove(DestinationString->Buffer, SourceString->Buffer, length);
    DestinationString->Length = length;
}

NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source) {
    size_t length = (size_t)Destination->Length + Source->Length;
    if (Source->Length == 0)
        return STATUS_SUCCESS;
    if (length > Destination->MaximumLength)
        return STATUS_BUFFER_TOO_SMALL;
    memmove((char *)Destination->Buffer + Destination->Length, Source->Buffer, Source->Length);
    Destination->Length = (USHORT)length;
    if (length + 2 <= Destination->MaximumLength)
        Destination->Buffer[length / 2] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source) {
    UNICODE_STRING source;
    RtlInitUnicodeString(&source, Source);
    return RtlAppendUnicodeStringToString(Destination, &source);
}

/* ---- case ------------------------------------------------------------------------------------ */

/* Latin-1, Greek and Cyrillic; enough for names, and the same on every host. */
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter) {
    unsigned c = (uint16_t)SourceCharacter;
    if ((c >= 'a' && c <= 'z') || (c >= 0xE0 && c <= 0xFE && c != 0xF7) ||
        (c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2) || (c >= 0x430 && c <= 0x44F))
        c -= 0x20;
    else if (c == 0xFF)
        c = 0x178;
    else if (c >= 0x450 && c <= 0x45F)
        c -= 0x50;
    else if (c >= 0x100 && c <= 0x137 && (c & 1) && c != 0x131)
        c--;
    return (WCHAR)c;
}

WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter) {
    unsigned c = (uint16_t)SourceCharacter;
    if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) ||
        (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) || (c >= 0x410 && c <= 0x42F))
        c += 0x20;
    else if (c == 0x178)
        c = 0xFF;
    else if (c >= 0x400 && c <= 0x40F)
        c += 0x50;
    else if (c >= 0x100 && c <= 0x137 && !(c & 1) && c != 0x130)
        c++;
    return (WCHAR)c;
}

static WCHAR folded(WCHAR c, bool fold) {
    return fold ? RtlUpcaseUnicodeChar(c) : c;
}

/* ---- comparison ------------------------------------------------------------------------------ */

LONG RtlCompareUnicodeStrings(PCWCH String1, SIZE_T String1Length, PCWCH String2,
                              SIZE_T String2Length, BOOLEAN CaseInSensitive) {
    SIZE_T common = String1Length < String2Length ? String1Length : String2Length;
    for (SIZE_T i = 0; i < common; i++) {
        LONG difference = (LONG)(uint16_t)folded(String1[i], CaseInSensitive) -
                          (LONG)(uint16_t)folded(String2[i], CaseInSensitive);
        if (difference)
            return difference;
    }
    return (LONG)String1Length - (LONG)String2Length;
}

LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                             BOOLEAN CaseInSensitive) {
    return RtlCompareUnicodeStrings(String1->Buffer, String1->Length / 2, String2->Buffer,
                                    String2->Length / 2, CaseInSensitive);
}

BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                              BOOLEAN CaseInSensitive) {
    return String1->Length == String2->Length &&
           RtlCompareUnicodeString(String1, String2, CaseInSensitive) == 0;
}

BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive) {
    SIZE_T length = String1->Length / 2;
    return String2->Length / 2 >= length &&
           RtlCompareUnicodeStrings(String1->Buffer, length, String2->Buffer, length,
                                    CaseInSensitive) == 0;
}

BOOLEAN RtlSuffixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive) {
    SIZE_T length = String1->Length / 2, whole = String2->Length / 2;
    return whole >= length &&
           RtlCompareUnicodeStrings(String1->Buffer, length, String2->Buffer + (whole - length),
                                    length, CaseInSensitive) == 0;
}

static char folded_narrow(char c, bool fold) {
    return fold && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive) {
    USHORT common = String1->Length < String2->Length ? String1->Length : String2->Length;
    for (USHORT i = 0; i < common; i++) {
        LONG difference = (LONG)(unsigned char)folded_narrow(String1->Buffer[i], CaseInSensitive) -
                          (LONG)(unsigned char)folded_narrow(String2->Buffer[i], CaseInSensitive);
        if (difference)
            return difference;
    }
    return (LONG)String1->Length - (LONG)String2->Length;
}

BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive) {
    return String1->Length == String2->Length &&
           RtlCompareString(String1, String2, CaseInSensitive) == 0;
}

/* ---- conversion ------------------------------------------------------------------------------ */

/* Makes the destination ready for `bytes` bytes: new memory, or what the caller has. */
static NTSTATUS prepare(void **buffer, USHORT *maximum, size_t bytes, bool make) {
    struct rd_world *w = kernel_world();
    if (bytes > 0xFFFF)
        return STATUS_INVALID_PARAMETER_2;
    if (!make)
        return bytes > *maximum ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
    *buffer = w ? kernel_allocate(w, bytes ? bytes : 2, STRING_TAG) : NULL;
    *maximum = (USHORT)bytes;
    return *buffer ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static NTSTATUS convert_case(PUNICODE_STRING to, PCUNICODE_STRING from, bool make,
                             WCHAR (*convert)(WCHAR)) {
    void *buffer = to->Buffer;
    NTSTATUS status = prepare(&buffer, &to->MaximumLength, from->Length, make);
    if (!NT_SUCCESS(status))
        return status;
    to->Buffer = buffer;
    to->Length = from->Length;
    for (USHORT i = 0; i < from->Length / 2; i++)
        to->Buffer[i] = convert(from->Buffer[i]);
    return STATUS_SUCCESS;
}

NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                BOOLEAN AllocateDestinationString) {
    return convert_case(DestinationString, SourceString, AllocateDestinationString != FALSE,
                        RtlUpcaseUnicodeChar);
}

NTSTATUS RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                  BOOLEAN AllocateDestinationString) {
    return convert_case(DestinationString, SourceString, AllocateDestinationString != FALSE,
                        RtlDowncaseUnicodeChar);
}

NTSTATUS RtlDuplicateUnicodeString(ULONG Flags, PCUNICODE_STRING StringIn,
                                   PUNICODE_STRING StringOut) {
    bool terminate = (Flags & RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE) != 0;
    bool even_empty = (Flags & RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING) != 0;
    void *buffer = NULL;
    USHORT maximum = 0;
    /* An empty string gets memory only for its terminator. */
    if (!StringIn || !StringOut || Flags > 3 || (even_empty && !terminate))
        return STATUS_INVALID_PARAMETER;
    size_t bytes = StringIn->Length + (terminate ? 2u : 0u);
    *StringOut = (UNICODE_STRING){.Length = 0};
    if (StringIn->Length == 0 && !even_empty)
        return STATUS_SUCCESS;
    NTSTATUS status = prepare(&buffer, &maximum, bytes, true);
    if (!NT_SUCCESS(status))
        return status;
    memcpy(buffer, StringIn->Buffer, StringIn->Length);
    if (terminate)
        ((PWCH)buffer)[StringIn->Length / 2] = 0;
    StringOut->Buffer = buffer;
    StringOut->Length = StringIn->Length;
    StringOut->MaximumLength = maximum;
    return STATUS_SUCCESS;
}

/* The ANSI code page of the machine is UTF-8. */
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString, PCANSI_STRING SourceString,
                                      BOOLEAN AllocateDestinationString) {
    size_t units = base_utf8_to_16(SourceString->Buffer, SourceString->Length, NULL, 0);
    void *buffer = DestinationString->Buffer;
    NTSTATUS status = prepare(&buffer, &DestinationString->MaximumLength, units * 2 + 2,
                              AllocateDestinationString != FALSE);
    if (!NT_SUCCESS(status))
        return status;
    base_utf8_to_16(SourceString->Buffer, SourceString->Length, buffer, units);
    DestinationString->Buffer = buffer;
    DestinationString->Buffer[units] = 0;
    DestinationString->Length = (USHORT)(units * 2);
    return STATUS_SUCCESS;
}

/* Without enough room the caller's buffer gets what fits, terminated. */
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString, PCUNICODE_STRING SourceString,
                                      BOOLEAN AllocateDestinationString) {
    const uint16_t *units = (const uint16_t *)(const void *)SourceString->Buffer;
    size_t bytes = base_utf16_to_8(units, SourceString->Length / 2, NULL, 0);
    void *buffer = DestinationString->Buffer;
    NTSTATUS status = prepare(&buffer, &DestinationString->MaximumLength, bytes + 1,
                              AllocateDestinationString != FALSE);
    if (status == STATUS_BUFFER_OVERFLOW && DestinationString->MaximumLength)
        bytes = DestinationString->MaximumLength - 1u;
    else if (status != STATUS_SUCCESS)
        return status;
    base_utf16_to_8(units, SourceString->Length / 2, buffer, bytes);
    DestinationString->Buffer = buffer;
    DestinationString->Buffer[bytes] = '\0';
    DestinationString->Length = (USHORT)bytes;
    return status;
}

ULONG RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString) {
    const uint16_t *units = (const uint16_t *)(const void *)UnicodeString->Buffer;
    return (ULONG)base_utf16_to_8(units, UnicodeString->Length / 2, NULL, 0) + 1;
}

ULONG RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString) {
    return (ULONG)base_utf8_to_16(AnsiString->Buffer, AnsiString->Length, NULL, 0) * 2 + 2;
}

/* Units that fit: no half of a surrogate pair. */
static size_t whole_units(const uint16_t *text, size_t units, size_t room) {
    if (units <= room)
        return units;
    return room && text[room - 1] >= 0xD800 && text[room - 1] < 0xDC00 ? room - 1 : room;
}

NTSTATUS RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
                           PULONG UnicodeStringActualByteCount, PCCH UTF8StringSource,
                           ULONG UTF8StringByteCount) {
    uint16_t *to = (uint16_t *)UnicodeStringDestination;
    size_t room = to ? UnicodeStringMaxByteCount / 2 : 0;
    if (!UTF8StringSource)
        return STATUS_INVALID_PARAMETER_4;
    if (!to && !UnicodeStringActualByteCount)
        return STATUS_INVALID_PARAMETER;
    size_t units = base_utf8_to_16(UTF8StringSource, UTF8StringByteCount, to, room);
    size_t written = to ? whole_units(to, units, room) : units;
    if (UnicodeStringActualByteCount)
        *UnicodeStringActualByteCount = (ULONG)(written * 2);
    if (written < units)
        return STATUS_BUFFER_TOO_SMALL;
    return base_utf8_valid(UTF8StringSource, UTF8StringByteCount) ? STATUS_SUCCESS
                                                                  : STATUS_SOME_NOT_MAPPED;
}

/* Bytes that fit: whole sequences only. */
static size_t whole_bytes(const uint16_t *text, size_t units, size_t room) {
    size_t fits = 0;
    for (size_t i = 0, step; i < units; i += step) {
        bool pair =
            i + 1 < units && !base_utf16_valid(text + i, 1) && base_utf16_valid(text + i, 2);
        step = pair ? 2 : 1;
        size_t bytes = base_utf16_to_8(text + i, step, NULL, 0);
        if (fits + bytes > room)
            break;
        fits += bytes;
    }
    return fits;
}

NTSTATUS RtlUnicodeToUTF8N(PCHAR UTF8StringDestination, ULONG UTF8StringMaxByteCount,
                           PULONG UTF8StringActualByteCount, PCWCH UnicodeStringSource,
                           ULONG UnicodeStringByteCount) {
    const uint16_t *from = (const uint16_t *)UnicodeStringSource;
    size_t room = UTF8StringDestination ? UTF8StringMaxByteCount : 0;
    size_t units = UnicodeStringByteCount / 2;
    if (!from)
        return STATUS_INVALID_PARAMETER_4;
    if (!UTF8StringDestination && !UTF8StringActualByteCount)
        return STATUS_INVALID_PARAMETER;
    if (UTF8StringDestination && UnicodeStringByteCount % 2)
        return STATUS_INVALID_PARAMETER_5;
    size_t bytes = base_utf16_to_8(from, units, NULL, 0), written = bytes;
    if (UTF8StringDestination) {
        written = bytes > room ? whole_bytes(from, units, room) : bytes;
        base_utf16_to_8(from, units, UTF8StringDestination, written);
    }
    if (UTF8StringActualByteCount)
        *UTF8StringActualByteCount = (ULONG)written;
    if (written < bytes)
        return STATUS_BUFFER_TOO_SMALL;
    return base_utf16_valid(from, units) ? STATUS_SUCCESS : STATUS_SOME_NOT_MAPPED;
}

VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString) {
    struct rd_world *w = kernel_world();
    if (w && UnicodeString->Buffer)
        kernel_free(w, UnicodeString->Buffer);
    *UnicodeString = (UNICODE_STRING){.Length = 0};
}

VOID RtlFreeAnsiString(PANSI_STRING AnsiString) {
    struct rd_world *w = kernel_world();
    if (w && AnsiString->Buffer)
        kernel_free(w, AnsiString->Buffer);
    *AnsiString = (ANSI_STRING){.Length = 0};
}

/* ---- numbers --------------------------------------------------------------------------------- */

NTSTATUS RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String) {
    enum { DIGITS = 65 };
    WCHAR digits[DIGITS];
    size_t first = DIGITS;
    ULONG base = Base ? Base : 10;
    if (base != 2 && base != 8 && base != 10 && base != 16)
        return STATUS_INVALID_PARAMETER;
    do {
        digits[--first] = (WCHAR) "0123456789ABCDEF"[Value % base];
        Value /= base;
    } while (Value);
    size_t bytes = (DIGITS - first) * 2;
    if (bytes + 2 > String->MaximumLength) /* there must be room for the terminator */
        return STATUS_BUFFER_OVERFLOW;
    memcpy(String->Buffer, digits + first, bytes);
    String->Length = (USHORT)bytes;
    String->Buffer[bytes / 2] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String) {
    return RtlInt64ToUnicodeString(Value, Base, String);
}

static int digit_of(WCHAR c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return 99;
}

/* Base 0: 0x, 0o and 0b prefixes decide. */
NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value) {
    size_t length = String->Length / 2, i = 0;
    const WCHAR *s = String->Buffer;
    ULONG value = 0;
    while (i < length && s[i] <= ' ')
        i++;
    bool negative = i < length && s[i] == '-';
    if (i < length && (s[i] == '-' || s[i] == '+'))
        i++;
    if (Base == 0) {
        Base = 10;
        if (i + 1 < length && s[i] == '0') {
            Base = s[i + 1] == 'x' ? 16 : s[i + 1] == 'o' ? 8 : s[i + 1] == 'b' ? 2 : 10;
            i += Base == 10 ? 0 : 2;
        }
    }
    if (Base != 2 && Base != 8 && Base != 10 && Base != 16)
        return STATUS_INVALID_PARAMETER;
    for (; i < length && digit_of(s[i]) < (int)Base; i++)
        value = value * Base + (ULONG)digit_of(s[i]);
    *Value = negative ? 0 - value : value;
    return STATUS_SUCCESS;
}

NTSTATUS RtlHashUnicodeString(PCUNICODE_STRING String, BOOLEAN CaseInSensitive, ULONG HashAlgorithm,
                              PULONG HashValue) {
    ULONG hash = 0;
    if (!String || !HashValue || HashAlgorithm > HASH_STRING_ALGORITHM_X65599)
        return STATUS_INVALID_PARAMETER;
    for (USHORT i = 0; i < String->Length / 2; i++)
        hash = hash * 65599 + (uint16_t)folded(String->Buffer[i], CaseInSensitive);
    *HashValue = hash;
    return STATUS_SUCCESS;
}

/* ---- wildcards ------------------------------------------------------------------------------- */

/* Written <, > and " in an expression: as file systems of old read *.*, and ? at the end. */
enum { DOS_STAR = '<', DOS_QM = '>', DOS_DOT = '"' };

struct text {
    const WCHAR *at, *end;
};

static bool has_later_dot(struct text name) {
    for (const WCHAR *c = name.at + 1; c < name.end; c++)
        if (*c == '.')
            return true;
    return false;
}

static bool matches(struct text pattern, struct text name, bool fold) {
    for (; pattern.at < pattern.end; pattern.at++) {
        WCHAR wanted = *pattern.at;
        bool more = name.at < name.end;
        if (wanted == '*' || wanted == DOS_STAR) {
            struct text rest = {pattern.at + 1, pattern.end};
            for (; !matches(rest, name, fold); name.at++)
                if (name.at == name.end ||
                    (wanted == DOS_STAR && *name.at == '.' && !has_later_dot(name)))
                    return false;
            return true;
        }
        if ((wanted == DOS_QM && (!more || *name.at == '.')) || (wanted == DOS_DOT && !more))
            continue;
        if (!more)
            return false;
        if (wanted == DOS_DOT
                ? *name.at != '.'
                : wanted != '?' && wanted != DOS_QM && wanted != folded(*name.at, fold))
            return false;
        name.at++;
    }
    return name.at == name.end;
}

/* With IgnoreCase the expression is in upper case already: that is the caller's part. */
BOOLEAN FsRtlIsNameInExpression(PUNICODE_STRING Expression, PUNICODE_STRING Name,
                                BOOLEAN IgnoreCase, PWCH UpcaseTable) {
    const struct text pattern = {Expression->Buffer, Expression->Buffer + Expression->Length / 2};
    const struct text name = {Name->Buffer, Name->Buffer + Name->Length / 2};
    (void)UpcaseTable;
    if (pattern.at == pattern.end || name.at == name.end)
        return pattern.at == pattern.end && name.at == name.end;
    return matches(pattern, name, IgnoreCase != FALSE);
}
