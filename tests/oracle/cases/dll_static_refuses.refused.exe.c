/*
 * Its DLL does not let it start.
 *
 * links: refuser.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int refuser_value(void);

int main(void) {
    printf("main runs: %d\n", refuser_value());
    return 0;
}
