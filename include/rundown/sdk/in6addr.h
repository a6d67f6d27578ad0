/* SPDX-License-Identifier: MIT */
/* Addresses of the Internet Protocol, version 6. */
#ifndef RD_SDK_IN6ADDR_H
#define RD_SDK_IN6ADDR_H

#include "rd_nttypes.h"

typedef struct in6_addr {
    union {
        UCHAR Byte[16];
        USHORT Word[8];
    } u;
} IN6_ADDR, *PIN6_ADDR, *LPIN6_ADDR;

#define s6_addr u.Byte
#define s6_words u.Word

#endif
