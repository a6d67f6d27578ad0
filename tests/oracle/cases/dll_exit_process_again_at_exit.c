/*
 * A DLL calls ExitProcess when it is detached because of ExitProcess: the new code wins, and the
 * DLLs that had not been told yet are not told.
 *
 * rules: DLL-42, EXIT-22
 * windows: DLL-42 Windows ends at once, Wine goes on with the remaining DLLs
 */
#include <stdio.h>
#include <windows.h>

int main(void) {
    LoadLibraryA("untold.dll");
    LoadLibraryA("insister.dll");
    LoadLibraryA("told.dll");
    puts("main leaves with 17");
    fflush(stdout);
    ExitProcess(17);
}
