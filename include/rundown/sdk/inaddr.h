/* SPDX-License-Identifier: MIT */
/* Addresses of the Internet Protocol, version 4. */
#ifndef RD_SDK_INADDR_H
#define RD_SDK_INADDR_H

#include "rd_nttypes.h"

typedef struct in_addr {
    union {
        struct {
            UCHAR s_b1, s_b2, s_b3, s_b4;
        } S_un_b;
        struct {
            USHORT s_w1, s_w2;
        } S_un_w;
        ULONG S_addr;
    } S_un;
#define s_addr S_un.S_addr
} IN_ADDR, *PIN_ADDR, *LPIN_ADDR;

#endif
