/* SPDX-License-Identifier: MIT */
/* Addresses of the Internet Protocol as text. Each function returns where the text ends. */
#ifndef RD_SDK_IP2STRING_H
#define RD_SDK_IP2STRING_H

#include "in6addr.h"
#include "inaddr.h"
#include "rd_decl.h"

RD_SDK_BEGIN

NTSYSAPI PSTR RtlIpv4AddressToStringA(const struct in_addr *Addr, PSTR S);
NTSYSAPI PWSTR RtlIpv4AddressToStringW(const struct in_addr *Addr, PWSTR S);
NTSYSAPI PSTR RtlIpv6AddressToStringA(const struct in6_addr *Addr, PSTR S);
NTSYSAPI PWSTR RtlIpv6AddressToStringW(const struct in6_addr *Addr, PWSTR S);

RD_SDK_END

#ifdef UNICODE
#define RtlIpv4AddressToString RtlIpv4AddressToStringW
#define RtlIpv6AddressToString RtlIpv6AddressToStringW
#else
#define RtlIpv4AddressToString RtlIpv4AddressToStringA
#define RtlIpv6AddressToString RtlIpv6AddressToStringA
#endif

#endif
