/* win32_attribute.c - attribute lists: parent process, handle list and jobs of a new process. */
#include "api/win32_attribute.h"

struct attribute {
    DWORD_PTR attribute;
    SIZE_T size;
    PVOID value;
};

/* In the caller's memory. As large as on Windows: programs sometimes know the sizes. */
struct _PROC_THREAD_ATTRIBUTE_LIST {
    DWORD present;
    DWORD capacity, count;
    DWORD reserved[3];
    struct attribute attributes[];
};

BOOL InitializeProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList,
                                       DWORD dwAttributeCount, DWORD dwFlags, PSIZE_T lpSize) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwFlags)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    SIZE_T needed = sizeof *lpAttributeList + dwAttributeCount * sizeof(struct attribute);
    SIZE_T available = *lpSize;
    *lpSize = needed;
    if (!lpAttributeList || available < needed)
        return api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
    memset(lpAttributeList, 0, sizeof *lpAttributeList);
    lpAttributeList->capacity = dwAttributeCount;
    return TRUE;
}

static bool is_handle_sized(SIZE_T size) {
    return size == sizeof(HANDLE);
}

static bool is_handle_list(SIZE_T size) {
    return size && size % sizeof(HANDLE) == 0;
}

static bool is_any(SIZE_T size) {
    return size != 0;
}

/* Those with a checker but no use here speak of processors and policies that this machine does not
 * have. */
static const struct {
    DWORD_PTR attribute;
    bool (*size_is_right)(SIZE_T size);
} known[] = {
    {PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, is_handle_sized},
    {PROC_THREAD_ATTRIBUTE_HANDLE_LIST, is_handle_list},
    {PROC_THREAD_ATTRIBUTE_JOB_LIST, is_handle_list},
    {PROC_THREAD_ATTRIBUTE_GROUP_AFFINITY, is_any},
    {PROC_THREAD_ATTRIBUTE_PREFERRED_NODE, is_any},
    {PROC_THREAD_ATTRIBUTE_IDEAL_PROCESSOR, is_any},
    {PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, is_any},
};

static DWORD check(const struct _PROC_THREAD_ATTRIBUTE_LIST *list, DWORD_PTR attribute,
                   SIZE_T size) {
    size_t i = 0, count = sizeof known / sizeof known[0];
    while (i < count && known[i].attribute != attribute)
        i++;
    if (i == count)
        return ERROR_NOT_SUPPORTED;
    if (!known[i].size_is_right(size))
        return ERROR_BAD_LENGTH;
    if (api_attribute(list, attribute, NULL))
        return ERROR_OBJECT_NAME_EXISTS;
    return list->count == list->capacity ? ERROR_GEN_FAILURE : ERROR_SUCCESS;
}

BOOL UpdateProcThreadAttribute(LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList, DWORD dwFlags,
                               DWORD_PTR Attribute, PVOID lpValue, SIZE_T cbSize,
                               PVOID lpPreviousValue, PSIZE_T lpReturnSize) {
    struct api_caller me;
    (void)lpPreviousValue, (void)lpReturnSize;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwFlags)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    DWORD error = check(lpAttributeList, Attribute, cbSize);
    if (error)
        return api_fail(&me, error);
    lpAttributeList->attributes[lpAttributeList->count++] =
        (struct attribute){Attribute, cbSize, lpValue};
    return TRUE;
}

VOID DeleteProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList) {
    (void)lpAttributeList; /* nothing but the caller's memory */
}

void *api_attribute(const struct _PROC_THREAD_ATTRIBUTE_LIST *list, DWORD_PTR attribute,
                    SIZE_T *size) {
    for (DWORD i = 0; list && i < list->count; i++) {
        if (list->attributes[i].attribute != attribute)
            continue;
        if (size)
            *size = list->attributes[i].size;
        return list->attributes[i].value;
    }
    return NULL;
}
