/*
 * ExitProcess from the PROCESS_ATTACH of a static DLL: DLLs that are already attached are detached,
 * the one that was just attaching is not, later ones never were, and main does not run.
 *
 * rules: DLL-38, EXIT-03
 * links: third.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int third_value(void);

int main(void) {
    printf("main runs: %d\n", third_value());
    return 0;
}
