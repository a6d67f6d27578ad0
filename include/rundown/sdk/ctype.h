/* SPDX-License-Identifier: MIT */
/* Classes of characters. */
#ifndef RD_SDK_CTYPE_H
#define RD_SDK_CTYPE_H

#include "corecrt.h"

#define _UPPER 0x01
#define _LOWER 0x02
#define _DIGIT 0x04
#define _SPACE 0x08
#define _PUNCT 0x10
#define _CONTROL 0x20
#define _BLANK 0x40
#define _HEX 0x80

RD_CRT_BEGIN
int isalnum(int c);
int isalpha(int c);
int isblank(int c);
int iscntrl(int c);
int isdigit(int c);
int isgraph(int c);
int islower(int c);
int isprint(int c);
int ispunct(int c);
int isspace(int c);
int isupper(int c);
int isxdigit(int c);
int tolower(int c);
int toupper(int c);
int _tolower(int c);
int _toupper(int c);
RD_CRT_END

#define __isascii(c) ((unsigned)(c) < 0x80)
#define __toascii(c) ((c)&0x7f)
#define isascii(c) __isascii(c)
#define toascii(c) __toascii(c)
#define __iscsym(c) (isalnum(c) || (c) == '_')
#define __iscsymf(c) (isalpha(c) || (c) == '_')

#endif
