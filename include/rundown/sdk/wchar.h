/* SPDX-License-Identifier: MIT */
/* Wide characters: 16 bits each. */
#ifndef RD_SDK_WCHAR_H
#define RD_SDK_WCHAR_H

#include "corecrt.h"
#include "rd_crt_wio.h"
#include "rd_crt_wstring.h"
#include "rd_crt_wtext.h"
#include "time.h"
#include "wctype.h"

#ifndef WCHAR_MIN
#define WCHAR_MIN 0
#define WCHAR_MAX 0xffff
#endif

typedef struct __mbstate_t {
    unsigned int _Wchar;
    unsigned short _Byte;
    unsigned short _State;
} __mbstate_t;
typedef __mbstate_t mbstate_t;

RD_CRT_BEGIN
wint_t btowc(int c);
int wctob(wint_t c);
int mbsinit(const mbstate_t *state);
size_t mbrlen(const char *string, size_t count, mbstate_t *state);
size_t mbrtowc(wchar_t *destination, const char *source, size_t count, mbstate_t *state);
size_t wcrtomb(char *destination, wchar_t c, mbstate_t *state);
size_t mbsrtowcs(wchar_t *destination, const char **source, size_t count, mbstate_t *state);
size_t wcsrtombs(char *destination, const wchar_t **source, size_t count, mbstate_t *state);
RD_CRT_END

#endif
