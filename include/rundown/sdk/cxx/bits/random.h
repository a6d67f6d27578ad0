/* SPDX-License-Identifier: MIT */
/* For libstdc++: std::random_device asks the simulated machine, which answers the same every run.
 */
#ifndef RD_SDK_CXX_RANDOM_H
#define RD_SDK_CXX_RANDOM_H

#include_next <bits/random.h>

#include "../../stdlib.h"

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION

inline void random_device::_M_init(const std::string &) {}

inline void random_device::_M_fini() {}

inline random_device::result_type random_device::_M_getval() {
    result_type value;
    rand_s(&value);
    return value;
}

inline double random_device::_M_getentropy() const noexcept {
    return 32.0;
}

_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#endif
