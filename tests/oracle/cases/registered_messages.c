/*
 * RegisterWindowMessage gives one number per string, in all processes; case does not matter, and
 * the number outlives the process that asked first.
 *
 * rules: MSG-03, MSG-04, MSG-05, MSG-06
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static DWORD child(const char *text) {
    char command[64];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION information;
    DWORD code = 0;

    snprintf(command, sizeof command, "registered_messages.exe %s", text);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information))
        return 0;
    WaitForSingleObject(information.hProcess, INFINITE);
    GetExitCodeProcess(information.hProcess, &code);
    CloseHandle(information.hThread);
    CloseHandle(information.hProcess);
    return code;
}

int main(int argc, char **argv) {
    if (argc > 1)
        return (int)RegisterWindowMessageA(argv[1]);

    DWORD first = child("rundown.first"), other = child("rundown.other");
    UINT again = RegisterWindowMessageA("rundown.first");
    printf("in the range: %d\n", first >= 0xC000 && first <= 0xFFFF);
    printf("the same in another process, after the first has ended: %d\n", first == again);
    printf("another string, another number: %d\n", first != other);
    printf("wide: %d\n", RegisterWindowMessageW(L"rundown.first") == again);
    printf("case: %d\n", RegisterWindowMessageA("RunDown.FIRST") == again);
    printf("a longer string: %d\n", RegisterWindowMessageA("rundown.first.") == again);
    printf("empty: %u\n", RegisterWindowMessageA(""));
    return 0;
}
