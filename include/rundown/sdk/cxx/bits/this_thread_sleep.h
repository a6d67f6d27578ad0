/* SPDX-License-Identifier: MIT */
/* For libstdc++: threads sleep in the simulated machine. */
#ifndef RD_SDK_CXX_THIS_THREAD_SLEEP_H
#define RD_SDK_CXX_THIS_THREAD_SLEEP_H

#include_next <bits/this_thread_sleep.h>

#if __cplusplus >= 201103L

#include "../../synchapi.h"

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION
namespace this_thread {

/* Never less than asked for; Sleep takes up to 49 days. */
inline void __sleep_for(chrono::seconds seconds, chrono::nanoseconds rest) {
    const long long longest = 0x7fffffff;
    long long left = seconds.count() * 1000 + (rest.count() + 999999) / 1000000;
    for (; left > longest; left -= longest)
        Sleep(static_cast<DWORD>(longest));
    Sleep(static_cast<DWORD>(left));
}

} // namespace this_thread
_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#endif
#endif
