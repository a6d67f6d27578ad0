/* kernel_address.c - addresses of the Internet Protocol as text, for drivers and programs. */
#include <stdio.h>

#include "api/kernel.h"
#include "rundown/sdk/ip2string.h"

enum { TEXT_MAX = 46, WORDS = 8 };

static size_t write_v4(char *text, size_t room, const UCHAR *bytes) {
    return (size_t)snprintf(text, room, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

static unsigned word(const struct in6_addr *address, unsigned index) {
    return (unsigned)address->u.Byte[2 * index] << 8 | address->u.Byte[2 * index + 1];
}

/* The last two words of these are an address of version 4: compatible, mapped, translated, ISATAP.
 */
static bool ends_in_v4(const struct in6_addr *address) {
    bool zeros = !word(address, 0) && !word(address, 1) && !word(address, 2) && !word(address, 3);
    unsigned fifth = word(address, 4), sixth = word(address, 5);
    if ((fifth & 0xFDFF) == 0 && sixth == 0x5EFE)
        return true;
    return zeros && ((fifth == 0 && sixth == 0 && word(address, 6)) ||
                     (fifth == 0 && sixth == 0xFFFF) || (fifth == 0xFFFF && sixth == 0));
}

/* The first of the longest runs of at least two words that are 0. */
static unsigned longest_run(const struct in6_addr *address, unsigned words, unsigned *first) {
    unsigned longest = 1;
    *first = words;
    for (unsigned i = 0; i < words; i++) {
        unsigned length = 0;
        while (i + length < words && !word(address, i + length))
            length++;
        if (length > longest) {
            longest = length;
            *first = i;
        }
    }
    return longest;
}

static size_t write_v6(char *text, const struct in6_addr *address) {
    bool v4 = ends_in_v4(address);
    unsigned words = v4 ? WORDS - 2 : WORDS, first;
    unsigned run = longest_run(address, words, &first);
    size_t used = 0;
    for (unsigned i = 0; i < words; i++) {
        if (i == first) {
            used += (size_t)snprintf(text + used, TEXT_MAX - used, "::");
            i += run - 1;
            continue;
        }
        bool colon = i && text[used - 1] != ':';
        used += (size_t)snprintf(text + used, TEXT_MAX - used, "%s%x", colon ? ":" : "",
                                 word(address, i));
    }
    if (!v4)
        return used;
    if (text[used - 1] != ':')
        text[used++] = ':';
    return used + write_v4(text + used, TEXT_MAX - used, address->u.Byte + 12);
}

static PWSTR widen(PWSTR to, const char *text, size_t length) {
    for (size_t i = 0; i <= length; i++)
        to[i] = (WCHAR)text[i];
    return to + length;
}

PSTR RtlIpv4AddressToStringA(const struct in_addr *Addr, PSTR S) {
    return S + write_v4(S, sizeof "255.255.255.255", (const UCHAR *)Addr);
}

PWSTR RtlIpv4AddressToStringW(const struct in_addr *Addr, PWSTR S) {
    char text[TEXT_MAX];
    return widen(S, text, write_v4(text, sizeof text, (const UCHAR *)Addr));
}

PSTR RtlIpv6AddressToStringA(const struct in6_addr *Addr, PSTR S) {
    char text[TEXT_MAX];
    size_t length = write_v6(text, Addr);
    memcpy(S, text, length + 1);
    return S + length;
}

PWSTR RtlIpv6AddressToStringW(const struct in6_addr *Addr, PWSTR S) {
    char text[TEXT_MAX];
    return widen(S, text, write_v6(text, Addr));
}
