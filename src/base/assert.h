/* assert.h - RD_ASSERT states what Rundown itself guarantees; a failure is a bug in Rundown. */
#ifndef RD_BASE_ASSERT_H
#define RD_BASE_ASSERT_H

_Noreturn void base_assert_fail(const char *condition, const char *file, int line);

#define RD_ASSERT(condition)                                                                       \
    ((condition) ? (void)0 : base_assert_fail(#condition, __FILE__, __LINE__))

#if defined(__GNUC__)
#define RD_LIKELY(x) __builtin_expect(!!(x), 1)
#define RD_UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define RD_LIKELY(x) (x)
#define RD_UNLIKELY(x) (x)
#endif

#endif
