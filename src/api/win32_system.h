/*
 * win32_system.h - the DLLs that every Windows process has. They are no images here: their handles
 * only serve GetModuleHandle and GetProcAddress.
 */
#ifndef RD_API_WIN32_SYSTEM_H
#define RD_API_WIN32_SYSTEM_H

#include "api/win32.h"

struct api_system_module;

/* By file name; NULL if it is none of them. */
const struct api_system_module *api_system_module_find(const char *name);
const struct api_system_module *api_system_module_of(HMODULE handle);
HMODULE api_system_module_handle(const struct api_system_module *module);
const char *api_system_module_name(const struct api_system_module *module);
void *api_system_export(const struct api_system_module *module, const char *name);

#endif
