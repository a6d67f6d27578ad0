/*
 * The directory that SetDllDirectory names takes the place of the current one in the search for
 * DLLs, and children begin with it.
 *
 * rules: -
 * windows: children begin with it as the page SetDllDirectory says, not under Wine
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static void load(const char *when) {
    HMODULE module = LoadLibraryA("moved.dll");
    printf("%s: %s\n", when, module ? "found" : "not found");
    if (!module)
        printf("error %lu\n", (unsigned long)GetLastError());
    else
        FreeLibrary(module);
}

int main(int argc, char **argv) {
    char self[MAX_PATH], command[] = "dll_directory child";
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    (void)argv;
    if (argc > 1) {
        load("child");
        return 0;
    }
    printf("moved: %d\n", CreateDirectoryA("dll-directory", NULL) &&
                              MoveFileA("moved.dll", "dll-directory\\moved.dll"));
    load("before");
    printf("set to none: %d\n", SetDllDirectoryA(""));
    load("none");
    printf("set: %d\n", SetDllDirectoryA("dll-directory"));
    load("set");
    fflush(stdout);
    GetModuleFileNameA(NULL, self, sizeof self);
    CreateProcessA(self, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    return 0;
}
