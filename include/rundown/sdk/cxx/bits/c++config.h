/* SPDX-License-Identifier: MIT */
/*
 * For libstdc++: the host's configuration, less what a simulated program cannot have. The library
 * was compiled with a wchar_t of 32 bits, so nothing of its wide code may be used: std::wstring is
 * instantiated in the program itself, and wide streams do not exist.
 */
#ifndef RD_SDK_CXX_CONFIG_H
#define RD_SDK_CXX_CONFIG_H

#include_next <bits/c++config.h>

#undef _GLIBCXX_USE_WCHAR_T

/*
 * Strings, streams and the like are instantiated in the image: what they allocate must come from
 * and go to the simulated process's operator new and delete. Facets of locales stay the library's
 * (locale_facets.tcc), since the library finds them by the addresses of their identifiers.
 */
#undef _GLIBCXX_EXTERN_TEMPLATE
#define _GLIBCXX_EXTERN_TEMPLATE 0

#undef _GLIBCXX_USE_LFS
#undef _GLIBCXX_HAVE_ALIGNED_ALLOC
#undef _GLIBCXX_HAVE_POSIX_MEMALIGN
#undef _GLIBCXX_USE_CLOCK_GETTIME_SYSCALL
#undef _GLIBCXX_HAVE_LINUX_FUTEX
#undef _GLIBCXX_USE_PTHREAD_RWLOCK_T
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GTHREAD_USE_MUTEX_TIMEDLOCK
#define _GTHREAD_USE_MUTEX_TIMEDLOCK 0
#undef _GLIBCXX_USE_NANOSLEEP
#undef _GLIBCXX_USE_SCHED_YIELD
#undef _GLIBCXX_USE_GETTIMEOFDAY
#undef _GLIBCXX_HAVE_UNISTD_H
#undef _GLIBCXX_HAVE_POSIX_SEMAPHORE
#undef _GLIBCXX_HAVE_STRERROR_R
#undef _GLIBCXX_HAVE_STRERROR_L

#endif
