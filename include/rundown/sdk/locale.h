/* SPDX-License-Identifier: MIT */
/* The locale, which is always "C". */
#ifndef RD_SDK_LOCALE_H
#define RD_SDK_LOCALE_H

#include "corecrt.h"

#define LC_ALL 0
#define LC_COLLATE 1
#define LC_CTYPE 2
#define LC_MONETARY 3
#define LC_NUMERIC 4
#define LC_TIME 5

struct lconv {
    char *decimal_point;
    char *thousands_sep;
    char *grouping;
    char *int_curr_symbol;
    char *currency_symbol;
    char *mon_decimal_point;
    char *mon_thousands_sep;
    char *mon_grouping;
    char *positive_sign;
    char *negative_sign;
    char int_frac_digits;
    char frac_digits;
    char p_cs_precedes;
    char p_sep_by_space;
    char n_cs_precedes;
    char n_sep_by_space;
    char p_sign_posn;
    char n_sign_posn;
};

RD_CRT_BEGIN
char *setlocale(int category, const char *locale);
wchar_t *_wsetlocale(int category, const wchar_t *locale);
struct lconv *localeconv(void);
_locale_t _create_locale(int category, const char *locale);
void _free_locale(_locale_t locale);
int _configthreadlocale(int type);
RD_CRT_END

#endif
