/* win32_attribute.h - attribute lists of CreateProcess. */
#ifndef RD_API_WIN32_ATTRIBUTE_H
#define RD_API_WIN32_ATTRIBUTE_H

#include "api/win32.h"

/* The value of an attribute, or NULL; *size may be NULL. */
void *api_attribute(const struct _PROC_THREAD_ATTRIBUTE_LIST *list, DWORD_PTR attribute,
                    SIZE_T *size);

#endif
