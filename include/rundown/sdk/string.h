/* SPDX-License-Identifier: MIT */
/* Strings and blocks of bytes. */
#ifndef RD_SDK_STRING_H
#define RD_SDK_STRING_H

#include "corecrt.h"
#include "rd_crt_wstring.h"

RD_CRT_BEGIN
void *memccpy(void *destination, const void *source, int c, size_t count);
void *_memccpy(void *destination, const void *source, int c, size_t count);
void *memchr(const void *buffer, int c, size_t count);
int memcmp(const void *left, const void *right, size_t count);
void *memcpy(void *destination, const void *source, size_t count);
void *memmove(void *destination, const void *source, size_t count);
void *memset(void *destination, int c, size_t count);
errno_t memcpy_s(void *destination, rsize_t size, const void *source, rsize_t count);
errno_t memmove_s(void *destination, rsize_t size, const void *source, rsize_t count);
int _memicmp(const void *left, const void *right, size_t count);
int memicmp(const void *left, const void *right, size_t count);
char *strcat(char *destination, const char *source);
char *strchr(const char *string, int c);
int strcmp(const char *left, const char *right);
int strcoll(const char *left, const char *right);
char *strcpy(char *destination, const char *source);
size_t strcspn(const char *string, const char *set);
char *strerror(int number);
errno_t strerror_s(char *buffer, size_t size, int number);
char *_strerror(const char *message);
size_t strlen(const char *string);
size_t strnlen(const char *string, size_t maximum);
size_t strnlen_s(const char *string, size_t maximum);
char *strncat(char *destination, const char *source, size_t count);
int strncmp(const char *left, const char *right, size_t count);
char *strncpy(char *destination, const char *source, size_t count);
char *strpbrk(const char *string, const char *set);
char *strrchr(const char *string, int c);
size_t strspn(const char *string, const char *set);
char *strstr(const char *string, const char *part);
char *strtok(char *string, const char *delimiters);
char *strtok_s(char *string, const char *delimiters, char **context);
size_t strxfrm(char *destination, const char *source, size_t count);
errno_t strcpy_s(char *destination, rsize_t size, const char *source);
errno_t strncpy_s(char *destination, rsize_t size, const char *source, rsize_t count);
errno_t strcat_s(char *destination, rsize_t size, const char *source);
errno_t strncat_s(char *destination, rsize_t size, const char *source, rsize_t count);
int _stricmp(const char *left, const char *right);
int _strnicmp(const char *left, const char *right, size_t count);
int _strcmpi(const char *left, const char *right);
int stricmp(const char *left, const char *right);
int strnicmp(const char *left, const char *right, size_t count);
int strcmpi(const char *left, const char *right);
int _stricoll(const char *left, const char *right);
char *_strdup(const char *string);
char *strdup(const char *string);
char *_strlwr(char *string);
char *_strupr(char *string);
char *strlwr(char *string);
char *strupr(char *string);
char *_strrev(char *string);
char *strrev(char *string);
char *_strset(char *string, int c);
char *strset(char *string, int c);
char *_strnset(char *string, int c, size_t count);
errno_t _strlwr_s(char *string, size_t size);
errno_t _strupr_s(char *string, size_t size);
RD_CRT_END

RD_CRT_ARRAY_2(errno_t, strcpy_s, char, const char *)
RD_CRT_ARRAY_2(errno_t, strcat_s, char, const char *)
RD_CRT_ARRAY_3(errno_t, strncpy_s, char, const char *)
RD_CRT_ARRAY_3(errno_t, strncat_s, char, const char *)

#endif
