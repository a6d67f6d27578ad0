/* SPDX-License-Identifier: MIT */
/* For libstdc++: the bits of its character table, which the compiled library fills. */
#include <bits/c++config.h>

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION

struct ctype_base {
    typedef const int *__to_type;
    typedef unsigned short mask;
    static const mask upper = 0x0100;
    static const mask lower = 0x0200;
    static const mask alpha = 0x0400;
    static const mask digit = 0x0800;
    static const mask xdigit = 0x1000;
    static const mask space = 0x2000;
    static const mask print = 0x4000;
    static const mask blank = 0x0001;
    static const mask cntrl = 0x0002;
    static const mask punct = 0x0004;
    static const mask graph = 0x0400 | 0x0800 | 0x0004;
    static const mask alnum = 0x0400 | 0x0800;
};

_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std
