/* launcher.exe: tries to start each program that its command line names. */
#include <windows.h>
#include <stdio.h>

int main(int argc, char **argv) {
    int i;

    for (i = 1; i < argc; i++) {
        STARTUPINFOA startup = {sizeof startup};
        PROCESS_INFORMATION started;
        DWORD code;

        if (!CreateProcessA(argv[i], NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started)) {
            printf("%s: error %lu\n", argv[i], GetLastError());
            continue;
        }
        WaitForSingleObject(started.hProcess, INFINITE);
        GetExitCodeProcess(started.hProcess, &code);
        printf("%s: ended with %lu\n", argv[i], code);
        CloseHandle(started.hThread);
        CloseHandle(started.hProcess);
    }
    return 0;
}
