/*
 * Objects with names, made and opened by native calls: the directory is written out, an existing
 * object is opened only if the caller allows it, and programs that use Win32 find them.
 *
 * rules: HNDL-28
 */
#include <stdio.h>
#include <windows.h>
#include <winternl.h>

typedef LONG(WINAPI *create_fn)(HANDLE *event, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                int type, BOOLEAN set);
typedef LONG(WINAPI *open_fn)(HANDLE *event, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes);

#define TRY(call) printf("%s: 0x%lX\n", #call, (ULONG)(call))

static void *native(const char *name) {
    return (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
}

static OBJECT_ATTRIBUTES *named(const WCHAR *text, ULONG flags) {
    static OBJECT_ATTRIBUTES attributes;
    static UNICODE_STRING name;

    name.Buffer = (WCHAR *)text;
    for (name.Length = 0; name.Buffer[name.Length / 2]; name.Length += 2)
        continue;
    name.MaximumLength = name.Length + 2;
    InitializeObjectAttributes(&attributes, &name, flags, NULL, NULL);
    return &attributes;
}

int main(void) {
    create_fn create = (create_fn)native("NtCreateEvent");
    open_fn open = (open_fn)native("NtOpenEvent"), open_mutant = (open_fn)native("NtOpenMutant");
    const WCHAR *mine = L"\\BaseNamedObjects\\native_names";
    HANDLE event, again, found;

    TRY(open(&event, EVENT_ALL_ACCESS, named(mine, 0)));
    TRY(create(&event, EVENT_ALL_ACCESS, named(mine, 0), 1, FALSE));
    TRY(create(&again, EVENT_ALL_ACCESS, named(mine, 0), 1, FALSE));
    TRY(create(&again, EVENT_ALL_ACCESS, named(mine, OBJ_OPENIF), 1, FALSE));
    TRY(open(&again, EVENT_MODIFY_STATE, named(mine, 0)));
    TRY(open_mutant(&found, SYNCHRONIZE, named(mine, 0)));
    TRY(open(&found, SYNCHRONIZE, named(L"\\Nowhere\\native_names", 0)));
    TRY(open(&found, SYNCHRONIZE, named(L"native_names", 0)));
    TRY(create(&found, EVENT_ALL_ACCESS, NULL, 2, FALSE));
    found = OpenEventA(SYNCHRONIZE, FALSE, "Global\\native_names");
    SetEvent(again);
    printf("found by Win32: %d, wait %lu\n", found != NULL, WaitForSingleObject(event, 0));
    return 0;
}
