/* SPDX-License-Identifier: MIT */
/* Characters of 16 and 32 bits. */
#ifndef RD_SDK_UCHAR_H
#define RD_SDK_UCHAR_H

#include "wchar.h"
#include "stdint.h"

#ifndef __cplusplus
typedef uint_least16_t char16_t;
typedef uint_least32_t char32_t;
#endif

RD_CRT_BEGIN
size_t mbrtoc16(char16_t *destination, const char *source, size_t count, mbstate_t *state);
size_t c16rtomb(char *destination, char16_t c, mbstate_t *state);
size_t mbrtoc32(char32_t *destination, const char *source, size_t count, mbstate_t *state);
size_t c32rtomb(char *destination, char32_t c, mbstate_t *state);
RD_CRT_END

#endif
