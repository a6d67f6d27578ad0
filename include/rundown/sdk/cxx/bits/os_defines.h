/* SPDX-License-Identifier: MIT */
/* For libstdc++: the simulated machine has no glibc, and so no features.h to ask. */
#ifndef _GLIBCXX_OS_DEFINES
#define _GLIBCXX_OS_DEFINES 1

#define __NO_CTYPE 1
#define _GLIBCXX_NO_OBSOLETE_ISINF_ISNAN_DYNAMIC 1

#endif
