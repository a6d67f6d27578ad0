/*
 * crt_text.h - UTF-8 and UTF-16 text. Simulated programs see 16-bit wide characters; the multibyte
 * encoding of the simulated C run-time is always UTF-8.
 */
#ifndef RD_LDR_CRT_TEXT_H
#define RD_LDR_CRT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rundown/sdk/rd_nttypes.h"

enum { CRT_UTF8_MAX = 4, CRT_REPLACEMENT = 0xFFFD };

/*
 * Takes one character off the front of the text. Malformed input yields CRT_REPLACEMENT for one
 * unit. The count must be at least 1.
 */
uint32_t crt_utf8_next(const char **text, size_t *count);
uint32_t crt_utf16_next(const WCHAR **text, size_t *count);

/* Writes one character; returns the number of units (1..4 bytes, 1..2 wide characters). */
size_t crt_utf8_put(char *out, uint32_t character);
size_t crt_utf16_put(WCHAR *out, uint32_t character);

size_t crt_wide_length(const WCHAR *text);
size_t crt_wide_length_max(const WCHAR *text, size_t max);
size_t crt_narrow_length_max(const char *text, size_t max);

/*
 * Converts `count` units into at most `size` units of `out` without splitting a character and
 * without a final zero; returns the units written, or those needed if `out` is NULL.
 */
size_t crt_narrow(char *out, size_t size, const WCHAR *text, size_t count);
size_t crt_widen(WCHAR *out, size_t size, const char *text, size_t count);

/* Case by ASCII rules only, as in the "C" locale. */
static inline unsigned crt_lower(unsigned character) {
    return character - 'A' < 26u ? character + 32 : character;
}
static inline unsigned crt_upper(unsigned character) {
    return character - 'a' < 26u ? character - 32 : character;
}

int crt_compare_no_case(const char *a, const char *b, size_t max);
int crt_wide_compare_no_case(const WCHAR *a, const WCHAR *b, size_t max);

#endif
