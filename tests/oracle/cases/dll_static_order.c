/*
 * DLLs that the program imports from are attached before main, dependencies first, and detached at
 * the end in the exact reverse order. lpReserved is not NULL both times.
 *
 * rules: DLL-01, DLL-03, DLL-05, DLL-06, DLL-10, DLL-12
 * links: outer.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int outer_value(void);

int main(void) {
    printf("main: %d\n", outer_value());
    return 4;
}
