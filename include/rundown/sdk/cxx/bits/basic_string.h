/* SPDX-License-Identifier: MIT */
/* For libstdc++: the one place where its wide half is wanted; see bits/c++config.h. */
#include <bits/c++config.h>

#pragma push_macro("_GLIBCXX_USE_WCHAR_T")
#undef _GLIBCXX_USE_WCHAR_T
#define _GLIBCXX_USE_WCHAR_T 1
#include_next <bits/basic_string.h>
#pragma pop_macro("_GLIBCXX_USE_WCHAR_T")
