/* utf16.h - conversion between UTF-8 (host, log) and UTF-16 (Windows). Bad input becomes U+FFFD. */
#ifndef RD_BASE_UTF16_H
#define RD_BASE_UTF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Both convert at most `size` units of input and write at most `capacity` units without a
 * terminator. They return the number of units that the whole result has, which may be more than was
 * written.
 */
size_t base_utf8_to_16(const char *text, size_t size, uint16_t *out, size_t capacity);
size_t base_utf16_to_8(const uint16_t *text, size_t size, char *out, size_t capacity);

/* Whether nothing in it becomes U+FFFD. */
bool base_utf8_valid(const char *text, size_t size);
bool base_utf16_valid(const uint16_t *text, size_t size);

size_t base_utf16_length(const uint16_t *text);

#endif
