/*
 * A module's handle is where its image begins: DllMain's first argument, the base of the snapshot,
 * and below every address of its code and data.
 *
 * rules: DLL-05
 * links: inside.dll
 */
#include <stdio.h>
#include <windows.h>

#include <tlhelp32.h>

__declspec(dllimport) HINSTANCE inside_instance(void);
__declspec(dllimport) void *inside_code(void);
__declspec(dllimport) extern int inside_data;

static int own_data = 1;

static BOOL in_snapshot(HMODULE module, MODULEENTRY32 *entry) {
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, 0);
    BOOL more;
    entry->dwSize = sizeof *entry;
    for (more = Module32First(snapshot, entry); more; more = Module32Next(snapshot, entry))
        if (entry->hModule == module)
            break;
    CloseHandle(snapshot);
    return more;
}

static void look(const char *name, HMODULE module, const void *code, const void *data) {
    MODULEENTRY32 entry;
    if (!in_snapshot(module, &entry)) {
        printf("%s is in no snapshot\n", name);
        return;
    }
    const BYTE *begin = entry.modBaseAddr, *end = begin + entry.modBaseSize;
    printf("%s: base is handle %d, whole pages %d, code in it %d, data in it %d\n", name,
           begin == (const void *)module, entry.modBaseSize && entry.modBaseSize % 4096 == 0,
           (const BYTE *)code >= begin && (const BYTE *)code < end,
           (const BYTE *)data >= begin && (const BYTE *)data < end);
}

int main(void) {
    look("program", GetModuleHandleA(NULL), (void *)main, &own_data);
    look("dll", GetModuleHandleA("inside.dll"), inside_code(), &inside_data);
    printf("DllMain got the handle %d\n", inside_instance() == GetModuleHandleA("inside.dll"));
    return 0;
}
