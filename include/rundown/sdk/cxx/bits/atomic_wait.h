/* SPDX-License-Identifier: MIT */
/* For libstdc++: std::atomic::wait, and what C++20 builds on it, is WaitOnAddress. */
#ifndef RD_SDK_CXX_ATOMIC_WAIT_H
#define RD_SDK_CXX_ATOMIC_WAIT_H

#include <bits/c++config.h>

#include "../../synchapi.h"

#define _GLIBCXX_HAVE_PLATFORM_WAIT 1

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION
namespace __detail {

template <typename Value> void __platform_wait(const Value *address, Value undesired) noexcept {
    WaitOnAddress(const_cast<Value *>(address), &undesired, sizeof undesired, INFINITE);
}

template <typename Value> void __platform_notify(const Value *address, bool all) noexcept {
    Value *changed = const_cast<Value *>(address);
    all ? WakeByAddressAll(changed) : WakeByAddressSingle(changed);
}

} // namespace __detail
_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#include_next <bits/atomic_wait.h>

#endif
