/*
 * Never gets as far as main, because a DLL that it imports from is missing.
 *
 * links: gone.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int gone_answer(void);

int main(void) {
    printf("the answer is %d\n", gone_answer());
    return 0;
}
