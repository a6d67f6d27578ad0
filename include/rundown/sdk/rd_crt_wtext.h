/* SPDX-License-Identifier: MIT */
/* Conversions of wide text, which <stdlib.h> and <wchar.h> both declare. */
#ifndef RD_SDK_RD_CRT_WTEXT_H
#define RD_SDK_RD_CRT_WTEXT_H

#include "corecrt.h"

RD_CRT_BEGIN
double wcstod(const wchar_t *string, wchar_t **end);
float wcstof(const wchar_t *string, wchar_t **end);
long double wcstold(const wchar_t *string, wchar_t **end);
long wcstol(const wchar_t *string, wchar_t **end, int radix);
unsigned long wcstoul(const wchar_t *string, wchar_t **end, int radix);
long long wcstoll(const wchar_t *string, wchar_t **end, int radix);
unsigned long long wcstoull(const wchar_t *string, wchar_t **end, int radix);
long long _wcstoi64(const wchar_t *string, wchar_t **end, int radix);
unsigned long long _wcstoui64(const wchar_t *string, wchar_t **end, int radix);
int _wtoi(const wchar_t *string);
long _wtol(const wchar_t *string);
long long _wtoi64(const wchar_t *string);
long long _wtoll(const wchar_t *string);
double _wtof(const wchar_t *string);
wchar_t *_itow(int value, wchar_t *buffer, int radix);
wchar_t *_ltow(long value, wchar_t *buffer, int radix);
wchar_t *_ultow(unsigned long value, wchar_t *buffer, int radix);
wchar_t *_i64tow(long long value, wchar_t *buffer, int radix);
wchar_t *_ui64tow(unsigned long long value, wchar_t *buffer, int radix);
errno_t _itow_s(int value, wchar_t *buffer, size_t size, int radix);
errno_t _ltow_s(long value, wchar_t *buffer, size_t size, int radix);
errno_t _ultow_s(unsigned long value, wchar_t *buffer, size_t size, int radix);
errno_t _i64tow_s(long long value, wchar_t *buffer, size_t size, int radix);
errno_t _ui64tow_s(unsigned long long value, wchar_t *buffer, size_t size, int radix);
wchar_t *_wgetenv(const wchar_t *name);
errno_t _wgetenv_s(size_t *required, wchar_t *buffer, rsize_t size, const wchar_t *name);
int _wputenv(const wchar_t *assignment);
errno_t _wputenv_s(const wchar_t *name, const wchar_t *value);
RD_CRT_END

#endif
