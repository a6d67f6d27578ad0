/* SPDX-License-Identifier: MIT */
/* Wide strings, which <string.h> and <wchar.h> both declare. */
#ifndef RD_SDK_RD_CRT_WSTRING_H
#define RD_SDK_RD_CRT_WSTRING_H

#include "corecrt.h"

RD_CRT_BEGIN
wchar_t *wmemchr(const wchar_t *buffer, wchar_t c, size_t count);
int wmemcmp(const wchar_t *left, const wchar_t *right, size_t count);
wchar_t *wmemcpy(wchar_t *destination, const wchar_t *source, size_t count);
wchar_t *wmemmove(wchar_t *destination, const wchar_t *source, size_t count);
wchar_t *wmemset(wchar_t *destination, wchar_t c, size_t count);
errno_t wmemcpy_s(wchar_t *destination, rsize_t size, const wchar_t *source, rsize_t count);
wchar_t *wcscat(wchar_t *destination, const wchar_t *source);
wchar_t *wcschr(const wchar_t *string, wchar_t c);
int wcscmp(const wchar_t *left, const wchar_t *right);
int wcscoll(const wchar_t *left, const wchar_t *right);
wchar_t *wcscpy(wchar_t *destination, const wchar_t *source);
size_t wcscspn(const wchar_t *string, const wchar_t *set);
size_t wcslen(const wchar_t *string);
size_t wcsnlen(const wchar_t *string, size_t maximum);
size_t wcsnlen_s(const wchar_t *string, size_t maximum);
wchar_t *wcsncat(wchar_t *destination, const wchar_t *source, size_t count);
int wcsncmp(const wchar_t *left, const wchar_t *right, size_t count);
wchar_t *wcsncpy(wchar_t *destination, const wchar_t *source, size_t count);
wchar_t *wcspbrk(const wchar_t *string, const wchar_t *set);
wchar_t *wcsrchr(const wchar_t *string, wchar_t c);
size_t wcsspn(const wchar_t *string, const wchar_t *set);
wchar_t *wcsstr(const wchar_t *string, const wchar_t *part);
wchar_t *wcstok(wchar_t *string, const wchar_t *delimiters, wchar_t **context);
wchar_t *wcstok_s(wchar_t *string, const wchar_t *delimiters, wchar_t **context);
size_t wcsxfrm(wchar_t *destination, const wchar_t *source, size_t count);
errno_t wcscpy_s(wchar_t *destination, rsize_t size, const wchar_t *source);
errno_t wcsncpy_s(wchar_t *destination, rsize_t size, const wchar_t *source, rsize_t count);
errno_t wcscat_s(wchar_t *destination, rsize_t size, const wchar_t *source);
errno_t wcsncat_s(wchar_t *destination, rsize_t size, const wchar_t *source, rsize_t count);
int _wcsicmp(const wchar_t *left, const wchar_t *right);
int _wcsnicmp(const wchar_t *left, const wchar_t *right, size_t count);
int wcsicmp(const wchar_t *left, const wchar_t *right);
int wcsnicmp(const wchar_t *left, const wchar_t *right, size_t count);
int _wcsicoll(const wchar_t *left, const wchar_t *right);
wchar_t *_wcsdup(const wchar_t *string);
wchar_t *wcsdup(const wchar_t *string);
wchar_t *_wcslwr(wchar_t *string);
wchar_t *_wcsupr(wchar_t *string);
wchar_t *_wcsrev(wchar_t *string);
wchar_t *_wcsset(wchar_t *string, wchar_t c);
wchar_t *_wcsnset(wchar_t *string, wchar_t c, size_t count);
errno_t _wcslwr_s(wchar_t *string, size_t size);
errno_t _wcsupr_s(wchar_t *string, size_t size);
wchar_t *_wcserror(int number);
errno_t _wcserror_s(wchar_t *buffer, size_t size, int number);
RD_CRT_END

RD_CRT_ARRAY_2(errno_t, wcscpy_s, wchar_t, const wchar_t *)
RD_CRT_ARRAY_2(errno_t, wcscat_s, wchar_t, const wchar_t *)
RD_CRT_ARRAY_3(errno_t, wcsncpy_s, wchar_t, const wchar_t *)
RD_CRT_ARRAY_3(errno_t, wcsncat_s, wchar_t, const wchar_t *)

#endif
