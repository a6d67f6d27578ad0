/* Exists when lacking.exe is linked, and is gone when that is started. */
#include <windows.h>

__declspec(dllexport) int gone_answer(void);

int gone_answer(void) {
    return 42;
}
