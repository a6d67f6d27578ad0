/* SPDX-License-Identifier: MIT */
/* For libstdc++: the "C" locale is the only one, and numbers are written in it. */
#ifndef _GLIBCXX_CXX_LOCALE_H
#define _GLIBCXX_CXX_LOCALE_H 1

#include <clocale>
#include <cstdarg>
#include <cstdio>

#define _GLIBCXX_C_LOCALE_GNU 1
#define _GLIBCXX_NUM_CATEGORIES 6

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION

typedef struct __locale_struct *__c_locale;

inline int __convert_from_v(const __c_locale &, char *buffer, const int size, const char *format,
                            ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = ::vsnprintf(buffer, static_cast<size_t>(size), format, arguments);
    va_end(arguments);
    return length;
}

_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#endif
