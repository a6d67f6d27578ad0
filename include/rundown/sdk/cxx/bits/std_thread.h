/* SPDX-License-Identifier: MIT */
/*
 * For libstdc++: std::thread is a thread of the simulated machine. Its id is the thread's number,
 * the same in every image; the handles are in a table of the image that started it.
 */
#ifndef RD_SDK_CXX_STD_THREAD_H
#define RD_SDK_CXX_STD_THREAD_H

#include_next <bits/std_thread.h>

#if __cplusplus >= 201103L

#include <bits/functexcept.h>

#include "../../errno.h"
#include "../../handleapi.h"
#include "../../process.h"
#include "../../processthreadsapi.h"
#include "../../synchapi.h"
#include "../../sysinfoapi.h"

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION

/* Handles of threads that were neither joined nor detached. */
struct rd_sdk_threads {
    struct entry {
        DWORD id;
        HANDLE handle;
        entry *next;
    };
    SRWLOCK lock;
    entry *first;

    static rd_sdk_threads &all() {
        static rd_sdk_threads threads = {SRWLOCK_INIT, nullptr};
        return threads;
    }
    void add(entry *added) {
        AcquireSRWLockExclusive(&lock);
        added->next = first;
        first = added;
        ReleaseSRWLockExclusive(&lock);
    }
    /* NULL: another image has it. */
    HANDLE take(DWORD id) {
        HANDLE handle = NULL;
        AcquireSRWLockExclusive(&lock);
        for (entry **link = &first; *link; link = &(*link)->next) {
            if ((*link)->id != id)
                continue;
            entry *taken = *link;
            *link = taken->next;
            handle = taken->handle;
            delete taken;
            break;
        }
        ReleaseSRWLockExclusive(&lock);
        return handle ? handle : OpenThread(SYNCHRONIZE, FALSE, id);
    }
};

inline void thread::_M_start_thread(_State_ptr state, void (*)()) {
    struct runner {
        static unsigned __stdcall run(void *parameter) {
            _State_ptr state(static_cast<_State *>(parameter));
            [&state]() noexcept { state->_M_run(); }(); /* whatever leaves it terminates */
            return 0;
        }
    };
    unique_ptr<rd_sdk_threads::entry> entry(new rd_sdk_threads::entry());
    unsigned id;
    const uintptr_t handle =
        _beginthreadex(NULL, 0, runner::run, state.get(), CREATE_SUSPENDED, &id);
    if (!handle)
        __throw_system_error(EAGAIN);
    state.release();
    entry->id = id;
    entry->handle = reinterpret_cast<HANDLE>(handle);
    rd_sdk_threads::all().add(entry.release());
    _M_id = thread::id(ULongToHandle(id));
    ResumeThread(reinterpret_cast<HANDLE>(handle));
}

inline void thread::join() {
    if (!joinable())
        __throw_system_error(EINVAL);
    if (_M_id == this_thread::get_id())
        __throw_system_error(EDEADLK);
    const HANDLE handle = rd_sdk_threads::all().take(HandleToULong(_M_id._M_thread));
    if (!handle)
        __throw_system_error(ESRCH);
    WaitForSingleObject(handle, INFINITE);
    CloseHandle(handle);
    _M_id = id();
}

inline void thread::detach() {
    if (!joinable())
        __throw_system_error(EINVAL);
    CloseHandle(rd_sdk_threads::all().take(HandleToULong(_M_id._M_thread)));
    _M_id = id();
}

inline unsigned int thread::hardware_concurrency() noexcept {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwNumberOfProcessors;
}

_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#endif
#endif
