/*
 * At the end DLLs are detached in the reverse order of their initialisation, so one that was loaded
 * later comes before the static ones. It was attached with NULL and is detached with a value.
 *
 * rules: DLL-04, DLL-06, DLL-07, DLL-03
 * links: fixed.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int fixed_value(void);

int main(void) {
    printf("main: %d\n", fixed_value());
    fflush(stdout);
    LoadLibraryA("late.dll");
    LoadLibraryA("later.dll");
    puts("main returns");
    return 0;
}
