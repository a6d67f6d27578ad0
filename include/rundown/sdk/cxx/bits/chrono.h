/* SPDX-License-Identifier: MIT */
/* For libstdc++: the clocks are those of the simulated machine. */
#ifndef RD_SDK_CXX_CHRONO_H
#define RD_SDK_CXX_CHRONO_H

#include_next <bits/chrono.h>

#if __cplusplus >= 201103L

#include "../../profileapi.h"
#include "../../sysinfoapi.h"

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION
namespace chrono {

/* Windows counts from 1601, C++ from 1970. */
inline system_clock::time_point system_clock::now() noexcept {
    FILETIME now;
    GetSystemTimePreciseAsFileTime(&now);
    const long long ticks = static_cast<long long>(now.dwHighDateTime) << 32 |
                            static_cast<long long>(now.dwLowDateTime);
    return time_point(nanoseconds((ticks - 116444736000000000LL) * 100));
}

inline steady_clock::time_point steady_clock::now() noexcept {
    LARGE_INTEGER counter, frequency;
    QueryPerformanceCounter(&counter);
    QueryPerformanceFrequency(&frequency);
    const long long whole = counter.QuadPart / frequency.QuadPart;
    const long long rest = counter.QuadPart % frequency.QuadPart;
    return time_point(nanoseconds(whole * 1000000000 + rest * 1000000000 / frequency.QuadPart));
}

} // namespace chrono
_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#endif
#endif
