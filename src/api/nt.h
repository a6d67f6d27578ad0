/* nt.h - what the native calls share: memory of their caller that may not be there, and names. */
#ifndef RD_API_NT_H
#define RD_API_NT_H

#include "api/win32.h"
#include "rundown/sdk/rd_ntdll.h"

/* Both give STATUS_ACCESS_VIOLATION where the caller has no memory. */
NTSTATUS nt_read(struct api_caller *caller, void *to, const void *from, size_t size);
NTSTATUS nt_write(struct api_caller *caller, void *to, const void *from, size_t size);
/* A result that will be written there later: what can be told now. */
NTSTATUS nt_probe(struct api_caller *caller, void *place, size_t size);

/* A timeout as ke_wait takes it; NULL: none. */
NTSTATUS nt_timeout(struct api_caller *caller, const LARGE_INTEGER *timeout, LONGLONG *storage,
                    const LONGLONG **result);

/* Object attributes, as far as anything here depends on them. */
struct nt_attributes {
    char name[API_NAME_MAX]; /* without the directory of named objects; "": none */
    bool named, inherit, open_if;
};
/* `attributes` may be NULL: no name. STATUS_OBJECT_PATH_..., STATUS_INVALID_PARAMETER or success.
 */
NTSTATUS nt_attributes(struct api_caller *caller, const OBJECT_ATTRIBUTES *attributes,
                       struct nt_attributes *decoded);

#endif
