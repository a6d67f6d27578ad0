/* win32_device.h - handles of devices: what the functions for files do with them. */
#ifndef RD_API_WIN32_DEVICE_H
#define RD_API_WIN32_DEVICE_H

#include "api/win32.h"
#include "io/request.h"

/* Is that a handle of a device? At a scheduling point; no error is set if not. */
bool api_is_device(struct api_caller *caller, HANDLE handle);

/* CreateFile on "\\.\Name" and "\\?\Name". False: that names no device's directory. */
struct api_device_open {
    const char *name; /* UTF-8 */
    DWORD access, share, disposition, flags;
    bool inherit;
};
bool api_device_name(const char *name);
/* win32_named_pipe.c: the same for "\\.\pipe\name". */
bool api_pipe_path(const char *path);
HANDLE api_pipe_open(struct api_caller *caller, const struct api_device_open *open);
HANDLE api_device_open(struct api_caller *caller, const struct api_device_open *open);

/* ReadFile, WriteFile, FlushFileBuffers, GetFileType once api_is_device has said yes. */
struct api_device_transfer {
    bool writes;
    HANDLE handle;
    void *buffer; /* of a write: only read */
    DWORD size;
    LPDWORD done;
    LPOVERLAPPED overlapped;
    LPOVERLAPPED_COMPLETION_ROUTINE routine; /* ReadFileEx, WriteFileEx */
};
BOOL api_device_transfer(struct api_caller *caller, const struct api_device_transfer *transfer);
BOOL api_device_flush(struct api_caller *caller, HANDLE handle);
DWORD api_device_type(struct api_caller *caller, HANDLE handle);

#endif
