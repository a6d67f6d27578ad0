/* SPDX-License-Identifier: MIT */
/* For libstdc++: see atomic_wait.h. */
#ifndef RD_SDK_CXX_ATOMIC_TIMED_WAIT_H
#define RD_SDK_CXX_ATOMIC_TIMED_WAIT_H

#include <bits/atomic_wait.h>
#include <bits/chrono.h>

#define _GLIBCXX_HAVE_PLATFORM_TIMED_WAIT 1

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION
namespace __detail {

/* False: the time is over. */
template <typename Clock, typename Duration>
bool __platform_wait_until(const __platform_wait_t *address, __platform_wait_t undesired,
                           const chrono::time_point<Clock, Duration> &end) noexcept {
    const long long longest = 0x7fffffff;
    const long long left = chrono::ceil<chrono::milliseconds>(end - Clock::now()).count();
    if (left > 0 &&
        WaitOnAddress(const_cast<__platform_wait_t *>(address), &undesired, sizeof undesired,
                      static_cast<DWORD>(left < longest ? left : longest)))
        return true;
    return Clock::now() < end;
}

} // namespace __detail
_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#include_next <bits/atomic_timed_wait.h>

#endif
