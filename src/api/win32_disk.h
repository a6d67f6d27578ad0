/* win32_disk.h - what the functions for names of files share. */
#ifndef RD_API_WIN32_DISK_H
#define RD_API_WIN32_DISK_H

#include "api/win32_state.h"
#include "port/host_file.h"

enum { API_PATH_SIZE = 1024 };

/* A path of the host; 0 or the Win32 error. */
DWORD api_host_path(const char *name, char path[API_PATH_SIZE]);
DWORD api_host_error(int error);
DWORD api_attributes(const struct host_file_info *info);

#endif
