/* kernel_sid.c - security identifiers: the functions that drivers and programs share. */
#include <inttypes.h>
#include <stdio.h>

#include "api/kernel.h"

enum { HEAD_SIZE = 8 };

BOOLEAN RtlValidSid(PSID Sid) {
    const SID *sid = Sid;
    return sid && (sid->Revision & 0x0F) == SID_REVISION &&
           sid->SubAuthorityCount <= SID_MAX_SUB_AUTHORITIES;
}

ULONG RtlLengthRequiredSid(ULONG SubAuthorityCount) {
    return HEAD_SIZE + SubAuthorityCount * (ULONG)sizeof(ULONG);
}

ULONG RtlLengthSid(PSID Sid) {
    return RtlLengthRequiredSid(((const SID *)Sid)->SubAuthorityCount);
}

static bool same_bytes(const void *one, const void *other, size_t size) {
    const unsigned char *a = one, *b = other;
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

BOOLEAN RtlEqualSid(PSID Sid1, PSID Sid2) {
    const SID *one = Sid1, *other = Sid2;
    return one->Revision == other->Revision && one->SubAuthorityCount == other->SubAuthorityCount &&
           same_bytes(one, other, RtlLengthSid(Sid1));
}

NTSTATUS RtlCopySid(ULONG DestinationSidLength, PSID DestinationSid, PSID SourceSid) {
    const unsigned char *from = SourceSid;
    unsigned char *to = DestinationSid;
    ULONG length = RtlLengthSid(SourceSid);
    if (length > DestinationSidLength)
        return STATUS_BUFFER_TOO_SMALL;
    (void)*(volatile unsigned char *)to; /* NULL is the caller's access violation */
    for (ULONG i = 0; i < length; i++)
        to[i] = from[i];
    return STATUS_SUCCESS;
}

NTSTATUS RtlInitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY IdentifierAuthority,
                          UCHAR SubAuthorityCount) {
    SID *sid = Sid;
    if (SubAuthorityCount > SID_MAX_SUB_AUTHORITIES)
        return STATUS_INVALID_PARAMETER;
    sid->Revision = SID_REVISION;
    sid->SubAuthorityCount = SubAuthorityCount;
    sid->IdentifierAuthority = *IdentifierAuthority;
    return STATUS_SUCCESS;
}

PULONG RtlSubAuthoritySid(PSID Sid, ULONG SubAuthority) {
    return (PULONG)((ULONG_PTR)Sid + RtlLengthRequiredSid(SubAuthority));
}

PUCHAR RtlSubAuthorityCountSid(PSID Sid) {
    return &((SID *)Sid)->SubAuthorityCount;
}

/* "S-1-5-21-1-2-3-1001"; authorities of 2^32 and more are hexadecimal. */
static void format_sid(const SID *sid, char *text, size_t size) {
    uint64_t authority = 0;
    for (int i = 0; i < 6; i++)
        authority = authority << 8 | sid->IdentifierAuthority.Value[i];
    size_t used =
        (size_t)snprintf(text, size, authority >> 32 ? "S-%d-0x%012" PRIX64 : "S-%d-%" PRIu64,
                         sid->Revision, authority);
    for (ULONG i = 0; i < sid->SubAuthorityCount && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "-%" PRIu32,
                                 *RtlSubAuthoritySid((PSID)(uintptr_t)sid, i));
}

NTSTATUS RtlConvertSidToUnicodeString(PUNICODE_STRING UnicodeString, PSID Sid,
                                      BOOLEAN AllocateDestinationString) {
    char text[256];
    ANSI_STRING narrow;
    if (!kernel_world())
        return STATUS_INVALID_DEVICE_REQUEST;
    if (!RtlValidSid(Sid))
        return STATUS_INVALID_SID;
    format_sid(Sid, text, sizeof text);
    RtlInitAnsiString(&narrow, text);
    return RtlAnsiStringToUnicodeString(UnicodeString, &narrow, AllocateDestinationString);
}
