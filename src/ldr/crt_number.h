/* crt_number.h - numbers in text of either width, read and written without any locale. */
#ifndef RD_LDR_CRT_NUMBER_H
#define RD_LDR_CRT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rundown/sdk/rd_nttypes.h"

/* A terminated text of chars or, if `wide`, WCHARs. */
struct crt_view {
    const void *text;
    bool wide;
};

static inline unsigned crt_view_unit(struct crt_view view, size_t index) {
    return view.wide ? ((const WCHAR *)view.text)[index]
                     : ((const unsigned char *)view.text)[index];
}

struct crt_integer {
    uint64_t magnitude; /* UINT64_MAX if it does not fit */
    bool negative;
    bool overflow;
    size_t end; /* units read; 0: no number */
};

/* As strtoull reads: white space, sign, prefix for base 16, 8 (base 0). An invalid base reads
 * nothing. */
struct crt_integer crt_parse_integer(struct crt_view view, unsigned base);

/* Clamped to the range of a signed or unsigned integer of that many bits; *range tells whether that
 * was needed. */
int64_t crt_clamp_signed(const struct crt_integer *integer, unsigned bits, bool *range);
uint64_t crt_clamp_unsigned(const struct crt_integer *integer, unsigned bits, bool *range);

/* As strtod reads; *end is the number of units read, 0: no number. */
double crt_parse_float(struct crt_view view, size_t *end, bool *range);

enum { CRT_DIGITS_MAX = 65 }; /* of a 64-bit number with its sign, without the final zero */

/* Digits in the given base (2..36), lower case; returns how many were written to `out` (not
 * terminated). */
size_t crt_digits(char *out, uint64_t magnitude, bool negative, unsigned base);

#endif
